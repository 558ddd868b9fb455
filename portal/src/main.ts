/** Builds the real platform and starts the page. */
import { effect } from "@preact/signals-core";
import { createApi } from "./data/api.ts";
import { createStore } from "./data/create-store.ts";
import { codeInFragment, queryToReturnWith, readArrival } from "./data/hint.ts";
import type { Platform } from "./data/platform.ts";
import { showPortal } from "./karibu-portal.ts";
import type { LaterStrings } from "./strings/en-later.ts";
import { chooseLanguage, type LoadWords, usualWay } from "./strings/strings.ts";

const platform: Platform = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  newKey: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  recall: (name) => attempt(() => localStorage.getItem(`karibu.${name}`)),
  keep: (name, value) => attempt(() => localStorage.setItem(`karibu.${name}`, value)),
  isVisible: () => document.visibilityState !== "hidden",
};

/** Storage throws in some captive browsers. Null then. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const returnQuery = queryToReturnWith(
  location.search,
  attempt(() => sessionStorage.getItem("karibu.arrival")),
);
if (returnQuery !== null) {
  attempt(() => sessionStorage.setItem("karibu.returned", "yes"));
  location.replace(`/${returnQuery}${location.hash}`);
} else {
  attempt(() => sessionStorage.setItem("karibu.arrival", location.search));
  const returned = attempt(() => sessionStorage.getItem("karibu.returned")) !== null;
  attempt(() => sessionStorage.removeItem("karibu.returned"));
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  void open(!returned && navigation?.type === "navigate");
}

/** The pages that the first view does not need, with their styles. */
async function loadLater() {
  const script = import("./pages/later.ts").then(({ createLaterPages }) => createLaterPages);
  const [create] = await Promise.all([script, addStyles("later.css")]);
  return create;
}

function addStyles(href: string): Promise<unknown> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
}

async function laterWords(isSwahili: boolean): Promise<LaterStrings> {
  return isSwahili ? (await import("./strings/sw-later.ts")).swLater : (await import("./strings/en-later.ts")).enLater;
}

async function open(isFresh: boolean): Promise<void> {
  const scanned = codeInFragment(location.hash);
  // Out of the address: whoever shares or reopens the page does not share the code.
  if (scanned.code !== undefined) history.replaceState(null, "", `${location.pathname}${location.search}`);
  const arrival = { ...readArrival(location.search, isFresh), ...scanned };
  const homeUrl = `${location.origin}/`;
  const api = createApi({ platform, hint: arrival.hint, homeUrl, fetch: window.fetch.bind(window) });
  const phoneLanguages = navigator.languages ?? [navigator.language];
  const loadWords: LoadWords = async (language, { paysBy, wallet, country }, isWhole) => {
    const isSwahili = language === "sw";
    const first = isSwahili ? (await import("./strings/sw.ts")).sw : (await import("./strings/en.ts")).en;
    const words = isWhole ? { ...first, ...(await laterWords(isSwahili)) } : first;
    const chosen = paysBy === "page" ? (await import("./strings/page-words.ts")).onPage(language, words) : words;
    const payer = paysBy === "page" ? usualWay.wallet : wallet;
    const isUsual = payer === usualWay.wallet && country === usualWay.country;
    const named = isUsual ? chosen : (await import("./strings/wallet-words.ts")).withWallet(chosen, payer, country);
    return { language, paysBy, wallet, country, words: named, isWhole };
  };
  const spoken = chooseLanguage(platform.recall("language"), phoneLanguages, "en");
  const first = await loadWords(spoken, usualWay, false).catch(() => null);
  if (first === null) {
    platform.after(3000, () => location.reload()); // not reachable: the frame is shown, and the page tries again
    return;
  }
  const store = createStore({ api, platform, arrival, phoneLanguages, first, loadWords });

  // The phone's back button leads from a form to the packages, not away from the page.
  const isDeepRoute = () => store.route.value.name === "buy" || store.route.value.name === "claim";
  let isDeep = false;
  effect(() => {
    const wantsDeep = isDeepRoute();
    if (wantsDeep && !isDeep) history.pushState({ deep: true }, "");
    else if (!wantsDeep && isDeep && history.state?.deep === true) history.back();
    isDeep = wantsDeep;
  });
  addEventListener("popstate", () => {
    if (isDeepRoute()) {
      isDeep = false;
      store.goTo({ name: "shop" });
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (platform.isVisible()) store.refresh();
  });

  showPortal(store, document.querySelector("karibu-portal") as HTMLElement, loadLater);
  store.start();
}

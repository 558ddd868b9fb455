/** Builds the real platform and starts the page. */
import { createApi } from "./data/api.ts";
import { createStore } from "./data/create-store.ts";
import { codeInFragment, queryToReturnWith, readArrival, wasNavigatedTo } from "./data/hint.ts";
import type { Platform } from "./data/platform.ts";
import { showPortal } from "./karibu-portal.ts";
import { loadPart } from "./load-part.ts";
import type { LanguageFile } from "./strings/language-file.ts";
import { chooseLanguage, type Language, type LanguageNames, type Spoken } from "./strings/strings.ts";
import type { WayWords } from "./strings/way-words.ts";
import { isUsual, type PayWay, usualWay } from "./strings/words.ts";

/** The build puts them in: their files are scripts of their own. */
declare const karibuLanguages: LanguageNames;

// Lit sets attributes by it; browsers have it since Chrome 69 and Safari 12.
Element.prototype.toggleAttribute ??= function (name, isOn): boolean {
  this[isOn ? "setAttribute" : "removeAttribute"](name, "");
  return isOn as boolean;
};

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
  void open(!returned && wasNavigatedTo(performance));
}

/** The pages that the first view does not need, with their styles. */
async function loadLater() {
  const script = loadPart<typeof import("./pages/later.ts")>("later");
  const [{ createLaterPages }] = await Promise.all([script, addStyles("later.css")]);
  return createLaterPages;
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

/** The words of one language: of the first view, and the others when they are wanted. */
async function loadWords(language: Language, way: PayWay, isWhole: boolean): Promise<Spoken> {
  const { first } = await loadPart<LanguageFile>(language);
  const words = isWhole ? { ...first, ...(await loadPart<LanguageFile>(`${language}-later`)).later } : first;
  if (isUsual(way)) return { language, ...way, words, isWhole };
  const [ways, { inWay }] = await Promise.all([
    loadPart<WayWords>(`${language}-ways`),
    loadPart<typeof import("./strings/way-words.ts")>("way-words"),
  ]);
  return { language, ...way, words: inWay(words, ways, way), isWhole };
}

async function open(isFresh: boolean): Promise<void> {
  const scanned = codeInFragment(location.hash);
  // Out of the address: whoever shares or reopens the page does not share the code.
  if (scanned.code !== undefined) history.replaceState(null, "", `${location.pathname}${location.search}`);
  const arrival = { ...readArrival(location.search, isFresh), ...scanned };
  const api = createApi({ platform, hint: arrival.hint, fetch: window.fetch.bind(window) });
  const phoneLanguages = navigator.languages ?? [navigator.language];
  const languages = karibuLanguages;
  const spoken = chooseLanguage(languages, { chosen: platform.recall("language"), phone: phoneLanguages, site: "en" });
  const first = await loadWords(spoken, usualWay, false).catch(() => null);
  if (first === null) {
    platform.after(3000, () => location.reload()); // not reachable: the frame is shown, and the page tries again
    return;
  }
  const store = createStore({ api, platform, arrival, languages, phoneLanguages, first, loadWords });

  document.addEventListener("visibilitychange", () => {
    if (platform.isVisible()) store.refresh();
  });

  showPortal(store, document.querySelector("karibu-portal") as HTMLElement, loadLater);
  store.start();
}

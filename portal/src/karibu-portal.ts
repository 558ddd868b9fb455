import { html, nothing, type TemplateResult } from "lit/html.js";
import { banner } from "./components/banner.ts";
import { mark, moonIcon, phoneIcon, sunIcon, ticketIcon } from "./components/icons.ts";
import { unbroken } from "./components/unbroken.ts";
import type { Page } from "./data/page-policy.ts";
import { effect, signal } from "./data/signals.ts";
import type { Store } from "./data/store.ts";
import { draw } from "./draw.ts";
import { homePage } from "./pages/home/home-page.ts";
import { hasNews } from "./pages/home/home-state.ts";
import type { LaterPages } from "./pages/later.ts";
import type { Language } from "./strings/strings.ts";
import { areWhole, type WholeWords } from "./strings/words.ts";

/** Shows the portal in `root`, whose content was the frame until now. */
export function showPortal(
  store: Store,
  root: HTMLElement,
  loadLater: () => Promise<(store: Store) => LaterPages>,
): void {
  const later = signal<LaterPages | null>(null);
  /** The page whose heading got the focus last. */
  let shownPage = "";
  let isLoading = false;
  let retry = { cancel() {} };

  effect(() => {
    const element = document.documentElement;
    element.lang = store.language.value;
    if (store.theme.value === null) element.removeAttribute("data-theme");
    else element.setAttribute("data-theme", store.theme.value);
  });
  root.textContent = "";
  draw(() => portalView(store, bannerView, pageView), root, focusPage);
  // Once the packages are there, the rest comes too: later the Wi-Fi may be worse.
  const stopWaiting = effect(() => {
    if (store.portal.value === null) return;
    store.platform.after(prefetchAfterMs, () => void loadNow());
    void Promise.resolve().then(() => stopWaiting());
  });

  effect(() => {
    if (store.isActionWanted.value) void loadNow();
  });

  async function loadNow(): Promise<void> {
    store.wantAllWords();
    if (isLoading || later.value !== null) return;
    isLoading = true;
    later.value = await loadLater().then(
      (create) => create(store),
      () => null,
    );
    isLoading = false;
    if (later.value !== null) return;
    retry.cancel();
    retry = store.platform.after(needsLater() ? 2000 : 10_000, () => void loadNow());
  }

  function needsLater(): boolean {
    return store.isActionWanted.peek() || isLater() || isNews();
  }

  function isLater(): boolean {
    return laterPages.includes(store.page.value.name);
  }

  function isNews(): boolean {
    const portal = store.portal.value;
    return store.page.value.name === "home" && portal !== null && hasNews(portal, store.arrival.error);
  }

  /** The pages with their words, once both are there; null: they are on their way. */
  function whole(): { readonly pages: LaterPages; readonly words: WholeWords } | null {
    const pages = later.value;
    const words = store.words.value;
    return pages === null || !areWhole(words) ? null : { pages, words };
  }

  /** At most one: the most important one wins. */
  function bannerView(): TemplateResult | typeof nothing {
    const here = whole();
    const ofPhone = here === null ? null : here.pages.banner(here.words);
    return ofPhone ?? banner(store) ?? nothing;
  }

  function newsView(): TemplateResult | typeof nothing {
    if (!isNews()) return nothing;
    const here = whole();
    if (here !== null) return here.pages.news(here.words);
    void loadNow();
    return html`<div class="ghosts" aria-hidden="true"><i></i></div>`; // keeps its place
  }

  function pageView(page: Page): TemplateResult | typeof nothing {
    if (page.name === "home") return homePage(store, newsView());
    if (!isLater()) return nothing;
    const here = whole();
    if (here === null) {
      void loadNow();
      return html`<p class="card quiet">${store.words.value.loading}</p>`;
    }
    const { pages, words } = here;
    if (page.name === "buy") return pages.buy(page.plan, words);
    if (page.name === "claim") return pages.claim(words);
    return page.name === "waiting" ? pages.waiting(words) : pages.online(words);
  }

  function focusPage(): void {
    const page = store.page.value;
    // "Connecting" and "check your phone" are one page; its live region announces the change.
    const key = page.name === "buy" ? `buy ${page.plan.planId}` : page.name;
    const target = page.name === "buy" ? "#phone" : "h1";
    // A page that is still on its way has no heading yet.
    if (key === shownPage || (isLater() && whole() === null)) return;
    const isFirst = shownPage === "" || shownPage === "opening";
    shownPage = key;
    if (isFirst) return;
    window.scrollTo(0, 0);
    root.querySelector<HTMLElement>(target)?.focus({ preventScroll: true });
  }
}

const prefetchAfterMs = 500;
const laterPages: readonly Page["name"][] = ["buy", "claim", "waiting", "online"];

/** Header, at most one banner, the current page, and the support number. */
function portalView(
  store: Store,
  bannerView: () => TemplateResult | typeof nothing,
  pageView: (page: Page) => TemplateResult | typeof nothing,
): TemplateResult {
  const words = store.words.value;
  const page = store.page.value;
  const portal = store.portal.value;
  const isHome = page.name === "home" || page.name === "opening" || page.name === "no-contact";
  const support = portal?.site.supportPhone ?? null;
  return html`
    <header class="hero ${isHome ? "hero-tall" : ""}">
      <div class="hero-bar">
        <p class="brand">${mark()}<span>${portal?.site.providerName || "Karibu"}</span></p>
        ${switches(store)}
      </div>
      ${
        isHome
          ? html`<h1 class="greeting" tabindex="-1">${words.greeting}</h1>
              <p class="place">${portal?.site.name || nothing}</p>
              <p class="invitation">
                ${unbroken(invitation(store))}
              </p>
              ${
                page.name === "home" && portal?.buying === "open"
                  ? html`<button class="hero-link" @click=${() => document.querySelector<HTMLElement>("#code")?.focus()}>
                      ${ticketIcon()}${words.voucherTitle}
                    </button>`
                  : nothing
              }`
          : nothing
      }
    </header>
    <main class="page page-${page.name}" id="content">
      ${page.name === "opening" ? html`<div class="ghosts" aria-hidden="true"><i></i><i></i><i></i></div>` : bannerView()}
      ${pageView(page)}
    </main>
    <footer class="foot">
      ${support === null ? nothing : html`<p>${words.help} <a href="tel:${support.replace(/\s/g, "")}">${phoneIcon()}${support}</a></p>`}
    </footer>
  `;
}

function invitation(store: Store): string {
  const words = store.words.value;
  const portal = store.portal.value;
  if (portal === null) return store.page.value.name === "opening" ? words.loading : "";
  if (portal.buying !== "open") return words.invitationVouchers;
  return store.channels.value.length > 0 ? words.invitationAny : words.invitation;
}

function switches(store: Store): TemplateResult {
  const words = store.words.value;
  const prefersDark = window.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
  const isDark = (store.theme.value ?? (prefersDark ? "dark" : "light")) === "dark";
  const { languages, language } = store;
  return html`<div class="switches">
      <details class="tongues">
        <summary>${language.value.toUpperCase()}</summary>
        <div>
          ${(Object.keys(languages) as Language[])
            .filter((one) => one !== language.value)
            .map(
              (one) =>
                html`<button lang=${one} @click=${(event: Event) => choose(event, one)}>${languages[one]}</button>`,
            )}
        </div>
      </details>
      <button
        class="switch-round"
        aria-label=${isDark ? words.useLight : words.useDark}
        @click=${() => store.chooseTheme(isDark ? "light" : "dark")}
      >
        ${isDark ? sunIcon() : moonIcon()}
      </button>
    </div>`;

  function choose({ target }: Event, next: Language): void {
    ((target as Element).closest("details") as HTMLDetailsElement).open = false;
    store.chooseLanguage(next);
  }
}

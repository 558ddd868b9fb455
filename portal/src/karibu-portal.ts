import { effect, signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit";
import { banner } from "./components/banner.ts";
import { backIcon, mark, moonIcon, phoneIcon, sunIcon, ticketIcon } from "./components/icons.ts";
import { onPhoneInput } from "./components/phone-field.ts";
import { unbroken } from "./components/unbroken.ts";
import type { Store } from "./data/store.ts";
import { troubleText } from "./data/trouble.ts";
import { buyPage } from "./pages/buy/buy-page.ts";
import type { ClaimPage } from "./pages/claim/claim-page.ts";
import { homePage } from "./pages/home/home-page.ts";
import { onlinePage } from "./pages/online/online-page.ts";
import { waitingPage } from "./pages/waiting/waiting-page.ts";
import { SignalElement } from "./signal-element.ts";

/** The whole portal: header, at most one banner, the current page, and the support number. */
export class KaribuPortal extends SignalElement {
  store: Store | null = null;
  /** The page whose heading got the focus last. */
  private shownPage = "";
  /** Loaded when it is first opened. */
  private readonly claimPage = signal<ClaimPage | null>(null);

  override connectedCallback(): void {
    super.connectedCallback();
    const { store } = this;
    if (store === null) return;
    effect(() => {
      const root = document.documentElement;
      root.lang = store.language.value;
      if (store.theme.value === null) root.removeAttribute("data-theme");
      else root.setAttribute("data-theme", store.theme.value);
    });
  }

  protected override render(): TemplateResult {
    const { store } = this;
    if (store === null) return html``;
    const words = store.words.value;
    const page = store.page.value;
    const portal = store.portal.value;
    const isHome = page.name === "home" || page.name === "opening" || page.name === "no-contact";
    const support = portal?.site.supportPhone ?? null;
    return html`
      <header class="hero ${isHome ? "hero-tall" : ""}">
        <div class="hero-bar">
          <p class="brand">${mark()}<span>${portal?.site.providerName || "Karibu"}</span></p>
          ${this.switches(store)}
        </div>
        ${
          isHome
            ? html`<h1 class="greeting" tabindex="-1">${words.greeting}</h1>
                <p class="place">${portal?.site.name || nothing}</p>
                <p class="invitation">
                  ${unbroken(this.invitation(store))}
                </p>
                ${
                  page.name === "home" && portal?.buying === "open"
                    ? html`<button class="hero-link" @click=${() => this.querySelector<HTMLElement>("#code")?.focus()}>
                        ${ticketIcon()}${words.voucherTitle}
                      </button>`
                    : nothing
                }`
            : nothing
        }
      </header>
      <main class="page page-${page.name}" id="content">
        ${page.name === "opening" ? html`<div class="ghosts" aria-hidden="true"><i></i><i></i><i></i></div>` : banner(store)}
        ${page.name === "home" ? homePage(store) : nothing}
        ${page.name === "buy" ? buyPage(store, page.plan) : nothing}
        ${page.name === "claim" ? this.claim(store) : nothing}
        ${page.name === "waiting" ? waitingPage(store) : nothing}
        ${page.name === "online" ? onlinePage(store) : nothing}
      </main>
      <footer class="foot">
        ${support === null ? nothing : html`<p>${words.help} <a href="tel:${support.replace(/\s/g, "")}">${phoneIcon()}${support}</a></p>`}
      </footer>
    `;
  }

  protected override updated(): void {
    const page = this.store?.page.value;
    if (page === undefined) return;
    // "Connecting" and "check your phone" are one page; its live region announces the change.
    const key = page.name === "buy" ? `buy ${page.plan.planId}` : page.name;
    if (key === this.shownPage) return;
    const isFirst = this.shownPage === "" || this.shownPage === "opening";
    this.shownPage = key;
    if (isFirst) return;
    window.scrollTo(0, 0);
    this.querySelector<HTMLElement>(page.name === "buy" ? "#phone" : "h1")?.focus({ preventScroll: true });
  }

  private claim(store: Store): TemplateResult | typeof nothing {
    const page = this.claimPage.value;
    if (page !== null) return page.render();
    import("./pages/claim/claim-page.ts").then(
      ({ createClaimPage }) => {
        this.claimPage.value = createClaimPage({
          html,
          nothing,
          signal,
          store,
          backIcon,
          onPhoneInput,
          unbroken,
          troubleText,
        });
      },
      () => store.goTo({ name: "auto" }), // not reachable: the current page stays usable
    );
    return html`<p class="card quiet">${store.words.value.loading}</p>`;
  }

  private invitation(store: Store): string {
    const words = store.words.value;
    const portal = store.portal.value;
    if (portal === null) return store.page.value.name === "opening" ? words.loading : "";
    return portal.buying === "open" ? words.invitation : words.invitationVouchers;
  }

  private switches(store: Store): TemplateResult {
    const words = store.words.value;
    const prefersDark = globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
    const isDark = (store.theme.value ?? (prefersDark ? "dark" : "light")) === "dark";
    const other = store.language.value === "en" ? "sw" : "en";
    return html`<div class="switches">
      <button lang=${other} @click=${() => store.chooseLanguage(other)}>${words.otherLanguage}</button>
      <button
        class="switch-round"
        aria-label=${isDark ? words.useLight : words.useDark}
        @click=${() => store.chooseTheme(isDark ? "light" : "dark")}
      >
        ${isDark ? sunIcon() : moonIcon()}
      </button>
    </div>`;
  }
}

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { AppContext } from "./components/app-element.ts";
import { elementWith, state } from "./components/element-with.ts";
import { sharedStyles } from "./components/shared-styles.ts";
import { frameStyles } from "./frame-styles.ts";
import { get, logOut, onLoggedOut, onReach, type User } from "./hub/api.ts";
import { type LiveEvents, noEvents, startEvents } from "./hub/live-events.ts";
import { hasTokens } from "./hub/log-in-tokens.ts";
import { pageAt } from "./pages.ts";
import { keepPreference, preference, type Theme } from "./preferences.ts";
import { dateTime } from "./strings/format.ts";
import { type Locale, locale, say, setLocale } from "./strings/strings.ts";
import "./main-menu.ts";
import "./pages/login/guest-page.ts";

/** The frame: log-in, menu, live indicator, and the page that the address names. */
class KaribuConsole extends elementWith({
  app: state<AppContext | null>(null),
  live: state(false),
  hash: state<string>(),
  notice: state(""),
  starting: state<boolean>(),
  /** Did the hub answer the last request? */
  isReached: state(true),
  /** The code of a page could not be loaded. */
  isStuck: state(false),
}) {
  #events: LiveEvents | null = null;

  constructor() {
    super();
    this.hash = location.hash;
    this.starting = hasTokens();
    setLocale(preference("locale", "en") as Locale);
    applyTheme(preference("theme", "auto") as Theme);
    onLoggedOut(() => this.#ended());
    onReach((isReached) => {
      this.isReached = isReached;
    });
    window.addEventListener("hashchange", () => {
      this.hash = location.hash;
      this.isStuck = false;
      window.scrollTo(0, 0);
      this.renderRoot.querySelector("main")?.focus();
    });
    this.addEventListener("user-changed", () => void this.#restart());
    if (this.starting) void this.#resume();
  }

  async #resume(): Promise<void> {
    this.starting = true;
    try {
      await this.#enter(await get<User>("/api/v1/user"));
    } catch {
      this.notice = hasTokens() ? say("hubAway") : "";
    }
    this.starting = false;
  }

  async #enter(user: User): Promise<void> {
    const provider = user.permissions.includes("provider.read")
      ? await get<{ currency: string; utcOffsetMinutes: number; name: string }>("/api/v1/settings")
      : { currency: "KES", utcOffsetMinutes: 180, name: "" };
    this.#events?.stop();
    this.#events = user.permissions.includes("events.read") ? startEvents() : noEvents;
    this.#events.onConnection((connected) => {
      this.live = connected;
    });
    this.notice = "";
    this.app = {
      user,
      zone: { locale: locale(), utcOffsetMinutes: provider.utcOffsetMinutes },
      currency: provider.currency,
      providerName: provider.name,
      events: this.#events,
    };
  }

  #leave(notice: string): void {
    this.#events?.stop();
    this.#events = null;
    this.app = null;
    this.notice = notice;
  }

  /** The hub has ended this log-in. After support access the user's own log-in is still there. */
  #ended(): void {
    if (hasTokens()) void this.#restart();
    else this.#leave(say("sessionEnded"));
  }

  /** The user has changed, for support access or at its end: reads everything again. */
  async #restart(): Promise<void> {
    this.#leave("");
    location.hash = "#/";
    await this.#resume();
  }

  static override styles = [sharedStyles, frameStyles];

  override render() {
    if (this.starting) return html`<p class="visually-hidden" role="status">…</p>`;
    if (this.app === null) {
      return html`<guest-page
        .hash=${this.hash}
        .notice=${this.notice}
        .language=${locale()}
        @retry=${() => this.#resume()}
        @language=${this.#chooseLocale}
        @logged-in=${(event: CustomEvent<User>) => void this.#enter(event.detail)}
      ></guest-page>`;
    }
    const { app } = this;
    const at = pageAt(this.hash, app.user);
    if (at !== null) {
      document.title = `${say(at.page.title)} · ${say("product")}`;
      at.page.load().catch(() => {
        this.isStuck = true;
      });
    }
    return html`<nav aria-label=${say("skipToContent")}>
        <a class="skip" href="#main" @click=${this.#skip}>${say("skipToContent")}</a>
      </nav>
      <div class="frame">
        <main-menu .user=${app.user} .page=${at?.page ?? null} language=${locale()}></main-menu>
        <div>
          ${this.#bands(app)}
          <header>${this.#tools(app)}</header>
          <main id="main" tabindex="-1">${this.#page(at, app)}</main>
        </div>
      </div>`;
  }

  #page(at: ReturnType<typeof pageAt>, app: AppContext) {
    if (at === null) return html`<h1>${say("notFound")}</h1>`;
    // A page reads its data when it opens: other data need another element.
    if (!this.isStuck) return keyed(at.id, at.page.render(app, at.id));
    return html`<p role="alert">${say("hubAway")}</p>
      <p class="below"><button @click=${() => location.reload()}>${say("retry")}</button></p>`;
  }

  #bands(app: AppContext) {
    const { impersonation } = app.user;
    return html`${
      app.user.via === "impersonation"
        ? html`<div class="band guest" role="status">
            <span
              >${say("actingAs", { name: app.providerName })}: ${impersonation?.reason} ·
              ${say("until")} ${dateTime(impersonation?.endsAtMs ?? 0, app.zone)}</span
            >
            <button @click=${this.#logOut}>${say("stopActing")}</button>
          </div>`
        : nothing
    }
    ${this.isReached ? nothing : html`<p class="band" role="status">${say("offlineShown")}</p>`}`;
  }

  #tools(app: AppContext) {
    return html`${this.#events === noEvents ? nothing : this.#liveBadge()}
      <span class="who">${app.providerName}</span>
      <select aria-label=${say("language")} @change=${this.#chooseLocale}>
        <option value="en" ?selected=${locale() === "en"}>English</option>
        <option value="sw" ?selected=${locale() === "sw"}>Kiswahili</option>
      </select>
      <select aria-label=${say("theme")} @change=${this.#chooseTheme}>
        ${(["auto", "light", "dark"] as const).map(
          (theme) =>
            html`<option value=${theme} ?selected=${preference("theme", "auto") === theme}>
              ${say(theme === "auto" ? "themeAuto" : theme === "light" ? "themeLight" : "themeDark")}
            </option>`,
        )}
      </select>
      ${
        app.user.via === "impersonation"
          ? nothing
          : html`<button class="quiet" @click=${this.#logOut}>${say("logOut")}</button>`
      }`;
  }

  #liveBadge() {
    return html`<span class="badge live ${this.live ? "good" : "warn"}" role="status">
      <span class="dot"></span><span class="word">${this.live ? say("live") : say("reconnecting")}</span>
    </span>`;
  }

  #skip(event: Event) {
    event.preventDefault();
    this.renderRoot.querySelector("main")?.focus();
  }

  #chooseLocale(event: Event) {
    const chosen = (event instanceof CustomEvent ? event.detail : (event.target as HTMLSelectElement).value) as Locale;
    keepPreference("locale", chosen);
    setLocale(chosen);
    if (this.app) this.app = { ...this.app, zone: { ...this.app.zone, locale: chosen } };
    this.requestUpdate();
  }

  #chooseTheme(event: Event) {
    const chosen = (event.target as HTMLSelectElement).value as Theme;
    keepPreference("theme", chosen);
    applyTheme(chosen);
  }

  async #logOut() {
    await logOut();
    if (hasTokens()) await this.#restart();
    else this.#leave("");
  }
}
customElements.define("karibu-console", KaribuConsole);

function applyTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

import { html, nothing } from "lit";
import { queryOfList, readAddress, writeAddress } from "./address.ts";
import type { AppContext } from "./components/app-element.ts";
import { elementWith, state } from "./components/element-with.ts";
import { loading } from "./components/loading.ts";
import { sharedStyles } from "./components/shared-styles.ts";
import { frameStyles } from "./frame/frame-styles.ts";
import { openAtPress } from "./frame/open-at-press.ts";
import { pagePlace } from "./frame/page-place.ts";
import { applyDensity, type Density, keepPreference, preference } from "./frame/preferences.ts";
import { roomTabs } from "./frame/room-tabs.ts";
import { applyTheme, type Theme } from "./frame/theme.ts";
import { guideHref } from "./guides/guide-of-page.ts";
import { get, logOut, onCodeNeeded, onLoggedOut, onPasswordNeeded, onReach, type User } from "./hub/api.ts";
import { type LiveEvents, noEvents, startEvents } from "./hub/live-events.ts";
import { hasTokens } from "./hub/log-in-tokens.ts";
import { icon, icons } from "./icons.ts";
import { inBrowserOfModules, loadOfModules, modulesOf } from "./modules/module-pages.ts";
import { pageAt } from "./page-at.ts";
import type { PageRow } from "./page-row.ts";
import type { CommandPalette } from "./palette/command-palette.ts";
import { actionOfKey } from "./palette/hotkey.ts";
import { roomOf, roomsFor } from "./rooms.ts";
import { dateTime } from "./strings/format.ts";
import { type Locale, locale, restOfWords, say, setLocale } from "./strings/strings.ts";
import "./pages/login/guest-page.ts";

/** What stands around every page: the log-in needs none of it. Without them the page itself can still be read. */
const frameParts = () => Promise.all([import("./frame/frame-parts.ts"), loadOfModules("band")]).catch(() => null);

/** How long `g` waits for the key of a room. */
const goWaitMs = 1500;

/** The frame: log-in, menu, live indicator, and the page that the address names. */
class KaribuConsole extends elementWith({
  app: state<AppContext | null>(null),
  live: state(false),
  hash: state<string>(),
  notice: state(""),
  starting: state<boolean>(),
  isTrying: state(false),
  /** The words of the chosen language are here. */
  isSpoken: state(false),
  /** Did the hub answer the last request? */
  isReached: state(true),
  /** The code of a page could not be loaded. */
  isStuck: state(false),
  /** The start failed because the hub can't be reached. */
  isAway: state(false),
  /** What they may do was changed while they were at work. */
  isRoleChanged: state(false),
  /** A newer release of the console waits to be taken. */
  isOutdated: state(false),
  /** Is there room for a list and a thing beside each other? */
  isWide: state(false),
}) {
  #events: LiveEvents | null = null;
  #tab: Element | null = null;
  /** Pages whose code is here. */
  readonly #loaded = new Set<PageRow>();
  /** When `g` was pressed. */
  #goAtMs = Number.NEGATIVE_INFINITY;

  constructor() {
    super();
    this.hash = location.hash;
    this.starting = hasTokens();
    const spoken = preference("locale", document.documentElement.lang === "sw" ? "sw" : "en") as Locale;
    void this.#speak(spoken, "first").finally(() => {
      this.isSpoken = true;
    });
    applyTheme(preference("theme", "auto") as Theme);
    applyDensity(preference("density", "comfortable") as Density);
    const wide = matchMedia("(min-width: 1360px)");
    this.isWide = wide.matches;
    wide.addEventListener("change", () => {
      this.isWide = wide.matches;
    });
    onLoggedOut(() => this.#ended());
    onReach((isReached) => {
      this.isReached = isReached;
    });
    onCodeNeeded(async () => (await import("./components/overlay/code-dialog.ts")).askForCode());
    onPasswordNeeded(async () => (await import("./components/overlay/password-dialog.ts")).askForPassword());
    openAtPress();
    window.addEventListener("hashchange", () => this.#go());
    window.addEventListener("keydown", (event) => this.#key(event));
    // A phone that is turned.
    window.addEventListener("resize", () => this.#showTab());
    this.addEventListener("user-changed", () => void this.#restart());
    if (this.starting) void this.#resume();
  }

  /** Another address. Another page, or another thing of it, begins at its top; another filter stays where one was. */
  #go(): void {
    const [before, after] = [readAddress(this.hash), readAddress(location.hash)];
    this.hash = location.hash;
    this.isStuck = false;
    if (before.path === after.path && before.id === after.id) return;
    const main = this.renderRoot.querySelector("main");
    // A thing that opens beside its list leaves the list where it is.
    if (before.path !== after.path || !this.isWide) window.scrollTo(0, 0);
    if (before.path !== after.path) main?.focus({ preventScroll: true });
  }

  async #resume(): Promise<void> {
    this.starting = !this.isAway;
    this.isTrying = true;
    void frameParts();
    try {
      await this.#enter(await get("/api/v1/user"));
      this.isAway = false;
    } catch {
      if (hasTokens()) await import("./frame/away-page.ts").catch(() => {});
      this.isAway = hasTokens();
    }
    this.isTrying = this.starting = false;
  }

  async #enter(user: User): Promise<void> {
    const parts = frameParts();
    const isGated = (user.secondFactor ?? "none") !== "none";
    if (isGated) await import("./pages/account/second-factor-gate.ts");
    const provider =
      !isGated && user.permissions.includes("provider.read")
        ? await get("/api/v1/settings")
        : { currency: "KES", utcOffsetMinutes: 180, name: "" };
    this.#events?.stop();
    // Of their own account everybody hears.
    const mayHear = user.via === "login" || user.permissions.includes("events.read");
    this.#events = !isGated && mayHear ? startEvents() : noEvents;
    this.#events.on(["user"], () => void this.#accountChanged());
    this.#events.onConnection((connected) => {
      this.live = connected;
      // What was changed before the stream began, it does not tell.
      if (connected) void this.#accountChanged();
    });
    this.notice = "";
    void import("./frame/new-version.ts")
      .then(async ({ startWorker }) => {
        await startWorker(() => (this.isOutdated = true));
        if (!isGated && user.via === "login") await cameIn(user);
      })
      .catch(() => {});
    await parts;
    this.app = {
      user,
      zone: { locale: locale(), utcOffsetMinutes: provider.utcOffsetMinutes },
      currency: provider.currency,
      providerName: provider.name,
      events: this.#events,
    };
  }

  /** A log-in that was ended is noticed here too: the hub refuses the question, and `onLoggedOut` follows. */
  async #accountChanged(): Promise<void> {
    const known = this.app?.user;
    const user = await get("/api/v1/user").catch(() => null);
    if (user === null || known === undefined || this.app?.user !== known) return;
    if (JSON.stringify(user) === JSON.stringify(known)) return;
    const mayDo = ({ role, permissions, secondFactor }: User) => JSON.stringify([role, permissions, secondFactor]);
    if (mayDo(user) === mayDo(known)) {
      this.app = { ...this.app, user };
      return;
    }
    await this.#enter(user);
    this.isRoleChanged = true;
  }

  #leave(notice: string): void {
    this.isRoleChanged = false;
    this.#events?.stop();
    this.#events = null;
    this.app = null;
    this.notice = notice;
  }

  /** The hub has ended this log-in. After support access the user's own log-in is still there. */
  #ended(): void {
    if (hasTokens()) void this.#restart();
    else this.#forget(say("sessionEnded"));
  }

  /** Nobody is logged in: what was looked at goes too. */
  #forget(notice: string): void {
    this.#leave(notice);
    void import("./palette/recent.ts").then(({ forgetRecent }) => forgetRecent());
    void inBrowserOfModules((part) => part.nobodyIn());
  }

  /** The user has changed, for support access or at its end: reads everything again. */
  async #restart(): Promise<void> {
    this.#leave("");
    location.hash = "#/";
    await this.#resume();
  }

  /** On a phone the tabs are wider than the screen: the open one is scrolled to. */
  override updated() {
    const tab = this.renderRoot.querySelector(".tabs [aria-current]");
    if (tab === this.#tab) return;
    this.#tab = tab;
    this.#showTab();
  }

  /** Sideways alone: a keyboard that opens on a phone resizes the page too, and who types must stay where they are. */
  #showTab(): void {
    const [tab, bar] = [this.#tab, this.#tab?.parentElement];
    if (tab == null || bar == null) return;
    const [seen, own] = [bar.getBoundingClientRect(), tab.getBoundingClientRect()];
    bar.scrollLeft += own.left + own.width / 2 - (seen.left + seen.width / 2);
  }

  static override styles = [sharedStyles, frameStyles];

  override render() {
    if (this.starting || !this.isSpoken) return html`<p class="visually-hidden" role="status">…</p>`;
    if (this.app === null && this.isAway) {
      return html`<away-page .language=${locale()} .isBusy=${this.isTrying} @retry=${() => this.#resume()}></away-page>`;
    }
    if (this.app === null) {
      return html`<guest-page
        .hash=${this.hash}
        .notice=${this.notice}
        .language=${locale()}
        @language=${this.#chooseLocale}
        @logged-in=${(event: CustomEvent<User>) => void this.#enter(event.detail)}
      ></guest-page>`;
    }
    const { app } = this;
    if ((app.user.secondFactor ?? "none") !== "none")
      return html`<second-factor-gate
        .app=${app}
        @passed=${() => void this.#restart()}
        @log-out=${this.#logOut}
      ></second-factor-gate>`;
    const at = pageAt(this.hash, app.user);
    const rooms = roomsFor(app.user);
    const room = at === null ? null : roomOf(at.page, rooms);
    if (at !== null) {
      document.title = `${say(at.page.title)} · ${say("product")}`;
      void this.#load(at.page);
    }
    return html`<nav aria-label=${say("skipToContent")}>
        <a class="skip" href="#main" @click=${this.#skip}>${say("skipToContent")}</a>
      </nav>
      <div class="frame">
        <main-menu .rooms=${rooms} .here=${room} .page=${at?.page ?? null} language=${locale()}></main-menu>
        <div class="beside-menu">
          ${this.#bands(app)}
          <header>${this.#tools(app, at?.page ?? null)}</header>
          ${at === null || room === null ? nothing : roomTabs(room, at.page)}
          <main id="main" tabindex="-1">${this.#page(at, app)}</main>
        </div>
      </div>
      <command-palette .app=${app} language=${locale()}></command-palette>`;
  }

  async #load(page: PageRow): Promise<void> {
    if (this.#loaded.has(page)) return;
    try {
      // Home says what came first.
      await Promise.all([page.load(), page.path === "" ? null : restOfWords()]);
      this.#loaded.add(page);
      this.requestUpdate();
    } catch {
      this.isStuck = true;
    }
  }

  #page(at: ReturnType<typeof pageAt>, app: AppContext) {
    if (at === null)
      return html`<h1>${say("notFound")}</h1><p class="below"><a class="button" href="#/">${say("room_home")}</a></p>`;
    if (this.isStuck) {
      return html`<p role="alert">${say("hubAway")}</p>
        <p class="below"><button @click=${() => location.reload()}>${say("retry")}</button></p>`;
    }
    if (!this.#loaded.has(at.page)) return html`<h1>${say(at.page.title)}</h1>${loading()}`;
    const { query } = readAddress(this.hash);
    const room = roomOf(at.page, roomsFor(app.user));
    return pagePlace({ ...at, room, query, isWide: this.isWide }, app);
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
    ${
      this.isOutdated
        ? html`<p class="band" role="status">
            <span>${say("newVersion")}</span>
            <button @click=${this.#takeNewVersion}>${say("takeNewVersion")}</button>
          </p>`
        : nothing
    }
    ${
      this.isRoleChanged
        ? html`<p class="band" role="status">
            <span>${say("roleChanged")}</span>
            <button @click=${() => (this.isRoleChanged = false)}>${say("close")}</button>
          </p>`
        : nothing
    }
    ${this.isReached ? nothing : html`<p class="band" role="status">${say("offlineShown")}</p>`}
    ${this.#bandsOfModules(app)}`;
  }

  #bandsOfModules(app: AppContext) {
    const bands = modulesOf(app.user).flatMap(({ band }) => band ?? []);
    return bands
      .filter(({ permission }) => app.user.permissions.includes(permission))
      .map(({ render }) => render(app, locale()));
  }

  #tools(app: AppContext, page: PageRow | null) {
    return html`<button class="find" @click=${this.#find}>
        ${icon(icons.search)}<span>${say("findAnything")}</span><kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      ${app.user.permissions.includes("events.read") ? this.#liveBadge() : nothing}
      ${
        page === null
          ? nothing
          : html`<a class="button guide" href=${guideHref(page, app.user.permissions.includes("platform.read"))} title=${say("guideToPage")} aria-label=${say("guideToPage")}>?</a>`
      }
      ${app.user.permissions.includes("sites.read") ? html`<alarm-bell .app=${app} language=${locale()}></alarm-bell>` : nothing}
      <account-menu
        .user=${app.user}
        providerName=${app.providerName}
        language=${locale()}
        @language=${this.#chooseLocale}
        @log-out=${this.#logOut}
      ></account-menu>`;
  }

  async #takeNewVersion() {
    await (await import("./frame/new-version.ts")).takeNewVersion();
  }

  #key(event: KeyboardEvent): void {
    const isGoing = event.timeStamp - this.#goAtMs < goWaitMs;
    const action = this.app === null ? null : actionOfKey(event, isGoing);
    if (event.key !== "Shift") this.#goAtMs = action === "go" ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (this.app === null || action === null || action === "go") return;
    if (action === "shut") {
      this.#shut();
      return;
    }
    event.preventDefault();
    const rooms = roomsFor(this.app.user);
    if (action === "search") void this.#find();
    else if (action === "keys")
      void import("./palette/keys-dialog.ts").then(
        ({ showKeys }) => showKeys(rooms),
        () => {},
      );
    else {
      const room = rooms.find(({ name }) => name === action.room);
      if (room !== undefined) location.hash = `#/${room.pages[0].path}`;
    }
  }

  /** A notice is first: it closes itself by the same key. */
  #shut(): void {
    const { path, id, query } = readAddress(location.hash);
    const notices = document.querySelector<HTMLElement & { notices: readonly object[] }>("toast-stack")?.notices ?? [];
    if (id !== null && notices.length === 0) location.hash = writeAddress({ path, query: queryOfList(query) });
  }

  /** Its code is fetched at the first press: the first page is there sooner without it. */
  async #find() {
    const isThere = await import("./palette/command-palette.ts").then(
      () => true,
      () => false,
    );
    if (isThere) this.renderRoot.querySelector<CommandPalette>("command-palette")?.open();
    else this.isReached = false;
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

  /** All that is drawn is drawn again in the other language. */
  async #chooseLocale(event: CustomEvent<Locale>) {
    if (!(await this.#speak(event.detail))) return;
    keepPreference("locale", event.detail);
    if (this.app?.user.via === "login") await cameIn(this.app.user);
  }

  /** False: its words could not be fetched, or another language was chosen meanwhile. */
  async #speak(chosen: Locale, extent: "all" | "first" = "all"): Promise<boolean> {
    try {
      await setLocale(chosen, extent);
    } catch {
      this.isReached = false;
      return false;
    }
    if (locale() !== chosen) return false;
    if (this.app) this.app = { ...this.app, zone: { ...this.app.zone, locale: chosen } };
    this.requestUpdate();
    return true;
  }

  async #logOut() {
    if (this.app?.user.via !== "impersonation") await inBrowserOfModules((part) => part.goesOut());
    await logOut();
    if (hasTokens()) await this.#restart();
    else this.#forget("");
  }
}
const cameIn = ({ userId }: User) => inBrowserOfModules((part) => part.cameIn(userId));
customElements.define("karibu-console", KaribuConsole);

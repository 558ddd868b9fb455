import { html, nothing } from "lit";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Figures, readFigures, watchRouter } from "../../data/fleet/routers.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/tab-bar.ts";
import "./orders/order-strip.ts";
import "./router-garden.ts";
import "./router-health.ts";
import "./router-hosts.ts";
import "./router-interfaces.ts";
import "./router-log-ins.ts";
import "./orders/router-orders.ts";
import "./router-overview.ts";
import "./router-radios.ts";
import "./router-users.ts";

const tabs = [
  "",
  "health",
  "interfaces",
  "users",
  "hosts",
  "garden",
  "radios",
  "logs",
  "orders",
  "back-ups",
  "log-ins",
] as const;
const permissionOf: Readonly<Record<string, string>> = {
  "back-ups": "routers.back-ups",
  "log-ins": "routers.log-in",
};
const tones: Readonly<Record<Figures["state"], string>> = {
  pending: "warn",
  online: "good",
  offline: "bad",
  error: "bad",
  revoked: "bad",
};
/** Less than the minute for which the hub believes that somebody looks. */
const beatMs = 45_000;
const seenMax = 120;

/** A site's router: what it does now, what it has, what was ordered of it. */
class RouterPage extends appElement({ siteId: property("") }) {
  readonly #query = new AddressQuery(this, ["tab"]);
  readonly #figures = new ReadController<Figures>(this, {
    read: () => readFigures(this.siteId),
    topics: ["router-figures", "site"],
  });
  #beats: ReturnType<typeof setInterval> | null = null;
  #seen: readonly Figures[] = [];

  override connectedCallback() {
    super.connectedCallback();
    const beat = () => {
      // Nobody hears of a heartbeat that fails: the page shows how old its figures are.
      if (document.visibilityState === "visible") void watchRouter(this.siteId).catch(() => {});
    };
    queueMicrotask(beat);
    this.#beats = setInterval(beat, beatMs);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    if (this.#beats !== null) clearInterval(this.#beats);
  }

  override render() {
    const figures = this.#figures.value;
    return html`<div class="head">
        <h1>${figures?.siteName ?? say("router")}</h1>
        <span class="row">
          ${figures === null ? nothing : html`<span class="badge ${tones[figures.state]}">${word("routerState", figures.state)}</span>`}
          <a href="#/sites/${encodeURIComponent(this.siteId)}">${say("openSite")}</a>
        </span>
      </div>
      <order-strip .app=${this.app} .siteId=${this.siteId}></order-strip>
      <tab-bar
        label=${say("router")}
        chosen=${this.#tab}
        .tabs=${tabs.filter((name) => this.may(permissionOf[name] ?? "routers.read")).map((name) => ({ name, text: word("tab", name === "" ? "figures" : name) }))}
      ></tab-bar>
      ${this.#body()}`;
  }

  /** The hub asks the router each half minute while somebody looks: an hour of that. */
  #seenWith(figures: Figures): readonly Figures[] {
    if (this.#seen.at(-1) !== figures) this.#seen = [...this.#seen, figures].slice(-seenMax);
    return this.#seen;
  }

  get #tab() {
    return tabs.find((name) => name === this.#query.values.tab) ?? "";
  }

  /** What is opened seldom and weighs much is fetched when it is opened. */
  #body() {
    const { app, siteId } = this;
    switch (this.#tab) {
      case "health":
        return html`<router-health .app=${app} .siteId=${siteId}></router-health>`;
      case "interfaces":
        return html`<router-interfaces .app=${app} .siteId=${siteId}></router-interfaces>`;
      case "users":
        return html`<router-users .app=${app} .siteId=${siteId}></router-users>`;
      case "hosts":
        return html`<router-hosts .app=${app} .siteId=${siteId}></router-hosts>`;
      case "garden":
        return html`<router-garden .app=${app} .siteId=${siteId}></router-garden>`;
      case "radios":
        return html`<router-radios .app=${app} .siteId=${siteId}></router-radios>`;
      case "logs":
        void import("./router-logs.ts");
        return html`<router-logs .app=${app} .siteId=${siteId}></router-logs>`;
      case "orders":
        return html`<router-orders .app=${app} .siteId=${siteId}></router-orders>`;
      case "log-ins":
        return html`<router-log-ins .app=${app} .siteId=${siteId}></router-log-ins>`;
      case "back-ups":
        void import("./router-back-ups.ts");
        return html`<router-back-ups .app=${app} .siteId=${siteId} .siteName=${this.#figures.value?.siteName ?? ""}></router-back-ups>`;
      default:
        return this.#figures.render(
          (figures) =>
            html`<router-overview .app=${app} .siteId=${siteId} .figures=${figures} .seen=${this.#seenWith(figures)}></router-overview>`,
        );
    }
  }
}
customElements.define("router-page", RouterPage);

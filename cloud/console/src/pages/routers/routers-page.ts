import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { makeBackUps } from "../../data/fleet/router-back-ups.ts";
import { type RouterAction, startBulk } from "../../data/fleet/routers.ts";
import { listSites, type Site } from "../../data/fleet/sites.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { siteBadge, siteStates } from "../sites/site-badge.ts";
import { actionNote, actionWords } from "./orders/action-words.ts";
import "../../components/tab-bar.ts";
import "./router-bulks.ts";
import "./router-grades.ts";
import "./router-page.ts";
import "./upgrades/router-upgrades.ts";

/** What can be done at many routers at once, by the permission that it needs. */
const choices: readonly { readonly name: string; readonly needs: string; of(detail: string): RouterAction }[] = [
  { name: "reboot", needs: "routers.restart", of: () => ({ kind: "reboot" }) },
  ...(["hotspot", "pppoe"] as const).flatMap((service) =>
    [true, false].map((enabled) => ({
      name: `${service} ${enabled}`,
      needs: "routers.network",
      of: (): RouterAction => ({ kind: "switch-service", service, enabled }),
    })),
  ),
  {
    name: "garden",
    needs: "routers.manage",
    of: (host) => ({ kind: "add-walled-garden-host", host, action: "allow" }),
  },
  {
    name: "bypass",
    needs: "routers.manage",
    of: (mac) => ({ kind: "add-ip-binding", macAddress: mac.toUpperCase().replaceAll("-", ":"), type: "bypassed" }),
  },
];

/** The routers of all sites; a change of several at once, one first. */
class RoutersPage extends appElement({ chosen: state<readonly Site[]>([]) }) {
  readonly #actions = new PageActions(this);
  readonly #sites = new ListController<Site, "state">(this, {
    read: listSites,
    topics: ["site"],
    filters: ["state"],
    isCounted: true,
  });

  readonly #view = new AddressQuery(this, ["view"]);

  override render() {
    const { view } = this.#view.values;
    const { app } = this;
    const bar = html`<tab-bar
      label=${say("routers")}
      query="view"
      chosen=${view}
      .tabs=${["", "grades", "upgrades"].map((name) => ({ name, text: word("view", name === "" ? "all" : name) }))}
    ></tab-bar>`;
    if (view === "grades" || view === "upgrades")
      return html`<div class="head"><h1>${say("routers")}</h1></div>
        ${bar}
        ${
          view === "grades"
            ? html`<router-grades .app=${app}></router-grades>`
            : html`<router-upgrades .app=${app}></router-upgrades>`
        }`;
    return this.#all(bar);
  }

  #all(bar: unknown) {
    const mayChange = choices.some(({ needs }) => this.may(needs));
    return listPage(this.#sites, {
      title: say("routers"),
      intro: say("routersIntro"),
      emptyText: say("noSites"),
      emptyPicture: "signal",
      name: "routers",
      search: say("searchSite"),
      narrow: [stateFilter("site", siteStates)],
      above: html`${bar} ${this.chosen.length === 0 ? nothing : this.#form()}`,
      rowHref: (row) => `#/routers/${row.siteId}`,
      rowKey: (row) => row.siteId,
      rowName: (row) => row.name,
      bulk: [
        ...(mayChange ? [{ text: say("bulkChange"), run: (rows: readonly Site[]) => (this.chosen = rows) }] : []),
        ...(this.may("routers.back-ups") ? [{ text: say("bulkBackUp"), run: this.#backUp }] : []),
      ],
      columns: [
        { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
        { label: say("routerAddress"), sort: "address", cell: (row) => row.address ?? say("none") },
        { label: say("routerName"), cell: (row) => row.routerIdentity ?? say("none") },
        { label: say("region"), sort: "region", cell: (row) => row.region ?? say("none") },
        { label: say("link"), sort: "state", cell: (row) => siteBadge(row.state) },
        {
          label: say("lastSeen"),
          sort: "lastHeard",
          cell: (row) => (row.lastHeardAtMs === null ? say("none") : dateTime(row.lastHeardAtMs, this.app.zone)),
        },
        { label: say("onlineNow"), numeric: true, cell: (row) => row.sessionsOpen },
      ],
      below: html`<router-bulks .app=${this.app}></router-bulks>`,
    });
  }

  readonly #backUp = (rows: readonly Site[]) =>
    void this.#actions.run(
      "back-up",
      () => makeBackUps(rows.map(({ siteId }) => siteId)),
      ({ ordered }) => say("bulkBackUpOrdered", { count: ordered }),
    );

  #form() {
    const mine = choices.filter(({ needs }) => this.may(needs));
    const detailText = (name: string) => (name === "garden" ? say("hostPattern") : name === "bypass" ? say("mac") : "");
    return formCard({
      title: say("bulkOf", { count: this.chosen.length }),
      intro: html`${say("bulkIntro")} ${this.chosen.map(({ name }) => name).join(", ")}`,
      fields: [
        {
          name: "what",
          label: say("bulkWhat"),
          type: "select",
          value: mine[0]?.name ?? "",
          options: mine.map(({ name, of }) => ({
            value: name,
            label: actionWords(of(`(${detailText(name)})`)),
          })),
        },
        { name: "detail", label: say("bulkDetail") },
        { name: "first", label: say("bulkFirst"), type: "number", min: 1, max: 100, value: 1, required: true },
        { name: "pauseOnFailure", label: say("bulkPause"), type: "checkbox", value: true },
      ],
      submitText: say("bulkStart"),
      submit: async ({ what, detail, first, pauseOnFailure }: Values) => {
        const choice = mine.find(({ name }) => name === what) ?? mine[0];
        if (choice === undefined) throw new TypeError("nothing is chosen");
        const action = choice.of(String(detail ?? "").trim());
        const question = `${actionWords(action)}: ${say("bulkOf", { count: this.chosen.length })}?`;
        if (!(await ask(question, say("bulkStart"), { note: actionNote(action) }))) return false;
        return startBulk({
          siteIds: this.chosen.map(({ siteId }) => siteId),
          action,
          first: Number(first),
          pauseOnFailure: pauseOnFailure === true,
        });
      },
      done: (result) => {
        if (result === false) return;
        this.chosen = [];
        this.#actions.notify(say("bulkStarted"));
      },
      cancel: () => (this.chosen = []),
    });
  }
}
customElements.define("routers-page", RoutersPage);

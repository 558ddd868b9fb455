import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, searchBar } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { shownOnce } from "../../components/shown-once.ts";
import {
  addSite,
  type ImportOutcome,
  importSites,
  listSites,
  type Site,
  type SiteMade,
} from "../../data/fleet/sites.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "./pay-accounts-card.ts";
import "./roaming-card.ts";
import "./site-page.ts";
import { diskBadge, siteBadge } from "./site-badge.ts";
import { siteFields } from "./site-fields.ts";

/** Where we sell: each site, its link to the hub and how good its clock is. */
class SitesPage extends elementWith({
  desk: property<Desk>(),
  adding: state<"" | "one" | "many">(""),
  /** The enrolment token of a site, shown once. */
  secret: state(""),
  /** Of the last import. */
  outcome: state<ImportOutcome | null>(null),
  q: state(""),
}) {
  readonly #deeds = new Deeds(this);
  readonly #sites = new ListController<Site>(this, {
    read: (cursor, sort) => listSites({ limit: 50, cursor, sort, q: this.q }),
    topics: ["site", "session"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("sites.manage");
    const search = (typed: string) => {
      this.q = typed;
      void this.#sites.reload();
    };
    return html`<div class="head">
        <h1>${say("sites")}</h1>
        ${
          mayChange
            ? html`<span class="row">
                <button class="primary" aria-expanded=${this.adding === "one"} @click=${() => this.#toggle("one")}>
                  ${say("addSite")}
                </button>
                <button aria-expanded=${this.adding === "many"} @click=${() => this.#toggle("many")}>
                  ${say("importCsv")}
                </button>
              </span>`
            : nothing
        }
      </div>
      ${this.#deeds.notice()}
      ${shownOnce(say("enrolmentToken"), this.secret, () => (this.secret = ""))} ${this.#imported()} ${this.#form()}
      ${searchBar(say("searchSite"), search)}
      ${listCard(this.#sites, {
        caption: say("sites"),
        emptyText: say(this.q === "" ? "noSites" : "nothingFound"),
        rowHref: (row) => `#/sites/${row.siteId}`,
        columns: [
          { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
          { label: say("region"), sort: "region", cell: (row) => row.region ?? say("none") },
          { label: say("link"), sort: "state", cell: (row) => html`${siteBadge(row.state)} ${diskBadge(row.disk)}` },
          {
            label: say("lastSeen"),
            sort: "lastHeard",
            cell: (row) => (row.lastHeardAtMs === null ? say("none") : dateTime(row.lastHeardAtMs, this.desk.zone)),
          },
          { label: say("clock"), cell: (row) => (row.clockQuality ? word("clock", row.clockQuality) : say("none")) },
          { label: say("agentVersion"), cell: (row) => row.agentVersion ?? say("none") },
          { label: say("onlineNow"), numeric: true, cell: (row) => row.sessionsOpen },
        ],
      })}
      <roaming-card .desk=${this.desk}></roaming-card>
      ${
        this.desk.user.permissions.includes("payments.read")
          ? html`<pay-accounts-card .desk=${this.desk}></pay-accounts-card>`
          : nothing
      }`;
  }

  #form() {
    if (this.adding === "") return nothing;
    if (this.adding === "many") {
      return html`<section class="card pad panel">
        <action-form
          .fields=${[{ name: "csv", label: say("csvFile"), type: "file", accept: ".csv,text/csv", required: true, hint: say("csvHint") }]}
          submitText=${say("importCsv")}
          .submit=${(values: Values, key: string) => importSites(String(values.csv), key)}
          @done=${(event: CustomEvent<ImportOutcome>) => {
            this.outcome = event.detail;
            if (event.detail.errors.length === 0) this.adding = "";
            void this.#sites.reload();
          }}
        ></action-form>
      </section>`;
    }
    return html`<section class="card pad panel">
      <action-form
        .fields=${siteFields(null)}
        submitText=${say("addSite")}
        .submit=${addSite}
        @done=${(event: CustomEvent<SiteMade>) => {
          this.secret = event.detail.enrolmentToken;
          this.adding = "";
          void this.#sites.reload();
        }}
      ></action-form>
    </section>`;
  }

  /** What an import made, with the token of each site, or every line that is wrong. */
  #imported() {
    const { outcome } = this;
    if (outcome === null) return nothing;
    const close = () => (this.outcome = null);
    if (outcome.errors.length > 0)
      return html`<section class="card pad panel" role="alert">
        ${outcome.errors.map((error) => html`<p>${say("csvError", { ...error })}</p>`)}
      </section>`;
    const tokens = outcome.sites.map(({ name, enrolmentToken }) => `${name}\t${enrolmentToken ?? ""}`).join("\n");
    return html`<p class="notice good" role="status">${say("imported", { count: outcome.made })}</p>
      ${shownOnce(say("enrolmentTokens"), tokens, close)}`;
  }

  #toggle(what: "one" | "many") {
    this.adding = this.adding === what ? "" : what;
    this.outcome = null;
  }
}
customElements.define("sites-page", SitesPage);

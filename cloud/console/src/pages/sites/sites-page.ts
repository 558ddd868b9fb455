import { html, nothing } from "lit";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { goOnTo } from "../../components/overlay/toast.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { makeLine, setUpHref } from "../../data/fleet/set-up.ts";
import {
  addSite,
  type ImportOutcome,
  importSites,
  listSites,
  type NewSite,
  type Site,
} from "../../data/fleet/sites.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./pay-accounts-card.ts";
import "./roaming-card.ts";
import { diskBadge, siteBadge } from "./site-badge.ts";
import { siteFields } from "./site-fields.ts";
import "./site-page.ts";

/** The sites: each with its link to the hub and the quality of its clock. */
class SitesPage extends appElement({
  isImporting: state(false),
  /** What the last import has done. */
  outcome: state<ImportOutcome | null>(null),
}) {
  readonly #sites = new ListController<Site, "state">(this, {
    read: listSites,
    topics: ["site", "session"],
    filters: ["state"],
    isCounted: true,
  });

  override render() {
    const mayChange = this.may("sites.manage");
    return listPage(this.#sites, {
      title: say("sites"),
      emptyText: say("noSites"),
      name: "sites",
      search: say("searchSite"),
      narrow: [stateFilter("site", ["online", "offline", "pending", "revoked"])],
      emptyPicture: "signal",
      add: mayChange && {
        text: say("addSite"),
        fields: [...siteFields(null), ...this.#likeField()],
        submit: addWithLine,
        done: ({ site }: NewSite) => goOnTo(setUpHref(site.siteId)),
      },
      beside: mayChange
        ? html`<button aria-expanded=${this.isImporting} @click=${this.#toggleImport}>${say("importCsv")}</button>`
        : nothing,
      above: html`${this.#importOutcome()} ${this.isImporting ? this.#importForm() : nothing}`,
      rowHref: (row) => `#/sites/${row.siteId}`,
      columns: [
        { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
        { label: say("region"), sort: "region", cell: (row) => row.region ?? say("none") },
        { label: say("link"), sort: "state", cell: (row) => html`${siteBadge(row.state)} ${diskBadge(row.disk)}` },
        {
          label: say("lastSeen"),
          sort: "lastHeard",
          cell: (row) => (row.lastHeardAtMs === null ? say("none") : dateTime(row.lastHeardAtMs, this.app.zone)),
        },
        { label: say("clock"), cell: (row) => (row.clockQuality ? word("clock", row.clockQuality) : say("none")) },
        { label: say("agentVersion"), cell: (row) => row.agentVersion ?? say("none") },
        { label: say("onlineNow"), numeric: true, cell: (row) => row.sessionsOpen },
      ],
      below: html`<roaming-card .app=${this.app}></roaming-card>
        ${this.may("payments.read") ? html`<pay-accounts-card .app=${this.app}></pay-accounts-card>` : nothing}`,
    });
  }

  /** A new site may begin with the settings and the choices of one that is there. */
  #likeField(): Field[] {
    const sites = this.#sites.rows ?? [];
    if (sites.length === 0) return [];
    const options = [
      { value: "", label: say("likeNone") },
      ...sites.map(({ siteId, name }) => ({ value: siteId, label: name })),
    ];
    return [{ name: "likeSiteId", label: say("likeSite"), type: "select", options, value: "", group: "more" }];
  }

  #importForm() {
    return formCard({
      fields: [
        {
          name: "csv",
          label: say("csvFile"),
          type: "file",
          accept: ".csv,text/csv",
          required: true,
          hint: say("csvHint"),
        },
      ],
      submitText: say("importCsv"),
      submit: (values, key) => importSites(String(values.csv), key),
      done: (outcome: ImportOutcome) => {
        this.outcome = outcome;
        this.isImporting = outcome.errors.length > 0;
        void this.#sites.reload();
      },
    });
  }

  /** The new sites with their enrolment tokens, or each wrong line of the file. */
  #importOutcome() {
    const { outcome } = this;
    if (outcome === null) return nothing;
    if (outcome.errors.length > 0)
      return html`<section class="card pad panel" role="alert">
        ${outcome.errors.map((error) => html`<p>${say("csvError", { ...error })}</p>`)}
      </section>`;
    const tokens = outcome.sites.map(({ name, enrolmentToken }) => `${name}\t${enrolmentToken ?? ""}`).join("\n");
    return html`<p class="notice good" role="status">${say("imported", { count: outcome.made })}</p>
      ${shownOnce(say("enrolmentTokens"), tokens, () => (this.outcome = null))}`;
  }

  #toggleImport() {
    this.isImporting = !this.isImporting;
    this.outcome = null;
  }
}
customElements.define("sites-page", SitesPage);

/** The site, and the line for its router: the page of its set-up shows it. A site without a line can get one there. */
async function addWithLine({ likeSiteId, ...values }: Values): Promise<NewSite> {
  const like = typeof likeSiteId === "string" && likeSiteId !== "" ? likeSiteId : null;
  const added = await addSite(like === null ? values : { ...withoutEmpty(values), likeSiteId: like });
  await makeLine(added.site.siteId, like).catch(() => {});
  return added;
}

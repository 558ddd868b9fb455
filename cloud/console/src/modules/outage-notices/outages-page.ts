import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { clockOptions, clockText, momentOf } from "../../components/dates/clock-options.ts";
import { state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { editCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter, stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime, today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import {
  callOffOutage,
  decideOutage,
  listOutages,
  type Outage,
  type OutageRules,
  outageAudience,
  outageRulesPath,
  planWork,
  saveOutageRules,
} from "./outages.ts";

const modes = ["off", "ask", "auto"] as const;
const states = ["found", "told", "dismissed", "over", "cancelled"] as const;

/** Outages and planned work: whether customers are told, who was, and the rules for it. */
class OutagesPage extends appElement({ sites: state<Names>(noNames) }) {
  readonly #outages = new ListController<Outage, "state" | "siteId">(this, {
    read: listOutages,
    topics: ["site"],
    filters: ["state", "siteId"],
  });
  readonly #rules = new ReadController<OutageRules>(this, { path: () => outageRulesPath });
  readonly #actions = new PageActions(this, () => this.#outages.reload());

  override async firstUpdated() {
    this.sites = await readNames("sites", this.app.user);
  }

  override render() {
    const { zone } = this.app;
    const manages = this.may("messages.manage");
    return listPage(this.#outages, {
      title: say("outages"),
      name: "outages",
      intro: say("outagesWhy"),
      emptyText: say("noOutages"),
      emptyPicture: "signal",
      above: this.#rulesCard(manages),
      narrow: [stateFilter("outage", states), siteFilter(this.sites)],
      add: this.mayAsOwn("messages.manage") && {
        text: say("planWork"),
        fields: workFields(this.sites, today(zone)),
        submit: (values, key) =>
          planWork(
            {
              siteIds: [values.siteId],
              fromMs: momentOf(values.day, Number(values.from), zone),
              untilMs: momentOf(values.day, Number(values.until), zone),
              words: values.words,
            },
            key,
          ),
        done: () => void this.#outages.reload(),
      },
      columns: [
        { label: say("site"), cell: (row) => html`<strong>${row.siteName ?? say("none")}</strong>` },
        { label: say("kind"), cell: (row) => word("outage_kind", row.kind) },
        {
          label: say("state"),
          lead: true,
          cell: (row) =>
            html`<span class="badge ${row.state === "over" ? "good" : row.state === "found" ? "warn" : ""}"
              >${word("outage", row.state)}</span
            >`,
        },
        { label: say("since"), sort: "since", cell: (row) => dateTime(row.sinceMs, zone) },
        { label: say("until"), cell: (row) => (row.untilMs === null ? say("none") : dateTime(row.untilMs, zone)) },
        {
          label: say("outageTold"),
          numeric: true,
          cell: (row) =>
            html`${row.sent}${row.waiting > 0 ? html` <span class="soft">${say("outageWaiting", { count: row.waiting })}</span>` : nothing}${
              row.skipped > 0
                ? html` <span class="soft">${say("outageSkipped", { count: row.skipped })}</span>`
                : nothing
            }`,
        },
      ],
      buttons: manages && ((row) => this.#buttons(row)),
    });
  }

  #buttons(row: Outage) {
    const { outageId, state: is } = row;
    const busy = this.#actions.busy !== "";
    if (is === "found")
      return html`<span class="row">
        <button class="primary" ?disabled=${busy} @click=${() => this.#tell(row)}>${say("outage_told")}</button>
        <button class="quiet" ?disabled=${busy} @click=${() => this.#actions.run(`no/${outageId}`, (key) => decideOutage(outageId, false, key))}>
          ${say("outageTellNobody")}
        </button>
      </span>`;
    const isAhead = row.kind === "maintenance" && (row.untilMs ?? 0) > Date.now();
    if (is !== "told" || (row.kind === "maintenance" && !isAhead)) return nothing;
    return html`<button class="quiet" ?disabled=${busy} @click=${() => this.#actions.run(`off/${outageId}`, () => callOffOutage(outageId))}>
      ${say(isAhead ? "outageCallOff" : "outageStop")}
    </button>`;
  }

  async #tell({ outageId, siteId, siteName }: Outage) {
    const { all, wishing } = await outageAudience(siteId);
    const sentence = say("outageTellSure", { wishing, all, site: siteName ?? "" });
    if (await ask(sentence, say("outageTell", { count: wishing })))
      await this.#actions.run(`tell/${outageId}`, (key) => decideOutage(outageId, true, key));
  }

  #rulesCard(manages: boolean) {
    return html`${this.#rules.render(
      (rules) => html`<section class="card pad panel">
        <h2>${say("outageRules")}</h2>
        ${facts([
          [say("outageMode"), word("outage_mode", rules.mode)],
          rules.mode === "off" ? null : [say("outageAfter"), rules.afterMinutes],
          rules.mode === "off" ? null : [say("quietFrom"), quietText(rules)],
        ])}
        ${
          manages
            ? html`<p class="row below">
                <button aria-expanded=${this.#rules.edited !== null} @click=${() => this.#rules.toggleEdit()}>${say("edit")}</button>
              </p>`
            : nothing
        }
      </section>`,
    )}
    ${editCard(this.#rules, {
      fields: ruleFields,
      submit: (values, etag) => saveOutageRules(rulesOf(values), etag),
      done: async () => {
        this.#rules.endEdit();
        await this.#rules.reload();
      },
    })}`;
  }
}
customElements.define("outages-page", OutagesPage);

const quietText = ({ quietFromMinute: from, quietUntilMinute: until }: OutageRules): string =>
  from === null || until === null ? say("quietNone") : `${clockText(from)} – ${clockText(until)}`;

function workFields(sites: Names, day: string) {
  return [
    { name: "siteId", label: say("workSites"), type: "select", required: true, options: optionsOf(sites) },
    { name: "day", label: say("workDay"), type: "date", required: true, value: day },
    { name: "from", label: say("fromTime"), type: "select", value: "480", options: clockOptions(0, 1410) },
    { name: "until", label: say("untilTime"), type: "select", value: "600", options: clockOptions(30, 1440) },
    { name: "words", label: say("workWords") },
  ] as const satisfies Fields;
}

function ruleFields(rules: OutageRules) {
  const quiet = (stored: number | null) => [{ value: "", label: say("quietNone") }, ...clockOptions(0, 1410, stored)];
  return [
    {
      name: "mode",
      label: say("outageMode"),
      type: "select",
      value: rules.mode,
      options: modes.map((value) => ({ value, label: word("outage_mode", value) })),
    },
    {
      name: "afterMinutes",
      label: say("outageAfter"),
      type: "number",
      required: true,
      min: 5,
      max: 1440,
      value: rules.afterMinutes,
      hint: say("outageAfterHint"),
    },
    {
      name: "quietFromMinute",
      label: say("quietFrom"),
      type: "select",
      value: text(rules.quietFromMinute),
      options: quiet(rules.quietFromMinute),
    },
    {
      name: "quietUntilMinute",
      label: say("quietUntil"),
      type: "select",
      value: text(rules.quietUntilMinute),
      options: quiet(rules.quietUntilMinute),
    },
    {
      name: "perMinute",
      label: say("perMinute"),
      type: "number",
      required: true,
      min: 1,
      max: 1000,
      value: rules.perMinute,
      group: "more",
    },
    { name: "tellsBack", label: say("tellsBack"), type: "checkbox", value: rules.tellsBack },
  ] as const satisfies Fields;
}

const text = (minute: number | null): string => (minute === null ? "" : String(minute));
const minuteOf = (value: string | null): number | null => (value === null ? null : Number(value));

const rulesOf = (values: ValuesOf<typeof ruleFields>): OutageRules => ({
  ...values,
  quietFromMinute: minuteOf(values.quietFromMinute),
  quietUntilMinute: minuteOf(values.quietUntilMinute),
});

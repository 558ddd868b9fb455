import { html } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import {
  type DriftPolicy,
  type GradedRouter,
  listGrades,
  readPolicy,
  setPolicy,
  startUpgrade,
} from "../../data/fleet/router-health.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { gradeBadge } from "./grade-badge.ts";
import { hoursOf, upgradeFields } from "./upgrades/upgrade-form.ts";

const policies: readonly DriftPolicy[] = ["tell", "repair", "off"];

/** All routers by their grade, the worst first; what is done where one differs; and which get a new RouterOS. */
class RouterGrades extends appElement({ chosen: state<readonly GradedRouter[]>([]), isChanging: state(false) }) {
  readonly #grades = new ListController<GradedRouter>(this, {
    read: (query) => listGrades(query, {}),
    topics: ["router"],
    isCounted: true,
  });
  readonly #policy = new ReadController<{ readonly drift: DriftPolicy }>(this, { read: readPolicy, topics: [] });
  readonly #actions = new PageActions(this, () => this.#policy.reload());

  override render() {
    return html`${this.#policy.render(({ drift }) => this.#policyCard(drift))}
      ${this.chosen.length === 0 ? "" : this.#upgradeForm()}
      ${listCard(this.#grades, {
        title: say("routerGrades"),
        emptyText: say("noSites"),
        unsortedText: say("worstFirst"),
        emptyPicture: "signal",
        rowHref: (row) => `#/routers/${row.siteId}?tab=health`,
        rowKey: (row) => row.siteId,
        rowName: (row) => row.siteName,
        bulk: this.may("routers.network") && [{ text: say("upgradeChosen"), run: (rows) => (this.chosen = rows) }],
        columns: [
          { label: say("grade"), sort: "grade", cell: (row) => gradeBadge(row.grade) },
          { label: say("site"), sort: "name", cell: (row) => html`<strong>${row.siteName}</strong>` },
          { label: say("routerVersion"), sort: "version", cell: (row) => row.routerOs ?? say("none") },
          { label: say("findingLevel_stops"), numeric: true, cell: (row) => row.stops },
          { label: say("findingLevel_wrong"), numeric: true, cell: (row) => row.wrong },
          { label: say("findingLevel_notice"), numeric: true, cell: (row) => row.notices },
          {
            label: say("healthTold"),
            isExtra: true,
            cell: (row) => (row.toldAtMs === null ? say("none") : dateTime(row.toldAtMs, this.app.zone)),
          },
        ],
      })}`;
  }

  #policyCard(drift: DriftPolicy) {
    if (!this.isChanging)
      return html`<section class="card pad panel row">
        <span>${say("driftPolicy")} <strong>${word("drift", drift)}</strong></span>
        ${
          this.may("provider.manage")
            ? html`<button class="quiet" @click=${() => (this.isChanging = true)}>${say("edit")}</button>`
            : ""
        }
      </section>`;
    return formCard({
      title: say("driftPolicy"),
      intro: say("driftPolicyIntro"),
      fields: [
        {
          name: "drift",
          label: say("bulkWhat"),
          type: "select",
          value: drift,
          options: policies.map((value) => ({ value, label: word("drift", value) })),
        },
      ],
      submitText: say("save"),
      submit: (values: Values) => setPolicy(values.drift as DriftPolicy),
      done: () => {
        this.isChanging = false;
        this.#actions.notify(say("saved"));
        void this.#policy.reload();
      },
      cancel: () => (this.isChanging = false),
    });
  }

  #upgradeForm() {
    return formCard({
      title: say("upgradeOf", { count: this.chosen.length }),
      intro: html`${say("upgradeIntro")} <strong>${say("upgradeNoWayBack")}</strong>
        ${this.chosen.map(({ siteName }) => siteName).join(", ")}`,
      fields: upgradeFields(),
      submitText: say("upgradeStart"),
      submit: (values: Values) =>
        startUpgrade({
          siteIds: this.chosen.map(({ siteId }) => siteId),
          channel: values.channel,
          version: String(values.version ?? "").trim(),
          healthyMinutes: Number(values.healthyMinutes),
          window: hoursOf(values.from, values.until),
        }),
      done: () => {
        this.chosen = [];
        this.#actions.notify(say("upgradeStarted"));
        location.hash = "#/routers?view=upgrades";
      },
      cancel: () => (this.chosen = []),
    });
  }
}
customElements.define("router-grades", RouterGrades);

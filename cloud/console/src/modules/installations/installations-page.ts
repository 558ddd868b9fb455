import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { plansToChoose } from "../../data/catalogue/plans.ts";
import { noNames, readNames } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { wordChoices } from "../tickets/word-choices.ts";
import { type Choices, installationFields, installationOf } from "./installation-fields.ts";
import { addInstallation, type Installation, listInstallations, type WholeInstallation } from "./installations.ts";

const states = ["lead", "planned", "working", "done", "cancelled"] as const;
const badges: Readonly<Record<string, string>> = { done: "good", working: "warn", planned: "warn" };

/** Who would like a line, when somebody goes there, and what is done. A technician sees their own. */
class InstallationsPage extends appElement({
  choices: state<Choices>({ plans: [], sites: noNames, staff: noNames }),
}) {
  readonly #installations = new ListController<Installation, "state" | "show">(this, {
    read: (query, { show, ...filters }) =>
      listInstallations(query, {
        ...filters,
        ...(show === "all" || filters.state !== "" ? {} : { live: true }),
        ...(show === "mine" ? { assignedTo: this.app.user.userId } : {}),
      }),
    topics: ["customer"],
    filters: ["state", "show"],
    isCounted: true,
  });

  override async firstUpdated() {
    if (!this.may("installations.manage")) return;
    const { user } = this.app;
    const [plans, sites, staff] = await Promise.all([
      this.may("plans.read") ? plansToChoose().catch(() => []) : [],
      readNames("sites", user),
      readNames("staff", user),
    ]);
    this.choices = { plans, sites, staff };
  }

  override render() {
    const { zone } = this.app;
    return listPage(this.#installations, {
      title: say("installations"),
      name: "installations",
      intro: say("installationsWhy"),
      emptyText: say("noInstallations"),
      search: say("searchInstallation"),
      add: this.may("installations.manage") && {
        text: say("addInstallation"),
        fields: installationFields(null, this.choices, zone),
        submit: (values, key) => addInstallation(installationOf(values, zone), key),
        done: (made) => {
          location.hash = `#/installations/${encodeURIComponent((made as WholeInstallation).installationId)}`;
        },
      },
      narrow: [
        {
          name: "show",
          label: say("showOnly"),
          options: [
            { value: "", label: say("showLive") },
            { value: "mine", label: say("showMine") },
            { value: "all", label: say("showAll") },
          ],
        },
        {
          name: "state",
          label: say("state"),
          options: [{ value: "", label: say("allStates") }, ...wordChoices("installation", states)],
        },
      ],
      columns: [
        {
          label: say("name"),
          cell: (row) => html`<strong><span class="soft number">#${row.number}</span> ${row.name}</strong>`,
        },
        {
          label: say("state"),
          lead: true,
          cell: (row) => html`<span class="badge ${badges[row.state] ?? ""}">${word("installation", row.state)}</span>`,
        },
        {
          label: say("visit"),
          isNamed: true,
          sort: "visit",
          cell: (row) => (row.visitFromMs === null ? say("noVisit") : dateTime(row.visitFromMs, zone)),
        },
        { label: say("technician"), isNamed: true, cell: (row) => row.assignedToName ?? say("nobodyYet") },
        { label: say("placeNote"), cell: (row) => row.placeNote ?? say("none") },
        {
          label: say("wishedPlan"),
          isExtra: true,
          cell: (row) => (row.planName === null ? say("none") : planTitle(row.planName)),
        },
        { label: say("checklist"), numeric: true, cell: (row) => say("ticked", { done: row.ticked, all: row.toTick }) },
      ],
      rowHref: (row) => `#/installations/${row.installationId}`,
    });
  }
}
customElements.define("installations-page", InstallationsPage);

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { choiceButtons } from "../../components/table/filters.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  addPlan,
  archivePlan,
  changePlan,
  copyPlan,
  listGroups,
  listPlans,
  type Plan,
  type PlanGroup,
  readCurrencies,
  readPlan,
} from "../../data/catalogue/plans.ts";
import type { Versioned } from "../../hub/api.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import "./groups-card.ts";
import "./place-prices.ts";
import "./promotions-card.ts";
import { planForm } from "./plan-form.ts";
import { specialWords, termsText } from "./terms-text.ts";

/** The plans: price and terms. They are added, changed, copied, archived, and put into groups. */
class PlansPage extends appElement({
  /** The plan that the open form changes, with its version. */
  edited: state<Versioned<Plan> | null>(null),
  /** Null: not read yet. */
  groups: state<readonly PlanGroup[] | null>(null),
  currencies: state<readonly string[]>([]),
}) {
  readonly #plans = new ListController<Plan, "groupId" | "show">(this, {
    read: async (query, { groupId, show }) => {
      const [groups, currencies] = await Promise.all([listGroups(), readCurrencies()]);
      this.groups = groups.items;
      this.currencies = currencies;
      return listPlans(query, { archived: show === "archived", groupId });
    },
    topics: ["plan"],
    filters: ["groupId", "show"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#plans.reload());

  override render() {
    const mayChange = this.may("plans.manage");
    const groups = this.groups ?? [];
    return listPage(this.#plans, {
      title: say("plans"),
      emptyText: say("noPlans"),
      above: this.#editForm(),
      add: mayChange && { text: say("addPlan"), form: () => this.#addForm() },
      narrow:
        groups.length === 0
          ? []
          : [
              {
                name: "groupId",
                label: say("planGroup"),
                options: [
                  { value: "", label: say("allGroups") },
                  ...groups.map(({ groupId, name }) => ({ value: groupId, label: name })),
                ],
              },
            ],
      filters: this.#choices(),
      columns: [
        { label: say("name"), sort: "name", cell: (row) => this.#name(row) },
        { label: say("whatYouGet"), cell: (row) => this.#terms(row) },
        {
          label: say("state"),
          cell: (row) =>
            html`<span class="badge ${(row.active || row.trial !== undefined) && !row.archived ? "good" : ""}"
              >${say(row.archived ? "archived" : row.trial !== undefined ? "freeTrial" : row.active ? "onSale" : "offSale")}</span
            >`,
        },
        {
          label: say("price"),
          sort: "price",
          numeric: true,
          lead: true,
          cell: (row) => money(row.priceCents, row.currency),
        },
      ],
      buttons: mayChange && ((row) => this.#buttons(row)),
      below:
        this.groups === null
          ? nothing
          : html`<h2 class="between">${say("promotions")}</h2>
              <promotions-card .app=${this.app} .currencies=${this.currencies}></promotions-card>
              <h2 class="between">${say("planGroups")}</h2>
              <groups-card
                .groups=${groups}
                .mayChange=${mayChange}
                @changed=${() => this.#plans.reload()}
              ></groups-card>`,
    });
  }

  #name(row: Plan) {
    const group = this.groups?.find(({ groupId }) => groupId === row.groupId);
    return html`<strong>${planTitle(row.name)}</strong>${group === undefined ? nothing : html`<br /><span class="soft">${group.name}</span>`}`;
  }

  #terms({ terms }: Plan) {
    return html`${termsText(terms)}${specialWords(terms).map((sentence) => html`<br /><span class="soft">${sentence}</span>`)}`;
  }

  #choices() {
    const list = this.#plans;
    const choices = [
      ["", say("current")],
      ["archived", say("archived")],
    ] as const;
    return choiceButtons<string>(say("plans"), choices, list.filters.show, (show) => void list.narrow({ show }));
  }

  /** What a plan's form offers. */
  #offered() {
    const { utcOffsetMinutes } = this.app.zone;
    return { groups: this.groups ?? [], currencies: this.currencies, utcOffsetMinutes };
  }

  #addForm() {
    const done = () => {
      this.#plans.toggleAdding();
      this.#saved();
    };
    return planForm(null, this.#offered(), { submit: addPlan, done });
  }

  #editForm() {
    const { edited } = this;
    if (edited === null) return nothing;
    const { planId } = edited.value;
    const form = keyed(
      edited.etag,
      planForm(edited.value, this.#offered(), {
        submit: (change) => changePlan(planId, change, edited.etag),
        done: () => {
          this.edited = null;
          this.#saved();
        },
        cancel: () => (this.edited = null),
        reload: () => void this.#edit(planId),
      }),
    );
    return html`${form}<place-prices
        .app=${this.app}
        .plan=${edited.value}
        .etag=${edited.etag}
        .currencies=${this.currencies}
        @changed=${() => this.#edit(planId)}
      ></place-prices>`;
  }

  #saved() {
    this.#actions.notify(say("saved"));
    void this.#plans.reload();
  }

  #buttons(row: Plan) {
    const run = (name: string, work: (key: string) => Promise<unknown>) =>
      this.#actions.run(`${name}/${row.planId}`, work);
    if (row.archived)
      return html`<button @click=${() => run("unarchive", () => archivePlan(row.planId, false))}>${say("bringBack")}</button>`;
    return html`<span class="row">
      <button @click=${() => this.#edit(row.planId)}>${say("edit")}</button>
      <button class="quiet" @click=${() => run("copy", (key) => copyPlan(row.planId, key))}>${say("copyPlan")}</button>
      <button class="quiet danger" @click=${() => this.#archive(row)}>${say("archive")}</button>
    </span>`;
  }

  async #archive({ planId, name }: Plan) {
    const thing = planTitle(name);
    if (await ask(say("archivePlanSure", { name: thing }), say("archive"), { danger: true, thing }))
      await this.#actions.run(`archive/${planId}`, () => archivePlan(planId, true));
  }

  async #edit(planId: string) {
    await this.#actions.run(
      `edit/${planId}`,
      () => readPlan(planId),
      (plan) => {
        this.edited = plan;
        return "";
      },
    );
    await this.updateComplete;
    this.renderRoot.querySelector("action-form")?.scrollIntoView({ block: "center" });
  }
}
customElements.define("plans-page", PlansPage);

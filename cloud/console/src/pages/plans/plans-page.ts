import { displayName } from "@karibu/protocol/plan-name";
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  addPlan,
  archivePlan,
  changePlan,
  copyPlan,
  listGroups,
  listPlans,
  type Plan,
  type PlanGroup,
  readPlan,
} from "../../data/catalogue/plans.ts";
import type { Desk } from "../../desk.ts";
import type { Versioned } from "../../hub/api.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./groups-card.ts";
import { planForm } from "./plan-form.ts";
import { termsText } from "./terms-text.ts";

/** What is sold: price and what it gives; added, changed, copied, archived, ordered in groups. */
class PlansPage extends elementWith({
  desk: property<Desk>(),
  /** A plan that is being changed, with its version, or `new`. */
  open: state<Versioned<Plan> | "new" | null>(null),
  groups: state<readonly PlanGroup[]>([]),
  /** Only those of this group; empty: all. */
  group: state(""),
  archived: state(false),
}) {
  readonly #deeds = new Deeds(this);
  readonly #plans = new ListController<Plan>(this, {
    read: async (cursor, sort) => {
      this.groups = (await listGroups()).items;
      return listPlans({ limit: 50, cursor, sort, archived: this.archived, groupId: this.group || null });
    },
    topics: ["plan"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("plans.manage");
    return html`${listHead(say("plans"), {
      text: say("addPlan"),
      may: mayChange,
      isOpen: this.open === "new",
      toggle: () => this.#toggleNew(),
    })}
      ${this.#deeds.notice()} ${this.#form()} ${this.#filters()}
      ${listCard(this.#plans, {
        caption: say("plans"),
        emptyText: say(this.archived || this.group !== "" ? "nothingFound" : "noPlans"),
        columns: [
          { label: say("name"), sort: "name", cell: (row) => this.#name(row) },
          { label: say("whatYouGet"), cell: (row) => termsText(row.terms) },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${row.active && !row.archived ? "good" : ""}"
                >${say(row.archived ? "archived" : row.active ? "onSale" : "offSale")}</span
              >`,
          },
          {
            label: say("price"),
            sort: "price",
            numeric: true,
            lead: true,
            cell: (row) => money(row.priceCents, row.currency),
          },
          ...(mayChange ? [{ label: say("change"), cell: (row: Plan) => this.#actions(row) }] : []),
        ],
      })}
      <h2 class="between">${say("planGroups")}</h2>
      <groups-card .groups=${this.groups} .mayChange=${mayChange} @changed=${() => this.#plans.reload()}></groups-card>`;
  }

  #name(row: Plan) {
    const group = this.groups.find(({ groupId }) => groupId === row.groupId);
    return html`<strong>${displayName(row.name)}</strong>${group === undefined ? nothing : html`<br /><span class="soft">${group.name}</span>`}`;
  }

  #filters() {
    const choose = (event: Event) => {
      this.group = (event.target as HTMLSelectElement).value;
      void this.#plans.reload();
    };
    const show = (archived: boolean) => {
      this.archived = archived;
      void this.#plans.reload();
    };
    return html`<div class="filters">
      ${
        this.groups.length === 0
          ? nothing
          : html`<label
              >${say("planGroup")}<select @change=${choose}>
                <option value="">${say("allGroups")}</option>
                ${this.groups.map((group) => html`<option value=${group.groupId}>${group.name}</option>`)}
              </select></label
            >`
      }
      <div class="row" role="group" aria-label=${say("plans")}>
        <button aria-pressed=${!this.archived} class=${this.archived ? "" : "primary"} @click=${() => show(false)}>
          ${say("current")}
        </button>
        <button aria-pressed=${this.archived} class=${this.archived ? "primary" : ""} @click=${() => show(true)}>
          ${say("archived")}
        </button>
      </div>
    </div>`;
  }

  #form() {
    const { open } = this;
    if (open === null) return nothing;
    const plan = open === "new" ? null : open.value;
    return keyed(
      open === "new" ? "new" : open.etag,
      planForm(plan, this.groups, {
        submit: (change, key) =>
          open === "new" ? addPlan(change, key) : changePlan(open.value.planId, change, open.etag),
        done: () => {
          this.open = null;
          this.#deeds.tell(say("saved"));
          void this.#plans.reload();
        },
        lookAgain: () => void (plan !== null && this.#edit(plan.planId)),
      }),
    );
  }

  #actions(row: Plan) {
    const then = async (name: string, work: (key: string) => Promise<unknown>) => {
      await this.#deeds.run(`${name}/${row.planId}`, work);
      await this.#plans.reload();
    };
    if (row.archived)
      return html`<button @click=${() => then("unarchive", () => archivePlan(row.planId, false))}>${say("bringBack")}</button>`;
    return html`<span class="row">
      <button @click=${() => this.#edit(row.planId)}>${say("edit")}</button>
      <button class="quiet" @click=${() => then("copy", (key) => copyPlan(row.planId, key))}>${say("copyPlan")}</button>
      <button class="quiet" @click=${() => then("archive", () => archivePlan(row.planId, true))}>${say("archive")}</button>
    </span>`;
  }

  async #edit(planId: string) {
    await this.#deeds.run(
      `edit/${planId}`,
      () => readPlan(planId),
      (plan) => {
        this.open = plan;
        return "";
      },
    );
    await this.updateComplete;
    this.renderRoot.querySelector("action-form")?.scrollIntoView({ block: "center" });
  }

  #toggleNew() {
    this.open = this.open === "new" ? null : "new";
  }
}
customElements.define("plans-page", PlansPage);

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import "../../components/table/data-table.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { currencyOptions } from "../../pages/settings/choices.ts";
import { money } from "../../strings/format.ts";
import { limitName } from "../../strings/limit-name.ts";
import { say, word } from "../../strings/strings.ts";
import {
  addPlatformPlan,
  type BillingFigures,
  billingPath,
  changePlatformPlan,
  type PlatformPlan,
  type PlatformPlans,
  platformPlansPath,
} from "./platform-billing.ts";
import { subscriptionTones } from "./subscription-tones.ts";

type Item = BillingFigures["items"][number];
/** What a plan usually limits. */
const limited = ["sites", "hosted-sites", "tunnel-addresses", "voucher-codes", "messages", "mails"] as const;

/** For platform admins: what providers pay by month, who left, who owes, and the plans that there are. */
class BillingPage extends appElement({
  /** `new`, or the id of the plan that is being changed; empty: none. */
  open: state(""),
}) {
  readonly #figures = new ReadController<BillingFigures>(this, { path: () => billingPath, topics: [] });
  readonly #plans = new ReadController<PlatformPlans>(this, { path: () => platformPlansPath });
  readonly #actions = new PageActions(this);

  static override styles = [sharedStyles, tileStyles];

  override render() {
    return html`<div class="head"><h1>${say("providerSubscriptions")}</h1></div>
      ${this.#figures.render((figures) => this.#body(figures))}
      <h2 class="between">${say("platformPlans")}</h2>
      <p class="soft panel">${say("payChannelsHint")} <a href="#/channels">${say("channels")}</a></p>
      ${this.#plans.render(({ items }) => this.#planTable(items))}`;
  }

  #body({ monthly, arrears, trials, paying, owing, left, churnPermille, items }: BillingFigures): TemplateResult {
    const summed = (sums: BillingFigures["monthly"]) =>
      sums.length === 0
        ? money(0, "KES")
        : sums.map(({ amountCents, currency }) => money(amountCents, currency)).join(" · ");
    return html`<div class="tiles">
        ${tile(say("monthlyRevenue"), summed(monthly))}
        ${tile(say("payingProviders"), String(paying), say("inTrial", { count: trials }))}
        ${tile(say("churnTitle"), String(left), say("churnOf", { percent: (churnPermille / 10).toFixed(1) }))}
        ${tile(say("arrearsTitle"), summed(arrears), say("owingProviders", { count: owing }), { attention: owing > 0 })}
      </div>
      <data-table
        caption=${say("providerSubscriptions")}
        emptyText=${say("noProviderSubscriptions")}
        .columns=${[
          { label: say("provider"), cell: (row: Item) => html`<strong>${row.providerName}</strong>` },
          { label: say("plan"), cell: (row: Item) => row.planName },
          {
            label: say("state"),
            cell: (row: Item) =>
              html`<span class="badge ${subscriptionTones[row.state]}">${word("subscribed", row.state)}</span>`,
          },
          { label: say("amount"), numeric: true, cell: (row: Item) => money(row.priceCents, row.currency) },
          { label: say("arrearsTitle"), numeric: true, cell: (row: Item) => money(row.owedCents, row.owedCurrency) },
        ]}
        .rows=${items}
        .rowHref=${(row: Item) => `#/providers/${encodeURIComponent(row.providerId)}`}
      ></data-table>`;
  }

  #planTable(plans: readonly PlatformPlan[]): TemplateResult {
    const mayChange = this.may("providers.manage");
    const changed = plans.find(({ planId }) => planId === this.open);
    return html`<data-table
        caption=${say("platformPlans")}
        emptyText=${say("noPlatformPlans")}
        .columns=${[
          { label: say("name"), cell: (row: PlatformPlan) => html`<strong>${row.name}</strong>` },
          { label: say("trialDays"), numeric: true, cell: (row: PlatformPlan) => row.trialDays },
          {
            label: say("state"),
            cell: (row: PlatformPlan) => html`<span class="row"
              >${row.active ? html`<span class="badge good">${say("active")}</span>` : html`<span class="badge">${say("inactive")}</span>`}
              ${row.forNew ? html`<span class="badge">${say("forNewProviders")}</span>` : nothing}</span
            >`,
          },
          { label: say("amount"), numeric: true, cell: (row: PlatformPlan) => money(row.priceCents, row.currency) },
          ...(mayChange
            ? [
                {
                  label: "",
                  cell: (row: PlatformPlan) =>
                    html`<button @click=${() => (this.open = row.planId)}>${say("edit")}</button>`,
                },
              ]
            : []),
        ]}
        .rows=${plans}
      ></data-table>
      ${
        mayChange
          ? html`<p class="below panel">
              <button class="primary" aria-expanded=${this.open === "new"} @click=${() => (this.open = this.open === "new" ? "" : "new")}>
                ${say("addPlatformPlan")}
              </button>
            </p>`
          : nothing
      }
      ${this.open === "" || !mayChange ? nothing : this.#form(changed ?? null)}`;
  }

  #form(plan: PlatformPlan | null) {
    return keyed(
      this.open,
      formCard({
        title: plan?.name ?? say("addPlatformPlan"),
        fields: planFields(plan),
        submitText: say("save"),
        submit: (values) =>
          plan === null
            ? addPlatformPlan({ ...changeOf(values), currency: values.currency })
            : changePlatformPlan(plan.planId, changeOf(values)),
        done: () => {
          this.open = "";
          this.#actions.notify(say("saved"));
          void this.#plans.reload();
          void this.#figures.reload();
        },
        cancel: () => {
          this.open = "";
        },
      }),
    );
  }
}
customElements.define("billing-page", BillingPage);

function planFields(plan: PlatformPlan | null) {
  return [
    { name: "name", label: say("name"), required: true, value: plan?.name ?? null },
    { name: "priceCents", label: say("price"), type: "money", required: true, min: 0, value: plan?.priceCents ?? null },
    ...(plan === null
      ? ([
          {
            name: "currency",
            label: say("currency"),
            type: "select",
            value: "KES",
            options: currencyOptions(),
          },
        ] as const)
      : ([] as const)),
    { name: "trialDays", label: say("trialDays"), type: "number", min: 0, max: 90, value: plan?.trialDays ?? 14 },
    ...limited.map(
      (kind) =>
        ({
          name: kind,
          label: limitName(kind),
          type: "number",
          min: 0,
          hint: say("limitDefault"),
          value: plan?.limits[kind] ?? null,
        }) as const,
    ),
    { name: "active", label: say("planCanBeChosen"), type: "checkbox", value: plan?.active ?? true },
    { name: "forNew", label: say("forNewProviders"), type: "checkbox", value: plan?.forNew ?? false },
  ] as const satisfies Fields;
}

function changeOf(values: ValuesOf<typeof planFields>) {
  const limits = limited.flatMap((kind) => {
    const typed = values[kind];
    return typed === null ? [] : [[kind, typed] as const];
  });
  return {
    name: values.name,
    priceCents: values.priceCents,
    trialDays: values.trialDays ?? 0,
    limits: Object.fromEntries(limits),
    active: values.active,
    forNew: values.forNew,
  };
}

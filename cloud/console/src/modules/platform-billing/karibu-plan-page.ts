import { css, html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import "../../components/quota-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { dateTime, money } from "../../strings/format.ts";
import { limitName } from "../../strings/limit-name.ts";
import { say, word } from "../../strings/strings.ts";
import { chargesTable } from "./charges-table.ts";
import {
  choosePlatformPlan,
  type OwnSubscription,
  ownSubscriptionPath,
  payPlatformCharge,
} from "./platform-billing.ts";
import { subscriptionTones } from "./subscription-tones.ts";

/** What a provider has of the platform: its plan, what it uses, its invoices; and how it pays. */
class KaribuPlanPage extends appElement({
  /** How often the plan was changed here: the quotas are read again. */
  planChanges: state(0),
  /** The page on which the open invoice is paid; empty: none was opened. */
  payAt: state(""),
}) {
  readonly #own = new ReadController<OwnSubscription>(this, { path: () => ownSubscriptionPath, topics: [] });
  readonly #actions = new PageActions(this, () => this.#own.reload());

  static override styles = [
    sharedStyles,
    css`
      .plans {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 220px), 1fr));
        gap: var(--space-3);
      }
    `,
  ];

  override render() {
    return html`<div class="head"><h1>${say("karibuPlan")}</h1></div>
      ${this.#own.render((own) => this.#body(own))}
      ${keyed(this.planChanges, html`<quota-card .app=${this.app}></quota-card>`)}`;
  }

  #body({ subscription, plans, charges, ways }: OwnSubscription): TemplateResult {
    const open = charges.filter(({ state }) => state === "issued").toReversed()[0];
    return html`${this.#standing(subscription)}
      ${open === undefined || !this.may("provider.manage") ? nothing : this.#pay(open, ways)}
      ${plans.length === 0 ? nothing : html`<div class="plans">${plans.map((plan) => this.#plan(plan, subscription))}</div>`}
      <h2 class="between">${say("karibuInvoices")}</h2>
      ${chargesTable(charges, this.app.zone)}`;
  }

  #standing(subscription: OwnSubscription["subscription"]): TemplateResult {
    if (subscription === null) return html`<p class="soft panel">${say("noKaribuPlan")}</p>`;
    const { state, plan, nextPlan, owedCents, owedCurrency, notices, readOnlyFromMs, salesStopAtMs } = subscription;
    const at = (atMs: number) => dateTime(atMs, this.app.zone);
    return html`<section class="card pad panel">
      <p class="row">
        <strong>${plan.name}</strong>
        <span class="badge ${subscriptionTones[state]}">${word("subscribed", state)}</span>
      </p>
      <p>${say("perMonth", { price: money(plan.priceCents, plan.currency) })}</p>
      ${state === "trial" ? html`<p>${say("trialUntil", { time: at(subscription.trialEndsAtMs) })}</p>` : nothing}
      ${nextPlan === null ? nothing : html`<p>${say("nextKaribuPlan", { name: nextPlan.name })}</p>`}
      ${owedCents === 0 ? nothing : html`<p role="alert"><strong>${say("karibuOwed", { amount: money(owedCents, owedCurrency), count: notices })}</strong></p>`}
      ${readOnlyFromMs === null ? nothing : html`<p>${say("karibuReadOnlyFrom", { time: at(readOnlyFromMs) })}</p>`}
      ${salesStopAtMs === null ? nothing : html`<p>${say("karibuSalesStop", { time: at(salesStopAtMs) })}</p>`}
    </section>`;
  }

  #pay(
    { id, amountCents, currency, accountNumber, toldAtMs }: OwnSubscription["charges"][number],
    ways: OwnSubscription["ways"],
  ) {
    // Who sees the form again pays twice.
    if (toldAtMs !== null)
      return html`<p class="card pad panel" role="status">
        ${say("payKaribuTold", { amount: money(amountCents, currency), time: dateTime(toldAtMs, this.app.zone) })}
      </p>`;
    if (this.payAt !== "")
      return html`<section class="card pad panel" role="status">
        <p>${say("payKaribuOnPage", { amount: money(amountCents, currency) })}</p>
        <p class="row">
          <a class="button primary" href=${this.payAt} target="_blank" rel="noopener noreferrer">${say("toPayPage")}</a>
          <button @click=${() => void this.#paidOnPage()}>${say("reload")}</button>
        </p>
      </section>`;
    const asksPhone = ways.some(({ paysBy }) => paysBy === "phone");
    const account = accountNumber === null || !asksPhone ? null : { account: accountNumber };
    return keyed(
      id,
      formCard({
        title: say("payKaribu", { amount: money(amountCents, currency) }),
        ...(account === null ? {} : { intro: say("payKaribuWhy", account) }),
        fields: [
          ...(ways.length > 1 || (ways.length === 1 && !asksPhone) ? [wayField(ways)] : []),
          { name: "phone", label: say("phone"), type: "tel", required: true },
        ],
        submitText: say(ways.length <= 1 && asksPhone ? "askThePhone" : "payKaribuGo"),
        submit: ({ phone, channelId }, key) =>
          payPlatformCharge(id, { phone: String(phone), ...(channelId ? { channelId: String(channelId) } : {}) }, key),
        done: (answer) => {
          const { state: now, payAt } = answer as Awaited<ReturnType<typeof payPlatformCharge>>;
          if (payAt !== null && /^https?:\/\//.test(payAt)) {
            this.payAt = payAt;
            return;
          }
          const isAsked = now !== "failed";
          this.#actions.notify(say(isAsked ? "phoneIsAsked" : "phoneNotAsked"), !isAsked);
          void this.#own.reload();
        },
      }),
    );
  }

  #plan(plan: OwnSubscription["plans"][number], subscription: OwnSubscription["subscription"]): TemplateResult {
    const chosen = subscription?.state === "ended" ? undefined : (subscription?.nextPlan ?? subscription?.plan)?.planId;
    const limits = Object.entries(plan.limits) as [string, number][];
    return html`<section class="card pad">
      <h3>${plan.name}</h3>
      <p><strong>${say("perMonth", { price: money(plan.priceCents, plan.currency) })}</strong></p>
      ${plan.trialDays > 0 && subscription === null ? html`<p>${say("trialDaysOf", { days: plan.trialDays })}</p>` : nothing}
      <ul>
        ${limits.map(([kind, limit]) => html`<li>${limitName(kind)}: ${limit.toLocaleString("en")}</li>`)}
      </ul>
      ${
        chosen === plan.planId
          ? html`<span class="badge good">${say("yourKaribuPlan")}</span>`
          : this.may("provider.manage")
            ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#choose(plan)}>
                ${say("chooseKaribuPlan")}
              </button>`
            : nothing
      }
    </section>`;
  }

  async #paidOnPage() {
    this.payAt = "";
    await this.#own.reload();
  }

  /** From then on it costs money each month. */
  async #choose({ planId, name, priceCents, currency }: OwnSubscription["plans"][number]) {
    const price = say("perMonth", { price: money(priceCents, currency) });
    if (!(await ask(`${name}: ${price}`, say("chooseKaribuPlan"), { thing: name }))) return;
    await this.#actions.run("plan", () => choosePlatformPlan(planId));
    this.planChanges++;
  }
}
customElements.define("karibu-plan-page", KaribuPlanPage);

function wayField(ways: OwnSubscription["ways"]): Field {
  const labelOf = ({ name, paysBy }: OwnSubscription["ways"][number]) =>
    paysBy === "phone" ? say("byPhoneOf", { name }) : name === "Card" ? say("byCard") : name;
  return {
    name: "channelId",
    label: say("howYouPay"),
    type: "select",
    value: ways[0]?.channelId ?? "",
    options: ways.map((way) => ({ value: way.channelId, label: labelOf(way) })),
  };
}

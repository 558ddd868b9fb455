import { html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { chargesTable } from "./charges-table.ts";
import {
  givePlatformPlan,
  type OwnSubscription,
  settlePlatformCharge,
  subscriptionOfPath,
} from "./platform-billing.ts";
import { subscriptionTones } from "./subscription-tones.ts";

/** What one provider pays the platform; an admin gives a plan, takes cash, forgives, ends. */
class ProviderPlanCard extends appElement({
  providerId: property(""),
  providerName: property(""),
}) {
  readonly #own = new ReadController<OwnSubscription>(this, {
    path: () => subscriptionOfPath(this.providerId),
    topics: [],
  });
  /** The limits of a plan are quotas: the page reads those again at `changed`. */
  readonly #actions = new PageActions(this, () => {
    this.dispatchEvent(new CustomEvent("changed"));
    return this.#own.reload();
  });

  override render() {
    return html`<h2 class="between">${say("karibuPlan")}</h2>
      ${this.#own.render((own) => this.#body(own))}`;
  }

  #body({ subscription, plans, charges }: OwnSubscription): TemplateResult {
    const mayManage = this.may("providers.manage");
    return html`${
      subscription === null
        ? html`<p class="soft panel">
            ${say(plans.length === 0 ? "noPlatformPlans" : "providerHasNoPlan")}
            ${plans.length === 0 ? html`<a href="#/billing">${say("providerSubscriptions")}</a>` : nothing}
          </p>`
        : html`<p class="row panel">
            <strong>${subscription.plan.name}</strong>
            <span class="badge ${subscriptionTones[subscription.state]}">${word("subscribed", subscription.state)}</span>
            ${
              mayManage && subscription.state !== "ended"
                ? html`<button class="quiet danger" @click=${this.#end}>${say("endSubscription")}</button>`
                : nothing
            }
          </p>`
    }
    ${
      mayManage && plans.length > 0
        ? formCard({
            fields: [
              {
                name: "planId",
                label: say("plan"),
                type: "select",
                value: subscription?.plan.planId ?? plans[0]?.planId ?? "",
                options: plans.map(({ planId, name }) => ({ value: planId, label: name })),
              },
            ],
            submitText: say("givePlan"),
            submit: ({ planId }) => givePlatformPlan(this.providerId, String(planId)),
            done: () => {
              this.#actions.notify(say("saved"));
              this.dispatchEvent(new CustomEvent("changed"));
              void this.#own.reload();
            },
          })
        : nothing
    }
    ${charges.length === 0 ? nothing : chargesTable(charges, this.app.zone, mayManage ? (charge) => this.#settle(charge) : undefined)}`;
  }

  #settle({ id, amountCents, currency }: OwnSubscription["charges"][number]): TemplateResult {
    const settle = (how: "cash" | "forgiven") =>
      this.#actions.run(`${how}-${id}`, () => settlePlatformCharge(this.providerId, id, how));
    const paid = async () => {
      const sure = say("settleCashSure", { amount: money(amountCents, currency) });
      if (await ask(sure, say("settleCash"), { thing: this.providerName })) await settle("cash");
    };
    const forgive = async () => {
      const sure = say("forgiveSure", { amount: money(amountCents, currency) });
      if (await ask(sure, say("forgiveCharge"), { danger: true, thing: this.providerName })) await settle("forgiven");
    };
    return html`<span class="row"
      ><button ?disabled=${this.#actions.busy !== ""} @click=${paid}>${say("settleCash")}</button
      ><button class="quiet" ?disabled=${this.#actions.busy !== ""} @click=${forgive}>${say("forgiveCharge")}</button></span
    >`;
  }

  readonly #end = async () => {
    const sure = say("endSubscriptionSure", { name: this.providerName });
    if (!(await ask(sure, say("endSubscription"), { danger: true, thing: this.providerName }))) return;
    await this.#actions.run("end", () => givePlatformPlan(this.providerId, null));
  };
}
customElements.define("provider-plan-card", ProviderPlanCard);

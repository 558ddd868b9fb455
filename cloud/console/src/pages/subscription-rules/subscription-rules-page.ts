import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { editCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { rulesPath, type SubscriptionRules, setRules } from "../../data/money/subscription-rules.ts";
import { currencyName, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";

const ways = ["page", "slower", "cut"] as const;

/** The provider's rules for subscriptions, and those of a plan that has its own: grace, what comes after it, late fee, promises, pauses. */
class SubscriptionRulesPage extends appElement({ planId: state("") }) {
  readonly #actions = new PageActions(this);
  readonly #plans = new ReadController<readonly Plan[]>(this, { read: plansToChoose });
  readonly #rules = new ReadController<SubscriptionRules>(this, { path: () => rulesPath(this.planId) });

  override render() {
    const choose = (event: Event) => {
      this.planId = (event.target as HTMLSelectElement).value;
      void this.#rules.readOther();
    };
    return html`<div class="head"><h1>${say("subscriptionRules")}</h1></div>
      <p class="soft panel">${say("subscriptionRulesWhy")}</p>
      <p class="row panel">
        <label
          >${say("rulesOf")}
          <select name="planId" @change=${choose}>
            <option value="" ?selected=${this.planId === ""}>${say("allPlansWithoutOwn")}</option>
            ${(this.#plans.value ?? []).map(
              ({ planId, name }) =>
                html`<option value=${planId} ?selected=${planId === this.planId}>${planTitle(name)}</option>`,
            )}
          </select></label
        >
      </p>
      ${this.#rules.render((rules) => this.#body(rules))}`;
  }

  #body(rules: SubscriptionRules) {
    const { currency } = this.app;
    const days = (count: number) => say("daysOf", { count });
    return html`<section class="card pad">
        ${facts([
          [say("graceTime"), rules.graceSeconds === 0 ? say("none") : hoursText(rules.graceSeconds)],
          [say("afterGrace"), word("afterWay", rules.afterWay)],
          [say("lateFee"), rules.lateFeeCents === 0 ? say("none") : money(rules.lateFeeCents, currency)],
          [say("promiseDaysMax"), rules.promiseDaysMax === 0 ? say("nobodyMay") : days(rules.promiseDaysMax)],
          [say("pauseDaysMax"), rules.pauseDaysMax === 0 ? say("nobodyMay") : days(rules.pauseDaysMax)],
        ])}
        ${
          this.may("plans.manage")
            ? html`<p class="row below">
                <button aria-expanded=${this.#rules.edited !== null} @click=${() => this.#rules.toggleEdit()}>
                  ${say("edit")}
                </button>
              </p>`
            : ""
        }
      </section>
      ${editCard(this.#rules, {
        fields: (now) => fieldsOf(now, currency),
        submit: (values, etag) => setRules(this.planId, rulesOf(values), etag),
        done: async () => {
          this.#rules.endEdit();
          await this.#rules.reload();
          this.#actions.notify(say("saved"));
        },
      })}`;
  }
}
customElements.define("subscription-rules-page", SubscriptionRulesPage);

/** Days and hours; grace is rarely finer. */
function hoursText(seconds: number): string {
  const hours = Math.round(seconds / 3600);
  const [days, rest] = [Math.floor(hours / 24), hours % 24];
  return [
    days === 0 ? "" : say("daysOf", { count: days }),
    rest === 0 && days > 0 ? "" : say("hoursOf", { count: rest }),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function fieldsOf(rules: SubscriptionRules, currency: string) {
  return [
    {
      name: "graceSeconds",
      label: say("graceTime"),
      type: "duration",
      value: rules.graceSeconds,
      hint: say("graceHint"),
    },
    {
      name: "afterWay",
      label: say("afterGrace"),
      type: "select",
      required: true,
      value: rules.afterWay,
      options: ways.map((way) => ({ value: way, label: word("afterWay", way) })),
    },
    { name: "slowDownKbps", label: say("slowPageDown"), type: "speed", required: true, value: rules.slowDownKbps },
    { name: "slowUpKbps", label: say("slowPageUp"), type: "speed", required: true, value: rules.slowUpKbps },
    {
      name: "lateFeeCents",
      label: `${say("lateFee")} (${currencyName(currency)})`,
      type: "money",
      min: 0,
      value: rules.lateFeeCents,
      hint: say("lateFeeHint"),
    },
    {
      name: "promiseDaysMax",
      label: say("promiseDaysMax"),
      type: "number",
      required: true,
      min: 0,
      max: 31,
      value: rules.promiseDaysMax,
      hint: say("promiseMaxHint"),
    },
    {
      name: "pauseDaysMax",
      label: say("pauseDaysMax"),
      type: "number",
      required: true,
      min: 0,
      max: 366,
      value: rules.pauseDaysMax,
      hint: say("pauseMaxHint"),
    },
  ] as const satisfies Fields;
}

/** What is left empty is none. */
const rulesOf = (values: ValuesOf<typeof fieldsOf>) => ({
  ...values,
  graceSeconds: values.graceSeconds ?? 0,
  lateFeeCents: values.lateFeeCents ?? 0,
});

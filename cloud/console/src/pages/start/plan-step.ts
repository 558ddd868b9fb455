import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { addPlan, type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** What is on sale, and one more plan. */
class PlanStep extends appElement() {
  readonly #plans = new ReadController<readonly Plan[]>(this, { read: plansToChoose, topics: ["plan"] });

  override render() {
    return html`${this.#plans.render((plans) => {
      const onSale = plans.filter(({ active }) => active);
      return html`<p>${say("guidePlansOnSale", { count: onSale.length })} · <a href="#/plans">${say("guideAllPlans")}</a></p>
        <ul>
          ${onSale.slice(0, 6).map(({ name, priceCents, currency }) => html`<li>${name}: ${money(priceCents, currency)}</li>`)}
        </ul>
        ${formCard({
          fields: [
            { name: "name", label: say("name"), required: true },
            { name: "priceCents", label: say("price"), type: "money", required: true, min: 0 },
            { name: "validitySeconds", label: say("validFor"), type: "duration", min: 0, required: true },
          ],
          submitText: say("addPlan"),
          submit: ({ name, priceCents, validitySeconds }, key) =>
            addPlan(
              {
                name: String(name),
                priceCents: Number(priceCents),
                active: true,
                groupId: null,
                terms: { validitySeconds: Number(validitySeconds) as NonNullable<Plan["terms"]["validitySeconds"]> },
              },
              key,
            ),
          done: () => {
            void this.#plans.reload();
            this.dispatchEvent(new CustomEvent("done", { bubbles: true, composed: true, detail: {} }));
          },
        })}`;
    })}`;
  }
}
customElements.define("plan-step", PlanStep);

import { html } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { editCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  type CustomerPageSettings,
  changeCustomerPage,
  customerPagePath,
  type OfferedPlan,
  readOfferedPlans,
} from "../../data/tenancy/customer-page.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

const ofPlan = "plan ";

/** The customers' page: where it is, whether it is open, and what customers may do there by themselves. */
class CustomerPageCard extends appElement({
  plans: state<readonly OfferedPlan[]>([]),
}) {
  readonly #actions = new PageActions(this);
  readonly #settings = new ReadController<CustomerPageSettings>(this, { path: () => customerPagePath, topics: [] });

  override connectedCallback(): void {
    super.connectedCallback();
    // Without them the rest of the form is there: what was chosen stays chosen.
    readOfferedPlans().then(
      (plans) => {
        this.plans = plans;
      },
      () => {},
    );
  }

  override render() {
    return html`<h2 class="between">${say("customersPage")}</h2>
      ${this.#settings.render(
        (settings) => html`<p><a href=${settings.url} target="_blank" rel="noreferrer">${settings.url}</a></p>
          <p class="soft">${say("customersPageWhy")}</p>
          ${this.may("settings.manage") ? this.#form() : html``}`,
      )}`;
  }

  #form() {
    if (this.#settings.edited === null) this.#settings.beginEdit();
    return editCard(this.#settings, {
      fields: (settings) => fieldsOf(settings, this.plans),
      submit: (values, etag) =>
        changeCustomerPage(settingsOf(values, this.#settings.edited?.value.planIds ?? [], this.plans), etag),
      done: async () => {
        await this.#settings.restartEdit();
        this.#actions.notify(say("saved"));
      },
    });
  }
}
customElements.define("customer-page-card", CustomerPageCard);

function fieldsOf(settings: CustomerPageSettings, plans: readonly OfferedPlan[]): Field[] {
  return [
    { name: "isOpen", label: say("customersPageOpen"), type: "checkbox", value: settings.isOpen },
    {
      name: "codesADay",
      label: say("codesADay"),
      type: "number",
      min: 0,
      max: 100_000,
      required: true,
      hint: say("codesADayHint"),
      value: settings.codesADay,
    },
    ...plans.map(
      ({ planId, name }): Field => ({
        name: `${ofPlan}${planId}`,
        label: say("mayChangeTo", { plan: planTitle(name) }),
        type: "checkbox",
        value: settings.planIds.includes(planId),
      }),
    ),
  ];
}

/** A plan that the form did not show stays as it was. */
function settingsOf(
  values: Values,
  chosen: readonly string[],
  plans: readonly OfferedPlan[],
): Omit<CustomerPageSettings, "url"> {
  const shown = plans.map(({ planId }) => planId);
  return {
    isOpen: values.isOpen === true,
    codesADay: Number(values.codesADay),
    planIds: [
      ...chosen.filter((planId) => !shown.includes(planId)),
      ...shown.filter((planId) => values[`${ofPlan}${planId}`] === true),
    ],
  };
}

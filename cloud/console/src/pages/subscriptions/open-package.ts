import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { formCard } from "../../components/form-card.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { addSubscription } from "../../data/money/subscriptions.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";

/** A package of the customer's phone that is bought anew from their credit a little before it ends. */
class OpenPackage extends appElement({
  phone: property(""),
  isOpen: state(false),
  plans: state<readonly Plan[]>([]),
  sites: state<Names>(noNames),
}) {
  override render() {
    if (!this.isOpen) return html`<p><button @click=${() => this.#open()}>${say("addRenewal")}</button></p>`;
    const close = () => {
      this.isOpen = false;
    };
    return formCard({
      title: say("addRenewal"),
      fields: [
        { name: "planId", label: say("plan"), type: "select", required: true, options: planOptions(this.plans) },
        { name: "siteId", label: say("site"), type: "select", required: true, options: optionsOf(this.sites) },
      ],
      submitText: say("addRenewal"),
      submit: (values, key) => addSubscription({ phone: this.phone, ...values }, key),
      done: () => {
        close();
        this.dispatchEvent(new CustomEvent("opened"));
      },
      cancel: close,
    });
  }

  async #open() {
    [this.plans, this.sites] = await Promise.all([plansToChoose(), readNames("sites", this.app.user)]);
    this.isOpen = true;
  }
}
customElements.define("open-package", OpenPackage);

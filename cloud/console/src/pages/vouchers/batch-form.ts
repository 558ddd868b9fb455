import { html, nothing } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { emptyState, stateStyles } from "../../components/states/empty-state.ts";
import { type Plan, plansToChoose, readCurrencies } from "../../data/catalogue/plans.ts";
import { type Batch, type BatchOrder, makeBatch } from "../../data/catalogue/vouchers.ts";
import { type Names, readNamesOrFail } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { currencyChoice, priceLabel } from "../plans/currency-choice.ts";
import { voucherPlanOptions } from "../plans/plan-options.ts";
import { bookingsFor, bookingText } from "./booking-words.ts";

interface Choices {
  readonly plans: readonly Plan[];
  readonly sites: Names;
  readonly currencies: readonly string[];
}

/** Orders a batch of vouchers: plan, quantity, the form of the codes. Dispatches `done` with the batch. */
class BatchForm extends appElement() {
  readonly #choices = new ReadController<Choices>(this, {
    read: async () => {
      const [plans, sites, currencies] = await Promise.all([
        plansToChoose(),
        readNamesOrFail("sites"),
        readCurrencies(),
      ]);
      return { plans, sites, currencies };
    },
  });

  override render() {
    return this.#choices.render((choices) => (choices.sites.size === 0 ? this.#noSite() : this.#form(choices)));
  }

  /** A batch is sold at a site: without one the form would only be refused. */
  #noSite() {
    const action = this.may("sites.manage")
      ? html`<a class="button primary" href="#/sites?add=1">${say("addSite")}</a>`
      : nothing;
    return html`<section class="card panel">${emptyState(say("noSellingPlaces"), { picture: "signal", action })}</section>`;
  }

  #form(choices: Choices) {
    return formCard({
      fields: fieldsOf(choices, bookingsFor(this.app.user)),
      submitText: say("makeVouchers"),
      submit: (values, key) => makeBatch(orderOf(values), key),
      done: (batch: Batch) => this.dispatchEvent(new CustomEvent("done", { detail: batch })),
    });
  }

  static override styles = [sharedStyles, stateStyles];
}
customElements.define("batch-form", BatchForm);

function fieldsOf({ plans, sites, currencies }: Choices, bookings: ReturnType<typeof bookingsFor>): Field[] {
  const override = { min: 0, hint: say("emptyAsPlan"), group: "more" } as const;
  return [
    {
      name: "planId",
      label: say("plan"),
      type: "select",
      options: voucherPlanOptions(plans),
    },
    { name: "quantity", label: say("howMany"), type: "number", required: true, value: 100, min: 1, max: 100_000 },
    {
      name: "siteId",
      label: say("site"),
      type: "select",
      required: true,
      // Its codes work there alone while the hub is away: with several sites nobody chooses for who orders.
      options: [...(sites.size > 1 ? [{ value: "", label: say("none") }] : []), ...optionsOf(sites)],
    },
    {
      name: "booking",
      label: say("batchBooking"),
      type: "select",
      isLarge: true,
      options: bookings.map((value) => ({ value, label: bookingText(value) })),
    },
    // A site may have a price of its own.
    { name: "priceCents", label: priceLabel(currencies), type: "money", ...override, hint: say("emptyAsSold") },
    ...currencyChoice(currencies, "").map((field) => ({
      ...field,
      options: [{ value: "", label: say("asInPlan") }, ...(field.options ?? [])],
      group: "more" as const,
    })),
    { name: "validitySeconds", label: say("validFor"), type: "duration", ...override },
    { name: "dataBytes", label: say("dataAmount"), type: "data", ...override },
    { name: "downKbps", label: say("speedDown"), type: "speed", ...override },
    { name: "prefix", label: say("prefix"), hint: say("prefixHint"), group: "more" },
    {
      name: "length",
      label: say("codeLength"),
      type: "number",
      min: 6,
      max: 16,
      hint: say("codeLengthHint"),
      group: "more",
    },
    {
      name: "pinDigits",
      group: "more",
      label: say("voucherPins"),
      type: "select",
      hint: say("voucherPinsHint"),
      options: [
        { value: "", label: say("none") },
        ...["4", "6"].map((digits) => ({ value: digits, label: say("pinOfDigits", { digits }) })),
      ],
    },
    {
      name: "alphabet",
      group: "more",
      label: say("codeOf"),
      type: "select",
      options: [
        { value: "digits", label: say("digits") },
        { value: "letters", label: say("letters") },
      ],
    },
  ];
}

function orderOf(values: Values): BatchOrder {
  const { validitySeconds, dataBytes, downKbps, priceCents, currency } = values;
  return {
    planId: String(values.planId),
    quantity: Number(values.quantity),
    siteId: values.siteId === null ? null : String(values.siteId),
    prefix: String(values.prefix ?? "").toUpperCase(),
    length: Number(values.length ?? 10),
    alphabet: values.alphabet === "letters" ? "letters" : "digits",
    pinDigits: values.pinDigits == null || values.pinDigits === "" ? null : Number(values.pinDigits),
    ...(values.booking == null ? {} : { booking: values.booking as BatchOrder["booking"] }),
    ...(priceCents == null ? {} : { priceCents: Number(priceCents) }),
    ...(currency == null ? {} : { currency: String(currency) }),
    // The hub refuses impossible values: its answer names the field.
    terms: {
      ...(validitySeconds == null ? {} : { validitySeconds: Number(validitySeconds) }),
      ...(dataBytes == null ? {} : { dataBytes: Number(dataBytes) }),
      ...(downKbps == null ? {} : { downKbps: Number(downKbps) }),
    } as BatchOrder["terms"],
  };
}

import { displayName } from "@karibu/protocol/plan-name";
import { type Field, optionsOf, type Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { type BatchOrder, makeBatch } from "../../data/catalogue/vouchers.ts";
import { type Names, readNamesOrFail } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";

interface Choices {
  readonly plans: readonly Plan[];
  readonly sites: Names;
}

/** Orders a batch of vouchers: plan, quantity, the form of the codes. Dispatches `done`. */
class BatchForm extends appElement() {
  readonly #choices = new ReadController<Choices>(this, {
    read: async () => ({ plans: await plansToChoose(), sites: await readNamesOrFail("sites") }),
  });

  override render() {
    return this.#choices.render((choices) =>
      formCard({
        fields: fieldsOf(choices),
        submitText: say("makeVouchers"),
        submit: (values, key) => makeBatch(orderOf(values), key),
        done: () => this.dispatchEvent(new CustomEvent("done")),
      }),
    );
  }
}
customElements.define("batch-form", BatchForm);

function fieldsOf({ plans, sites }: Choices): Field[] {
  const override = { type: "number", min: 0, step: "any", hint: say("emptyAsPlan") } as const;
  return [
    {
      name: "planId",
      label: say("plan"),
      type: "select",
      options: plans.map((plan) => ({ value: plan.planId, label: displayName(plan.name) })),
    },
    { name: "quantity", label: say("howMany"), type: "number", required: true, value: 100, min: 1, max: 100_000 },
    { name: "siteId", label: say("site"), type: "select", options: optionsOf(sites) },
    { name: "prefix", label: say("prefix"), hint: say("prefixHint") },
    { name: "length", label: say("codeLength"), type: "number", value: 10, min: 6, max: 16 },
    {
      name: "alphabet",
      label: say("codeOf"),
      type: "select",
      value: "digits",
      options: [
        { value: "digits", label: say("digits") },
        { value: "letters", label: say("letters") },
      ],
    },
    { name: "priceCents", label: say("price"), type: "money", min: 0, hint: say("emptyAsPlan") },
    { name: "hours", label: say("validHours"), ...override },
    { name: "megabytes", label: say("megabytes"), ...override },
    { name: "downKbps", label: say("downKbps"), type: "number", min: 1, hint: say("emptyAsPlan") },
  ];
}

function orderOf(values: Values): BatchOrder {
  const { hours, megabytes, downKbps, priceCents } = values;
  return {
    planId: String(values.planId),
    quantity: Number(values.quantity),
    siteId: values.siteId === null ? null : String(values.siteId),
    prefix: String(values.prefix ?? "").toUpperCase(),
    length: Number(values.length ?? 10),
    alphabet: values.alphabet === "letters" ? "letters" : "digits",
    ...(priceCents == null ? {} : { priceCents: Number(priceCents) }),
    // The hub refuses impossible values: its answer names the field.
    terms: {
      ...(hours == null ? {} : { validitySeconds: Math.round(Number(hours) * 3600) }),
      ...(megabytes == null ? {} : { dataBytes: Math.round(Number(megabytes) * 1_000_000) }),
      ...(downKbps == null ? {} : { downKbps: Number(downKbps) }),
    } as BatchOrder["terms"],
  };
}

import { displayName } from "@karibu/protocol/plan-name";
import { html } from "lit";
import { optionsOf, type Values } from "../../components/action-form.ts";
import { elementWith, state } from "../../components/element-with.ts";
import { beingRead, notRead } from "../../components/loading.ts";
import { problemText } from "../../components/problem-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { listPlans, type Plan } from "../../data/catalogue/plans.ts";
import { type BatchOrder, makeBatch } from "../../data/catalogue/vouchers.ts";
import { readNamesOrFail } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";

/** Orders a batch: which plan, how many, what the codes look like. */
class BatchForm extends elementWith({
  plans: state<readonly Plan[] | null>(null),
  sites: state<ReadonlyMap<string, string>>(new Map()),
  failed: state(""),
}) {
  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  async #read(): Promise<void> {
    this.failed = "";
    try {
      const [plans, sites] = await Promise.all([listPlans({ limit: 100 }), readNamesOrFail("sites")]);
      this.sites = sites;
      this.plans = plans.items;
    } catch (error) {
      this.failed = problemText(error);
    }
  }

  static override styles = [sharedStyles];

  override render() {
    if (this.failed !== "") return notRead(this.failed, () => this.#read());
    if (this.plans === null) return beingRead();
    return html`<section class="card pad panel">
      <action-form
        .fields=${[
          {
            name: "planId",
            label: say("plan"),
            type: "select",
            options: this.plans.map((plan) => ({ value: plan.planId, label: displayName(plan.name) })),
          },
          { name: "quantity", label: say("howMany"), type: "number", required: true, value: 100, min: 1, max: 100_000 },
          {
            name: "siteId",
            label: say("site"),
            type: "select",
            options: optionsOf(this.sites),
          },
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
          { name: "priceCents", label: say("price"), type: "money", min: 0, hint: say("ownPriceHint") },
          {
            name: "hours",
            label: say("validHours"),
            type: "number",
            min: 0,
            step: "any",
            hint: say("ownPriceHint"),
          },
          {
            name: "megabytes",
            label: say("megabytes"),
            type: "number",
            min: 0,
            step: "any",
            hint: say("ownPriceHint"),
          },
          { name: "downKbps", label: say("downKbps"), type: "number", min: 1, hint: say("ownPriceHint") },
        ]}
        submitText=${say("makeVouchers")}
        .submit=${(values: Values, key: string) =>
          makeBatch(
            {
              planId: String(values.planId),
              quantity: Number(values.quantity),
              siteId: values.siteId === null ? null : String(values.siteId),
              prefix: String(values.prefix ?? "").toUpperCase(),
              length: Number(values.length ?? 10),
              alphabet: values.alphabet === "letters" ? "letters" : "digits",
              ...(values.priceCents == null ? {} : { priceCents: Number(values.priceCents) }),
              // What is no such quantity is the hub's to refuse: it names the field.
              terms: {
                ...(values.hours == null ? {} : { validitySeconds: Math.round(Number(values.hours) * 3600) }),
                ...(values.megabytes == null ? {} : { dataBytes: Math.round(Number(values.megabytes) * 1_000_000) }),
                ...(values.downKbps == null ? {} : { downKbps: Number(values.downKbps) }),
              } as BatchOrder["terms"],
            },
            key,
          )}
      ></action-form>
    </section>`;
  }
}
customElements.define("batch-form", BatchForm);

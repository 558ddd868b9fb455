import { html, type TemplateResult } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import "../../components/action-form.ts";
import { say } from "../../strings/strings.ts";
import type { CustomersChoice, CustomersPreview } from "./customer-takeovers-data.ts";

type NewPlan = CustomersPreview["plans"][number];

const speed = (kbps: number): string => `${(kbps / 1000).toLocaleString("en", { maximumFractionDigits: 1 })} Mbps`;
const priceName = (at: number): string => `price-${at}`;

/** Plans that are made for the lines of a router or a database. What one costs only a person knows. Their names are the file's own words, and hostile. */
export function newPlansCard(
  plans: readonly NewPlan[],
  submit: (said: Pick<CustomersChoice, "prices">) => Promise<unknown>,
): TemplateResult {
  const fields = plans.map(
    ({ name, priceCents, downKbps, upKbps, lines }, at): Field => ({
      name: priceName(at),
      label: say("newPlanPrice", { name }),
      type: "money",
      min: 0,
      required: true,
      value: priceCents,
      hint: say("newPlanHas", {
        down: downKbps === null ? say("none") : speed(downKbps),
        up: upKbps === null ? say("none") : speed(upKbps),
        count: lines,
      }),
    }),
  );
  const pricesOf = (values: Values): Record<string, number> =>
    Object.fromEntries(plans.map(({ name }, at) => [name, Number(values[priceName(at)] ?? 0)]));
  return html`<section class="card pad">
    <h2>${say("newPlans")}</h2>
    <p class="soft">${say("newPlansWhat")}</p>
    <action-form
      .fields=${fields}
      submitText=${say("newPlansTry")}
      .submit=${(values: Values) => submit({ prices: pricesOf(values) })}
    ></action-form>
  </section>`;
}

/** The forms of a subscription's buttons: what is asked, and what is sent. Pure. */
import type { Field, Values } from "../../components/action-form.ts";
import type { Plan } from "../../data/catalogue/plans.ts";
import type { Subscription } from "../../data/money/subscriptions.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";

export type Verb = "renew" | "change-plan" | "suspend" | "promise" | "pause" | "items";

const why = (required: boolean): Field => ({ name: "why", label: say("why"), required });
const from = (): Field => ({
  name: "from",
  label: say("payBy"),
  type: "select",
  required: true,
  value: "cash",
  options: [
    { value: "cash", label: say("paidInCash") },
    { value: "credit", label: say("paidFromCredit") },
  ],
});

export function fieldsOf(verb: Verb, row: Subscription, plans: readonly Plan[]): Field[] {
  switch (verb) {
    case "renew":
      return [
        { name: "periods", label: say("periods"), type: "number", required: true, value: 1, min: 1, max: 36 },
        from(),
      ];
    case "change-plan":
      return [
        {
          name: "planId",
          label: say("plan"),
          type: "select",
          required: true,
          options: planOptions(plans.filter(({ planId }) => planId !== row.planId)),
        },
        from(),
        why(false),
      ];
    case "suspend":
      return [why(true)];
    case "promise":
      return [
        { name: "days", label: say("promiseDays"), type: "number", required: true, value: 1, min: 1, max: 31 },
        why(false),
      ];
    case "pause":
      return [
        { name: "days", label: say("pauseDays"), type: "number", required: true, value: 7, min: 1, max: 366 },
        why(false),
      ];
    case "items":
      return [
        {
          name: "kind",
          label: say("itemKind"),
          type: "select",
          required: true,
          options: (["fee", "deposit", "add-on"] as const).map((kind) => ({
            value: kind,
            label: say(`item_${kind === "add-on" ? "add_on" : kind}`),
          })),
        },
        { name: "name", label: say("name"), required: true },
        {
          name: "amountCents",
          label: `${say("amount")} (${currencyName(row.currency)})`,
          type: "money",
          required: true,
          min: 0,
        },
      ];
  }
}

/** What the hub is sent. @param nowMs a promise is counted from the end, or from now where that is over */
export function bodyOf(verb: Verb, row: Subscription, values: Values, nowMs: number): object {
  const { why: reason, ...rest } = values;
  const said = reason == null || reason === "" ? {} : { why: reason };
  if (verb !== "promise") return { ...rest, ...said };
  return { untilMs: Math.max(nowMs, row.paidUntilMs) + Number(rest.days) * 86_400_000, ...said };
}

/** What a change of plan costs now, in a sentence. */
export function changeSentence({ cents, currency }: { readonly cents: number; readonly currency: string }): string {
  if (cents === 0) return say("planChangeFree");
  return cents > 0
    ? say("planChangeCosts", { amount: money(cents, currency) })
    : say("planChangeGives", { amount: money(-cents, currency) });
}

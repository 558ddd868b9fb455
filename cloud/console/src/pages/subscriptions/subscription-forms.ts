/** The forms of a subscription's buttons: what is asked, and what is sent. */
import type { TemplateResult } from "lit";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import type { Plan } from "../../data/catalogue/plans.ts";
import {
  actOnSubscription,
  changeSubscriptionPlan,
  readPlanChange,
  renewSubscription,
  type Subscription,
} from "../../data/money/subscriptions.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";

export type Verb = "renew" | "change-plan" | "suspend" | "promise" | "pause" | "items";

const why = () => ({ name: "why", label: say("why") }) as const;
const from = () =>
  ({
    name: "from",
    label: say("payBy"),
    type: "select",
    required: true,
    value: "cash",
    options: [
      { value: "cash", label: say("paidInCash") },
      { value: "credit", label: say("paidFromCredit") },
    ],
  }) as const;

interface Around {
  /** To change to. */
  readonly plans: readonly Plan[];
  readonly done: (result: unknown) => void;
  readonly cancel: () => void;
}

/** What the form resolves to when the person does not want the change for what it costs: it stays open, and nothing is said to be saved. */
export const notSure = "not-sure";

export function subscriptionForm(verb: Verb, row: Subscription, { plans, ...ends }: Around): TemplateResult {
  const { subscriptionId: id, paidUntilMs } = row;
  const submitText = say("doIt");
  switch (verb) {
    case "renew":
      return formCard({
        ...ends,
        title: say("doing_renew"),
        fields: [
          { name: "periods", label: say("periods"), type: "number", required: true, value: 1, min: 1, max: 36 },
          from(),
        ],
        submitText,
        submit: (values, key) => renewSubscription(id, { ...values, paidUntilMs }, key),
      });
    case "change-plan":
      return formCard({
        ...ends,
        title: say("doing_change_plan"),
        fields: [
          {
            name: "planId",
            label: say("plan"),
            type: "select",
            required: true,
            options: planOptions(plans.filter(({ planId }) => planId !== row.planId)),
          },
          from(),
          why(),
        ],
        submitText,
        submit: async (values, key) => {
          // The price of the change is shown, and is part of the order.
          const change = await readPlanChange(id, values.planId);
          if (!(await ask(changeSentence(change), say("changePlan"), {}))) return notSure;
          return changeSubscriptionPlan(id, { ...withoutEmpty(values), expectedCents: change.cents }, key);
        },
      });
    case "suspend":
      return formCard({
        ...ends,
        title: say("doing_suspend"),
        fields: [{ ...why(), required: true }],
        submitText,
        submit: (values, key) => actOnSubscription(id, "suspend", values, key),
      });
    case "promise":
      return formCard({
        ...ends,
        title: say("doing_promise"),
        intro: say("promiseWhy"),
        fields: [
          { name: "days", label: say("promiseDays"), type: "number", required: true, value: 1, min: 1, max: 31 },
          why(),
        ],
        submitText,
        // Counted from now, a promise is another one at each try; the hub takes one until the line is paid.
        submit: ({ days, ...said }) => {
          const untilMs = Math.max(Date.now(), paidUntilMs) + days * 86_400_000;
          return actOnSubscription(id, "promise", { ...withoutEmpty(said), untilMs });
        },
      });
    case "pause":
      return formCard({
        ...ends,
        title: say("doing_pause"),
        intro: say("pauseWhy"),
        fields: [
          { name: "days", label: say("pauseDays"), type: "number", required: true, value: 7, min: 1, max: 366 },
          why(),
        ],
        submitText,
        submit: (values, key) => actOnSubscription(id, "pause", withoutEmpty(values), key),
      });
    case "items":
      return formCard({
        ...ends,
        title: say("doing_items"),
        fields: [
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
        ],
        submitText,
        submit: (values, key) => actOnSubscription(id, "items", values, key),
      });
  }
}

/** What a change of plan costs now, in a sentence. */
function changeSentence({ cents, currency }: { readonly cents: number; readonly currency: string }): string {
  if (cents === 0) return say("planChangeFree");
  return cents > 0
    ? say("planChangeCosts", { amount: money(cents, currency) })
    : say("planChangeGives", { amount: money(-cents, currency) });
}

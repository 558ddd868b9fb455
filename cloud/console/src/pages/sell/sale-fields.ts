/** The form of a sale at the counter: what is pressed stands as large buttons, in the order in which a seller asks. */
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Fields } from "../../components/fields/values-of.ts";
import type { Plan } from "../../data/catalogue/plans.ts";
import type { Names } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";

export const waysToPay = ["cash", "phone", "credit"] as const;
export type WayToPay = (typeof waysToPay)[number];

/** More plans than these are a list to choose from: as buttons they would push the rest off a phone's screen. */
const largePlansMax = 12;
const counts = ["1", "2", "3", "5", "10"] as const;

interface Chosen {
  readonly planId: string;
  readonly siteId: string;
  readonly code: string;
  readonly pay: WayToPay;
  /** Whom the page was opened for; empty: nobody yet. */
  readonly phone: string;
  /** Those that the user may offer. */
  readonly ways: readonly WayToPay[];
}

export function saleFields(
  { plans, sites }: { readonly plans: readonly Plan[]; readonly sites: Names },
  { planId, siteId, code, pay, phone, ways }: Chosen,
) {
  const isCash = pay === "cash";
  return [
    {
      name: "planId",
      label: say("plan"),
      type: "select",
      required: true,
      value: planId,
      // A price does not break between its currency and its number.
      options: planOptions(plans).map(({ value, label }) => ({ value, label: label.replace(/ (?=\S+$)/, "\u00a0") })),
      isLarge: plans.length <= largePlansMax,
    },
    {
      name: "pay",
      label: say("payWith"),
      type: "select",
      value: pay,
      options: ways.map((value) => ({ value, label: say(`pay_${value}`) })),
      isLarge: true,
    },
    // A prompt is for one code; a customer's credit is spent one by one.
    ...(isCash ? ([countField()] as const) : ([] as const)),
    {
      name: "phone",
      label: say("phone"),
      type: "tel",
      required: !isCash,
      value: phone,
      ...(isCash ? { hint: say("phoneForCash") } : {}),
    },
    {
      name: "siteId",
      label: say("site"),
      type: "select",
      required: true,
      value: siteId,
      // With several sites the seller must choose one. The next sale proposes the same site.
      options: [...(sites.size > 1 ? [{ value: "", label: say("none") }] : []), ...optionsOf(sites)],
    },
    { name: "code", label: say("discountCode"), group: "more", autocomplete: "off", value: code },
  ] as const satisfies Fields;
}

const countField = () =>
  ({
    name: "count",
    label: say("howManyCodes"),
    type: "select",
    value: "1",
    options: counts.map((value) => ({ value, label: value })),
    isLarge: true,
  }) as const;

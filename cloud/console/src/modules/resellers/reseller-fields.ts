import type { Fields } from "../../components/fields/values-of.ts";
import { currencyName } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import type { Reseller } from "./resellers.ts";

/** @param reseller null: a new one */
export function resellerFields(reseller: Reseller | null, currency: string) {
  return [
    { name: "name", label: say("name"), required: true, value: reseller?.name ?? "" },
    { name: "phone", label: say("phone"), type: "tel", value: reseller?.phone ?? null },
    {
      name: "commissionPermille",
      label: say("resellerCommission"),
      type: "percent",
      required: true,
      min: 0,
      max: 100,
      value: reseller?.commissionPermille ?? 100,
      hint: say("resellerCommissionHint"),
    },
    {
      name: "creditLimitCents",
      label: `${say("resellerLimit")} (${currencyName(currency)})`,
      type: "money",
      min: 0,
      value: reseller?.creditLimitCents ?? null,
      hint: say("resellerLimitHint"),
    },
    { name: "active", label: say("active"), type: "checkbox", value: reseller?.active ?? true },
  ] as const satisfies Fields;
}

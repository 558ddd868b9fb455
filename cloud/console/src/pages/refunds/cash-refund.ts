/** Giving back what was sold for cash, as a sale at a site or as a printed code: in cash, or into the credit of a phone. */

import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { type Refund, requestRefund } from "../../data/money/refunds.ts";
import { currencyName } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** `isPhoneKnown`: whoever types none means the phone of the sale. */
export const cashRefundFields = (currency: string, { isPhoneKnown }: { readonly isPhoneKnown: boolean }) =>
  [
    {
      name: "method",
      label: say("refundMethod"),
      type: "select",
      value: "cash",
      options: (["cash", "credit"] as const).map((way) => ({ value: way, label: say(`method_${way}`) })),
    },
    {
      name: "phone",
      label: say("phone"),
      type: "tel",
      required: !isPhoneKnown,
      onlyFor: { field: "method", value: "credit" },
      hint: say("creditPhoneHint"),
    },
    {
      name: "amount",
      label: `${say("amount")} (${currencyName(currency)})`,
      type: "money",
      min: 0,
      hint: say("refundPart"),
    },
    { name: "reason", label: say("refundReason"), required: true },
  ] as const satisfies Fields;

/** What the form gave, of this sale or code. Without an amount: all that the rules allow. */
export function requestCashRefund(
  subject: { readonly voucherId: string } | { readonly cashSaleId: string },
  { amount, ...values }: ValuesOf<typeof cashRefundFields>,
  key: string,
): Promise<Refund> {
  const part = amount === null ? {} : { amountCents: amount };
  return requestRefund({ ...subject, ...withoutEmpty(values), ...part }, key);
}

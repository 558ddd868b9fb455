import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Field, given, withoutEmpty } from "../../components/action-form.ts";
import { formCard } from "../../components/form-card.ts";
import type { Voucher } from "../../data/catalogue/vouchers.ts";
import { type Refund, requestRefund } from "../../data/money/refunds.ts";
import { currencyName } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { whyItWaits } from "../refunds/silent-sites.ts";
import { grouped } from "./print-sheet.ts";

/**
 * The form that refunds a voucher: the whole price of an unused one, or what the money rules allow for a used one. The code
 * ends at every site.
 */
export function voucherRefund(
  voucher: Voucher,
  on: { readonly done: (notice: string) => void; readonly cancel: () => void },
): unknown {
  const fields: Field[] = [
    {
      name: "method",
      label: say("refundMethod"),
      type: "select",
      value: "cash",
      options: (["cash", "credit"] as const).map((way) => ({ value: way, label: say(`method_${way}`) })),
    },
    { name: "phone", label: say("phone"), type: "tel", hint: say("creditPhoneHint") },
    {
      name: "amount",
      label: `${say("amount")} (${currencyName(voucher.currency)})`,
      type: "money",
      min: 0,
      hint: say("refundPart"),
    },
    { name: "reason", label: say("refundReason"), required: true },
  ];
  return keyed(
    voucher.voucherId,
    formCard({
      title: html`${say("requestRefund")}: <span class="mono">${grouped(voucher.code)}</span>`,
      intro: say(voucher.state === "used" ? "voucherRefundUsed" : "voucherRefundWhy"),
      fields,
      submitText: say("requestRefund"),
      submit: ({ amount, ...values }, key) => {
        const part = amount === null ? {} : { amountCents: amount };
        return requestRefund(given({ voucherId: voucher.voucherId, ...withoutEmpty(values), ...part }), key);
      },
      done: (refund: Refund) => on.done(whyItWaits(refund) ?? say("refund_done")),
      cancel: on.cancel,
    }),
  );
}

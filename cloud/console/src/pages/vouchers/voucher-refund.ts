import { html, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import type { Voucher } from "../../data/catalogue/vouchers.ts";
import { askRefund } from "../../data/money.ts";
import { say } from "../../strings/strings.ts";
import { grouped } from "./print-sheet.ts";

/** Gives a voucher's price back, or what is left of a used one by the rules about money; the code ends at every site. */
export function voucherRefund(
  voucher: Voucher,
  on: { readonly done: (told: string) => void; readonly cancel: () => void },
): TemplateResult {
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
      label: `${say("amount")} (${voucher.currency})`,
      type: "money",
      min: 0,
      hint: say("refundPart"),
    },
    { name: "reason", label: say("refundReason"), required: true },
  ];
  return html`${keyed(
    voucher.voucherId,
    html`<section class="card pad panel">
      <h2 class="panel">${say("askRefund")}: <span class="mono">${grouped(voucher.code)}</span></h2>
      <p class="soft panel">${say(voucher.state === "used" ? "voucherRefundUsed" : "voucherRefundWhy")}</p>
      <action-form
        .fields=${fields}
        submitText=${say("askRefund")}
        .submit=${({ amount, ...values }: Values, key: string) =>
          askRefund(
            {
              voucherId: voucher.voucherId,
              ...withoutEmpty(values),
              ...(amount === null ? {} : { amountCents: amount }),
            },
            key,
          )}
        @done=${(event: CustomEvent<{ state: string }>) => on.done(say(event.detail.state === "asked" ? "refundAsked" : "refund_done"))}
        ><button type="button" class="quiet" @click=${on.cancel}>${say("cancel")}</button></action-form
      >
    </section>`,
  )}`;
}

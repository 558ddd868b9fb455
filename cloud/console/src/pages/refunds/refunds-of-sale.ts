import { html, nothing } from "lit";
import type { CashSaleDetail } from "../../data/money/cash-sales.ts";
import type { PaymentDetail } from "../../data/money/payments.ts";
import { dateTime, money, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/table/data-table.ts";

type Sale = Pick<PaymentDetail | CashSaleDetail, "refunds" | "currency">;
type PaidBack = Sale["refunds"][number];

/** What was paid back of one payment or cash sale; nothing where nothing was. */
export function refundsOfSale({ refunds, currency }: Sale, zone: Zone) {
  if (refunds.length === 0) return nothing;
  return html`<section class="card sessions">
    <h2 class="pad">${say("refunds")}</h2>
    <data-table
      caption=${say("refunds")}
      .columns=${[
        { label: say("time"), cell: (row: PaidBack) => dateTime(row.createdAtMs, zone) },
        { label: say("refundMethod"), cell: (row: PaidBack) => word("method", row.method) },
        { label: say("why"), cell: (row: PaidBack) => row.reason },
        { label: say("state"), cell: (row: PaidBack) => html`<a href="#/refunds">${word("refund", row.state)}</a>` },
        {
          label: say("amount"),
          numeric: true,
          lead: true,
          cell: (row: PaidBack) => money(row.amountCents, currency),
        },
      ]}
      .rows=${refunds}
    ></data-table>
  </section>`;
}

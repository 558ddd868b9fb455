import { html, nothing, type TemplateResult } from "lit";
import type { Column } from "../../components/table/table-columns.ts";
import type { Payment } from "../../data/money/payments.ts";
import { dateTime, money, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";

/** Columns of payment lists; the `brief` ones are for the overview. */
export function paymentColumns(zone: Zone): (Column<Payment> & { readonly brief: boolean })[] {
  return [
    { label: say("time"), brief: true, cell: (row) => dateTime(row.createdAtMs, zone) },
    { label: say("phone"), brief: true, cell: (row) => html`<span class="mono">${row.phone ?? say("none")}</span>` },
    { label: say("plan"), brief: false, cell: (row) => planTitle(row.planName) },
    {
      label: say("receipt"),
      brief: true,
      cell: (row) => html`<span class="mono">${row.receipt ?? say("none")}</span>`,
    },
    { label: say("state"), brief: true, cell: (row) => html`${paymentBadge(row)} ${pendingBadge(row)}` },
    {
      label: say("amount"),
      brief: true,
      numeric: true,
      lead: true,
      cell: (row) => money(row.amountCents, row.currency),
    },
  ];
}

const tones: Record<string, string> = {
  paid: "good",
  paid_unreceipted: "good",
  failed: "bad",
  disproved: "bad",
  moved: "bad",
  reversed: "bad",
  unknown: "warn",
  prompted: "warn",
  refunded: "warn",
  partly_refunded: "warn",
};

/** Paid, says a callback or a person, and nothing has proved it yet. */
function pendingBadge({ provenance, pendingCents }: Pick<Payment, "provenance" | "pendingCents">) {
  if (pendingCents === 0 || (provenance !== "told" && provenance !== "entered")) return nothing;
  return html`<span class="badge warn">${say(`provenance_${provenance}`)}</span>`;
}

export const paymentStates = [
  "paid",
  "prompted",
  "unknown",
  "failed",
  "paid_unreceipted",
  "reversed",
  "disproved",
  "moved",
];

/** The state of a payment as people mean it: money that went back is not simply "Paid". */
export function paymentBadge(payment: Pick<Payment, "state" | "amountCents" | "refundedCents">): TemplateResult {
  const { state, amountCents, refundedCents } = payment;
  if (!state.startsWith("paid") || refundedCents === 0) return stateBadge(state);
  return stateBadge(refundedCents >= amountCents ? "refunded" : "partly_refunded");
}

function stateBadge(state: string): TemplateResult {
  return html`<span class="badge ${tones[state] ?? ""}">${word("state", state)}</span>`;
}

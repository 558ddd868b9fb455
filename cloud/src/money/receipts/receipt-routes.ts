/** The API of receipts: money that came in, and who owns it. */
import { sql } from "kysely";
import { z } from "zod";
import { maskPhonesIn } from "../../ground/amounts/phone.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import type { EvidenceSource, Provenance } from "../evidence/evidence.ts";

export const receiptView = z.object({
  receipt: z.string(),
  rail: z.string(),
  channelId: z.string(),
  paymentId: z.string().nullable(),
  state: z.enum(["booked", "credit", "suspense", "reversed", "disproved", "frozen"]),
  amountCents: z.int(),
  planCents: z.int(),
  creditCents: z.int(),
  suspenseCents: z.int(),
  currency: z.string(),
  payer: z.string().nullable(),
  payerName: z.string().nullable(),
  accountText: z.string().nullable(),
  verified: z.boolean(),
  /** How we know of it: `proved` by the channel when asked, its list or its statement; `told` by callbacks; `entered` by a person. */
  provenance: z.enum(["proved", "told", "entered"]),
  source: z.string(),
  bookedAtMs: z.int(),
  paidAtMs: z.int().nullable(),
  note: z.string().nullable(),
});

const receipts = listOf({
  sort: {
    booked: { by: sql.ref("bookedAtMs"), kind: "number" },
    amount: { by: sql.ref("amountCents"), kind: "number" },
  },
  default: "-booked",
  tie: [sql.ref("receipt"), sql.ref("rail")],
  search: ["receipt", "payer_name", "payer_masked", "account_text"].map((column) => sql.ref(column)),
});

const isEntered = (source: EvidenceSource) => source === "operator" || source === "entered";

export const provenanceOf = (row: { readonly verified: boolean; readonly source: EvidenceSource }): Provenance =>
  row.verified ? "proved" : isEntered(row.source) ? "entered" : "told";

export function receiptRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/receipts",
      summary: "Money that came in, newest first",
      permission: "payments.read",
      query: receipts.query.extend({
        state: receiptView.shape.state.optional(),
        channelId: z.string().min(1).max(128).optional(),
      }),
      response: pageOf(receiptView),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const { state, channelId } = query;
          const rows = tx
            .selectFrom("receipts")
            .selectAll()
            // A receipt that paid for a purchase is verified with it: a status query about the purchase names no receipt.
            .select(
              sql<boolean>`corroborated or exists (select from purchases i where i.provider_id = receipts.provider_id
                and i.purchase_id = receipts.purchase_id and i.receipt = receipts.receipt and i.corroborated
                and receipts.state = 'booked')`.as("verified"),
            )
            .where("providerId", "=", providerId)
            .$if(state !== undefined, (is) => is.where("state", "=", state ?? "booked"))
            .$if(channelId !== undefined, (is) => is.where("channelId", "=", channelId ?? ""));
          return receipts.page(rows, query, (row) => ({
            receipt: row.receipt,
            rail: row.rail,
            channelId: row.channelId,
            paymentId: row.purchaseId,
            state: row.state,
            amountCents: row.amountCents,
            planCents: row.planCents,
            creditCents: row.creditCents,
            suspenseCents: row.suspenseCents,
            currency: row.currency,
            payer: row.payerMasked,
            payerName: row.payerName && maskPhonesIn(row.payerName),
            accountText: row.accountText && maskPhonesIn(row.accountText),
            verified: row.verified,
            provenance: provenanceOf(row),
            source: row.source,
            bookedAtMs: row.bookedAtMs,
            paidAtMs: row.paidAtMs,
            note: row.note,
          }));
        }),
    }),
  ];
}

/** A receipt for a payment, on wish: one for each, however often it is asked for. */
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { businessDay } from "../ledger/business-day.ts";
import { findPurchase } from "../purchases/purchase-rows.ts";
import { readTaxTable } from "../tax/tax-settings.ts";
import type { DocumentRow } from "./document.ts";
import { taxed } from "./issue-charges.ts";
import { type IssueParts, issueDocument } from "./issue-document.ts";

/** Throws Problems that name the field. */
export async function receiptOf(
  parts: IssueParts,
  tx: Tx,
  providerId: string,
  { paymentId, by }: { readonly paymentId: string; readonly by: string },
): Promise<DocumentRow> {
  const payment = await findPurchase(tx, providerId, paymentId);
  if (payment === undefined) throw notFound("payment", "paymentId");
  if (payment.state !== "paid") throw refusal("not-paid", { field: "paymentId" });
  const cause = `payment:${paymentId}`;
  const same = await tx
    .selectFrom("documents")
    .selectAll()
    .where("kind", "=", "receipt")
    .where("cause", "=", cause)
    .executeTakeFirst();
  if (same !== undefined) return same;
  const day = await businessDay(tx, providerId, payment.created_at_ms);
  const line = {
    kind: "plan" as const,
    text: payment.plan_name,
    planId: payment.plan_id,
    quantity: 1,
    totalCents: payment.amount_cents,
  };
  const customer =
    payment.phone_hash === null
      ? undefined
      : await tx
          .selectFrom("customers")
          .select(["customer_id", "name"])
          .where("phone_hash", "=", payment.phone_hash)
          .where("deleted_at_ms", "is", null)
          .executeTakeFirst();
  const channel = await readChannel(tx, providerId, payment.channel_id);
  return issueDocument(parts, tx, providerId, {
    kind: "receipt",
    cause,
    reason: payment.receipt,
    buyer: {
      customerId: customer?.customer_id ?? null,
      party: payment.phone_hash,
      name: customer?.name ?? payment.phone_masked,
      taxPin: null,
    },
    currency: payment.currency,
    lines: [taxed(line, await readTaxTable(tx, providerId), day)],
    suppliedOn: day,
    paid: [{ way: parts.kinds.factsOf(channel.kind).way, cents: payment.amount_cents }],
    by,
  });
}

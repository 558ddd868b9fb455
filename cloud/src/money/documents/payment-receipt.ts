/** A receipt for a payment, on wish: one for each, however often it is asked for. */
import { customersOf } from "../../catalogue/customers/customers.ts";
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
  const day = await businessDay(tx, providerId, payment.createdAtMs);
  const line = {
    kind: "plan" as const,
    text: payment.planName,
    planId: payment.planId,
    quantity: 1,
    totalCents: payment.amountCents,
  };
  const [customer] = await customersOf(tx, providerId, payment.phoneHash === null ? [] : [payment.phoneHash]);
  const channel = await readChannel(tx, providerId, payment.channelId);
  return issueDocument(parts, tx, providerId, {
    kind: "receipt",
    cause,
    reason: payment.receipt,
    buyer: {
      customerId: customer?.customerId ?? null,
      party: payment.phoneHash,
      name: customer?.name ?? payment.phoneMasked,
      taxPin: null,
    },
    currency: payment.currency,
    lines: [taxed(line, await readTaxTable(tx, providerId), day)],
    suppliedOn: day,
    paid: [{ way: parts.kinds.factsOf(channel.kind).way, cents: payment.amountCents }],
    by,
  });
}

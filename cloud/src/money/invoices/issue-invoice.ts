/** Issues an invoice with the provider's next number: for its people, and for the platform's charges. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { counterRestored } from "../../tenancy/providers/counters-restored.ts";
import { openInvoiceAccount } from "../matching/invoice-accounts.ts";
import { type InvoiceLine, totalOfLines } from "./invoice-line.ts";
import { sealInvoicePhone } from "./invoice-phone.ts";

export interface NewInvoice {
  readonly providerId: string;
  /** The caller has looked that no invoice has it. */
  readonly idempotencyKey: string;
  readonly customerName: string;
  /** Whose credit money at its account number is. Null: it has no account number. */
  readonly party: Party | null;
  /** An MSISDN; null: none was entered. */
  readonly phone: string | null;
  /** Of a payment: the invoice is born paid. Null: it is to be paid. */
  readonly purchaseId: string | null;
  readonly lines: readonly InvoiceLine[];
  readonly currency: string;
  /** A date of the provider. */
  readonly dueOn: string | null;
  /** A user, or `karibu`. */
  readonly createdBy: string;
}

/** @returns its id */
export async function issueInvoice(
  { world, envelope }: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  invoice: NewInvoice,
): Promise<string> {
  const { providerId, phone, party, purchaseId, lines } = invoice;
  const nowMs = world.clock.wall().atMs;
  const invoiceId = newId(world);
  const number = await nextNumber(tx, providerId);
  await tx
    .insertInto("invoices")
    .values({
      providerId,
      invoiceId,
      number,
      idempotencyKey: invoice.idempotencyKey,
      customerName: invoice.customerName,
      party,
      ...(phone === null ? {} : sealInvoicePhone(envelope, { providerId, invoiceId }, phone)),
      purchaseId,
      lines: json(lines),
      currency: invoice.currency,
      totalCents: totalOfLines(lines),
      state: purchaseId === null ? ("issued" as const) : ("paid" as const),
      dueOn: invoice.dueOn,
      createdBy: invoice.createdBy,
      createdAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .execute();
  if (purchaseId === null && party !== null)
    await openInvoiceAccount(tx, { providerId, invoiceId, number, party, atMs: nowMs });
  return invoiceId;
}

async function nextNumber(tx: Tx, providerId: string): Promise<number> {
  const row = await tx
    .insertInto("invoice_counters")
    .values({ providerId, nextNumber: 2 })
    .onConflict((conflict) =>
      conflict.column("providerId").doUpdateSet({ nextNumber: sql<number>`invoice_counters.next_number + 1` }),
    )
    .returning("nextNumber")
    .executeTakeFirstOrThrow();
  return row.nextNumber - 1;
}

/** For a restore, as statements in one raw transaction. */
export const invoiceNumbersRestored = (lostNumbers: number): readonly string[] => [
  counterRestored("invoice_counters", { first: 1, lostNumbers }),
];

/** The document of an invoice that was paid, and of one that was taken back. */

import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import { customersOf } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { noteCharge } from "../documents/note-charge.ts";

type Invoice = Pick<
  Selectable<Schema["invoices"]>,
  "providerId" | "invoiceId" | "customerName" | "party" | "currency" | "lines"
>;

/** Under which its payment is noted for its document. */
export const chargeOfInvoice = ({ invoiceId }: Pick<Invoice, "invoiceId">): string => `invoice:${invoiceId}`;

/** In the transaction of its entry in the books. */
export async function noteInvoice(
  world: World,
  tx: Tx,
  invoice: Invoice,
  entryId: string,
  what: "paid" | "taken-back" = "paid",
): Promise<void> {
  const { providerId, invoiceId, party } = invoice;
  const [customer] = await customersOf(tx, providerId, party === null ? [] : [party]);
  const sign = what === "paid" ? 1 : -1;
  await noteCharge(world, tx, {
    providerId,
    chargeId: what === "paid" ? chargeOfInvoice(invoice) : `credit-note:${invoiceId}`,
    cause: `invoice:${invoiceId}`,
    customerId: customer?.customerId ?? null,
    party,
    customerName: invoice.customerName,
    currency: invoice.currency,
    lines: invoice.lines.map(({ text, quantity, unitCents }) => ({
      ...({ kind: "item", text, planId: null, quantity } as const),
      totalCents: sign * quantity * unitCents,
    })),
    entryId,
  });
}

/** Has this purchase an invoice that stands? */
export async function hasInvoice(tx: Tx, providerId: string, purchaseId: string): Promise<boolean> {
  const invoice = await tx
    .selectFrom("invoices")
    .select("invoiceId")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where("state", "!=", "void")
    .executeTakeFirst();
  return invoice !== undefined;
}

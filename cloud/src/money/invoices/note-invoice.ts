/** The document of an invoice that was paid, and of one that was taken back. */

import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { noteCharge } from "../documents/note-charge.ts";

type Invoice = Pick<
  Selectable<Schema["invoices"]>,
  "provider_id" | "invoice_id" | "customer_name" | "party" | "currency" | "lines"
>;

/** Under which its payment is noted for its document. */
export const chargeOfInvoice = ({ invoice_id: invoiceId }: Pick<Invoice, "invoice_id">): string =>
  `invoice:${invoiceId}`;

/** In the transaction of its entry in the books. */
export async function noteInvoice(
  world: World,
  tx: Tx,
  invoice: Invoice,
  entryId: string,
  what: "paid" | "taken-back" = "paid",
): Promise<void> {
  const { provider_id: providerId, invoice_id: invoiceId, party } = invoice;
  const customer =
    party === null
      ? undefined
      : await tx
          .selectFrom("customers")
          .select("customer_id")
          .where("phone_hash", "=", party)
          .where("deleted_at_ms", "is", null)
          .executeTakeFirst();
  const sign = what === "paid" ? 1 : -1;
  await noteCharge(world, tx, {
    providerId,
    chargeId: what === "paid" ? chargeOfInvoice(invoice) : `credit-note:${invoiceId}`,
    cause: `invoice:${invoiceId}`,
    customerId: customer?.customer_id ?? null,
    party,
    customerName: invoice.customer_name,
    currency: invoice.currency,
    lines: invoice.lines.map(({ text, quantity, unitCents }) => ({
      ...({ kind: "item", text, planId: null, quantity } as const),
      totalCents: sign * quantity * unitCents,
    })),
    entryId,
  });
}

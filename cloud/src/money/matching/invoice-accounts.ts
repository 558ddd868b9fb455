/** The account numbers of invoices: what a customer types at the paybill to pay one. */
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { accountKey, luhnDigit } from "./account-text.ts";

/** `INV` and the invoice's number with a check digit: one wrong digit is no other invoice's number. */
export const invoiceAccountNumber = (number: number): string => `INV${number}${luhnDigit(String(number))}`;

/** Money at this number is this customer's. A number that is somebody's already stays theirs: then the invoice has none. */
export async function openInvoiceAccount(
  tx: Tx,
  invoice: {
    readonly providerId: string;
    readonly invoiceId: string;
    readonly number: number;
    readonly party: Party;
    readonly atMs: number;
  },
): Promise<void> {
  const number = invoiceAccountNumber(invoice.number);
  await tx
    .insertInto("pay_accounts")
    .values({
      providerId: invoice.providerId,
      accountKey: accountKey(number),
      accountNumber: number,
      kind: "order",
      party: invoice.party,
      invoiceId: invoice.invoiceId,
      createdAtMs: invoice.atMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { takeOntoFloat } from "../ledger/cash-by-hand.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import { invoiceEntry } from "./invoice-entry.ts";
import { type InvoiceRow, setInvoice } from "./invoice-rows.ts";
import { noteInvoice } from "./note-invoice.ts";

/** In cash, or out of the customer's credit. Throws a Problem 409 "no-credit" or "no-float". The invoice is locked and issued. @param takenBy who took the cash; null: the office itself */
export async function payInvoice(
  { world, ledger }: { readonly world: World; readonly ledger: Ledger },
  tx: Tx,
  row: InvoiceRow,
  from: "cash" | "credit",
  takenBy: string | null,
): Promise<void> {
  const { providerId, totalCents: amountCents, currency, party } = row;
  if (
    from === "credit" &&
    (party === null || (await readSpendable(tx, { providerId, party, currency })).provedCents < amountCents)
  )
    throw refusal("no-credit", { field: "with" });
  const entry = invoiceEntry(row, from);
  if (from === "cash" && takenBy !== null)
    await takeOntoFloat(ledger, tx, { providerId, userId: takenBy, currency }, { ...entry, amountCents });
  const entryId = await ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  await noteInvoice(world, tx, row, entryId);
  await setInvoice(world, tx, row, { state: "paid", entryId });
}

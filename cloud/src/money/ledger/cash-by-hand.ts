/**
 * Cash that staff take by hand: a top-up, an invoice, a renewal. It is booked into the office's till, from where it goes onto the float of who took it and has
 * one: as with a sale at the counter, they take in no more than they have paid ahead.
 */
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { transferEntry } from "./entries.ts";
import { covers, lockFloat, readFloat, type WhoseFloat } from "./floats.ts";
import type { Ledger } from "./post-entry.ts";

/** Of the entry that brings cash from the till onto a float. @param entryKey of the entry that booked it into the till */
export const floatCashKey = (entryKey: string): string => `float-cash:${entryKey}`;

/** Before the cash itself is booked. Locked until the transaction ends. Throws Problem 409 "no-float". @param entryKey of the entry that books the cash */
export async function takeOntoFloat(
  ledger: Ledger,
  tx: Tx,
  takenBy: WhoseFloat,
  { entryKey, amountCents }: { readonly entryKey: string; readonly amountCents: number },
): Promise<void> {
  await lockFloat(tx, takenBy);
  const float = await readFloat(tx, takenBy);
  if (float === null) return;
  if (!covers(float, amountCents)) throw refusal("no-float");
  const { providerId, userId, currency } = takenBy;
  const toFloat = { from: "cash", to: `float:${userId}`, amountCents, currency } as const;
  const cause = { providerId, purchaseId: null, party: null };
  await ledger.post(tx, cause, transferEntry(floatCashKey(entryKey), "float", toFloat));
}

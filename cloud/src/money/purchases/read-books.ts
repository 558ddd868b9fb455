/** Reads and locks what effects will change: receipts, and what customers have and owe. In the order of the effects. */
import type { Tx } from "../../ground/db/database.ts";
import { type Balances, balancesToTakeBack } from "../ledger/credit.ts";
import { lockNewReceipt, type ReceiptRow, readReceiptOnRail } from "../receipts/receipt-rows.ts";
import type { LoadedPurchase } from "./purchase-rows.ts";
import type { Effect } from "./transition/purchase-facts.ts";

export interface Books {
  /** Rows of receipts that the effects change, as they stood before. By receipt; those that are new are not among them. */
  readonly receipts: ReadonlyMap<string, ReceiptRow>;
  /** Of customers whose credit an undone receipt may lower. By party. */
  readonly balances: ReadonlyMap<string, Balances>;
}

export async function readBooks(tx: Tx, purchase: LoadedPurchase, effects: readonly Effect[]): Promise<Books> {
  const { providerId, phoneHash: ownParty, currency } = purchase;
  const { rail } = purchase.channel.facts;
  const receipts = new Map<string, ReceiptRow>();
  const balances = new Map<string, Balances>();
  const bookedHere = new Set<string>();
  for (const effect of effects) {
    const { fresh, known } = receiptsOf(effect);
    if (fresh !== null) await lockNewReceipt(tx, { providerId, rail, receipt: fresh });
    for (const receipt of known) {
      const row = await readReceiptOnRail(tx, { providerId, rail, receipt });
      if (row !== undefined) receipts.set(receipt, row);
    }
    if (effect.kind === "book-receipt") bookedHere.add(effect.receipt);
    if (effect.kind === "return-plan" && ownParty !== null && !balances.has(ownParty))
      balances.set(ownParty, await balancesToTakeBack(tx, providerId, ownParty, currency));
    if (effect.kind !== "undo-receipt") continue;
    // What is booked to this purchase is its customer's, whatever the row said before.
    const party = (bookedHere.has(effect.receipt) ? null : receipts.get(effect.receipt)?.party) ?? ownParty;
    if (party !== null && !balances.has(party))
      balances.set(party, await balancesToTakeBack(tx, providerId, party, currency));
  }
  return { receipts, balances };
}

/** Which receipt an effect adds to the books, and which it changes there. */
function receiptsOf(effect: Effect): { readonly fresh: string | null; readonly known: readonly string[] } {
  switch (effect.kind) {
    case "book-receipt":
    case "hold-receipt":
      return effect.fromSuspense ? { fresh: null, known: [effect.receipt] } : { fresh: effect.receipt, known: [] };
    case "replace-receipt":
      return { fresh: null, known: [effect.receipt, effect.by] };
    case "confirm-receipt":
    case "return-plan":
    case "release-receipt":
    case "undo-receipt":
    case "restore-receipt":
      return { fresh: null, known: [effect.receipt] };
    default:
      return { fresh: null, known: [] };
  }
}

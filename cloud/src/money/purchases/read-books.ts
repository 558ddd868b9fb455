/** Reads and locks what effects will change: receipts, and what customers have and owe. In the order of the effects. */
import type { Tx } from "../../ground/db/database.ts";
import { type Balances, balancesToSpend } from "../ledger/credit.ts";
import { lockNewReceipt, type ReceiptRow, readReceiptOnRail } from "../receipts/receipt-rows.ts";
import type { LoadedIntent } from "./intent-rows.ts";
import type { Effect } from "./purchase-facts.ts";

export interface Books {
  /** Rows of receipts that are replaced or undone, as they stood before the effects. By receipt. */
  readonly receipts: ReadonlyMap<string, ReceiptRow>;
  /** Of customers whose credit an undone receipt may lower. By phone hash. */
  readonly balances: ReadonlyMap<string, Balances>;
}

export async function readBooks(tx: Tx, intent: LoadedIntent, effects: readonly Effect[]): Promise<Books> {
  const { provider_id, phone_hash: ownParty, currency } = intent;
  const { rail } = intent.channel.facts;
  const receipts = new Map<string, ReceiptRow>();
  const balances = new Map<string, Balances>();
  const booked = new Set<string>();
  for (const effect of effects) {
    if (isNew(effect)) await lockNewReceipt(tx, { provider_id, rail, receipt: effect.receipt });
    if (effect.kind === "book-receipt") booked.add(effect.receipt);
    for (const receipt of changedReceipts(effect)) {
      const row = await readReceiptOnRail(tx, { provider_id, rail, receipt });
      if (row !== undefined) receipts.set(receipt, row);
    }
    if (effect.kind !== "undo-receipt") continue;
    const party = (booked.has(effect.receipt) ? null : receipts.get(effect.receipt)?.party) ?? ownParty;
    if (!balances.has(party)) balances.set(party, await balancesToSpend(tx, provider_id, party, currency));
  }
  return { receipts, balances };
}

function isNew(effect: Effect): effect is Extract<Effect, { kind: "book-receipt" | "hold-receipt" }> {
  return (effect.kind === "book-receipt" || effect.kind === "hold-receipt") && !effect.fromSuspense;
}

/** Receipts whose rows decide what the effect writes. The row of one that is new in this transaction is not there yet. */
function changedReceipts(effect: Effect): readonly string[] {
  if (effect.kind === "replace-receipt") return [effect.receipt, effect.by];
  return effect.kind === "undo-receipt" || effect.kind === "restore-receipt" || isFromSuspense(effect)
    ? [effect.receipt]
    : [];
}

function isFromSuspense(effect: Effect): effect is Extract<Effect, { kind: "book-receipt" | "hold-receipt" }> {
  return (effect.kind === "book-receipt" || effect.kind === "hold-receipt") && effect.fromSuspense;
}

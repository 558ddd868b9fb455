/**
 * A counter sale for cash. Who sold it and has a float keeps the cash, so it comes off what was prepaid, and the commission goes onto
 * it; of others it is in the office's till.
 */
import type { Tx } from "../../ground/db/database.ts";
import { transferEntry } from "../ledger/entries.ts";
import { readFloat } from "../ledger/floats.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import type { LoadedIntent } from "./intent-rows.ts";

export async function settleCounterSale(ledger: Ledger, tx: Tx, intent: LoadedIntent): Promise<void> {
  const { provider_id: providerId, intent_id: intentId, sold_by: seller, currency, amount_cents: amountCents } = intent;
  // A sale for the customer's credit, or by a prompt, brings the seller no cash.
  if (seller === null || intent.channel.facts.paidFrom !== "cash") return;
  const cause = { providerId, intentId, party: null };
  const clearing = `clearing:${intent.channel_id}` as const;
  if ((await readFloat(tx, { providerId, userId: seller, currency })) === null) {
    // The office took it: it is in the office's till.
    const toTill = { from: clearing, to: "cash", amountCents, currency } as const;
    await ledger.post(tx, cause, transferEntry(`cash:${intentId}`, "float", toTill));
    return;
  }
  const float = `float:${seller}` as const;
  const toFloat = { from: clearing, to: float, amountCents, currency };
  await ledger.post(tx, cause, transferEntry(`float-sale:${intentId}`, "float", toFloat));
  const { commissionPermille } = await readMoneySettings(tx, providerId);
  const commission = Math.floor((amountCents * commissionPermille) / 1000);
  if (commission === 0) return;
  const earned = { from: float, to: "commission", amountCents: commission, currency } as const;
  await ledger.post(tx, cause, transferEntry(`commission:${intentId}`, "commission", earned));
}

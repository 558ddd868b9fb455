/** A cash agent's sale: the cash stays with the agent, so it comes off the float that was paid ahead; the commission goes onto it. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { transferEntry } from "../ledger/entries.ts";
import { readFloat } from "../ledger/floats.ts";
import { postEntry } from "../ledger/post-entry.ts";
import type { JudgedIntent } from "./judged-intent.ts";

export async function settleCashSale(world: World, tx: Tx, intent: JudgedIntent): Promise<void> {
  const { provider_id: providerId, intent_id: intentId, sold_by: seller, currency, amount_cents: amountCents } = intent;
  // What was sold for the customer's credit, or by a prompt, brought the seller nothing to hand in.
  if (seller === null || intent.kind !== "cash") return;
  const float = `float:${seller}` as const;
  const cause = { providerId, intentId, party: null };
  const clearing = `clearing:${intent.channel_id}` as const;
  if ((await readFloat(tx, { providerId, userId: seller, currency })) === null) {
    // The office took it itself: it is in the office's till.
    await postEntry(
      tx,
      world,
      cause,
      transferEntry(`cash:${intentId}`, "float", { from: clearing, to: "cash", amountCents, currency }),
    );
    return;
  }
  await postEntry(
    tx,
    world,
    cause,
    transferEntry(`float-sale:${intentId}`, "float", { from: clearing, to: float, amountCents, currency }),
  );
  const settings = await tx
    .selectFrom("money_settings")
    .select("commission_permille")
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
  const commission = Math.floor((amountCents * (settings?.commission_permille ?? 0)) / 1000);
  if (commission === 0) return;
  const entry = transferEntry(`commission:${intentId}`, "commission", {
    from: float,
    to: "commission",
    amountCents: commission,
    currency,
  });
  await postEntry(tx, world, cause, entry);
}

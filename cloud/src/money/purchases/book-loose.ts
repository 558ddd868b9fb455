/** Books money that has no purchase: into a customer's credit, or into suspense. */
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import { channelKinds, railOf } from "../channels/channel-kinds.ts";
import type { ChannelRow } from "../channels/tables.ts";
import { type Inflow, payerHash, payerMask, sureTimeMs } from "../evidence/inflow.ts";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";
import { postEntry } from "../ledger/post-entry.ts";
import type { InflowDecision } from "../matching/inflow-policy.ts";
import type { AbsorbParts } from "./judged-intent.ts";

export const currencyOf = (channel: ChannelRow): string => channelKinds[channel.kind].currency ?? "KES";

/** One entry and one receipt's row. */
export async function bookLoose(
  { world, emit }: Pick<AbsorbParts, "world" | "emit">,
  tx: Tx,
  channel: ChannelRow,
  inflow: Inflow,
  decision: Exclude<InflowDecision, { kind: "purchase" }>,
): Promise<void> {
  const { provider_id: providerId, channel_id: channelId } = channel;
  const party = decision.kind === "suspense" ? null : decision.party;
  const rail = railOf(channel.kind);
  const currency = currencyOf(channel);
  const { receipt, amountCents } = inflow;
  const entry: LedgerEntry = balanced({
    entryKey: `receipt:${rail}:${receipt}`,
    kind: party === null ? "suspense" : "receipt",
    lines: [
      { account: `clearing:${channelId}`, currency, amountCents },
      { account: party === null ? "suspense" : "credit", currency, amountCents: cents(-amountCents) },
    ],
  });
  const entryId = await postEntry(tx, world, { providerId, intentId: null, party }, entry);
  await tx
    .insertInto("receipts")
    .values({
      provider_id: providerId,
      rail,
      receipt,
      channel_id: channelId,
      intent_id: null,
      amount_cents: amountCents,
      plan_cents: 0,
      credit_cents: party === null ? 0 : amountCents,
      suspense_cents: party === null ? amountCents : 0,
      currency,
      entry_id: entryId,
      booked_at_ms: world.clock.wall().atMs,
      state: party === null ? "suspense" : "credit",
      source: inflow.source,
      corroborated: inflow.trust === "fetched",
      party,
      payer_hash: payerHash(inflow.payer),
      payer_masked: payerMask(inflow.payer),
      payer_name: inflow.payerName,
      account_text: inflow.accountText,
      paid_at_ms: sureTimeMs(inflow),
      note: decision.kind === "suspense" ? decision.why : null,
    })
    .execute();
  await emit(tx, providerId, { topic: "payment", id: receipt, action: party === null ? "suspense" : "credited" });
}

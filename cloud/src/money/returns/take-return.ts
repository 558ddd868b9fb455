/**
 * Books what a channel's list says of money that went back: a refund of ours (also one whose answer was lost), a refund that
 * somebody made in the channel's own dashboard, a dispute. Each once, by the channel's own name of it.
 */
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import type { ReturnedMoney } from "../channels/channel-contract.ts";
import type { ChannelRow } from "../channels/tables.ts";
import { bookUnapplied } from "../receipts/unapplied.ts";
import { takeReversal } from "../reconciliation/partial-reversal.ts";
import { type RefundParts, type RefundRow, readRefund, setRefund } from "../refunds/refund-rows.ts";
import { bookDone } from "../refunds/send-refund.ts";

const cameBack = "money that had gone back came again: a dispute was won, or a refund failed";

export async function takeReturn(
  parts: RefundParts,
  tx: Tx,
  channel: ChannelRow,
  returned: ReturnedMoney,
): Promise<void> {
  const { provider_id: providerId, channel_id: channelId } = channel;
  const { id, receipt, amountCents, state } = returned;
  const key = { provider_id: providerId, channel_id: channelId, return_id: id };
  const known = await tx
    .selectFrom("returned_money")
    .select("state")
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("return_id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  // What never left our books does not come back into them.
  if (known?.state === state || (known === undefined && state === "returned")) return;
  if (known === undefined) {
    if (!(await bookGone(parts, tx, providerId, channelId, returned))) return;
  } else {
    await bookAgain(parts, tx, channel, returned);
  }
  const row = { ...key, receipt, amount_cents: amountCents, state, changed_at_ms: parts.world.clock.wall().atMs };
  await tx
    .insertInto("returned_money")
    .values(row)
    .onConflict((conflict) => conflict.columns(["provider_id", "channel_id", "return_id"]).doUpdateSet(row))
    .execute();
}

/** @returns false: its payment is not in the books yet */
async function bookGone(
  parts: RefundParts,
  tx: Tx,
  providerId: string,
  channelId: string,
  returned: ReturnedMoney,
): Promise<boolean> {
  const { id, receipt, amountCents } = returned;
  const own = await ownRefund(tx, providerId, channelId, returned);
  if (own?.state === "done") {
    await setRefund(parts.world, tx, own, { result_receipt: id });
    return true;
  }
  if (own !== null) {
    await bookDone(parts, tx, own, id);
    return true;
  }
  const money = { receipt: id, linkedReceipt: receipt, amountCents };
  return takeReversal(parts, tx, providerId, money, "reversal-result");
}

/** A refund of ours: the channel gives its name back. Older ones had no name there: one of the same sum counts. */
async function ownRefund(
  tx: Tx,
  providerId: string,
  channelId: string,
  { id, receipt, amountCents, refundId }: ReturnedMoney,
): Promise<RefundRow | null> {
  if (refundId !== null) return readRefund(tx, providerId, refundId);
  const older = await tx
    .selectFrom("refunds")
    .select("refund_id")
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("receipt", "=", receipt)
    .where("method", "=", "channel")
    .where("state", "=", "done")
    .where((where) =>
      where.or([
        where("result_receipt", "=", id),
        where.and([where("result_receipt", "is", null), where("amount_cents", "=", amountCents)]),
      ]),
    )
    .orderBy("refund_id")
    .executeTakeFirst();
  return older === undefined ? null : readRefund(tx, providerId, older.refund_id);
}

/** Whose it is now, a person decides: the customer's internet has ended, or they were refunded in another way since. */
async function bookAgain(parts: RefundParts, tx: Tx, channel: ChannelRow, returned: ReturnedMoney): Promise<void> {
  const { id, amountCents, currency } = returned;
  const place = { ...parts.channels.placeOf(channel), currency };
  const hidden = { accountText: null, payer: { kind: "none" }, payerName: null, paidAtMs: null } as const;
  const inflow = { source: "order-status", trust: "fetched", receipt: id, shortcode: null } as const;
  const money = { ...inflow, ...hidden, amountCents: cents(amountCents) };
  await bookUnapplied(parts, tx, place, money, { party: null, note: cameBack });
}

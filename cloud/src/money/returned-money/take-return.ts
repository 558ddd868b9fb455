/**
 * Books what a channel's list says of money that went back: a refund of ours (also one whose answer was lost), a refund that
 * somebody made in the channel's own dashboard, a dispute. Each once, by the channel's own name of it.
 */
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ReturnedMoney } from "../channels/channel-contract.ts";
import { noteUnknownCode } from "../evidence/unknown-codes.ts";
import { reverseReceipt } from "../matching/suspense.ts";
import { readReceipt } from "../receipts/receipt-rows.ts";
import { bookUnapplied, isUndone } from "../receipts/unapplied.ts";
import { takeReversal } from "../reconciliation/partial-reversal.ts";
import {
  doneRefundLike,
  type RefundParts,
  type RefundRow,
  readRefund,
  refundSentAs,
  setRefund,
} from "../refunds/refund-rows.ts";
import { takeReturnedRefund } from "../refunds/returned-payouts.ts";
import { bookDone } from "../refunds/send-refund.ts";

const cameBack = "money that had gone back came again: a dispute was won, or a refund failed";

export async function takeReturn(
  parts: RefundParts,
  tx: Tx,
  channel: ChannelRow,
  returned: ReturnedMoney,
): Promise<void> {
  const { providerId, channelId } = channel;
  const { id, receipt, amountCents, state } = returned;
  const key = { providerId, channelId, returnId: id };
  const known = await tx
    .selectFrom("returned_money")
    .select("state")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("returnId", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (known?.state === state) return;
  const own = state === "came-back" ? await sentRefund(tx, channel, returned) : null;
  // The customer did not get it: the refund is open again, and a person sends it in another way or gives it up.
  const isBack = own !== null && (await takeReturnedRefund(parts, tx, own, { receipt: id, amountCents }));
  if (!isBack && known !== undefined) {
    await (state === "came-back" ? bookAgain(parts, tx, channel, returned) : takeAgain(parts, tx, channel, returned));
  } else if (!isBack && state === "left-us") {
    if (!(await bookLeft(parts, tx, channel, returned))) return;
  } else if (!isBack) {
    // What never left our books does not come back into them.
    if (own?.state !== "done") return;
    await setRefund(parts.world, tx, own, { resultReceipt: id });
    await bookAgain(parts, tx, channel, returned);
  }
  const row = { ...key, receipt, amountCents, state, changedAtMs: parts.world.clock.wall().atMs };
  await tx
    .insertInto("returned_money")
    .values(row)
    .onConflict((conflict) => conflict.columns(["providerId", "channelId", "returnId"]).doUpdateSet(row))
    .execute();
}

/** @returns false: its payment is not in the books yet */
async function bookLeft(parts: RefundParts, tx: Tx, channel: ChannelRow, returned: ReturnedMoney): Promise<boolean> {
  const { providerId, channelId } = channel;
  const { id, receipt, amountCents } = returned;
  const own = await ownRefund(tx, providerId, channelId, returned);
  if (own?.state === "done") {
    await setRefund(parts.world, tx, own, { resultReceipt: id });
    return true;
  }
  if (own !== null) {
    await bookDone(parts, tx, own, id);
    return true;
  }
  const money = { receipt: id, linkedReceipt: receipt, amountCents };
  return takeReversal(parts, tx, parts.channels.placeOf(channel), money, "reversal-result");
}

/** A refund of ours: the channel gives its name back. Older ones had no name there: of these one of the same sum counts. */
async function ownRefund(
  tx: Tx,
  providerId: string,
  channelId: string,
  returned: ReturnedMoney,
): Promise<RefundRow | null> {
  if (returned.kind === "dispute") return null;
  if (returned.refundId !== null) return namedRefund(tx, providerId, channelId, returned);
  const { id, receipt, amountCents } = returned;
  const older = await doneRefundLike(tx, { providerId, channelId, receipt }, { resultReceipt: id, amountCents });
  return older === null ? null : readRefund(tx, providerId, older);
}

/** The refund of ours that the channel sent under this name. */
async function sentRefund(
  tx: Tx,
  { providerId, channelId }: ChannelRow,
  returned: ReturnedMoney,
): Promise<RefundRow | null> {
  if (returned.kind === "dispute") return null;
  const named = await namedRefund(tx, providerId, channelId, returned);
  if (named !== null) return named;
  const { id, receipt } = returned;
  const sent = await refundSentAs(tx, { providerId, channelId, receipt }, id);
  return sent === null ? null : readRefund(tx, providerId, sent);
}

/** The refund of ours that it names, if that is one of this payment here. */
async function namedRefund(
  tx: Tx,
  providerId: string,
  channelId: string,
  { refundId, receipt }: ReturnedMoney,
): Promise<RefundRow | null> {
  const row = refundId === null ? null : await readRefund(tx, providerId, refundId);
  return row?.channelId === channelId && row.receipt === receipt ? row : null;
}

/** Whose it is now, a person decides: the customer's internet has ended, or they were refunded in another way since. */
async function bookAgain(parts: RefundParts, tx: Tx, channel: ChannelRow, returned: ReturnedMoney): Promise<void> {
  const { id, amountCents, currency } = returned;
  // Once under its name: what came back before, and left us again, is for a person.
  if ((await readReceipt(tx, channel.providerId, id)) !== null) return askPerson(parts, tx, channel, returned);
  const place = { ...parts.channels.placeOf(channel), currency };
  const hidden = { accountText: null, payer: { kind: "none" }, payerName: null, paidAtMs: null } as const;
  const inflow = { source: "order-status", trust: "fetched", receipt: id, shortcode: null } as const;
  const money = { ...inflow, ...hidden, amountCents: cents(amountCents) };
  await bookUnapplied(parts, tx, place, money, { party: null, note: cameBack });
}

/** What had come back has left us again: a dispute that was won is lost after all. Who got the money meanwhile owes it. */
async function takeAgain(parts: RefundParts, tx: Tx, channel: ChannelRow, returned: ReturnedMoney): Promise<void> {
  const row = await readReceipt(tx, channel.providerId, returned.id);
  if (row === null || isUndone(row)) return askPerson(parts, tx, channel, returned);
  await reverseReceipt(parts, tx, row, "reversal-result");
}

/** A change that the books can't follow by themselves. */
function askPerson(
  { world }: RefundParts,
  tx: Tx,
  { providerId, name }: ChannelRow,
  { kind, id, amountCents, currency, state }: ReturnedMoney,
): Promise<void> {
  const what = `${kind} ${id} at ${name}: ${amountCents / 100} ${currency} ${sayState[state]} once more; it is not in the books`;
  return noteUnknownCode(tx, world, { providerId, evidenceId: null, source: "order-status" }, what);
}

const sayState = { "left-us": "left the account", "came-back": "came back" } as const;

/** A refund that came back, as a statement or a channel's list says, whichever way it was sent: the customer did not get it. It leaves the books as it came in, and a person sends it again or gives it up. */
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { LedgerAccount } from "../ledger/accounts.ts";
import { balanced } from "../ledger/entries.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { type RefundRow, readRefund, setRefund } from "./refund-rows.ts";

/** @returns false: it is no payout of ours, of another sum, or in the books as returned already */
export async function takeReturnedPayout(
  { world, ledger, emit }: Pick<PurchaseParts, "world" | "ledger" | "emit">,
  tx: Tx,
  { provider_id: providerId, channel_id: channelId }: ChannelRow,
  { receipt, linkedReceipt, amountCents }: Pick<StatementLine, "receipt" | "linkedReceipt" | "amountCents">,
): Promise<boolean> {
  if (linkedReceipt === null) return false;
  const found = await tx
    .selectFrom("refunds")
    .select("refund_id")
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("result_receipt", "=", linkedReceipt)
    .executeTakeFirst();
  const row = found === undefined ? null : await readRefund(tx, providerId, found.refund_id);
  return row !== null && takeReturnedRefund({ world, ledger, emit }, tx, row, { receipt, amountCents });
}

/** @returns false: it was of another sum, or is in the books as returned already */
export async function takeReturnedRefund(
  { world, ledger, emit }: Pick<PurchaseParts, "world" | "ledger" | "emit">,
  tx: Tx,
  row: RefundRow,
  { receipt, amountCents }: { readonly receipt: string; readonly amountCents: number },
): Promise<boolean> {
  const { provider_id: providerId } = row;
  if (row.state !== "done" || row.entry_id === null || row.amount_cents !== amountCents) return false;
  const paid = await tx
    .selectFrom("ledger_postings")
    .select(["account", "currency", "amount_cents", "party"])
    .where("provider_id", "=", providerId)
    .where("entry_id", "=", row.entry_id)
    .execute();
  const postings = paid.map(({ account, currency, amount_cents, party }) => ({
    account: account as LedgerAccount,
    currency,
    amountCents: cents(-amount_cents),
    ...(party === null ? {} : { party }),
  }));
  const entry = balanced({ entryKey: `refund-returned:${row.refund_id}`, kind: "refund", postings });
  await ledger.post(tx, { providerId, purchaseId: row.purchase_id, party: row.party }, entry);
  // Without its entry it is no refund of the payment any more: the same sum can be refunded again.
  const problem = `it came back to us as ${receipt}`;
  // Whoever had seen it paid has not seen this: it is open again. One that was made in another way stays settled.
  const resolution = row.resolution === "paid" ? null : row.resolution;
  const returned = { state: "returned", entry_id: null, returned_receipt: receipt, resolution } as const;
  await setRefund(world, tx, row, { ...returned, problem });
  await emit(tx, providerId, { topic: "payment", id: row.purchase_id ?? row.refund_id, action: "refund-returned" });
  return true;
}

/**
 * Told or entered money that never came, said by a person: the statement of its time is whole and lacks it. A channel that nobody can ask, and that has no
 * list, has no other way to say so, and its day could never be closed.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { lockClaims } from "../claims/claim-log.ts";
import { refuseClaims } from "../claims/claims.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { takeOut } from "../questions/witnesses.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { spellings } from "../receipts/spellings.ts";
import { isUndone } from "../receipts/unapplied.ts";
import { resolveDifference } from "./differences.ts";

/** It leaves the books, and what it opened ends. Throws Problems 404 and 409. */
export async function takeOutNeverCame(
  parts: PurchaseParts,
  tx: Tx,
  place: ReceiptPlace,
  said: { readonly receipt: string; readonly note: string; readonly userId: string; readonly nowMs: number },
): Promise<void> {
  const { providerId, channelId } = place;
  const { receipt } = said;
  const difference = await tx
    .selectFrom("statement_differences")
    .select("what")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("receipt", "=", receipt)
    .executeTakeFirst();
  if (difference === undefined) throw notFound("difference");
  await lockClaims(tx, { providerId, receipts: spellings(receipt), paid: null });
  const row = await readReceipt(tx, providerId, receipt);
  const isOpen = row !== null && row.channelId === channelId && !row.corroborated && !isUndone(row);
  if (difference.what !== "not-on-statement" || !isOpen || !(await isMissing(tx, place, row)))
    throw refusal("may-have-come");
  await resolveDifference(tx, place, receipt, said);
  await takeOut(parts, tx, row, { source: "statement", why: `the statement of that time is without it: ${said.note}` });
  await refuseClaims(parts, tx, providerId, receipt, null);
}

/** Statements whose rows follow cover its payment and its booking, for a report may come hours after its payment; and none has it. */
async function isMissing(tx: Tx, { providerId, channelId }: ReceiptPlace, row: ReceiptRow): Promise<boolean> {
  const moments = [row.paidAtMs ?? row.bookedAtMs, row.bookedAtMs];
  const { rows } = await sql<{ isMissing: boolean }>`
    select not exists (
      select from unnest(${moments}::bigint[]) as moment (at_ms) where not exists (
        select from statements s where s.provider_id = ${providerId} and s.channel_id = ${channelId}
          and s.balance = 'agrees' and not s.is_of_other_account and s.from_ms <= moment.at_ms and moment.at_ms < s.to_ms + 1000
      )
    ) and not exists (
      select from statement_lines line join statements s using (provider_id, statement_id)
      where line.provider_id = ${providerId} and line.receipt = ${row.receipt} and s.channel_id = ${channelId}
    ) as is_missing`.execute(tx);
  return rows[0]?.isMissing === true;
}

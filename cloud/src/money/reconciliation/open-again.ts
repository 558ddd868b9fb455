/** What a statement has said already of money that a person had recorded as paid by hand, and has voided since: the books lack it again. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { keepDifferences } from "./differences.ts";

/**
 * It is a difference at once, as it would be by the same statement sent once more, and a person is asked: they may mean to record it anew, so it is not
 * booked as gone to the bank by itself. Nothing where no statement has the receipt.
 */
export async function openAgain(
  tx: Tx,
  place: Pick<ReceiptPlace, "providerId" | "channelId">,
  receipt: string,
  nowMs: number,
): Promise<void> {
  const { rows } = await sql<{ statementId: string; cents: number; isToCustomer: boolean }>`
    select s.statement_id, sum(l.amount_cents)::bigint as cents, bool_or(l.is_to_customer) as is_to_customer
    from statement_lines l join statements s using (provider_id, statement_id)
    where l.provider_id = ${place.providerId} and l.receipt = ${receipt} and l.kind = 'outflow' and s.channel_id = ${place.channelId}
    group by s.statement_id, s.imported_at_ms order by s.imported_at_ms desc, s.statement_id desc limit 1`.execute(tx);
  const [newest] = rows;
  if (newest === undefined) return;
  const what = newest.isToCustomer ? "payout-not-in-books" : "withdrawn-unread";
  const difference = { receipt, what, statementCents: Number(newest.cents), bookedCents: 0 } as const;
  await keepDifferences(tx, place, [difference], { statementId: newest.statementId, compared: new Set(), nowMs });
}

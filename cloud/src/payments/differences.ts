/** What a statement and the books say differently: kept, by receipt, until a later statement agrees or a person has explained it. */
import { sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { Problem } from "../http/problem.ts";
import type { DifferenceKind } from "./tables.ts";

export interface Difference {
  readonly receipt: string;
  readonly what: DifferenceKind;
  readonly statementCents: number;
  readonly bookedCents: number;
}

interface Place {
  readonly providerId: string;
  readonly channelId: string;
}

/**
 * @param compared the receipts that this statement could speak of: those without a difference agree now
 * One that a person has explained stays explained as long as it is the same difference.
 */
export async function keepDifferences(
  tx: Tx,
  { providerId, channelId }: Place,
  found: readonly Difference[],
  from: { readonly statementId: string; readonly compared: ReadonlySet<string>; readonly nowMs: number },
): Promise<void> {
  const { statementId, compared, nowMs } = from;
  const rows = found.map(({ receipt, what, statementCents, bookedCents }) => ({
    ...{ receipt, what, statement_cents: statementCents, booked_cents: bookedCents },
  }));
  await sql`
    insert into statement_differences as known (provider_id, channel_id, receipt, what, statement_cents, booked_cents,
      statement_id, found_at_ms)
    select ${providerId}::text, ${channelId}::text, receipt, what, statement_cents, booked_cents, ${statementId}::text, ${nowMs}::bigint
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as found (receipt text, what text, statement_cents bigint, booked_cents bigint)
    on conflict (provider_id, channel_id, receipt) do update set
      what = excluded.what, statement_cents = excluded.statement_cents, booked_cents = excluded.booked_cents,
      statement_id = excluded.statement_id, found_at_ms = excluded.found_at_ms,
      resolved_at_ms = null, resolved_by = null, note = null
    where known.resolved_by is null or (known.what, known.statement_cents, known.booked_cents)
      is distinct from (excluded.what, excluded.statement_cents, excluded.booked_cents)`.execute(tx);
  const agreed = [...compared].filter((receipt) => !found.some((one) => one.receipt === receipt));
  await sql`
    update statement_differences set resolved_at_ms = ${nowMs}
    where provider_id = ${providerId} and channel_id = ${channelId} and resolved_at_ms is null
      and receipt in (select jsonb_array_elements_text(${JSON.stringify(agreed)}::jsonb))`.execute(tx);
}

/** A person has explained it. Throws a Problem 404 or 409. */
export async function resolveDifference(
  tx: Tx,
  { providerId, channelId }: Place,
  receipt: string,
  said: { readonly userId: string; readonly note: string; readonly nowMs: number },
): Promise<void> {
  const row = await tx
    .selectFrom("statement_differences")
    .select("resolved_at_ms")
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("receipt", "=", receipt)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new Problem(404, "not-found", "There is no such difference.");
  if (row.resolved_at_ms !== null) throw new Problem(409, "resolved", "This difference is resolved already.");
  await tx
    .updateTable("statement_differences")
    .set({ resolved_at_ms: said.nowMs, resolved_by: said.userId, note: said.note })
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("receipt", "=", receipt)
    .execute();
}

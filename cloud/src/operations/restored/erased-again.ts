/**
 * Whose erasure a restore repeated. The sites know nothing of it: one gives back what it was told of the person before (`take-back.ts`), and sends again
 * what its journal says of their number and devices (`project-erased.ts`).
 */
import { accountGrantId, accountKeyOf, kindOfGrant } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import type { DeviceMark, Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

/** SQL: of a grant that was noted before. Its month begins again. */
const lastTime =
  "until_ms = greatest(erased_grants.until_ms, excluded.until_ms), repeated_at_ms = excluded.repeated_at_ms";

/** SQL, in the transaction of the restore. @param erasure a row of `person_erasures` as a source of `from`, with what is noted in it */
export const keepErased = (erasure: string): string => `insert into erased_again (provider_id, mark, erased_at_ms)
  select e.provider_id, e.party, e.at_ms from ${erasure} e where e.party is not null
  on conflict (provider_id, mark) do update
    set erased_at_ms = greatest(erased_again.erased_at_ms, excluded.erased_at_ms), repeated_at_ms = excluded.repeated_at_ms;
  insert into erased_grants (provider_id, grant_id, from_ms, until_ms)
  select e.provider_id, split_part(span, '/', 1), split_part(span, '/', 2)::bigint,
    max(least(coalesce(nullif(split_part(span, '/', 3), '')::bigint, e.at_ms), e.at_ms))
  from ${erasure} e, jsonb_array_elements_text(e.grants) span group by 1, 2, 3
  on conflict (provider_id, grant_id, from_ms) do update
    set ${lastTime};
  insert into erased_devices (provider_id, mark, until_ms)
  select distinct e.provider_id, mark, e.at_ms from ${erasure} e, jsonb_array_elements_text(e.devices) mark
  on conflict (provider_id, mark) do update
    set until_ms = greatest(erased_devices.until_ms, excluded.until_ms), repeated_at_ms = excluded.repeated_at_ms`;

/** Did a restore erase anybody of this provider again, a month ago at most? */
export async function hasErased(tx: Tx, providerId: string): Promise<boolean> {
  const rows = await tx
    .selectFrom("erased_again")
    .select("providerId")
    .where("providerId", "=", providerId)
    .unionAll(tx.selectFrom("erased_grants").select("providerId").where("providerId", "=", providerId))
    .unionAll(tx.selectFrom("erased_devices").select("providerId").where("providerId", "=", providerId))
    .limit(1)
    .execute();
  return rows.length > 0;
}

/** When who has this number was erased. Null: they were not. What they bought later is of after it. */
export async function readErased(
  tx: Tx,
  providerId: string,
  marks: readonly Party[],
): Promise<(mark: Party) => number | null> {
  if (marks.length === 0) return () => null;
  const rows = await tx
    .selectFrom("erased_again")
    .select(["mark", "erasedAtMs"])
    .where("providerId", "=", providerId)
    .where("mark", "in", [...new Set(marks)])
    .execute();
  const erased = new Map(rows.map((row) => [row.mark, row.erasedAtMs]));
  return (mark) => erased.get(mark) ?? null;
}

/** Until when each of these devices was theirs; nothing of one that was not. */
export async function readErasedDevices(
  tx: Tx,
  providerId: string,
  marks: readonly DeviceMark[],
): Promise<ReadonlyMap<DeviceMark, number>> {
  if (marks.length === 0) return new Map();
  const rows = await tx
    .selectFrom("erased_devices")
    .select(["mark", "untilMs"])
    .where("providerId", "=", providerId)
    .where("mark", "in", [...new Set(marks)])
    .execute();
  return new Map(rows.map((row) => [row.mark, row.untilMs]));
}

/** All periods of an account stand under one name. */
function nameOf(grantId: string): string {
  const [accountId = ""] = accountKeyOf(grantId).split(".");
  return kindOfGrant(grantId) === "account" ? accountGrantId(accountId, undefined) : grantId;
}

/** A grant that was theirs. @param atMs when it was used; null: nobody knows */
export type IsErasedGrant = (grantId: string, atMs: number | null) => boolean;

export async function readErasedGrants(
  tx: Tx,
  providerId: string,
  grantIds: readonly string[],
): Promise<IsErasedGrant> {
  if (grantIds.length === 0) return () => false;
  const rows = await tx
    .selectFrom("erased_grants")
    .select(["grantId", "fromMs", "untilMs"])
    .where("providerId", "=", providerId)
    .where("grantId", "in", [...new Set(grantIds.map(nameOf))])
    .execute();
  const spans = Map.groupBy(rows, (row) => row.grantId);
  return (grantId, atMs) =>
    (spans.get(nameOf(grantId)) ?? []).some(
      ({ fromMs, untilMs }) => atMs === null || (atMs >= fromMs && atMs <= untilMs),
    );
}

/** A sale of theirs that the hub hears of only now: its devices may come later. The month of a note counts from the last time that it was noted. */
export async function noteErasedGrants(
  tx: Tx,
  providerId: string,
  grants: readonly { readonly grantId: string; readonly erasedAtMs: number }[],
): Promise<void> {
  const untilMs = new Map<string, number>();
  for (const { grantId, erasedAtMs } of grants)
    untilMs.set(grantId, Math.max(erasedAtMs, untilMs.get(grantId) ?? erasedAtMs));
  if (untilMs.size === 0) return;
  await sql`insert into erased_grants (provider_id, grant_id, from_ms, until_ms)
    select ${providerId}, grant_id, 0, until_ms
    from unnest(${[...untilMs.keys()]}::text[], ${[...untilMs.values()]}::bigint[]) as noted (grant_id, until_ms)
    on conflict (provider_id, grant_id, from_ms) do update set ${sql.raw(lastTime)}`.execute(tx);
}

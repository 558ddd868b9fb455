/**
 * A hub that was restored from a back-up has forgotten where leases went since. The journals, which the sites send again, tell: a voucher is at the
 * site that began the whole of it last, and has not let go of it. Without this its former holder would give it a second time.
 */

import type { LeaseUse } from "@karibu/protocol/feed";
import { voucherGrantId } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { firstRestoreAfter } from "../../ground/restores/restores.ts";
import { type LeaseFacts, mostUsed, unused } from "./lease-policy.ts";

export interface ForgottenHolder {
  readonly siteId: string;
  /** When it began there, by that site's clock: what it used is from then on. */
  readonly begunAtMs: number;
  /** What was used before, as far as sites told when they let go. */
  readonly use: LeaseUse;
}

export interface VoucherPlace {
  readonly providerId: string;
  readonly batchId: string;
  readonly serial: number;
}

/** Null: no restore since the lease moved, or the hub knows the holder as it is. */
export async function readForgottenHolder(
  tx: Tx,
  place: VoucherPlace,
  { homeSiteId, moved, released }: LeaseFacts,
): Promise<ForgottenHolder | null> {
  if (homeSiteId === null) return null; // nobody claims it
  const restoredAtMs = await firstRestoreAfter(tx, moved?.movedAtMs ?? 0);
  if (restoredAtMs === null) return null;
  const last = await readLastBeginner(tx, place, restoredAtMs);
  const holderSiteId = moved?.siteId ?? homeSiteId;
  if (last === null || (last.siteId === holderSiteId && released === null)) return null;
  return { siteId: last.siteId, begunAtMs: last.atMs, use: await readUse(tx, place, moved?.use ?? unused) };
}

/** Of sites that have not let go of it since they began it. What the back-up had of it already, its own leases explain. */
async function readLastBeginner(
  tx: Tx,
  { providerId, ...voucher }: VoucherPlace,
  sinceMs: number,
): Promise<{ readonly siteId: string; readonly atMs: number } | null> {
  const grantId = voucherGrantId(voucher);
  const { rows } = await sql<{ siteId: string; atMs: number }>`
    select s.site_id, coalesce(again.at_ms, first.at_ms) as at_ms
    from grant_starts s
    join journal_records first on first.provider_id = s.provider_id and first.site_id = s.site_id and first.epoch = s.epoch
      and first.seq = s.seq
    left join lateral (
      select j.epoch, j.seq, e.begun_at_ms from journal_records j
      join journal_epochs e on e.provider_id = j.provider_id and e.site_id = j.site_id and e.epoch = j.epoch
      where j.provider_id = s.provider_id and j.site_id = s.site_id and j.kind = 'lease-released' and j.raw ->> 'grantId' = s.grant_id
      order by e.begun_at_ms desc, j.epoch desc, j.seq desc limit 1
    ) gone on true
    left join lateral (
      select j.at_ms, j.received_at_ms from journal_records j
      join journal_epochs e on e.provider_id = j.provider_id and e.site_id = j.site_id and e.epoch = j.epoch
      where j.provider_id = s.provider_id and j.site_id = s.site_id and j.kind = 'grant-started'
        and j.raw -> 'grant' ->> 'grantId' = s.grant_id
        and (j.epoch = gone.epoch and j.seq > gone.seq or j.epoch <> gone.epoch and e.begun_at_ms > gone.begun_at_ms)
      order by e.begun_at_ms desc, j.seq desc limit 1
    ) again on true
    where s.provider_id = ${providerId} and s.grant_id = ${grantId} and not s.bridge and not s.unremembered
      and case when gone.seq is null then s.received_at_ms else again.received_at_ms end >= ${sinceMs}::bigint
    order by 2 desc, 1 limit 1
  `.execute(tx);
  return rows[0] ?? null;
}

/** The most that any site told: whoever had it later told of the earlier use as well. */
async function readUse(tx: Tx, { batchId, serial }: VoucherPlace, before: LeaseUse): Promise<LeaseUse> {
  const releases = await tx
    .selectFrom("voucher_releases")
    .select("use")
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .execute();
  return releases.reduce(
    (most: LeaseUse, { use }) => ({
      startedAtMs: most.startedAtMs ?? use.startedAtMs,
      endsAtMs: most.endsAtMs ?? use.endsAtMs,
      ...mostUsed(most, use),
    }),
    before,
  );
}

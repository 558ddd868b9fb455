import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { beganElsewhere, uncutEndOf } from "@karibu/protocol/grant-period";
import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { lastEndMs } from "../../ground/agents/last-date.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { ChangeParts } from "./change-grant.ts";
import { takeOffTwiceGiven } from "./outage-in-pause.ts";
import { projectOutages } from "./project-outages.ts";

/**
 * First uses of grants, and outages that sites credited to them. An end has what staff gave, also what the site had not been told yet. The first
 * record of a grant at a site counts. A later one, of another epoch and with another start, is a second use, at a site that had forgotten the first:
 * it is kept beside it. A start that the site's disk refused is taken back: nobody was let in, and the next one is the first.
 */
export const grantProjector = (parts: ChangeParts): JournalProjector => ({
  async project(tx, batch) {
    const { providerId, records, receivedAtMs } = batch;
    const refused = ofKind(records, "start-refused").map(({ siteId, epoch, record: { seq, grantId } }) => ({
      siteId,
      epoch,
      seq,
      grantId,
    }));
    const isRefused = (start: StartPlace) =>
      refused.some(
        ({ siteId, epoch, seq, grantId }) =>
          grantId === start.grantId && siteId === start.siteId && epoch === start.epoch && seq > start.seq,
      );
    if (refused.length > 0) await takeBack(tx, providerId, refused);
    const all = ofKind(records, "grant-started").map(
      ({ siteId, epoch, record: { seq, atMs, clock, grant, bridge, unremembered } }) => {
        const { grantId, origin, planName, startedAtMs, endsAtMs, terms } = grant;
        const times = { startedAtMs: startedAtMs ?? atMs, endsAtMs, validUntilMs: terms.validUntilMs };
        return {
          siteId,
          epoch,
          seq,
          grantId,
          origin,
          planName,
          bridge: bridge === true,
          unremembered: unremembered === true,
          givenSeconds: grant.given?.seconds ?? 0,
          uncutEndsAtMs: uncutEndOf(grant),
          beganElsewhere: beganElsewhere({ grant, atMs }),
          settled: clock === "synced",
          ...times,
        };
      },
    );
    const starts = all.filter((start) => !isRefused(start));
    if (starts.length > 0)
      await sql`
        with f as (
          select * from ${recordset("f", starts, {
            grantId: "text",
            siteId: "text",
            origin: "text",
            planName: "text",
            startedAtMs: "bigint",
            endsAtMs: "bigint",
            validUntilMs: "bigint",
            epoch: "text",
            seq: "bigint",
            bridge: "boolean",
            unremembered: "boolean",
            givenSeconds: "bigint",
            uncutEndsAtMs: "bigint",
            beganElsewhere: "boolean",
            settled: "boolean",
          })}
        ), repeated as (
          insert into repeated_starts (provider_id, grant_id, site_id, epoch, seq, plan_name, started_at_ms, started_stamped_ms,
            ends_at_ms, valid_until_ms, uncut_ends_at_ms, began_elsewhere, settled, unremembered, received_at_ms)
          select ${providerId}::text, f."grantId", f."siteId", f.epoch, f.seq, f."planName", f."startedAtMs", f."startedAtMs",
            f."endsAtMs", f."validUntilMs", f."uncutEndsAtMs", f."beganElsewhere", f.settled, f.unremembered, ${receivedAtMs}::bigint
          from f
          join grant_starts s on s.provider_id = ${providerId} and s.grant_id = f."grantId" and s.site_id = f."siteId"
            and s.epoch <> f.epoch
          left join journal_records j on j.provider_id = s.provider_id and j.site_id = s.site_id and j.epoch = s.epoch
            and j.seq = s.seq
          where (j.raw -> 'grant' ->> 'startedAtMs')::bigint is distinct from f."startedAtMs" and not exists (
            select from repeated_starts r where r.provider_id = s.provider_id and r.grant_id = s.grant_id
              and r.site_id = s.site_id and r.started_stamped_ms = f."startedAtMs")
          order by f."grantId", f."siteId", f.seq
          on conflict do nothing
        )
        insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms,
          valid_until_ms, uncut_ends_at_ms, began_elsewhere, settled, epoch, seq, received_at_ms, bridge, unremembered)
        select ${providerId}::text, f."grantId", f."siteId", f.origin, f."planName", f."startedAtMs",
          f."endsAtMs" + 1000 * greatest(0, coalesce(c.seconds, 0) - f."givenSeconds"),
          f."validUntilMs" + 1000 * greatest(0, coalesce(c.seconds, 0) - f."givenSeconds"),
          f."uncutEndsAtMs" + 1000 * greatest(0, coalesce(c.seconds, 0) - f."givenSeconds"), f."beganElsewhere", f.settled,
          f.epoch, f.seq, ${receivedAtMs}::bigint, f.bridge, f.unremembered
        from f
        left join grant_changes c on c.provider_id = ${providerId} and c.site_id = f."siteId" and c.grant_id = f."grantId"
        order by f."grantId", f."siteId", f.seq
        on conflict do nothing
      `.execute(tx);
    const returned = starts.filter((start) => start.beganElsewhere);
    if (returned.length > 0) await endAsReturned(tx, providerId, returned);
    await takeOffTwiceGiven(parts, tx, providerId, await projectOutages(tx, batch));
  },
  async correctClock(tx, correction) {
    const { providerId, siteId, stepMs } = correction;
    const { epoch, fromSeq, beforeSeq, isOutOfUnknown, isProved } = correction;
    for (const table of ["grant_starts", "repeated_starts"] as const) {
      await sql`
        update ${sql.table(table)} set ${shifted(stepMs)}
        where provider_id = ${providerId} and site_id = ${siteId} and not began_elsewhere and epoch = ${epoch}
          and seq < ${beforeSeq}::bigint and (seq >= ${fromSeq}::bigint or not settled)
          and (started_at_ms < ${earliestPlausibleMs}) = ${isOutOfUnknown}
      `.execute(tx);
      if (isProved)
        await sql`
          update ${sql.table(table)} set settled = true
          where provider_id = ${providerId} and site_id = ${siteId} and epoch = ${epoch} and seq < ${beforeSeq}::bigint and not settled
            and (${isOutOfUnknown} or began_elsewhere or started_at_ms >= ${earliestPlausibleMs})
        `.execute(tx);
    }
    await sql`
      update outage_credits set from_ms = ${movedTime("from_ms", stepMs)}, to_ms = ${movedTime("to_ms", stepMs)}
      where provider_id = ${providerId} and site_id = ${siteId} and ${withinCorrection(correction)}
    `.execute(tx);
    // As the site's fold: what a clock that was ahead credited, also in an earlier boot, stops no later outage (`rebase.ts` of the agent).
    await sql`
      update outage_credits set is_ahead = true
      where provider_id = ${providerId} and site_id = ${siteId} and to_ms > ${correction.nowMs}::bigint and not is_ahead
    `.execute(tx);
  },
});

/**
 * A voucher whose lease came back begins here a second time, under its own name, with the end that it has by now: what staff gave it at another site, and
 * outages that were credited there, came along. Its period is a date from then on, as in the site's fold. A record of another start is of another use.
 */
async function endAsReturned(
  tx: Tx,
  providerId: string,
  returned: readonly {
    readonly grantId: string;
    readonly siteId: string;
    readonly epoch: string;
    readonly seq: number;
    readonly startedAtMs: number;
    readonly endsAtMs: number | null;
    readonly validUntilMs: number | null;
    readonly uncutEndsAtMs: number | null;
    readonly givenSeconds: number;
  }[],
): Promise<void> {
  await sql`
    update grant_starts s set began_elsewhere = true, ends_at_ms = b."endsAtMs" + b.more_ms, valid_until_ms = b."validUntilMs" + b.more_ms,
      uncut_ends_at_ms = b."uncutEndsAtMs" + b.more_ms
    from (
      select distinct on (f."grantId", f."siteId") f.*, 1000 * greatest(0, coalesce(c.seconds, 0) - f."givenSeconds") as more_ms
      from ${recordset("f", returned, {
        grantId: "text",
        siteId: "text",
        epoch: "text",
        seq: "bigint",
        startedAtMs: "bigint",
        endsAtMs: "bigint",
        validUntilMs: "bigint",
        uncutEndsAtMs: "bigint",
        givenSeconds: "bigint",
      })}
      left join grant_changes c on c.provider_id = ${providerId} and c.site_id = f."siteId" and c.grant_id = f."grantId"
      order by f."grantId", f."siteId", f.seq desc
    ) b
    where s.provider_id = ${providerId} and s.grant_id = b."grantId" and s.site_id = b."siteId" and s.started_at_ms = b."startedAtMs"
      and (s.epoch <> b.epoch or s.seq < b.seq)
  `.execute(tx);
}

/** As the site's fold shifts it (`rebase.ts` of the agent): what moves is the period, and the plan's date cuts off what is then past it. */
const shifted = (stepMs: number) => sql`
  started_at_ms = ${movedTime("started_at_ms", stepMs)}, uncut_ends_at_ms = ${movedTime("uncut_ends_at_ms", stepMs, lastEndMs)},
  ends_at_ms = case when uncut_ends_at_ms is null then ends_at_ms else least(${movedTime("uncut_ends_at_ms", stepMs, lastEndMs)}, valid_until_ms) end`;

/** A record about a grant's first use. */
interface StartPlace {
  readonly siteId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly grantId: string;
}

/** Starts that the site's disk refused, of the epoch that refused them. What was sold with them stays sold. */
async function takeBack(tx: Tx, providerId: string, refused: readonly StartPlace[]): Promise<void> {
  const list = sql`${recordset("f", refused, { siteId: "text", epoch: "text", seq: "bigint", grantId: "text" })}`;
  for (const table of ["grant_starts", "repeated_starts"] as const)
    await sql`
      delete from ${sql.table(table)} s using ${list}
      where s.provider_id = ${providerId} and s.grant_id = f."grantId" and s.site_id = f."siteId" and s.epoch = f.epoch and s.seq < f.seq
    `.execute(tx);
}

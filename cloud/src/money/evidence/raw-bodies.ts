/**
 * How long evidence keeps the text that came, which is sealed meanwhile (`evidence-rows.ts`). It names payers, and is needed as long as it may be
 * judged again; after that what became of it is enough: its source, time, receipt and outcome stay for ever, and its hash still tells a second
 * copy.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { RetentionRule, Span } from "../../ground/jobs/maintenance-job.ts";
import { failedOutcomes } from "./failed-evidence.ts";

/** Ninety days: a dispute about a payment comes sooner. */
export const rawBodyKeptMs = 90 * 86_400_000;

/** That a callback came again is compared with its text: see `money/channel-recording`. */
export const repeats: RetentionRule = {
  table: "repeated_evidence",
  column: "first_again_at_ms",
  keptMs: rawBodyKeptMs,
};

const hasFailed = failedOutcomes.map((head) => `starts_with(outcome, '${head}')`).join(" or ");

/** What waits, what could not be judged, and for longer (`unseenBodies`) what no person has looked at keeps its text. */
const isNeededNoMore = `state = 'done' or (state = 'unmatched' and seen_at_ms is not null and not (${hasFailed}))`;

export const rawBodies: RetentionRule = {
  table: "evidence_bodies",
  column: "received_at_ms",
  keptMs: rawBodyKeptMs,
  byMonth: true,
  outlives: keepNeeded,
};

const sliceRows = 500;

/** Texts that are needed for longer than their month go to their facts: there are few, and they are forgotten row by row. */
async function keepNeeded(tx: Tx, { fromMs, untilMs }: Span): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update evidence e set kept_body_sealed = b.body_sealed from evidence_bodies b
    where (e.provider_id, e.evidence_id) in (
      select provider_id, evidence_id from evidence
      where state <> 'done' and received_at_ms >= ${fromMs} and received_at_ms < ${untilMs} and kept_body_sealed is null
        and (${sql.raw(isNeededNoMore)}) is not true
        and exists (select from evidence_bodies t where t.provider_id = evidence.provider_id
          and t.received_at_ms = evidence.received_at_ms and t.evidence_id = evidence.evidence_id)
      limit ${sliceRows})
    and b.provider_id = e.provider_id and b.received_at_ms = e.received_at_ms and b.evidence_id = e.evidence_id`.execute(
    tx,
  );
  return Number(numAffectedRows);
}

/** The same of what has outlived its month. */
export const keptBodies: RetentionRule = {
  table: "evidence",
  column: "received_at_ms",
  keptMs: rawBodyKeptMs,
  only: isNeededNoMore,
  empties: "kept_body_sealed",
};

/** Nobody has looked at it for a year: nobody misses it. */
export const unseenBodies: RetentionRule = {
  table: "evidence",
  column: "received_at_ms",
  keptMs: 365 * 86_400_000,
  only: `state = 'unmatched' and seen_at_ms is null and not (${hasFailed})`,
  empties: "kept_body_sealed",
};

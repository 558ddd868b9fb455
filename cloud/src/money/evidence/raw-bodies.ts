/**
 * How long evidence keeps the text that came, which is sealed meanwhile (`evidence-rows.ts`). It names payers, and is needed as long as it may be
 * judged again; after that what became of it is enough: its source, time, receipt and outcome stay for ever, and its hash still tells a second
 * copy.
 */
import type { RetentionRule } from "../../ground/jobs/maintenance-job.ts";
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
export const rawBodies: RetentionRule = {
  table: "evidence",
  column: "received_at_ms",
  keptMs: rawBodyKeptMs,
  only: `state = 'done' or (state = 'unmatched' and seen_at_ms is not null and not (${hasFailed}))`,
  empties: "body_sealed",
};

/** Nobody has looked at it for a year: nobody misses it. */
export const unseenBodies: RetentionRule = {
  table: "evidence",
  column: "received_at_ms",
  keptMs: 365 * 86_400_000,
  only: `state = 'unmatched' and seen_at_ms is null and not (${hasFailed})`,
  empties: "body_sealed",
};

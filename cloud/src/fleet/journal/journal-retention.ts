/**
 * What became of a record stands in the hub's own rows soon after it came. Kept for ever is what a site may have to be told again:
 * starts and devices of grants, sales for cash, and the agent's starts, which bound a clock's correction (`catalogue/recall`). What a site was told
 * again is no news: another stick is told it from the same rows.
 */
import type { JournalRecord } from "@karibu/protocol/journal/record";
import { keptDaysUsual } from "../../ground/jobs/kept-days.ts";
import type { RetentionRule } from "../../ground/jobs/maintenance-job.ts";

type Kind = JournalRecord["kind"];

/** A new kind must say here whether it is forgotten. */
const isForgotten: Record<Kind, boolean> = {
  "agent-started": false,
  "grant-started": false,
  "start-refused": true,
  "device-bound": false,
  "device-unbound": false,
  "grant-guarded": false,
  "cash-sale": false,
  "lease-released": false,
  "outage-credited": false,
  "memory-lost": false,
  recalled: true,
  "clock-corrected": true,
  "session-started": true,
  "session-used": true,
  "session-stopped": true,
  "token-spent": true,
  "guesser-locked": true,
  "log-in-refused": true,
  "router-log-in": true,
  "router-figures": true,
  "router-health": true,
  "access-points": true,
  alarm: true,
};

/** These lie in `passing_records`; all else, also what has a complaint and goes row by row, in `journal_records`. */
export const passingKinds: readonly Kind[] = (Object.keys(isForgotten) as Kind[]).filter((kind) => isForgotten[kind]);

export const journalRetention: RetentionRule = {
  table: "passing_records",
  column: "received_at_ms",
  keptMs: keptDaysUsual.journal * 86_400_000,
  kind: "journal",
  byMonth: true,
};

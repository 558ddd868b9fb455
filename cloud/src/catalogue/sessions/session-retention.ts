/** How long ended sessions are kept: at least as long as their grant lives, because what it has used is the sum of them. */
import { keptDaysUsual } from "../../ground/jobs/kept-days.ts";
import type { RetentionRule } from "../../ground/jobs/maintenance-job.ts";

export const endedSessions: RetentionRule = {
  table: "sessions",
  column: "stopped_at_ms",
  keptMs: keptDaysUsual.sessions * 86_400_000,
  kind: "sessions",
  only: `not exists (
    select from grant_starts where grant_starts.provider_id = sessions.provider_id and grant_starts.grant_id = sessions.grant_id
      and retired_at_ms is null and (ends_at_ms is null or ends_at_ms > extract(epoch from now()) * 1000))`,
};

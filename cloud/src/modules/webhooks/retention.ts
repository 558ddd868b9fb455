/** How long is kept what was posted. */
import type { RetentionRule } from "../../ground/jobs/maintenance-job.ts";

const dayMs = 86_400_000;

export const webhookRetention: readonly RetentionRule[] = [
  {
    table: "webhook_deliveries",
    column: "created_at_ms",
    keptMs: 30 * dayMs,
    // Those without a body are among the kept ones: the index leaves them out.
    only: "state <> 'waiting' and body_sealed is not null and (event_key is null or event_key like 'site.%')",
  },
  {
    table: "webhook_deliveries",
    column: "created_at_ms",
    keptMs: 30 * dayMs,
    only: "state <> 'waiting'",
    empties: "body_sealed",
  },
  // What happens once in a thing's life: a payment changes weeks later too (a part goes back), and must not be told as received again.
  { table: "webhook_deliveries", column: "created_at_ms", keptMs: 400 * dayMs, only: "state <> 'waiting'" },
];

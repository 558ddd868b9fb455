import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  otherDoors: {
    "POST /api/v1/report-schedules": "to people who work here",
    "PUT /api/v1/report-schedules/{scheduleId}": "the same",
    "DELETE /api/v1/report-schedules/{scheduleId}": "takes away",
    "POST /api/v1/report-schedules/{scheduleId}/send": "to people who work here",
  },
  one: {
    ids: ({ label }) => ({ scheduleId: `schedule-of-${label}` }),
    rows: ({ providerId, label }) => [
      sql`insert into report_schedules (provider_id, schedule_id, reports, every, format, language, user_ids, active, next_day, created_at_ms, updated_at_ms)
        values (${providerId}, ${`schedule-of-${label}`}, '["revenue"]', 'week', 'pdf', 'en', ${JSON.stringify([`${label} reader`])}, false, '2026-01-05', 1, 1)`,
    ],
  },
} satisfies ModuleSamples;

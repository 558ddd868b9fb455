import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  doors: ["POST /api/v1/group-messages"],
  otherDoors: {
    "POST /api/v1/group-messages/preview": "looks",
    "POST /api/v1/group-messages/{groupMessageId}/stop": "takes away",
  },
  one: {
    ids: ({ label }) => ({ groupMessageId: `group-of-${label}` }),
    rows: ({ providerId, label, nowMs }) => [
      sql`insert into group_messages (provider_id, group_id, class, words, who, count, state, made_by, idempotency_key, made_at_ms, changed_at_ms)
        values (${providerId}, ${`group-of-${label}`}, 'service', ${label}, '{"by":"all"}', 1, 'sending', ${label}, ${label}, ${nowMs}::bigint, 1)`,
    ],
  },
  seven: ({ providerId }) => [
    `insert into group_messages (provider_id, group_id, class, words, who, count, state, made_by, idempotency_key, made_at_ms, changed_at_ms)
     select '${providerId}', 'group-' || n, 'service', 'Words ' || n / 2, '{"by":"all"}', n, case when n > 3 then 'done' else 'stopped' end,
       'me', 'key' || n, 8000000000000 + n, 8000000000000 + n from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;

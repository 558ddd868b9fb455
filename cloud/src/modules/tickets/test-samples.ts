import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  noSecrets: {
    "/api/v1/canned-answers: text": "an answer that is kept ready",
    "/api/v1/customers/{customerId}/ticket-history: text": "what customers and staff wrote to each other",
    "/api/v1/tickets/{ticketId}: text": "what customers and staff wrote",
  },
  shut: ["POST /api/v1/tickets/{ticketId}/answers"],
  otherDoors: { "POST /api/v1/tickets/{ticketId}/answers": "shut to support access; words alone" },
  waiting: {
    "tickets-late": ({ providerId, nowMs }) =>
      sql`insert into tickets (provider_id, ticket_id, number, subject, kind, priority, state, opened_by, opened_by_name, answer_due_ms,
          created_at_ms, changed_at_ms)
        values (${providerId}, 't1', 1, 'x', 'other', 'low', 'open', 'staff', 'x', ${nowMs - 1}::bigint, 1, 1)`,
  },
  one: {
    ids: ({ label }) => ({
      ticketId: `ticket-of-${label}`,
      ticketPictureId: `ticket-picture-of-${label}`,
      cannedId: `canned-of-${label}`,
    }),
    rows: ({ providerId, label, nowMs }) => [
      sql`insert into tickets (provider_id, ticket_id, number, subject, kind, priority, state, opened_by, opened_by_name, answer_due_ms,
          created_at_ms, changed_at_ms)
        values (${providerId}, ${`ticket-of-${label}`}, 1, ${label}, 'other', 'low', 'open', 'staff', ${label}, ${nowMs + 86_400_000}::bigint,
          ${nowMs}::bigint, ${nowMs}::bigint)`,
      sql`insert into ticket_entries (provider_id, entry_id, ticket_id, kind, who, text, at_ms)
        values (${providerId}, ${`entry-of-${label}`}, ${`ticket-of-${label}`}, 'message', ${label}, ${label}, ${nowMs}::bigint)`,
      sql`insert into ticket_pictures (provider_id, picture_id, ticket_id, who, media_type, bytes, width, height, is_internal, at_ms)
        values (${providerId}, ${`ticket-picture-of-${label}`}, ${`ticket-of-${label}`}, ${label}, 'image/png', ''::bytea, 2, 2, false, 1)`,
      sql`insert into canned_answers (provider_id, canned_id, name, text, created_at_ms)
        values (${providerId}, ${`canned-of-${label}`}, ${label}, 'x', 1)`,
    ],
  },
  seven: ({ providerId, nowMs }) => [
    `insert into tickets (provider_id, ticket_id, number, subject, kind, priority, state, opened_by, opened_by_name, answer_due_ms, created_at_ms,
       changed_at_ms)
     select '${providerId}', 'ticket-' || n, n, 'Same', 'other', 'normal', 'open', 'staff', 'Me', ${nowMs} + 86400000, ${nowMs} + n / 2, ${nowMs} + n / 2
     from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;

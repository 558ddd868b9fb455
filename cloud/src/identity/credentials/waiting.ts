/** Invitations that nobody has taken. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const invitationsWaiting = {
  "invitations-unconfirmed": {
    permission: "users.read",
    rows: ({ providerId, nowMs }) => sql`from mailed_tokens where provider_id = ${providerId} and kind = 'invitation'
      and used_at_ms is null and expires_at_ms > ${nowMs}::bigint`,
  },
  "invitations-expired": {
    permission: "users.read",
    rows: ({ providerId, nowMs }) => sql`from mailed_tokens where provider_id = ${providerId} and kind = 'invitation'
      and used_at_ms is null and expires_at_ms <= ${nowMs}::bigint`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

/** Claims of customers that nobody has looked at. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";
import { isWaitingSql } from "./claim-log.ts";

export const claimsWaiting = {
  claims: {
    permission: "payments.read",
    rows: ({ providerId, nowMs }) =>
      sql`from payment_claims where provider_id = ${providerId} and ${isWaitingSql(nowMs)}`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

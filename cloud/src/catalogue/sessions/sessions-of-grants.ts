import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** The newest first. `usedBytes`: sent and received. */
export const sessionsOfGrants = (tx: Tx, grantIds: readonly string[], limit: number) =>
  tx
    .selectFrom("sessions")
    .select(["begunAtMs", "stoppedAtMs", "siteId", "mac", "username"])
    .select(sql<number>`(input_bytes + output_bytes)::bigint`.as("usedBytes"))
    .where("grantId", "in", grantIds)
    .orderBy("begunAtMs", "desc")
    .limit(limit)
    .execute();

/** What somebody bought with their number. */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { standsStill } from "./paused-time.ts";

/** What a bought grant is called at the site that holds it, and that site, as columns of `grantsAsHeld`. */
export const heldId = sql<string>`coalesce(lease.lease_id, grants.grant_id)`;
export const heldAt = sql<string>`coalesce(lease.site_id, grants.site_id)`;

/** `grants`, with the `lease` and the beginning (`grant_starts`) of each, where it has one: as the site that holds it tells it. */
export const grantsAsHeld = (tx: Tx) =>
  tx
    .selectFrom("grants")
    .leftJoin("grant_leases as lease", (join) =>
      join.onRef("lease.providerId", "=", "grants.providerId").onRef("lease.grantId", "=", "grants.grantId"),
    )
    .leftJoin("grant_starts", (join) =>
      join
        .onRef("grant_starts.providerId", "=", "grants.providerId")
        .on("grant_starts.grantId", "=", heldId)
        .on("grant_starts.siteId", "=", heldAt),
    );

/** What is not over, the newest first. */
export const grantsGoingOn = (tx: Tx, party: Party, nowMs: number, limit: number) =>
  grantsAsHeld(tx)
    .select(["grants.planName", "grants.createdAtMs", "grants.code"])
    .select(["grant_starts.startedAtMs", "grant_starts.endsAtMs", standsStill("grant_starts").as("isStill")])
    .where("grants.phoneHash", "=", party)
    .where("grants.revokedAtMs", "is", null)
    .where("grants.retiredAtMs", "is", null)
    .where((is) =>
      is.or([
        is("grant_starts.endsAtMs", "is", null),
        is("grant_starts.endsAtMs", ">", nowMs),
        standsStill("grant_starts"),
      ]),
    )
    .orderBy("grants.createdAtMs", "desc")
    .limit(limit)
    .execute();

/** The names of what was bought since then. */
export async function boughtSince(tx: Tx, party: Party, sinceMs: number): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("grants")
    .select("grantId")
    .where("phoneHash", "=", party)
    .where("createdAtMs", ">", sinceMs)
    .execute();
  return rows.map(({ grantId }) => grantId);
}

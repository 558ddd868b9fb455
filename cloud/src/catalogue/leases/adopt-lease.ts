/** Leases of bought grants that moved after the back-up of a restored hub, and that their site gives back. Who calls has proved that this hub moved them. */
import type { GrantBody } from "@karibu/protocol/feed";
import type { Tx } from "../../ground/db/database.ts";
import { grantHolder, readGrantLease } from "../grants/held-grant.ts";
import type { GrantParts } from "../grants/purchase-grant.ts";
import { holdGrant } from "./hold-grant.ts";
import { unused } from "./lease-policy.ts";

/** @returns false: the hub has no such grant, has ended it, or knows of this lease or a later one */
export async function adoptLease(
  parts: GrantParts,
  tx: Tx,
  { siteId, grant }: Pick<GrantBody, "grant"> & { readonly siteId: string },
): Promise<boolean> {
  const [grantId = "", step] = grant.grantId.split(".");
  const number = Number(step);
  const row = await tx
    .selectFrom("grants")
    .selectAll()
    .where("grantId", "=", grantId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined || row.revokedAtMs !== null || row.retiredAtMs !== null) return false;
  const lease = await readGrantLease(tx, grantId);
  if (!(number > (lease?.number ?? 0))) return false;
  const from = grantHolder(row, lease);
  const released = await tx
    .selectFrom("grant_releases")
    .select("use")
    .where("leaseId", "=", from.leaseId)
    .where("siteId", "=", from.siteId)
    .executeTakeFirst();
  const { terms, startedAtMs, endsAtMs } = grant;
  const left = () => ({ terms, startedAtMs, endsAtMs });
  const nowMs = parts.world.clock.wall().atMs;
  await holdGrant(parts, tx, { row, from, number, toSiteId: siteId, left, use: released?.use ?? unused, nowMs });
  return true;
}

/**
 * What staff changed of a grant goes with it when its lease moves to another site.
 *
 * Who attacks this: who holds a code that was paused, and tries it at another site; who takes a gift along from site to site, to have it at
 * each. So nothing paused moves, and of what was given only what is left moves, at one site at a time.
 */
import type { LeaseUse } from "@karibu/protocol/feed";
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { type GrantChangeRow, type GrantPlace, readChange, tellChange } from "./change-grant.ts";

/** Locks its changes, where there are any. */
export async function isPaused(tx: Tx, place: GrantPlace): Promise<boolean> {
  return (await readChange(tx, place)).pausedAtMs !== null;
}

/** Takes what staff changed from one site to the other. Returns the use of what was sold; what was used of the gift is taken off the gift. */
export async function carryChange(
  publish: Publish,
  tx: Tx,
  from: GrantPlace,
  to: Pick<GrantPlace, "siteId" | "grantId">,
  use: LeaseUse,
): Promise<LeaseUse> {
  const before = await readChange(tx, from);
  if (before.changedAtMs === 0) return use;
  const carried = carriedOf(before, use);
  const { providerId, siteId, grantId } = from;
  await tx
    .deleteFrom("grant_changes")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("grantId", "=", grantId)
    .execute();
  const target = { scope: "site", siteId } as const;
  await publish(tx, { providerId, target, kind: "grant-change", key: grantId, body: null });
  const row = { ...carried.change, siteId: to.siteId, grantId: to.grantId };
  const { providerId: _, siteId: _site, grantId: _grant, ...sums } = row;
  await tx
    .insertInto("grant_changes")
    .values(row)
    .onConflict((on) => on.columns(["providerId", "siteId", "grantId"]).doUpdateSet(sums))
    .execute();
  await tellChange(publish, tx, { providerId, ...to }, row);
  return carried.use;
}

/** Pure. What is left is the same: sold and given, less what was used. */
function carriedOf(change: GrantChangeRow, use: LeaseUse): { readonly change: GrantChangeRow; readonly use: LeaseUse } {
  const ofData = Math.min(change.dataBytes, use.usedBytes);
  const ofTime = Math.min(change.useSeconds, use.usedSeconds);
  return {
    change: { ...change, dataBytes: change.dataBytes - ofData, useSeconds: change.useSeconds - ofTime },
    use: { ...use, usedBytes: bytes(use.usedBytes - ofData), usedSeconds: seconds(use.usedSeconds - ofTime) },
  };
}

/** What the site's folder holds of what its hub decided, as the next start of its agent would read it. */
import type { Folder } from "@karibu/agent/ground/files/folder";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import type { World } from "@karibu/protocol/world";
import type { NewFact } from "../judge/chronicle.ts";

export async function readSiteCopy(world: World, folder: Folder): Promise<NewFact> {
  const feed = await openFeedStore(world, folder);
  const grants = [...feed.rows("grant").values()].map(({ grant }) => ({
    rightId: grant.grantId,
    isRevoked: grant.revokedAtMs !== null,
    isSuspended: grant.suspended !== undefined,
    isUnverified: grant.unverified,
  }));
  const changes = [...feed.rows("grant-change").values()].map((change) => ({
    rightId: change.grantId,
    seconds: change.seconds,
    useSeconds: change.useSeconds,
    dataBytes: change.dataBytes,
    isPaused: change.paused !== undefined,
  }));
  const settled = [...feed.rows("seller").values()].map(({ sellerId: seller, settledCents }) => ({
    seller,
    settledCents,
  }));
  return { kind: "copy-at-site", grants, changes, settled };
}

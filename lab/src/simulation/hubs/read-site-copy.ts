/** What the site's folder holds of what its hub decided, as the next start of its agent would read it. */
import type { Folder } from "@karibu/agent/ground/files/folder";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import { accountGrantId } from "@karibu/protocol/grant-id";
import type { World } from "@karibu/protocol/world";
import type { NewFact } from "../judge/chronicle.ts";

/** @param startedMs the true time at which the story began */
export async function readSiteCopy(world: World, folder: Folder, startedMs: number): Promise<NewFact> {
  const feed = await openFeedStore(world, folder);
  const grants = [...feed.rows("grant").values()].map(({ grant, renewsGrantId = null }) => ({
    rightId: grant.grantId,
    isRevoked: grant.revokedAtMs !== null,
    isSuspended: grant.suspended !== undefined,
    isUnverified: grant.unverified,
    goesOnFrom: renewsGrantId,
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
  const accounts = [...feed.rows("customer-account").values()].map(
    ({ accountId, terms: { validUntilMs }, graceSeconds = 0 }) => ({
      rightId: accountGrantId(accountId, undefined),
      letInUntilMs: validUntilMs === null ? null : validUntilMs + graceSeconds * 1000 - startedMs,
    }),
  );
  return { kind: "copy-at-site", grants, changes, settled, accounts };
}

/** Sets the targets that `rollout-policy.ts` decides: writes them down and publishes them in the sites' feeds. */

import { bytes } from "@karibu/protocol/quantities";
import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import type { Channel } from "./release-channels.ts";
import { type ChannelPlan, decideTarget, type SitePlan, type Target } from "./rollout-policy.ts";

export type ReleaseRow = Omit<Selectable<Schema["releases"]>, "bundle">;
export type SiteReleaseRow = Selectable<Schema["site_releases"]>;

/** A bundle is large: only its sender reads it. */
export const withoutBundle = [
  ...(["release_id", "version", "minimal_image", "bytes", "sha256"] as const),
  ...(["notes", "uploaded_by", "created_at_ms"] as const),
] as const;

/** All columns except the bundles, newest first. */
export async function readReleases(tx: Tx): Promise<ReleaseRow[]> {
  return tx
    .selectFrom("releases")
    .select(withoutBundle)
    .orderBy("created_at_ms", "desc")
    .orderBy("release_id", "desc")
    .execute();
}

export async function readChannelPlans(tx: Tx): Promise<Map<Channel, ChannelPlan>> {
  const rows = await tx.selectFrom("release_channels").selectAll().execute();
  return new Map(
    rows.map(({ channel, release_id: releaseId, percent, paused }) => [channel, { releaseId, percent, paused }]),
  );
}

export function sitePlanOf(row: SiteReleaseRow): SitePlan {
  return {
    siteId: row.site_id,
    pinnedReleaseId: row.pinned_release_id,
    goesFirst: row.goes_first,
    givenReleaseId: row.given_release_id,
    goodReleaseId: row.good_release_id,
    failedReleaseId: row.failed_release_id,
  };
}

/** A site without any decision yet. */
export function freshRow(providerId: string, siteId: string): SiteReleaseRow {
  return {
    provider_id: providerId,
    site_id: siteId,
    channel: "stable",
    goes_first: false,
    pinned_release_id: null,
    given_release_id: null,
    given_exact: false,
    given_at_ms: null,
    good_release_id: null,
    failed_release_id: null,
    failed_at_ms: null,
    failed_why: null,
    outcome: null,
    outcome_at_ms: null,
    outcome_why: null,
  };
}

export function isGiven(row: SiteReleaseRow, target: Target): boolean {
  return row.given_release_id === target.releaseId && (target.releaseId === null || row.given_exact === target.exact);
}

/** Decides for one site, in the transaction of the cause. True when the site gets a new target. */
export async function settleSite(
  tx: Tx,
  publish: Publish,
  row: SiteReleaseRow,
  known: {
    readonly channels: ReadonlyMap<Channel, ChannelPlan>;
    readonly releases: readonly ReleaseRow[];
    readonly nowMs: number;
  },
): Promise<boolean> {
  const target = decideTarget(sitePlanOf(row), known.channels.get(row.channel) as ChannelPlan);
  if (isGiven(row, target)) return false;
  const { provider_id: providerId, site_id: siteId } = row;
  const release = known.releases.find(({ release_id: id }) => id === target.releaseId);
  await publish(tx, {
    providerId,
    target: { scope: "site", siteId },
    kind: "release",
    key: "release",
    body:
      release === undefined
        ? null
        : {
            releaseId: release.release_id,
            version: release.version,
            sha256: release.sha256,
            bytes: bytes(release.bytes),
            exact: target.exact,
          },
  });
  const isAnother = row.given_release_id !== target.releaseId;
  const given = {
    given_release_id: target.releaseId,
    given_exact: target.exact,
    ...(isAnother
      ? {
          given_at_ms: known.nowMs,
          good_release_id: row.outcome === "running" ? row.given_release_id : row.good_release_id,
          outcome: target.releaseId === null ? null : ("waiting" as const),
          outcome_at_ms: known.nowMs,
          outcome_why: null,
        }
      : {}),
  };
  await tx
    .insertInto("site_releases")
    .values({ ...row, ...given })
    .onConflict((on) => on.columns(["provider_id", "site_id"]).doUpdateSet(given))
    .execute();
  return true;
}

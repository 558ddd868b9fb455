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
  ...(["releaseId", "version", "minimalImage", "bytes", "sha256"] as const),
  ...(["notes", "uploadedBy", "createdAtMs"] as const),
] as const;

/** All columns except the bundles, newest first. */
export async function readReleases(tx: Tx): Promise<ReleaseRow[]> {
  return tx
    .selectFrom("releases")
    .select(withoutBundle)
    .orderBy("createdAtMs", "desc")
    .orderBy("releaseId", "desc")
    .execute();
}

export async function readChannelPlans(tx: Tx): Promise<Map<Channel, ChannelPlan>> {
  const rows = await tx.selectFrom("release_channels").selectAll().execute();
  return new Map(rows.map(({ channel, releaseId, percent, paused }) => [channel, { releaseId, percent, paused }]));
}

export function sitePlanOf(row: SiteReleaseRow): SitePlan {
  return {
    siteId: row.siteId,
    pinnedReleaseId: row.pinnedReleaseId,
    goesFirst: row.goesFirst,
    givenReleaseId: row.givenReleaseId,
    goodReleaseId: row.goodReleaseId,
    failedReleaseId: row.failedReleaseId,
  };
}

/** A site without any decision yet. */
export function freshRow(providerId: string, siteId: string): SiteReleaseRow {
  return {
    providerId,
    siteId,
    channel: "stable",
    goesFirst: false,
    pinnedReleaseId: null,
    givenReleaseId: null,
    givenExact: false,
    givenAtMs: null,
    goodReleaseId: null,
    failedReleaseId: null,
    failedAtMs: null,
    failedWhy: null,
    outcome: null,
    outcomeAtMs: null,
    outcomeWhy: null,
  };
}

export function isGiven(row: SiteReleaseRow, target: Target): boolean {
  return row.givenReleaseId === target.releaseId && (target.releaseId === null || row.givenExact === target.exact);
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
  const { providerId, siteId } = row;
  const release = known.releases.find(({ releaseId: id }) => id === target.releaseId);
  await publish(tx, {
    providerId,
    target: { scope: "site", siteId },
    kind: "release",
    key: "release",
    body:
      release === undefined
        ? null
        : {
            releaseId: release.releaseId,
            version: release.version,
            sha256: release.sha256,
            bytes: bytes(release.bytes),
            exact: target.exact,
          },
  });
  const isAnother = row.givenReleaseId !== target.releaseId;
  const given = {
    givenReleaseId: target.releaseId,
    givenExact: target.exact,
    ...(isAnother
      ? {
          givenAtMs: known.nowMs,
          goodReleaseId: row.outcome === "running" ? row.givenReleaseId : row.goodReleaseId,
          outcome: target.releaseId === null ? null : ("waiting" as const),
          outcomeAtMs: known.nowMs,
          outcomeWhy: null,
        }
      : {}),
  };
  await tx
    .insertInto("site_releases")
    .values({ ...row, ...given })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(given))
    .execute();
  return true;
}

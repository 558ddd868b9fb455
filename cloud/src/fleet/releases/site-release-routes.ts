/** Which release each site runs: an owner sees and pins the provider's sites, a platform admin all of them. */

import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { providerNameOf } from "../../tenancy/providers/providers.ts";
import { selectSitesWithLinks } from "../link/site-state.ts";
import { readSite } from "../sites/sites.ts";
import { type Channel, channels } from "./release-channels.ts";
import { readRelease } from "./release-routes.ts";
import { freshRow, readChannelPlans, readReleases, settleSite } from "./site-targets.ts";

export const siteReleaseView = z.object({
  siteId: z.string(),
  siteName: z.string(),
  providerId: z.string(),
  providerName: z.string(),
  channel: z.enum(channels),
  goesFirst: z.boolean(),
  /** As the site reported when it last connected. */
  agentVersion: z.string().nullable(),
  connected: z.boolean(),
  pinnedReleaseId: z.string().nullable(),
  pinnedVersion: z.string().nullable(),
  /** The release that it should run; null: the one of its image. */
  targetReleaseId: z.string().nullable(),
  targetVersion: z.string().nullable(),
  outcome: z.enum(["waiting", "running", "failed", "refused", "lost"]).nullable(),
  /** With `failed` and `refused`: `crashed`, `silent`, `hung`, `went-back`, `disk-full`, `disk-refuses`, `needs-newer-image`… */
  outcomeWhy: z.string().nullable(),
  outcomeAtMs: z.number().int().nullable(),
  failedVersion: z.string().nullable(),
  /** Why that release failed. The site may have another one since, which `outcomeWhy` is about. */
  failedWhy: z.string().nullable(),
});

const list = listOf({
  sort: { name: { by: sql`lower(sites.name)`, kind: "string" } },
  default: "name",
  tie: [sql.ref("sites.providerId"), sql.ref("sites.siteId")],
  search: [sql.ref("sites.name"), providerNameOf("sites")],
});
const page = pageOf(siteReleaseView);
const params = z.object({ siteId: keySchema });
const pin = z.strictObject({ pinnedReleaseId: z.string().min(1).max(128).nullable() }).partial();
const place = pin.extend({ channel: z.enum(channels).optional(), goesFirst: z.boolean().optional() });

interface SiteChange {
  readonly pinnedReleaseId?: string | null | undefined;
  readonly channel?: Channel | undefined;
  readonly goesFirst?: boolean | undefined;
}

export function siteReleaseRoutes(world: World, publish: Publish, emit: Emit) {
  /** Pins, un-pins, moves between channels. The same transaction publishes it to the site. */
  async function change(tx: Tx, siteId: string, asked: SiteChange) {
    const site = await readSite(tx, siteId);
    const { pinnedReleaseId, channel, goesFirst } = asked;
    if (pinnedReleaseId) await readRelease(tx, pinnedReleaseId, "pinnedReleaseId");
    const wanted = {
      ...(pinnedReleaseId === undefined ? {} : { pinnedReleaseId }),
      ...(channel === undefined ? {} : { channel }),
      ...(goesFirst === undefined ? {} : { goesFirst }),
    };
    const fresh = { ...freshRow(site.providerId, siteId), ...wanted };
    const row = await tx
      .insertInto("site_releases")
      .values(fresh)
      .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet({ siteId, ...wanted }))
      .returningAll()
      .executeTakeFirstOrThrow();
    const known = {
      channels: await readChannelPlans(tx),
      releases: await readReleases(tx),
      nowMs: world.clock.wall().atMs,
    };
    await settleSite(tx, publish, row, known);
    await emit(tx, site.providerId, { topic: "site", id: siteId, action: "release-changed" });
    return viewOf(await selectSites(tx).where("sites.siteId", "=", siteId).executeTakeFirstOrThrow());
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/site-releases",
      summary: "Which release each of the provider's sites runs and should run",
      permission: "releases.read",
      query: list.query,
      response: page,
      handle: async ({ query, providerId, transact }) =>
        transact((tx) => list.page(selectSites(tx).where("sites.providerId", "=", providerId), query, viewOf)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/site-releases/{siteId}",
      summary: "Pin a site to a release (an older one: roll it back), or let it follow its channel again",
      permission: "releases.pin",
      params,
      body: pin,
      response: siteReleaseView,
      handle: async ({ params: { siteId }, body, transact }) => transact((tx) => change(tx, siteId, body)),
    }),
    route({
      method: "GET",
      path: "/api/v1/platform/site-releases",
      summary: "Which release each site of all providers runs and should run",
      permission: "releases.manage",
      as: "platform",
      query: list.query.extend({
        channel: z.enum(channels).optional(),
        outcome: siteReleaseView.shape.outcome.unwrap().optional(),
      }),
      response: page,
      handle: async ({ query, transact }) =>
        transact((tx) => {
          const { channel, outcome } = query;
          const rows = selectSites(tx)
            .$if(channel !== undefined, (is) => is.where(sql`coalesce(r.channel, 'stable')`, "=", channel))
            .$if(outcome !== undefined, (is) => is.where("r.outcome", "=", outcome ?? "waiting"));
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/platform/site-releases/{siteId}",
      summary: "Pin a site, put it on a channel, or let it go first in every stage",
      permission: "releases.manage",
      as: "platform",
      params,
      body: place,
      response: siteReleaseView,
      handle: async ({ params: { siteId }, body, transact }) => transact((tx) => change(tx, siteId, body)),
    }),
  ];
}

function selectSites(tx: Tx) {
  return selectSitesWithLinks(tx)
    .leftJoin("site_releases as r", (on) =>
      on.onRef("r.providerId", "=", "sites.providerId").onRef("r.siteId", "=", "sites.siteId"),
    )
    .leftJoin("releases as pinned", "pinned.releaseId", "r.pinnedReleaseId")
    .leftJoin("releases as target", "target.releaseId", "r.givenReleaseId")
    .leftJoin("releases as failed", "failed.releaseId", "r.failedReleaseId")
    .select(["sites.siteId", "sites.name as siteName", "sites.providerId"])
    .select([providerNameOf("sites").as("providerName"), "r.channel"])
    .select(["r.goesFirst", "r.pinnedReleaseId", "r.givenReleaseId", "r.outcome", "r.outcomeWhy", "r.failedWhy"])
    .select(["r.outcomeAtMs", "site_links.agentVersion", "site_links.processId"])
    .select(["pinned.version as pinnedVersion", "target.version as targetVersion", "failed.version as failedVersion"])
    .where("sites.deletedAtMs", "is", null);
}

type ViewRow = NonNullable<Awaited<ReturnType<ReturnType<typeof selectSites>["executeTakeFirst"]>>>;

function viewOf(row: ViewRow): z.input<typeof siteReleaseView> {
  return {
    siteId: row.siteId,
    siteName: row.siteName,
    providerId: row.providerId,
    providerName: row.providerName,
    channel: row.channel ?? "stable",
    goesFirst: row.goesFirst ?? false,
    agentVersion: row.agentVersion,
    connected: row.processId !== null,
    pinnedReleaseId: row.pinnedReleaseId,
    pinnedVersion: row.pinnedVersion,
    targetReleaseId: row.givenReleaseId,
    targetVersion: row.targetVersion,
    outcome: row.outcome,
    outcomeWhy: row.outcomeWhy,
    outcomeAtMs: row.outcomeAtMs,
    failedVersion: row.failedVersion,
    failedWhy: row.failedWhy,
  };
}

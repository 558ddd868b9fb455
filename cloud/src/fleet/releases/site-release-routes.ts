/** Which release each site runs: an owner sees and pins the provider's sites, a platform admin all of them. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
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
  sort: { name: { by: sql`lower(s.name)`, kind: "string" } },
  default: "name",
  tie: [sql.ref("s.provider_id"), sql.ref("s.site_id")],
  search: [sql.ref("s.name"), sql.ref("p.name")],
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
    const site = await tx
      .selectFrom("sites")
      .select(["provider_id", "site_id"])
      .where("site_id", "=", siteId)
      .where("deleted_at_ms", "is", null)
      .executeTakeFirst();
    if (site === undefined) throw notFound("site");
    const { pinnedReleaseId, channel, goesFirst } = asked;
    if (pinnedReleaseId) await readRelease(tx, pinnedReleaseId, "pinnedReleaseId");
    const wanted = {
      ...(pinnedReleaseId === undefined ? {} : { pinned_release_id: pinnedReleaseId }),
      ...(channel === undefined ? {} : { channel }),
      ...(goesFirst === undefined ? {} : { goes_first: goesFirst }),
    };
    const fresh = { ...freshRow(site.provider_id, siteId), ...wanted };
    const row = await tx
      .insertInto("site_releases")
      .values(fresh)
      .onConflict((on) => on.columns(["provider_id", "site_id"]).doUpdateSet({ site_id: siteId, ...wanted }))
      .returningAll()
      .executeTakeFirstOrThrow();
    const known = {
      channels: await readChannelPlans(tx),
      releases: await readReleases(tx),
      nowMs: world.clock.wall().atMs,
    };
    await settleSite(tx, publish, row, known);
    await emit(tx, site.provider_id, { topic: "site", id: siteId, action: "release-changed" });
    return viewOf(await selectSites(tx).where("s.site_id", "=", siteId).executeTakeFirstOrThrow());
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
        transact((tx) => list.page(selectSites(tx).where("s.provider_id", "=", providerId), query, viewOf)),
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
  return tx
    .selectFrom("sites as s")
    .innerJoin("providers as p", "p.provider_id", "s.provider_id")
    .leftJoin("site_releases as r", (on) =>
      on.onRef("r.provider_id", "=", "s.provider_id").onRef("r.site_id", "=", "s.site_id"),
    )
    .leftJoin("site_links as l", (on) =>
      on.onRef("l.provider_id", "=", "s.provider_id").onRef("l.site_id", "=", "s.site_id"),
    )
    .leftJoin("releases as pinned", "pinned.release_id", "r.pinned_release_id")
    .leftJoin("releases as target", "target.release_id", "r.given_release_id")
    .leftJoin("releases as failed", "failed.release_id", "r.failed_release_id")
    .select(["s.site_id", "s.name as site_name", "s.provider_id", "p.name as provider_name", "r.channel"])
    .select(["r.goes_first", "r.pinned_release_id", "r.given_release_id", "r.outcome", "r.outcome_why", "r.failed_why"])
    .select(["r.outcome_at_ms", "l.agent_version", "l.process_id"])
    .select([
      "pinned.version as pinned_version",
      "target.version as target_version",
      "failed.version as failed_version",
    ])
    .where("s.deleted_at_ms", "is", null);
}

type ViewRow = NonNullable<Awaited<ReturnType<ReturnType<typeof selectSites>["executeTakeFirst"]>>>;

function viewOf(row: ViewRow): z.input<typeof siteReleaseView> {
  return {
    siteId: row.site_id,
    siteName: row.site_name,
    providerId: row.provider_id,
    providerName: row.provider_name,
    channel: row.channel ?? "stable",
    goesFirst: row.goes_first ?? false,
    agentVersion: row.agent_version,
    connected: row.process_id !== null,
    pinnedReleaseId: row.pinned_release_id,
    pinnedVersion: row.pinned_version,
    targetReleaseId: row.given_release_id,
    targetVersion: row.target_version,
    outcome: row.outcome,
    outcomeWhy: row.outcome_why,
    outcomeAtMs: row.outcome_at_ms,
    failedVersion: row.failed_version,
    failedWhy: row.failed_why,
  };
}

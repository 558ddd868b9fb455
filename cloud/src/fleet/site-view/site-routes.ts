import { routerStandings, siteDisks } from "@karibu/protocol/health";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { lastStickAlarm } from "../alarms/last-stick-alarm.ts";
import { createEnrolmentToken, revokeAgent } from "../enrolment/enrolment.ts";
import { isHostedSite, unhostSite } from "../hosted-sites/hosted-sites.ts";
import { selectSitesWithLinks, siteState, siteStates } from "../link/site-state.ts";
import { forgetAccess } from "../router-access/router-access.ts";
import { forgetTest } from "../router-access/router-tests.ts";
import { wantFurtherSecrets } from "../router-services/further-secret-rows.ts";
import { endSetUp } from "../set-up/set-up-rows.ts";
import { fieldsOfTemplate, readTemplate } from "../site-templates/site-templates.ts";
import { sellingPlaceRoute } from "../sites/selling-places.ts";
import { fieldsOf, readSite, type SiteRow, type Sites } from "../sites/sites.ts";
import { halfPlace, isWholePlace } from "../sites/whole-place.ts";
import { removePeer } from "../tunnel/peers.ts";

export const siteView = z.object({
  siteId: z.string(),
  name: z.string(),
  address: z.string().nullable(),
  note: z.string().nullable(),
  region: z.string().nullable(),
  district: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  interimSeconds: z.number().int(),
  autoLogIn: z.boolean(),
  state: z.enum(siteStates),
  /** What its router calls itself: hostile text. Null: its agent has not said. */
  routerIdentity: z.string().nullable(),
  /** Of state `error`: what its router refuses. */
  routerStanding: z.enum(routerStandings).nullable(),
  lastHeardAtMs: z.number().int().nullable(),
  connectedAtMs: z.number().int().nullable(),
  agentVersion: z.string().nullable(),
  clockQuality: z.enum(["synced", "estimated", "unknown"]).nullable(),
  /** The last report of its disk: `refuses` begins nothing new and keeps its journal in memory. Null: its agent does not report it. */
  disk: z.enum(siteDisks).nullable(),
  /** The stick of its agent is likely to fail within so many weeks, by what the agent said within a week before its last report. Null: nothing points to it. */
  stick: z.object({ weeks: z.number().int(), because: z.string() }).nullable(),
  /** When the last journal record was written, by the site's clock. */
  lastRecordAtMs: z.number().int().nullable(),
  sessionsOpen: z.number().int(),
  /** Its agent runs beside the hub, because its router can't run one: offline it sells nothing. */
  hosted: z.boolean(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});
type SiteView = z.input<typeof siteView>;

const enrolment = z.object({
  /** Shown once; the agent's KARIBU_ENROL_TOKEN. */
  enrolmentToken: z.string(),
  enrolmentExpiresAtMs: z.number().int(),
});

const place = z.string().trim().min(1).max(100).nullable();
const fields = {
  name: z.string().trim().min(1).max(100),
  /** How people reach the router: the hub does not use it. */
  address: z.string().trim().min(1).max(200).nullable(),
  note: z.string().trim().max(2000).nullable(),
  region: place,
  district: place,
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  interimSeconds: z.number().int().min(10).max(3600),
  autoLogIn: z.boolean(),
};
const params = z.object({ siteId: keySchema });

const list = listOf({
  sort: {
    made: { by: sql.ref("sites.siteId"), kind: "string" },
    name: { by: sql`lower(sites.name)`, kind: "string" },
    region: { by: sql`lower(coalesce(sites.region, ''))`, kind: "string" },
    lastHeard: { by: sql`coalesce(site_links.last_heard_at_ms, 0)`, kind: "number" },
    state: { by: siteState, kind: "string" },
    address: { by: sql`lower(coalesce(sites.address, ''))`, kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("sites.siteId")],
  search: [
    ...["name", "region", "district", "address", "note"].map((column) => sql.ref(`sites.${column}`)),
    sql.ref("site_links.routerIdentity"),
  ],
});

interface SiteParts {
  readonly sites: Sites;
  readonly emit: Emit;
  /** Goes into enrolment tokens, so that a device knows its hub before it is enrolled. */
  readonly hubPublicKey: string;
  readonly loseSessions: LoseSessions;
}

export type LoseSessions = (
  tx: Tx,
  place: { readonly providerId: string; readonly siteId: string },
  atMs: number,
) => Promise<void>;

export function siteRoutes(world: World, { sites, emit, hubPublicKey, loseSessions }: SiteParts) {
  return [
    sellingPlaceRoute(),
    route({
      method: "GET",
      path: "/api/v1/sites",
      summary: "The provider's sites and how their links stand",
      permission: "sites.read",
      query: list.query.extend({
        state: siteView.shape.state.optional(),
        region: z.string().max(100).optional(),
        district: z.string().max(100).optional(),
      }),
      response: pageOf(siteView),
      handle: async ({ query, transact }) =>
        transact((tx) => {
          const { region, district, state } = query;
          const rows = viewedSites(tx)
            .$if(region !== undefined, (is) =>
              is.where(sql<string>`lower(sites.region)`, "=", region?.toLowerCase() ?? ""),
            )
            .$if(district !== undefined, (is) =>
              is.where(sql<string>`lower(sites.district)`, "=", district?.toLowerCase() ?? ""),
            )
            .$if(state !== undefined, (is) => is.where(siteState, "=", state ?? "online"));
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sites",
      summary: "Create a site, with a single-use token for its agent",
      permission: "sites.manage",
      body: z
        .strictObject({
          name: fields.name,
          address: fields.address.default(null),
          note: fields.note.default(null),
          region: fields.region.optional(),
          district: fields.district.optional(),
          latitude: fields.latitude.default(null),
          longitude: fields.longitude.default(null),
          /** Default: 300. */
          interimSeconds: fields.interimSeconds.optional(),
          /** Default: true. */
          autoLogIn: fields.autoLogIn.optional(),
          /** The site whose region, district and settings are taken where they are left out. */
          likeSiteId: z.optional(keySchema),
          /** The same of a template (`/site-templates`). */
          templateId: z.optional(keySchema),
        })
        .refine(isWholePlace, halfPlace),
      status: 201,
      response: z.object({ site: siteView, ...enrolment.shape }),
      handle: async ({ body: { likeSiteId, templateId, ...given }, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const likeSite = likeSiteId === undefined ? null : fieldsOf(await readSite(tx, likeSiteId, "likeSiteId"));
          const template = templateId === undefined ? null : await readTemplate(tx, templateId, "templateId");
          const like = template === null ? likeSite : fieldsOfTemplate(template);
          const site = {
            ...given,
            region: given.region ?? like?.region ?? null,
            district: given.district ?? like?.district ?? null,
            interimSeconds: given.interimSeconds ?? like?.interimSeconds ?? 300,
            autoLogIn: given.autoLogIn ?? like?.autoLogIn ?? true,
          };
          const [{ siteId }] = (await sites.insert(tx, providerId, [site])) as [SiteRow];
          auditTarget(siteId);
          const { token, expiresAtMs } = await createEnrolmentToken(world, tx, { providerId, siteId }, hubPublicKey);
          await emit(tx, providerId, { topic: "site", id: siteId, action: "made" });
          return { site: await readView(tx, siteId), enrolmentToken: token, enrolmentExpiresAtMs: expiresAtMs };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/sites/{siteId}",
      summary: "One site",
      permission: "sites.read",
      params,
      response: siteView,
      volatile: [
        "state",
        "routerIdentity",
        "routerStanding",
        "lastHeardAtMs",
        "connectedAtMs",
        "lastRecordAtMs",
        "sessionsOpen",
        "clockQuality",
        "disk",
        "stick",
        "agentVersion",
      ],
      handle: async ({ params: { siteId }, transact }) => transact((tx) => readView(tx, siteId)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/sites/{siteId}",
      summary: "Change a site",
      permission: "sites.manage",
      params,
      body: z.strictObject(fields).partial().refine(isWholePlace, halfPlace),
      response: siteView,
      handle: async ({ params: { siteId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await sites.update(tx, siteId, body);
          await emit(tx, providerId, { topic: "site", id: siteId, action: "changed" });
          return readView(tx, siteId);
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/sites/{siteId}",
      summary: "Delete a site: its agent is revoked, its history stays",
      permission: "sites.manage",
      params,
      status: 204,
      response: z.null(),
      handle: async ({ params: { siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          await cutOff(world, tx, { providerId, siteId });
          await sites.delete(tx, { providerId, siteId });
          await loseSessions(tx, { providerId, siteId }, world.clock.wall().atMs);
          await emit(tx, providerId, { topic: "site", id: siteId, action: "deleted" });
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sites/{siteId}/enrolment-token",
      summary: "A new single-use token for the site's agent (a replaced router, a lost token)",
      permission: "sites.manage",
      freshFactor: true,
      notForSupport: "keys-of-site",
      params,
      body: null,
      status: 201,
      response: enrolment,
      handle: async ({ params: { siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const { token, expiresAtMs } = await createEnrolmentToken(world, tx, { providerId, siteId }, hubPublicKey);
          return { enrolmentToken: token, enrolmentExpiresAtMs: expiresAtMs };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sites/{siteId}/revoke",
      summary: "Revoke the site's agent (a stolen router), and remove its router from the tunnel",
      permission: "sites.manage",
      params,
      body: null,
      response: siteView,
      handle: async ({ params: { siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          await cutOff(world, tx, { providerId, siteId });
          await emit(tx, providerId, { topic: "site", id: siteId, action: "revoked" });
          return readView(tx, siteId);
        }),
    }),
  ];
}

/** Ends its agent's right, its hosting, its router's tunnel and set-up: somebody who holds the router keeps none of them. */
async function cutOff(world: World, tx: Tx, place: { providerId: string; siteId: string }): Promise<void> {
  await revokeAgent(world, tx, place);
  await unhostSite(tx, place.siteId);
  await removePeer(tx, place.siteId);
  await endSetUp(tx, place.siteId);
  // Whoever holds the first router has those of the others.
  await wantFurtherSecrets({ world }, tx, { siteId: place.siteId });
  await forgetTest(tx, place.siteId);
  await forgetAccess(tx, place.siteId);
}

function viewedSites(tx: Tx) {
  return selectSitesWithLinks(tx)
    .selectAll("sites")
    .select(["site_links.connectedAtMs", "site_links.lastHeardAtMs"])
    .select(["site_links.agentVersion", "site_links.clockQuality", "site_links.disk", siteState.as("state")])
    .select(["site_links.routerIdentity", "site_links.routerStanding"])
    .select(["site_links.lastRecordAtMs", isHostedSite("sites").as("hosted")])
    .select(
      sql<number>`(select count(*) from sessions where sessions.provider_id = sites.provider_id
        and sessions.site_id = sites.site_id and sessions.stopped_at_ms is null)`.as("sessionsOpen"),
    )
    .select(lastStickAlarm.as("stick"))
    .where("sites.deletedAtMs", "is", null);
}

/** Fields of an alarm come from outside. */
function stickOf(fields: { weeks?: unknown; because?: unknown } | null): SiteView["stick"] {
  const { weeks, because } = fields ?? {};
  return Number.isSafeInteger(weeks) && typeof because === "string" ? { weeks: weeks as number, because } : null;
}

async function readView(tx: Tx, siteId: string): Promise<SiteView> {
  const row = await viewedSites(tx).where("sites.siteId", "=", siteId).executeTakeFirst();
  if (row === undefined) throw notFound("site");
  return viewOf(row);
}

type ViewRow = NonNullable<Awaited<ReturnType<ReturnType<typeof viewedSites>["executeTakeFirst"]>>>;

function viewOf(row: ViewRow): SiteView {
  return {
    siteId: row.siteId,
    ...fieldsOf(row),
    state: row.state,
    routerIdentity: row.routerIdentity || null,
    routerStanding: row.routerStanding,
    lastHeardAtMs: row.lastHeardAtMs,
    connectedAtMs: row.connectedAtMs,
    agentVersion: row.agentVersion,
    clockQuality: row.clockQuality,
    disk: row.disk,
    stick: stickOf(row.stick),
    lastRecordAtMs: row.lastRecordAtMs,
    sessionsOpen: row.sessionsOpen,
    hosted: row.hosted,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

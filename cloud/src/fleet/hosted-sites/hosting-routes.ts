/** Hosts, for platform admins, and `/api/v1/sites/{siteId}/hosting`: whether a site's agent runs in one of them. */

import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { demandOwnLogIn } from "../../ground/http/actor.ts";
import { route } from "../../ground/http/route.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { enrolmentRequest, refuseEnrolment } from "../enrolment/enrolment-request.ts";
import type { HubIdentity } from "../enrolment/hub-identity.ts";
import { processRuns } from "../link/presence.ts";
import { readSite } from "../sites/sites.ts";
import { tunnelNetwork } from "../tunnel/config.ts";
import { reserveAddress } from "../tunnel/peers.ts";
import { hostSite, isHosted, type Place, readHosting, refuseMoreHosted, unhostSite } from "./hosted-sites.ts";
import { createHostToken, enrolHost, insertHost, revokeHost } from "./hosts.ts";

export const hostView = z.object({
  hostId: z.string(),
  name: z.string(),
  state: z.enum(["pending", "online", "offline", "revoked"]),
  sites: z.number().int(),
  agentVersion: z.string().nullable(),
  connectedAtMs: z.number().int().nullable(),
  createdAtMs: z.number().int(),
});

const enrolment = { enrolmentToken: z.string(), enrolmentExpiresAtMs: z.number().int() };

export const hostingView = z.object({
  hosted: z.boolean(),
  hostName: z.string().nullable(),
  /** Its host has lost its right: host the site again. */
  hostRevoked: z.boolean(),
  /** The router's address in the tunnel: its `src-address` for RADIUS. */
  routerAddress: z.string().nullable(),
  /** Where the router sends RADIUS. */
  radiusServer: z.string().nullable(),
  /** Only the PUT answers it, for the router's script. */
  radiusSecret: z.string().nullable(),
});

export interface HostingParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly emit: Emit;
  readonly identity: HubIdentity;
  /** The site has another host now: what the one before knew stands in no script of the router any more. */
  readonly renewForHost: (tx: Tx, place: Place, radiusSecret: string) => Promise<void>;
}

export function hostingRoutes(parts: HostingParts) {
  return [...platformRoutes(parts), ...siteHostingRoutes(parts), hostEnrolmentRoute(parts)];
}

function platformRoutes({ world }: HostingParts) {
  const params = z.object({ hostId: keySchema });
  return [
    route({
      method: "GET",
      path: "/api/v1/platform/hosts",
      summary: "Processes that host the agents of sites (platform admin)",
      permission: "platform.read",
      as: "platform",
      response: z.object({ items: z.array(hostView) }),
      handle: ({ transact }) => transact(async (tx) => ({ items: await readHosts(tx, null) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/platform/hosts",
      summary: "Create a host, with a single-use token for its process",
      permission: "hosts.manage",
      freshFactor: true,
      as: "platform",
      body: z.strictObject({ name: z.string().trim().min(1).max(100) }),
      status: 201,
      response: z.object({ host: hostView, ...enrolment }),
      handle: ({ actor, body, transact, auditTarget }) => {
        demandOwnLogIn(actor);
        return transact(async (tx) => {
          const hostId = await insertHost(world, tx, body.name);
          auditTarget(hostId);
          const { token, expiresAtMs } = await createHostToken(world, tx, hostId);
          return { host: await readHost(tx, hostId), enrolmentToken: token, enrolmentExpiresAtMs: expiresAtMs };
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/platform/hosts/{hostId}/enrolment-token",
      summary: "A new single-use token for the host's process (a replaced machine, a lost token)",
      permission: "hosts.manage",
      freshFactor: true,
      as: "platform",
      params,
      body: null,
      status: 201,
      response: z.object(enrolment),
      // Whoever enrols with it is told the secrets of all sites that the host runs, of every provider.
      handle: ({ actor, params: { hostId }, transact }) => {
        demandOwnLogIn(actor);
        return transact(async (tx) => {
          const { token, expiresAtMs } = await createHostToken(world, tx, hostId);
          return { enrolmentToken: token, enrolmentExpiresAtMs: expiresAtMs };
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/platform/hosts/{hostId}/revoke",
      summary: "Revoke a host, with the device of every site that it hosts; its sites must be hosted again",
      permission: "hosts.manage",
      as: "platform",
      params,
      body: null,
      response: hostView,
      handle: ({ params: { hostId }, transact }) =>
        transact(async (tx) => {
          await revokeHost(world, tx, hostId);
          return await readHost(tx, hostId);
        }),
    }),
  ];
}

function siteHostingRoutes({ world, database, envelope, emit, renewForHost }: HostingParts) {
  const params = z.object({ siteId: keySchema });
  const path = "/api/v1/sites/{siteId}/hosting";
  const view = async (tx: Tx, siteId: string, radiusSecret: string | null): Promise<z.input<typeof hostingView>> => {
    const hosting = await readHosting(tx, siteId);
    const isHosted = hosting !== null;
    return {
      hosted: isHosted,
      hostName: hosting?.hostName ?? null,
      hostRevoked: hosting?.revokedAtMs != null,
      routerAddress: hosting?.address ?? null,
      radiusServer: isHosted ? tunnelNetwork.hubAddress : null,
      radiusSecret,
    };
  };
  return [
    route({
      method: "GET",
      path,
      summary: "Whether a site's agent runs beside the hub, and where its router sends RADIUS",
      permission: "sites.read",
      params,
      response: hostingView,
      volatile: ["radiusSecret"],
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return await view(tx, siteId, null);
        }),
    }),
    route({
      method: "PUT",
      path,
      summary: "Switch hosting of a site's agent beside the hub on or off (for a router that can't run a container)",
      permission: "sites.manage",
      freshFactor: true,
      notForSupport: "keys-of-site",
      params,
      body: z.strictObject({ hosted: z.boolean() }),
      response: hostingView,
      handle: async ({ params: { siteId }, body: { hosted }, providerId, transact }) => {
        const place = { providerId, siteId };
        if (hosted)
          await database.asPlatform("hosting-address", async (tx) => {
            // Before it takes an address that it would not need.
            if (!(await isHosted(tx, place))) await refuseMoreHosted(tx, providerId, world.clock.wall().atMs);
            await reserveAddress(world, tx, place);
          });
        return await transact(async (tx) => {
          await readSite(tx, siteId);
          const before = await readHosting(tx, siteId);
          const secret = hosted ? await hostSite(world, envelope, tx, place) : null;
          const isNewHost = before === null || before.revokedAtMs !== null;
          if (secret !== null && isNewHost) await renewForHost(tx, place, secret);
          if (!hosted) await unhostSite(tx, siteId);
          await emit(tx, providerId, { topic: "site", id: siteId, action: "changed" });
          return await view(tx, siteId, secret);
        });
      },
    }),
  ];
}

function hostEnrolmentRoute({ world, database, identity }: HostingParts) {
  return route({
    method: "POST",
    path: "/enrol/host",
    summary: "Enrol a process as a host of sites, with a single-use token",
    permission: "public",
    body: enrolmentRequest,
    /** `siteId`: the host's id. The answer has the shape of an agent's, because the same code reads it. */
    response: z.object({ siteId: z.string(), hubPublicKey: z.string() }),
    handle: async ({ body, remoteAddress }) => {
      const hostId = await database.asPlatform("enrol-host", (tx) => enrolHost(tx, body, world.clock.wall().atMs));
      if (hostId === null) return refuseEnrolment(world, remoteAddress);
      world.log.info("host-enrolled", { hostId, remoteAddress });
      return { siteId: hostId, hubPublicKey: identity.keys.publicKey };
    },
  });
}

async function readHost(tx: Tx, hostId: string): Promise<z.input<typeof hostView>> {
  return (await readHosts(tx, hostId))[0] as z.input<typeof hostView>;
}

async function readHosts(tx: Tx, hostId: string | null): Promise<z.input<typeof hostView>[]> {
  const rows = await tx
    .selectFrom("hosts")
    .selectAll()
    .select(sql<number>`(select count(*) from hosted_sites s where s.host_id = hosts.host_id)`.as("sites"))
    .$if(hostId !== null, (is) => is.where("hostId", "=", hostId as string))
    .select(processRuns("hosts").as("isConnected"))
    .orderBy("madeAtMs")
    .orderBy("hostId")
    .execute();
  return rows.map((row) => {
    const state =
      row.revokedAtMs !== null
        ? ("revoked" as const)
        : row.enrolledAtMs === null
          ? ("pending" as const)
          : row.isConnected
            ? ("online" as const)
            : ("offline" as const);
    return {
      hostId: row.hostId,
      name: row.name,
      state,
      sites: row.sites,
      agentVersion: row.agentVersion,
      connectedAtMs: row.connectedAtMs,
      createdAtMs: row.madeAtMs,
    };
  });
}

/**
 * `/api/v1/sites/{siteId}/access-points`: access points of other makers, which the site's router pings. Those of MikroTik are read from the router itself.
 *
 * Who could misuse it: somebody who may manage sites makes a router ping what is not his. Only private addresses are taken, here and at the agent.
 */
import { accessPointSchema, accessPointsMax } from "@karibu/protocol/router/access-points";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { readSite } from "../sites/sites.ts";

const path = "/api/v1/sites/{siteId}/access-points";
const params = z.object({ siteId: keySchema });
const chosen = z.strictObject(accessPointSchema.shape);
const states = ["up", "down"] as const;
const changesMax = 200;

export const accessPointsView = z.object({
  accessPoints: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      /** Null: it was not pinged yet. */
      state: z.enum(states).nullable(),
      lossPercent: z.int().nullable(),
      /** The mean round trip, microseconds. */
      roundTripUs: z.int().nullable(),
      /** In this state since. */
      sinceMs: z.int().nullable(),
      /** Told last. The site tells when a state changes, and every six hours. */
      toldAtMs: z.int().nullable(),
    }),
  ),
  /** The newest first. */
  changes: z.array(
    z.object({
      address: z.string(),
      atMs: z.int(),
      state: z.enum(states),
      lossPercent: z.int(),
      roundTripUs: z.int().nullable(),
    }),
  ),
});

interface Parts {
  readonly world: World;
  readonly publish: Publish;
  readonly emit: Emit;
}

export function accessPointRoutes({ world, publish, emit }: Parts) {
  return [
    route({
      method: "GET",
      path,
      summary: "Access points that a site's router pings: state, loss and time, and how that changed",
      permission: "routers.read",
      params,
      response: accessPointsView,
      volatile: ["state", "lossPercent", "roundTripUs", "sinceMs", "toldAtMs", "changes"],
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return readAll(tx, siteId);
        }),
    }),
    route({
      method: "PUT",
      path,
      summary: "Which access points of other makers a site has",
      permission: "sites.manage",
      params,
      body: z.strictObject({ accessPoints: z.array(chosen).max(accessPointsMax) }),
      response: accessPointsView,
      handle: ({ params: { siteId }, body: { accessPoints }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const addresses = accessPoints.map(({ address }) => address);
          if (new Set(addresses).size < addresses.length) throw refusal("address-twice", { field: "accessPoints" });
          const target = { scope: "site", siteId } as const;
          const known = await tx.selectFrom("site_access_points").selectAll().where("siteId", "=", siteId).execute();
          for (const { address } of known) {
            if (addresses.includes(address)) continue;
            await tx
              .deleteFrom("site_access_points")
              .where("siteId", "=", siteId)
              .where("address", "=", address)
              .execute();
            await publish(tx, { providerId, target, kind: "access-point", key: address, body: null });
          }
          for (const point of accessPoints) {
            if (known.some(({ address, name }) => address === point.address && name === point.name)) continue;
            await tx
              .insertInto("site_access_points")
              .values({ providerId, siteId, ...point, madeAtMs: world.clock.wall().atMs })
              .onConflict((on) => on.columns(["providerId", "siteId", "address"]).doUpdateSet({ name: point.name }))
              .execute();
            await publish(tx, { providerId, target, kind: "access-point", key: point.address, body: point });
          }
          await emit(tx, providerId, { topic: "router", id: siteId, action: "access-points" });
          return readAll(tx, siteId);
        }),
    }),
  ];
}

async function readAll(tx: Tx, siteId: string): Promise<z.input<typeof accessPointsView>> {
  const points = await tx
    .selectFrom("site_access_points")
    .selectAll()
    .where("siteId", "=", siteId)
    .orderBy("name")
    .orderBy("address")
    .execute();
  const changes = await tx
    .selectFrom("access_point_changes")
    .selectAll()
    .where("siteId", "=", siteId)
    .orderBy("receivedAtMs", "desc")
    .orderBy("seq", "desc")
    .limit(changesMax)
    .execute();
  return {
    accessPoints: points.map((row) => ({
      name: row.name,
      address: row.address,
      state: row.state,
      lossPercent: row.lossPercent,
      roundTripUs: row.roundTripUs,
      sinceMs: row.sinceMs,
      toldAtMs: row.toldAtMs,
    })),
    changes: changes.map((row) => ({
      address: row.address,
      atMs: row.atMs,
      state: row.state,
      lossPercent: row.lossPercent,
      roundTripUs: row.roundTripUs,
    })),
  };
}

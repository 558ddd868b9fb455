/**
 * `/api/v1/router-upgrades`: a new RouterOS for chosen routers, one site first. It can't be undone from here, so that it asks for the second
 * factor, and nothing is upgraded of which no back-up can be made.
 */

import { newId } from "@karibu/protocol/identifiers";
import { keySchema } from "@karibu/protocol/schema";
import { dialectOf } from "@karibu/routeros-scripts/language/version-dialect";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { isOlder } from "../router-health/firmware-holes.ts";
import { readHealth } from "../router-health/health-store.ts";
import { refuseBusy } from "../router-orders/long-actions.ts";
import { siteNameOf } from "../sites/site-names.ts";
import { readSite } from "../sites/sites.ts";
import { advanceUpgrade, stopUpgrade, type UpgradeParts } from "./advance-upgrades.ts";
import { siteSteps } from "./upgrade-policy.ts";

const upgradeStates = ["running", "paused", "stopped", "done"] as const;

const minuteOfDay = z.int().min(0).max(1439);
export const windowShape = z.object({ fromMinute: minuteOfDay, untilMinute: minuteOfDay });

export const upgradeView = z.object({
  upgradeId: z.string(),
  channel: z.enum(["long-term", "stable"]),
  version: z.string(),
  healthyMinutes: z.int(),
  /** In minutes of the provider's day; null: at any time. */
  window: windowShape.nullable(),
  /** `paused`: a router failed, and a person decides. */
  state: z.enum(upgradeStates),
  madeBy: z.string(),
  madeAtMs: z.int(),
  endedAtMs: z.int().nullable(),
  sites: z.array(
    z.object({
      siteId: z.string(),
      siteName: z.string().nullable(),
      state: z.enum(siteSteps),
      fromVersion: z.string().nullable(),
      sinceMs: z.int(),
      /** `not-back`, `old-version`, `sells-nothing`, `went-away`, `back-up-failed`, or the router's own words. */
      why: z.string().nullable(),
    }),
  ),
});
export type UpgradeView = z.input<typeof upgradeView>;

const sitesMax = 500;
const shownMax = 50;

export function upgradeRoutes(parts: UpgradeParts) {
  const { world } = parts;
  const nowMs = () => world.clock.wall().atMs;
  const params = z.object({ upgradeId: keySchema });
  return [
    route({
      method: "GET",
      path: "/api/v1/router-upgrades",
      summary: `The last ${shownMax} upgrades of RouterOS, the newest first, site by site`,
      permission: "routers.read",
      response: z.object({ upgrades: z.array(upgradeView) }),
      handle: ({ transact }) => transact(async (tx) => ({ upgrades: await readUpgrades(tx, null) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/router-upgrades",
      summary: "Upgrade RouterOS at these sites: the first alone, the others when it was well for a while",
      permission: "routers.network",
      freshFactor: true,
      body: z.strictObject({
        siteIds: z.array(keySchema).min(1).max(sitesMax),
        channel: z.enum(["long-term", "stable"]),
        version: z.string().regex(/^\d{1,2}\.\d{1,3}(\.\d{1,3})?$/),
        healthyMinutes: z
          .int()
          .min(10)
          .max(7 * 1440)
          .default(60),
        window: windowShape.nullable().default(null),
      }),
      status: 201,
      response: upgradeView,
      handle: ({ body, actor, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          refuseUnknown(body.version);
          const siteIds = [...new Set(body.siteIds)];
          for (const siteId of siteIds.toSorted()) await refuseSite(tx, providerId, siteId, body.version);
          const upgradeId = newId(world);
          await tx
            .insertInto("router_upgrades")
            .values({
              providerId,
              upgradeId,
              channel: body.channel,
              version: body.version,
              healthyMinutes: body.healthyMinutes,
              windowFromMinute: body.window?.fromMinute ?? null,
              windowUntilMinute: body.window?.untilMinute ?? null,
              state: "running",
              madeBy: actor.userId,
              madeByName: actor.name,
              madeAtMs: nowMs(),
              endedAtMs: null,
            })
            .execute();
          await tx
            .insertInto("router_upgrade_sites")
            .values(
              siteIds.map((siteId, place) => ({
                providerId,
                upgradeId,
                siteId,
                place,
                state: "waiting" as const,
                fromVersion: null,
                backUpId: null,
                orderId: null,
                sinceMs: nowMs(),
                why: null,
              })),
            )
            .execute();
          auditTarget(upgradeId);
          await advanceUpgrade(parts, tx, providerId, upgradeId);
          return readUpgrade(tx, upgradeId);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/router-upgrades/{upgradeId}/stop",
      summary: "Stop an upgrade: sites that did not begin keep what they have",
      permission: "routers.network",
      params,
      body: null,
      response: upgradeView,
      handle: ({ params: { upgradeId }, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          await refuseState(tx, upgradeId, ["running", "paused"]);
          auditTarget(upgradeId);
          await stopUpgrade(tx, upgradeId, nowMs());
          await advanceUpgrade(parts, tx, providerId, upgradeId);
          return readUpgrade(tx, upgradeId);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/router-upgrades/{upgradeId}/resume",
      summary: "Go on after a router failed",
      permission: "routers.network",
      freshFactor: true,
      params,
      body: null,
      response: upgradeView,
      handle: ({ params: { upgradeId }, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          await refuseState(tx, upgradeId, ["paused"]);
          auditTarget(upgradeId);
          const failed = (await readUpgrade(tx, upgradeId)).sites.filter(({ state }) => state === "failed").length;
          await tx
            .updateTable("router_upgrades")
            .set({ state: "running", failuresSeen: failed })
            .where("upgradeId", "=", upgradeId)
            .execute();
          await advanceUpgrade(parts, tx, providerId, upgradeId);
          return readUpgrade(tx, upgradeId);
        }),
    }),
  ];
}

/**
 * A router that is newer than that would be set back, and one that is in another plan would be told twice. Throws Problems "upgrade-backwards",
 * "upgrade-elsewhere", "router-busy" and "not-found".
 */
async function refuseSite(tx: Tx, providerId: string, siteId: string, version: string): Promise<void> {
  const { name } = await readSite(tx, siteId);
  await refuseBusy(tx, { providerId, siteId, siteName: name }, ["restore"]);
  const other = await tx
    .selectFrom("router_upgrade_sites as s")
    .innerJoin("router_upgrades as u", (join) =>
      join.onRef("u.providerId", "=", "s.providerId").onRef("u.upgradeId", "=", "s.upgradeId"),
    )
    .select("u.version")
    .where("s.siteId", "=", siteId)
    .where("u.state", "in", ["running", "paused"])
    .where("s.state", "not in", ["done", "failed", "left-out"])
    .executeTakeFirst();
  if (other !== undefined) throw refusal("upgrade-elsewhere", { field: "siteIds", value: name });
  const row = await readHealth(tx, siteId);
  const runs = row?.routerOs?.split(" ")[0] ?? null;
  if (runs !== null && isOlder(version, runs) === true)
    throw refusal("upgrade-backwards", { field: "version", value: name });
}

/** The scripts of a router that runs it could be neither repaired nor compared. Throws the Problem "upgrade-unknown". */
function refuseUnknown(version: string): void {
  const found = dialectOf(version);
  if ("dialect" in found) return;
  throw refusal("upgrade-unknown", { field: "version" });
}

async function refuseState(tx: Tx, upgradeId: string, states: readonly string[]): Promise<void> {
  const row = await tx
    .selectFrom("router_upgrades")
    .select("state")
    .where("upgradeId", "=", upgradeId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("upgrade");
  if (!states.includes(row.state)) throw refusal("upgrade-over");
}

async function readUpgrade(tx: Tx, upgradeId: string): Promise<UpgradeView> {
  const [view] = await readUpgrades(tx, upgradeId);
  if (view === undefined) throw notFound("upgrade");
  return view;
}

async function readUpgrades(tx: Tx, upgradeId: string | null): Promise<UpgradeView[]> {
  const upgrades = await tx
    .selectFrom("router_upgrades")
    .selectAll()
    .$if(upgradeId !== null, (is) => is.where("upgradeId", "=", upgradeId ?? ""))
    .orderBy("upgradeId", "desc")
    .limit(shownMax)
    .execute();
  if (upgrades.length === 0) return [];
  const sites = await tx
    .selectFrom("router_upgrade_sites as s")
    .select(["s.upgradeId", "s.siteId", "s.state", "s.fromVersion", "s.sinceMs", "s.why", siteNameOf("s").as("name")])
    .where(
      "s.upgradeId",
      "in",
      upgrades.map((each) => each.upgradeId),
    )
    .orderBy("s.place")
    .execute();
  return upgrades.map((row) => ({
    upgradeId: row.upgradeId,
    channel: row.channel,
    version: row.version,
    healthyMinutes: row.healthyMinutes,
    window:
      row.windowFromMinute === null || row.windowUntilMinute === null
        ? null
        : { fromMinute: row.windowFromMinute, untilMinute: row.windowUntilMinute },
    state: row.state,
    madeBy: row.madeByName,
    madeAtMs: row.madeAtMs,
    endedAtMs: row.endedAtMs,
    sites: sites
      .filter((site) => site.upgradeId === row.upgradeId)
      .map((site) => ({
        siteId: site.siteId,
        siteName: site.name,
        state: site.state,
        fromVersion: site.fromVersion,
        sinceMs: site.sinceMs,
        why: site.why,
      })),
  }));
}

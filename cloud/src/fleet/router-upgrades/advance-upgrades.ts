/** Brings running upgrades on, each in one transaction: what its sites do next, and whether more begin. */

import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { readLink } from "../link/site-links.ts";
import { readHealth } from "../router-health/health-store.ts";
import { lockRouter, longActionOf } from "../router-orders/long-actions.ts";
import { cancelWaiting, insertOrders, readOrderState } from "../router-orders/order-store.ts";
import { noLongerAllowed, standingOf } from "../router-orders/still-may.ts";
import type { RouterBackUps } from "./router-back-ups.ts";
import { isOver, nextStep, openForMs, type SiteFacts, type SiteStep, sitesToBegin } from "./upgrade-policy.ts";

export interface UpgradeParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly emit: Emit;
  readonly backUps: RouterBackUps;
}

type Upgrade = Selectable<Schema["router_upgrades"]>;
type Site = Selectable<Schema["router_upgrade_sites"]>;

/** Rejects with the database's error. A plan that can't go on is logged, and holds up no other. */
export async function advanceUpgrades(parts: UpgradeParts): Promise<void> {
  const running = await parts.database.asPlatform("router-upgrades", (tx) =>
    tx.selectFrom("router_upgrades").select(["providerId", "upgradeId"]).where("state", "=", "running").execute(),
  );
  for (const { providerId, upgradeId } of running)
    await parts.database
      .asProvider(providerId, (tx) => advanceUpgrade(parts, tx, providerId, upgradeId))
      .catch((error: unknown) =>
        parts.world.log.error("router-upgrade-failed", { providerId, upgradeId, error: String(error) }),
      );
}

export async function advanceUpgrade(
  parts: UpgradeParts,
  tx: Tx,
  providerId: string,
  upgradeId: string,
): Promise<void> {
  const upgrade = await tx
    .selectFrom("router_upgrades")
    .selectAll()
    .where("upgradeId", "=", upgradeId)
    .forUpdate()
    .executeTakeFirst();
  if (upgrade === undefined || upgrade.state !== "running") return;
  const sites = await tx
    .selectFrom("router_upgrade_sites")
    .selectAll()
    .where("upgradeId", "=", upgradeId)
    .orderBy("place")
    .execute();
  const nowMs = parts.world.clock.wall().atMs;
  const before = JSON.stringify([upgrade, sites]);
  const steps = new Map<string, SiteStep>(sites.map(({ siteId, state }) => [siteId, state]));
  const begun = sites.slice(0, upgrade.begun);
  for (const site of begun) steps.set(site.siteId, await advanceSite(parts, tx, upgrade, site, nowMs));
  const all = sites.map(({ siteId }) => steps.get(siteId) ?? "waiting");
  const failed = all.filter((step) => step === "failed").length;
  const set = (change: Partial<Pick<Upgrade, "state" | "begun" | "endedAtMs">>) =>
    tx.updateTable("router_upgrades").set(change).where("upgradeId", "=", upgradeId).execute();
  if (all.every(isOver)) await set({ state: all.includes("left-out") ? "stopped" : "done", endedAtMs: nowMs });
  else if (failed > upgrade.failuresSeen) await set({ state: "paused" });
  else {
    const more = sitesToBegin(all, upgrade.begun);
    if (more > 0 && (await openMs(tx, upgrade, nowMs)) > 0) await set({ begun: upgrade.begun + more });
  }
  const after = JSON.stringify([
    await tx.selectFrom("router_upgrades").selectAll().where("upgradeId", "=", upgradeId).executeTakeFirst(),
    all,
  ]);
  if (after !== before) await parts.emit(tx, providerId, { topic: "router", id: upgradeId, action: "upgrade" });
}

async function openMs(tx: Tx, upgrade: Upgrade, nowMs: number): Promise<number> {
  const { windowFromMinute: fromMinute, windowUntilMinute: untilMinute } = upgrade;
  if (fromMinute === null || untilMinute === null) return openForMs(null, nowMs, 0);
  return openForMs({ fromMinute, untilMinute }, nowMs, await offsetOfProvider(tx, upgrade.providerId));
}

async function advanceSite(
  parts: UpgradeParts,
  tx: Tx,
  upgrade: Upgrade,
  site: Site,
  nowMs: number,
): Promise<SiteStep> {
  if (isOver(site.state)) return site.state;
  const { facts, awayMs } = await factsOf(parts, tx, site, nowMs);
  const { version, healthyMinutes: minutes, madeBy: userId, madeByName: name } = upgrade;
  const next = nextStep(facts, { version, healthyMs: minutes * 60_000 }, nowMs, awayMs);
  const to = async (state: SiteStep, more: Partial<Site> = {}): Promise<SiteStep> => {
    await tx
      .updateTable("router_upgrade_sites")
      .set({ state, sinceMs: nowMs, ...more })
      .where("upgradeId", "=", upgrade.upgradeId)
      .where("siteId", "=", site.siteId)
      .execute();
    return state;
  };
  if (next.kind === "stay") return site.state;
  if (next.kind === "to") return to(next.step);
  if (next.kind === "fail") return to("failed", { why: cutText(next.why, 500) });
  const providerId = upgrade.providerId;
  const standing = await standingOf(tx, providerId, userId, "upgrade-router");
  if (standing === "may-not") return to("failed", { why: noLongerAllowed });
  const leftMs = await openMs(tx, upgrade, nowMs);
  if (leftMs === 0) return site.state; // in the next night
  const by = { userId, name };
  await lockRouter(tx, providerId, site.siteId);
  // A restore, or a restart, comes to its end first: this one waits.
  if ((await longActionOf(tx, site.siteId, upgrade.upgradeId)) !== null) return site.state;
  if (next.kind === "back-up") {
    const backUpId = await parts.backUps.begin(tx, { providerId, siteId: site.siteId, by });
    return to("backing-up", { backUpId, fromVersion: facts.routerOs });
  }
  const action = { kind: "upgrade-router", channel: upgrade.channel, version } as const;
  const circumstances = { providerId, by, expiresInMs: Math.min(leftMs, 3_600_000), bulkId: null };
  const [orderId = ""] = await insertOrders(parts, tx, [{ siteId: site.siteId, action }], circumstances);
  return to("ordered", { orderId });
}

async function factsOf(
  parts: UpgradeParts,
  tx: Tx,
  site: Site,
  nowMs: number,
): Promise<{ readonly facts: SiteFacts; readonly awayMs: number }> {
  const { siteId, backUpId, orderId } = site;
  const link = await readLink(tx, siteId);
  const health = await readHealth(tx, siteId);
  const order = orderId === null ? undefined : await readOrderState(tx, orderId);
  const isLinked = link?.processId !== null && link !== undefined;
  const backUp = backUpId === null ? "none" : await parts.backUps.state(tx, backUpId);
  return {
    awayMs: isLinked ? 0 : nowMs - (link?.disconnectedAtMs ?? 0),
    facts: {
      step: site.state,
      sinceMs: site.sinceMs,
      isLinked,
      routerOs: health?.routerOs ?? null,
      toldAtMs: health?.toldAtMs ?? null,
      stops: health?.findings.filter(({ level }) => level === "stops").length ?? 0,
      backUp,
      order: order ?? null,
    },
  };
}

/** Sites that did not begin are left out. What is under way at a router can't be taken back, and is watched to its end. */
export async function stopUpgrade(tx: Tx, upgradeId: string, nowMs: number): Promise<void> {
  const sites = await tx.selectFrom("router_upgrade_sites").selectAll().where("upgradeId", "=", upgradeId).execute();
  const ordered = sites.flatMap(({ state, orderId }) => (state === "ordered" ? (orderId ?? []) : []));
  const cancelled = new Set(await cancelWaiting(tx, ordered, nowMs));
  const leftOut = sites.filter(
    ({ state, orderId }) =>
      state === "waiting" || state === "backing-up" || (orderId !== null && cancelled.has(orderId)),
  );
  if (leftOut.length > 0)
    await tx
      .updateTable("router_upgrade_sites")
      .set({ state: "left-out", sinceMs: nowMs })
      .where("upgradeId", "=", upgradeId)
      .where(
        "siteId",
        "in",
        leftOut.map(({ siteId }) => siteId),
      )
      .execute();
  // Nothing begins any more, so that a failure is nothing to wait for.
  await tx
    .updateTable("router_upgrades")
    .set({ state: "running", failuresSeen: sites.length, begun: sites.length })
    .where("upgradeId", "=", upgradeId)
    .execute();
}

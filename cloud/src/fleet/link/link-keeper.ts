/**
 * Keeps the links of one process in step with the database: wake-ups of the feed, changed rights, presence, silent
 * peers. Notifications are hints and may get lost with a database connection: so each tick compares versions too, and
 * checks whose device was revoked or purged. A site hears the time once a link, with its welcome: where this machine's clock
 * is set, all links are opened anew.
 */
import { closeCodes } from "@karibu/protocol/link/link";
import type { Timer, World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { isClockSure } from "../../ground/db/hub-clock.ts";
import { dropTombstones } from "../../ground/feed/read-pages.ts";
import {
  endAheadAbsences,
  forgetProcess,
  type HeldLink,
  noteProgress,
  type Progress,
  readVersions,
  refreshProcess,
  takeBackLinks,
} from "./presence.ts";
import { readCutOff, readRights } from "./rights.ts";
import type { SiteLink } from "./site-link.ts";

export interface LinkKeeper {
  start(): Promise<void>;
  /** Payload of the feed's channel. */
  onFeed(payload: string): void;
  /** Payload of the links' channel: a site, or empty after the listening connection was lost for a while. */
  onLink(siteId: string): void;
  /** A mark for `catchUp`: the notifications since then. */
  mark(): KeeperMark;
  /** A link that was not listed when `mark` was taken may have missed a wake-up, or a revocation. */
  catchUp(link: SiteLink, mark: KeeperMark): void;
  stop(): Promise<void>;
}

export interface KeeperMark {
  readonly wakes: number;
  readonly notices: number;
}

const dayMs = 24 * 60 * 60 * 1000;
/** A site that was away for longer gets a snapshot instead of the changes. */
const tombstonesKeptMs = 60 * dayMs;
/** Smaller steps between two ticks take nothing from anybody. */
const clockStepMsMax = 10_000;

export function createLinkKeeper(
  world: World,
  database: Database,
  {
    processId,
    links,
    tickMs,
    onTick,
  }: { processId: string; links: ReadonlyMap<string, SiteLink>; tickMs: number; onTick: () => void },
): LinkKeeper {
  let wakes = 0;
  let notices = 0;
  let timer: Timer | null = null;
  let ticking: Promise<void> = Promise.resolve();
  let checking: Promise<void> = Promise.resolve();
  let toCheck = new Set<string>();
  let stopped = false;
  let lastMaintenanceDay: number | null = null;
  let reportedToMs = Number.NEGATIVE_INFINITY;
  const wallOf = (monotonicMs: number) =>
    Math.round(world.clock.wall().atMs - (world.clock.monotonicMs() - monotonicMs));
  /** What the clock says of a moment that stays the same: another answer is a step of the clock. */
  let startedAtMs = wallOf(0);

  function takeProgress(): Progress[] {
    const sinceMs = reportedToMs;
    reportedToMs = world.clock.monotonicMs();
    const progress: Progress[] = [];
    for (const link of links.values()) {
      const applied = link.feed.takeApplied();
      if (link.heardAtMs <= sinceMs && applied.length === 0) continue;
      const { providerId, siteId } = link.site;
      progress.push({ providerId, siteId, heardAtMs: wallOf(link.heardAtMs), applied });
    }
    return progress;
  }

  const heldLinks = (): HeldLink[] =>
    [...links.values()].map(({ linkId, site: { providerId, siteId, connection } }) => ({
      ...{ providerId, siteId, linkId, connection },
    }));

  function closeSilent(): void {
    const nowMs = world.clock.monotonicMs();
    for (const link of [...links.values()])
      if (nowMs - link.heardAtMs > link.silentMsMax) link.close(closeCodes.outOfStep, "nothing was heard for too long");
  }

  /** Agents come back at once after this code, spread over some seconds. */
  function closeAfterClockStep(): void {
    const stepMs = wallOf(0) - startedAtMs;
    startedAtMs += stepMs;
    if (Math.abs(stepMs) <= clockStepMsMax) return;
    lastMaintenanceDay = null;
    world.log.warn("hub-clock-set", { stepMs, links: links.size });
    for (const link of [...links.values()]) link.close(closeCodes.draining, "the hub's clock was set");
  }

  /** By provider and scope. */
  async function readLatest(tx: Tx): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
    const providerIds = [...new Set([...links.values()].map((link) => link.site.providerId))];
    const versions = new Map<string, Map<string, number>>();
    for (const { providerId, scope, version } of await readVersions(tx, providerIds)) {
      const scopes = versions.get(providerId) ?? new Map();
      versions.set(providerId, scopes.set(scope, version));
    }
    return versions;
  }

  async function tick(): Promise<void> {
    closeSilent();
    closeAfterClockStep();
    onTick();
    const nowMs = world.clock.wall().atMs;
    try {
      const day = Math.floor(nowMs / dayMs);
      if (day !== lastMaintenanceDay && isClockSure(world)) {
        await database.asPlatform("link-upkeep", async (tx) => {
          await dropTombstones(tx, nowMs - tombstonesKeptMs);
          await endAheadAbsences(tx, nowMs);
        });
        lastMaintenanceDay = day;
      }
      const latest = await database.asPlatform("link-presence", async (tx) => {
        const linkIds = [...links.values()].map((link) => link.linkId);
        const own = { processId, linkIds, isAlone: database.engine === "embedded" };
        if (!(await refreshProcess(tx, own, nowMs))) {
          await takeBackLinks(tx, processId, heldLinks());
          for (const siteId of links.keys()) toCheck.add(siteId);
        }
        await noteProgress(tx, takeProgress(), nowMs);
        const versions = await readLatest(tx);
        for (const siteId of await readCutOff(tx, [...links.keys()])) toCheck.add(siteId);
        return versions;
      });
      // After the transaction: who is behind reads in one of its own. A provider's map names the scopes of all its sites: each link looks up the
      // few that it follows.
      for (const link of links.values()) link.feed.wakeBehind(latest.get(link.site.providerId) ?? new Map());
    } catch (error) {
      world.log.error("link-presence-failed", { error: String(error) });
    }
    if (toCheck.size > 0) checkSoon();
  }

  function checkSoon(): void {
    checking = checking
      .then(checkRights)
      .catch((error) => world.log.error("link-rights-failed", { error: String(error) }));
  }

  function schedule(): void {
    if (stopped) return;
    timer = world.clock.after(tickMs, () => {
      ticking = tick().then(schedule);
    });
  }

  /** Several notices at once cause one read. What could not be read now is read at the next tick. */
  async function checkRights(): Promise<void> {
    while (toCheck.size > 0 && !stopped) {
      const siteIds = [...toCheck];
      toCheck = new Set();
      const rows = await database
        .asPlatform("link-rights", (tx) => readRights(tx, siteIds))
        .catch((error) => {
          for (const siteId of siteIds) toCheck.add(siteId);
          throw error;
        });
      const rights = new Map(rows.map((row) => [row.siteId, row]));
      for (const siteId of siteIds) {
        const link = links.get(siteId);
        if (link === undefined) continue;
        const row = rights.get(siteId);
        // The same reason as at the handshake, not "revoked", after which a device never comes back. A purge revokes first, so a row
        // that is missing without that may belong to a database that is being restored.
        if (row === undefined) link.close(closeCodes.unauthorised, "siteId: there is no such site");
        else if (row.publicKey !== link.site.publicKey || (row.connections ?? 0) > link.site.connection)
          link.close(closeCodes.replaced, "another device or connection of this site took over");
        else if (row.revoked) link.close(closeCodes.revoked, "this device was revoked");
      }
    }
  }

  return {
    async start() {
      await tick();
      schedule();
    },
    onFeed(payload) {
      wakes++;
      const at = payload.indexOf("|");
      const [providerId, scope] = [payload.slice(0, at), payload.slice(at + 1)];
      const only = scope.startsWith("site:") ? links.get(scope.slice("site:".length)) : undefined;
      if (only !== undefined) return only.feed.wake(scope);
      for (const link of links.values()) if (link.site.providerId === providerId) link.feed.wake(scope);
    },
    onLink(siteId) {
      if (stopped) return;
      notices++;
      if (siteId === "") for (const each of links.keys()) toCheck.add(each);
      else if (links.has(siteId)) toCheck.add(siteId);
      if (toCheck.size > 0) checkSoon();
    },
    mark: () => ({ wakes, notices }),
    catchUp(link, mark) {
      if (mark.wakes !== wakes) link.feed.wake(null);
      if (mark.notices === notices) return;
      toCheck.add(link.site.siteId);
      checkSoon();
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await ticking;
      await checking;
      await database
        .asPlatform("link-presence", (tx) => forgetProcess(tx, processId, world.clock.wall().atMs))
        .catch((error) => world.log.error("link-presence-failed", { error: String(error) }));
    },
  };
}

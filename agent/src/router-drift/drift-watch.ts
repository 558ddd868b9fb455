/**
 * Looks each five minutes whether the router still is as it should be, and on demand. Its questions wait in the general lane, at most a
 * hundred a minute, behind enforcement. Where the provider wants it, it orders the repairs too, with a brake.
 */

import type { DesiredRouter } from "@karibu/protocol/router/desired-router";
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer, World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { LiveRouter } from "../ground/live-router.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { compareRouter, type Difference, type RouterTables } from "./compare-router.ts";
import { createDesiredMemory } from "./desired-memory.ts";
import { readTables } from "./read-tables.ts";
import { decideRepair, noteAlarm, noteRepair, type RepairHistory } from "./repair-brake.ts";
import { repairPlan, type SecretOf } from "./repair-plan.ts";

export interface Drift {
  /** False: nobody said how this router should be, or it runs another version than that was said for. */
  readonly isCompared: boolean;
  readonly differences: readonly FoundDifference[];
}

export type FoundDifference = Difference & {
  /** Null: a person mends it. */
  readonly repair: { readonly isRisky: boolean } | null;
};

export interface DriftWatch {
  /** Null: it did not look yet. */
  last(): Drift | null;
  /** Looks now, and asks the hub anew how it should be. Never rejects: null says that the router could not be asked. */
  look(): Promise<Drift | null>;
  desired(): DesiredRouter | null;
  /** Called after each look. */
  onLooked(listener: () => void): void;
  follow(hub: Pick<HubLink, "call">): void;
  start(): void;
  stop(): void;
}

export interface DriftParts {
  /** Between two looks. */
  readonly everyMs: number;
  readonly live: LiveRouter;
  readonly folder: Pick<Folder, "read" | "rename" | "replace">;
  readonly secretOf: SecretOf;
  /** Orders a repair as a person does. Resolves to whether it was made; never rejects. */
  readonly repair: (key: string) => Promise<boolean>;
  readonly raiseAlarm: (name: "router-repair-braked", fields: { readonly what: string }) => void;
  /** The hub tells by it that something else was chosen. */
  readonly feed: Pick<FeedStore, "rows" | "onChange">;
}

const firstLookMs = 45_000;
/** What should be changes rarely: with a release of the hub; a choice of the provider comes by the feed. */
const refreshEveryMs = 24 * 3_600_000;
const refreshAgainMs = 60_000;
const historyFile = "router-repairs.json";
/** Sites of a provider hear of a choice together, and don't ask together. */
const soonMsMax = 30_000;
/** Repairs of one look. */
const repairsMax = 5;

export function createDriftWatch(world: World, parts: DriftParts): DriftWatch {
  const { clock, log } = world;
  const memory = createDesiredMemory(world, parts.folder);
  const listeners: (() => void)[] = [];
  let hub: Pick<HubLink, "call"> | null = null;
  let found: Drift | null = null;
  let history: RepairHistory = {};
  let looking: Promise<Drift | null> | null = null;
  let timer: Timer | null = null;
  let stopListening: (() => void) | null = null;
  let isLoaded = false;
  let askHubAtMs = Number.NEGATIVE_INFINITY;
  let askedFor = "";

  async function load(): Promise<void> {
    if (isLoaded) return;
    isLoaded = true;
    await memory.load();
    choose();
    const stored = await readJsonFile<{ repairs: RepairHistory }>(parts.folder, historyFile).catch(() => null);
    history = readHistory(stored?.repairs);
  }

  async function compare(): Promise<Drift | null> {
    await load();
    const [resource] = await parts.live.command(["/system/resource/print"], { timeoutMs: 60_000, actor: "drift" });
    const version = resource?.version ?? "";
    await refresh(version);
    const { desired } = memory;
    if (desired === null || memory.policy === "off" || !isFor(desired, version))
      return { isCompared: false, differences: [] };
    const tables = await readTables(parts.live, desired);
    return { isCompared: true, differences: withRepairs(desired, tables) };
  }

  async function refresh(version: string): Promise<void> {
    if (hub === null || (clock.monotonicMs() < askHubAtMs && askedFor === version)) return;
    askHubAtMs = clock.monotonicMs() + refreshAgainMs;
    try {
      await memory.refresh(hub, cutText(version, 40));
      askedFor = version;
      askHubAtMs = clock.monotonicMs() + refreshEveryMs;
    } catch (error) {
      log.debug("desired-router-not-read", { error: String(error) }); // an older hub does not know the question
    }
  }

  const withRepairs = (desired: DesiredRouter, tables: RouterTables): FoundDifference[] =>
    compareRouter(desired, tables).map((difference) => {
      const plan = repairPlan(difference, desired, tables, parts.secretOf);
      return { ...difference, repair: plan === null ? null : { isRisky: plan.isRisky } };
    });

  async function look(): Promise<Drift | null> {
    try {
      found = await compare();
    } catch (error) {
      log.debug("router-not-compared", { error: String(error) });
      return null;
    }
    for (const listener of listeners) listener();
    return found;
  }

  function lookOnce(): Promise<Drift | null> {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  }

  /** What the provider lets the agent mend by itself. What a person must mend is left to them. */
  async function repairAll(drift: Drift | null): Promise<void> {
    if (memory.policy !== "repair" || drift === null) return;
    let made = 0;
    for (const { key, repair } of drift.differences) {
      if (repair === null || made >= repairsMax) continue;
      const nowMs = clock.wall().atMs;
      const decision = decideRepair(history, key, nowMs);
      if (decision === "rest") continue;
      if (decision === "alarm") {
        history = noteAlarm(history, key);
        parts.raiseAlarm("router-repair-braked", { what: key });
      } else {
        made++;
        history = noteRepair(history, key, nowMs);
      }
      // Before the router is told: an agent that starts anew in the midst of it counts on.
      await keepHistory();
      if (decision === "repair") log.info("router-repaired", { key, isMade: await parts.repair(key) });
    }
    if (made > 0) await lookOnce();
  }

  async function keepHistory(): Promise<void> {
    await writeJsonFile(parts.folder, historyFile, { repairs: history }).catch((error: unknown) => {
      log.warn("router-repairs-not-written", { error: String(error) });
    });
  }

  const spread = () => (world.random.bytes(1)[0] ?? 0) / 256;

  function choose(): void {
    const drift = parts.feed.rows("router-policy").get("drift")?.drift;
    if (drift !== undefined) memory.choose(drift);
  }

  function hear(): void {
    choose();
    askHubAtMs = Number.NEGATIVE_INFINITY;
    if (timer !== null && looking === null) schedule(1000 + spread() * soonMsMax);
  }

  function schedule(afterMs: number): void {
    timer?.cancel();
    timer = clock.after(afterMs, () => {
      void lookOnce()
        .then(repairAll)
        .catch((error: unknown) => log.error("router-drift-failed", { error: String(error) }))
        .then(() => {
          if (timer !== null) schedule(parts.everyMs);
        });
    });
  }

  return {
    last: () => found,
    look() {
      askHubAtMs = Number.NEGATIVE_INFINITY;
      return lookOnce();
    },
    desired: () => memory.desired,
    onLooked: (listener) => void listeners.push(listener),
    follow(followed) {
      hub = followed;
    },
    // Sites that started together don't look together.
    start() {
      schedule(firstLookMs + spread() * 60_000);
      stopListening = parts.feed.onChange((rows) => {
        if (rows.some(({ kind }) => kind === "router-policy")) hear();
      });
    },
    stop() {
      stopListening?.();
      timer?.cancel();
      timer = null;
    },
  };
}

const isFor = ({ minor }: DesiredRouter, version: string): boolean =>
  version === minor || version.startsWith(`${minor}.`) || version.startsWith(`${minor} `);

function readHistory(stored: unknown): RepairHistory {
  if (typeof stored !== "object" || stored === null) return {};
  return Object.fromEntries(
    Object.entries(stored).filter(
      ([, entry]) => Array.isArray(entry?.atMs) && entry.atMs.every((each: unknown) => typeof each === "number"),
    ),
  ) as RepairHistory;
}

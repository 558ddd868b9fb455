/** Collects facts about the parts of a hub: one read of the database, and what only this process knows. */

import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import { type LinkState, linkState, sitesWithLinks } from "../../fleet/link/site-state.ts";
import { peersKnown, peersSeen } from "../../fleet/tunnel/peers.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { jobsFailed, jobsWaiting, oldestJobAtMs } from "../../ground/jobs/job-figures.ts";
import { mailsFailed, mailsWaiting } from "../../ground/mail/mail-figures.ts";
import type { SpoolFigures } from "../../ground/spool/spool.ts";
import { channelsOn, channelsRefused, initiatorsRefused } from "../../money/channels/channel-figures.ts";
import { undecidedPurchases } from "../../money/purchases/waiting.ts";
import { withoutWayToPay } from "../../tenancy/providers/arrears.ts";
import { newestBackUpAtMs, newestHasFailed, newestProvedAtMs, oldestUnsent } from "../back-ups/back-up-figures.ts";
import { silentMsMax } from "../back-ups/schedule-policy.ts";
import type { PartFacts } from "./judge-parts.ts";

/** Facts that are not in the database. */
export interface Surroundings {
  /** Names of this hub's recurring jobs: one that failed when it had another module fails no more. Left out: all that ever ran. */
  readonly upkeep?: readonly string[];
  /** Names of jobs of modules that are off, and of their recurring work: what failed of these waits for nobody. */
  readonly jobsOff?: readonly string[];
  readonly upkeepOff?: readonly string[];
  readonly hasMailServer: boolean;
  /** Null: sites are not reached through a tunnel. */
  readonly tunnelProblem: () => { readonly problem: string | null } | null;
  /** Free bytes where the data lies; null: unknown. */
  readonly freeBytes: () => Promise<number | null>;
  /** How busy the machine's processors were in the last minutes; null, or left out: not known. */
  readonly busyPercent?: (() => number | null) | undefined;
  /** How far this machine's clock is ahead of the database's; null, or left out: not known, or the same machine. */
  readonly clockAheadMs?: (() => number | null) | undefined;
  /** How old the newest proved back-up may be; null: the hub takes none by itself. */
  readonly provedMsMax: number | null;
  /** False: no module asks providers to pay the platform, so nobody need be able to. */
  readonly areArrearsKept?: boolean;
  /** Left out: this process has no spool of callbacks. */
  readonly spool?: (() => SpoolFigures) | undefined;
}

const hourMs = 3_600_000;

export async function readPartFacts(world: World, database: Database, around: Surroundings): Promise<PartFacts> {
  const nowMs = world.clock.wall().atMs;
  const startedMs = world.clock.monotonicMs();
  // What a clock that was ahead has dated is no back-up of today.
  const isDated = (at: RawBuilder<unknown>) => sql<boolean>`${at} <= ${nowMs + silentMsMax}::bigint`;
  const found = await database.asPlatform("health", async (tx) => {
    // A connection was found, and the server has answered to what begins the transaction.
    const latencyMs = since(world, startedMs);
    const { rows } = await sql<Record<string, number | null> & { upkeepFailed: string[] | null }>`
      select ${jobsWaiting} as "jobsWaiting",
        ${jobsFailed(around.jobsOff)} as "jobsDead",
        ${oldestJobAtMs} as "jobsOldest",
        ${mailsWaiting} as "mailWaiting",
        ${mailsFailed(nowMs - 24 * hourMs)} as "mailFailed",
        ${channelsOn} as channels,
        ${channelsRefused} as "channelsFailing",
        ${initiatorsRefused} as "initiatorsRefused",
        ${undecidedPurchases} as undecided,
        ${newestBackUpAtMs(isDated)} as "backupAt",
        ${newestProvedAtMs(isDated)} as "provedAt",
        ${newestHasFailed(isDated)} as "newestFailed",
        ${oldestUnsent} as "unsentSince",
        ${withoutWayToPay} as unpayable,
        ${peersKnown} as peers,
        ${peersSeen(nowMs - hourMs)} as "peersSeen",
        (select array_agg(name order by name) from upkeep_runs
          where failed and name <> all(${[...(around.upkeepOff ?? [])]}::text[]) and (${around.upkeep ?? null}::text[] is null or name = any(${around.upkeep ?? null}::text[]))) as "upkeepFailed"`.execute(
      tx,
    );
    const { upkeepFailed = null, ...one } = rows[0] ?? {};
    return {
      latencyMs,
      one: one as Record<string, number | null>,
      failed: upkeepFailed ?? [],
      sites: await countSites(tx),
    };
  });
  const figure = (name: string) => Number(found.one[name] ?? 0);
  const ageOf = (name: string) => (found.one[name] == null ? null : Math.max(0, nowMs - Number(found.one[name])));
  const freeBytes = await around.freeBytes();
  const busyPercent = around.busyPercent?.() ?? null;
  const clockAheadMs = around.clockAheadMs?.() ?? null;
  const tunnel = around.tunnelProblem();
  return {
    database: { engine: database.engine, latencyMs: found.latencyMs },
    jobs: { waiting: figure("jobsWaiting"), dead: figure("jobsDead"), oldestWaitMs: ageOf("jobsOldest") },
    mail: { waiting: figure("mailWaiting"), failed: figure("mailFailed"), hasServer: around.hasMailServer },
    channels: {
      active: figure("channels"),
      failing: figure("channelsFailing"),
      initiatorsRefused: figure("initiatorsRefused"),
      unknownPayments: figure("undecided"),
    },
    wireguard: tunnel === null ? null : { peers: figure("peers"), seen: figure("peersSeen"), problem: tunnel.problem },
    agents: found.sites,
    processor: busyPercent === null ? null : { busyPercent },
    clock: clockAheadMs === null ? null : { aheadMs: clockAheadMs },
    subscriptions: { unpayable: around.areArrearsKept === false ? 0 : figure("unpayable") },
    disk: freeBytes === null ? null : { freeBytes },
    backup: {
      ageMs: ageOf("backupAt"),
      provedAgeMs: ageOf("provedAt"),
      provedMsMax: around.provedMsMax,
      hasNewestFailed: figure("newestFailed") === 1,
      unsentMs: ageOf("unsentSince"),
    },
    upkeep: { failed: found.failed },
    spool: spoolFacts(around.spool?.(), nowMs),
  };
}

function spoolFacts(figures: SpoolFigures | undefined, nowMs: number): PartFacts["spool"] {
  if (figures === undefined) return null;
  const { waiting, bytes, oldestAtMs, held, damaged } = figures;
  return { waiting, bytes, oldestMs: oldestAtMs === null ? null : Math.max(0, nowMs - oldestAtMs), held, damaged };
}

/** Sites of all providers. Sites that were cut off do not count, because nobody expects them. */
export async function countSites(tx: Tx): Promise<Record<"online" | "offline" | "pending", number>> {
  const { rows } = await sql<{ state: LinkState; count: number }>`
    select ${linkState} as state, count(*) as count from ${sitesWithLinks} where sites.deleted_at_ms is null group by 1`.execute(
    tx,
  );
  const count = (state: LinkState) => rows.find((row) => row.state === state)?.count ?? 0;
  return { online: count("online"), offline: count("offline"), pending: count("pending") };
}

/** How large the database is. The embedded engine looks at each of its files for it, so this is not among the facts that are looked at all day. */
export async function measureBytes(database: Database): Promise<number> {
  const { rows } = await database.asPlatform("health", (tx) =>
    sql<{ bytes: number }>`select pg_database_size(current_database())::bigint as bytes`.execute(tx),
  );
  return rows[0]?.bytes ?? 0;
}

/** How long the database takes to answer. Rejects with its error. */
export async function measureLatencyMs(world: World, database: Database): Promise<number> {
  const startedAtMs = world.clock.monotonicMs();
  await database.asPlatform("health", (tx) => sql`select 1`.execute(tx));
  return since(world, startedAtMs);
}

/** In milliseconds, to a tenth. */
const since = ({ clock }: Pick<World, "clock">, startedMs: number) =>
  Math.round((clock.monotonicMs() - startedMs) * 10) / 10;

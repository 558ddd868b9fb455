/**
 * The hub's clock. Its processes may run on machines whose clocks differ, and one may be wrong by hours; the database's is one for all of them. A process
 * goes by its machine's clock while the two agree, else by the database's, so that what one process dates the others understand.
 */
import { unixMs } from "@karibu/protocol/quantities";
import type { Clock, Timer, Wall, World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "./database.ts";

/** So far two clocks differ where each machine asks a time server, and some way beyond it. */
export const agreeMsMax = 2000;
/** Where the two differ by more, one of them is wrong, and nobody here knows which. */
export const doubtedMsMin = 60_000;
const askEveryMs = 30_000;
/** A slower answer says too little about the moment at which it was read. */
const roundTripMsMax = 2000;

/** The most that the clocks of two processes of one hub are taken to differ: what another one dated so far ahead may be of now. */
export const processClockSlackMs = 60_000;

/**
 * What is good for a time is not good for longer because it was made while the clock was ahead: what ends later than `lifeMs` and a day from now was. The day
 * is for clocks that were a little wrong: nobody is shut out for that.
 */
export const endsAtMost = (nowMs: number, lifeMs: number): number => nowMs + lifeMs + 86_400_000;

/** Of what is good for `lifeMs`: its time is over, or it was made while the clock was ahead. */
export const hasEnded = (endsAtMs: number, lifeMs: number, nowMs: number): boolean =>
  endsAtMs <= nowMs || endsAtMs > endsAtMost(nowMs, lifeMs);

/** Was this moment written by a clock that was ahead, and was set since? Nobody knows how long ago that is. */
export const isAhead = (atMs: number, nowMs: number): boolean => atMs > nowMs + processClockSlackMs;

/** Was it within the last `spanMs`? What a clock that was ahead dated is of no moment ago: it would count until that time has come. */
export const wasWithin = (atMs: number, spanMs: number, nowMs: number): boolean =>
  atMs > nowMs - spanMs && !isAhead(atMs, nowMs);

/** The same as `isAhead`, of a row's column, as SQL. */
export const isAheadSql = (column: string, nowMs: number): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(column)} > ${nowMs + processClockSlackMs}::bigint`;

/**
 * Has a moment of a row come, for which something waits, or for which a process holds it? One further ahead than any that is written now was written by a
 * clock that was ahead: nobody waits for that.
 * @param mostMs so far ahead it is written at most
 */
export const hasComeSql = (column: string, mostMs: number, nowMs: number): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(column)} <= ${nowMs}::bigint or ${isAheadSql(column, nowMs + mostMs)})`;

export interface HubClock {
  readonly clock: Clock;
  /** From now on by the database's clock, where they differ; resolves when it was asked for the first time, and rejects where it does not answer. */
  follow(ask: () => Promise<number>, log: World["log"]): Promise<void>;
  /** How far the machine's clock is ahead of the database's, in ms; null: nobody knows. */
  aheadMs(): number | null;
  stop(): void;
}

/** @param own the machine's */
export function createHubClock(own: Clock): HubClock {
  let shown: { readonly databaseMs: number; readonly atMonotonicMs: number; readonly vagueMs: number } | null = null;
  let hasDiffered = false;
  let timer: Timer | null = null;
  let isStopped = false;

  const databaseMs = (): number | null =>
    shown === null ? null : shown.databaseMs + own.monotonicMs() - shown.atMonotonicMs;

  function aheadMs(): number | null {
    const thereMs = databaseMs();
    return thereMs === null ? null : Math.round(own.wall().atMs - thereMs);
  }

  async function askOnce(ask: () => Promise<number>, log: World["log"]): Promise<void> {
    const askedMs = own.monotonicMs();
    const answerMs = await ask();
    const vagueMs = (own.monotonicMs() - askedMs) / 2;
    if (shown !== null && vagueMs * 2 > roundTripMsMax) return;
    shown = { databaseMs: answerMs, atMonotonicMs: askedMs + vagueMs, vagueMs };
    const differs = !agree(own.wall().atMs, answerMs + vagueMs, vagueMs);
    if (differs && !hasDiffered) log.warn("clock-differs-from-database", { aheadMs: aheadMs() });
    if (!differs && hasDiffered) log.info("clock-agrees-with-database", {});
    hasDiffered = differs;
  }

  return {
    clock: {
      ...own,
      wall() {
        const thereMs = databaseMs();
        return thereMs === null ? own.wall() : agreedWall(own.wall(), thereMs, shown?.vagueMs);
      },
    },
    async follow(ask, log) {
      await askOnce(ask, log);
      const next = (): void => {
        timer = own.after(askEveryMs, () => {
          void askOnce(ask, log)
            .catch((error: Error) => log.debug("database-clock-not-read", { error: error.message }))
            .finally(() => isStopped || next());
        });
      };
      next();
    },
    aheadMs,
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}

const agree = (ownMs: number, databaseMs: number, vagueMs: number): boolean =>
  Math.abs(ownMs - databaseMs) <= agreeMsMax + vagueMs;

/** @param vagueMs so far the database's time may be from what it is taken for */
function agreedWall(own: Wall, databaseMs: number, vagueMs = 0): Wall {
  if (agree(own.atMs, databaseMs, vagueMs)) return own;
  const isDoubted = Math.abs(own.atMs - databaseMs) >= doubtedMsMin;
  return { atMs: unixMs(Math.round(databaseMs)), quality: isDoubted ? "estimated" : own.quality };
}

/**
 * False: this machine's clock and the database's differ, and either may be wrong. Then nothing is done that could be too early and can't be undone:
 * nothing old is deleted, and no payment is disproved by its absence. Sites are told the database's time, as what the hub sells is dated by it.
 */
export const isClockSure = ({ clock }: Pick<World, "clock">): boolean => clock.wall().quality === "synced";

export const clockDoubted = "this machine's clock and the database's differ by more than a minute: run NTP on both";

export async function readDatabaseClock(tx: Tx): Promise<number> {
  const { rows } = await sql<{
    at: number;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as at`.execute(tx);
  return (rows[0] as { at: number }).at;
}

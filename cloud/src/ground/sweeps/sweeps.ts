/**
 * Sweeps look for work that nobody was woken for: what came due with time, what a lost wake-up left, what a process that ended did not finish.
 * They find nothing nearly always, so they are watched together: one statement asks for all of them whose time it is, and only those with work
 * run. A hub with nothing to do sends that statement, and not a transaction for each sweep.
 *
 * Bounds  Each is asked in its own rhythm, by every process, whoever wrote the work and whether anybody was told.
 * Errors  Where the question fails, all that were in it run: each finds out by itself, and one bad question holds up no other sweep for long.
 */
import type { Timer, World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/database.ts";

export interface Sweep {
  readonly name: string;
  /** Work is found so long after it has come due, at the latest. */
  readonly everyMs: number;
  /** Is there work? An expression that indexes answer, asked as the platform. */
  hasWork(nowMs: number): RawBuilder<boolean>;
  /** Does it. The next question does not wait for it: who is still at it says so by itself. */
  run(): Promise<void>;
}

export interface Sweeps {
  /** From now on it is asked. @returns what ends that */
  add(sweep: Sweep): () => void;
  start(): void;
  /** Asks all of them now, whoever's time it is: for tests and the simulation, whose clock is moved. */
  askNow(): Promise<void>;
  /** Asks no more, and waits for those that run. */
  stop(): Promise<void>;
}

export function createSweeps(world: World, database: Database): Sweeps {
  const waiting = new Map<Sweep, number>();
  const beganMs = world.clock.monotonicMs();
  let timer: Timer | null = null;
  let isStopped = true;
  let asking: Promise<void> = Promise.resolve();
  const running = new Set<Promise<void>>();

  /** All rhythms count from one moment, so that those which fit into each other share their questions. */
  const nextOf = ({ everyMs }: Sweep): number =>
    beganMs + (Math.floor((world.clock.monotonicMs() - beganMs) / everyMs) + 1) * everyMs;

  function rest(): void {
    timer?.cancel();
    if (isStopped || waiting.size === 0) return;
    const nextMs = Math.min(...waiting.values());
    timer = world.clock.after(Math.max(0, nextMs - world.clock.monotonicMs()), () => {
      asking = askWhoseTime().then(rest);
    });
  }

  async function askWhoseTime(): Promise<void> {
    const nowMs = world.clock.monotonicMs();
    const asked = [...waiting].flatMap(([sweep, atMs]) => (atMs <= nowMs ? [sweep] : []));
    for (const sweep of asked) waiting.set(sweep, nextOf(sweep));
    await ask(asked);
  }

  async function ask(asked: readonly Sweep[]): Promise<void> {
    if (asked.length === 0) return;
    for (const sweep of await withWork(asked)) {
      if (isStopped || !waiting.has(sweep)) continue;
      const run = sweep
        .run()
        .catch((error: unknown) => world.log.error("sweep-failed", { sweep: sweep.name, error: String(error) }))
        .finally(() => running.delete(run));
      running.add(run);
    }
  }

  async function withWork(asked: readonly Sweep[]): Promise<readonly Sweep[]> {
    const nowMs = world.clock.wall().atMs;
    try {
      const { rows } = await database.asPlatform("sweeps", (tx) =>
        sql<{ at: number }>`${sql.join(
          asked.map((sweep, at) => sql`select ${sql.lit(at)} as at where ${sweep.hasWork(nowMs)}`),
          sql` union all `,
        )}`.execute(tx),
      );
      return rows.flatMap(({ at }) => asked[at] ?? []);
    } catch (error) {
      world.log.warn("sweeps-not-asked", { error: String(error) });
      return asked;
    }
  }

  return {
    add(sweep) {
      waiting.set(sweep, nextOf(sweep));
      rest();
      return () => void waiting.delete(sweep);
    },
    start() {
      isStopped = false;
      rest();
    },
    askNow: () => ask([...waiting.keys()]),
    async stop() {
      isStopped = true;
      timer?.cancel();
      await asking;
      await Promise.all(running);
    },
  };
}

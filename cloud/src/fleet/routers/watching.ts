/**
 * Asks the watched routers for their figures each half minute: once per site, however many people look and in whatever process.
 * One timer finds all that are due; what they answer is kept, and told to the consoles, in few statements.
 */
import { Fault } from "@karibu/protocol/fault";
import type { Timer, World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { EmitMany } from "../../ground/events/record.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import { type Place, problemOf, type RouterReader } from "./read-router.ts";
import { type KeptAnswer, keepAnswers, keepProblems, type Unanswered } from "./reading-store.ts";
import { forgetWatches, isWatching, takeDue, watchChannel, watchesWait } from "./watch-store.ts";

export interface Watching {
  start(): Promise<void>;
  /** Asks who is due now, and waits for their answers. Rejects with the database's error. */
  look(): Promise<void>;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

/** While somebody looks at a router whose link is here. */
const tickMs = 5_000;
/** Nobody looks: a notice wakes it, and the sweep finds the notices that got lost. */
const sweepEveryMs = 60_000;
/** Of one tick: more wait for the next one. */
const sitesMax = 250;
const figureViews = ["system", "health"] as const;

interface Told {
  readonly place: Place;
  readonly answers: readonly KeptAnswer[];
  readonly problems: readonly Unanswered[];
}

export function createWatching(
  world: World,
  database: Database,
  {
    reader,
    emitMany,
    processId,
    sweeps,
  }: {
    readonly reader: RouterReader;
    readonly emitMany: EmitMany;
    readonly processId: string;
    readonly sweeps: Pick<Sweeps, "add">;
  },
): Watching {
  let timer: Timer | null = null;
  let isStopped = true;
  let isLooking = false;
  let looking: Promise<void> = Promise.resolve();
  let looks = 0;
  let isBusy = false;
  let isWoken = false;
  let stopListening: (() => Promise<void>) | null = null;
  let stopSweep = () => {};

  async function askOne(place: Place): Promise<Told> {
    const asked = await Promise.all(
      figureViews.map(async (view) => {
        try {
          return { ...place, view, ...(await reader.ask(place.siteId, view, true)) };
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          const problem = problemOf(error);
          return problem === "away" ? null : { ...place, view, problem };
        }
      }),
    );
    return {
      place,
      answers: asked.flatMap((one) => (one !== null && "rows" in one ? [one] : [])),
      problems: asked.flatMap((one) => (one !== null && "problem" in one ? [one] : [])),
    };
  }

  async function look(): Promise<void> {
    const nowMs = world.clock.wall().atMs;
    const due = await database.asPlatform("router-watch", async (tx) => {
      if (looks++ % 20 === 0 || !isBusy) await forgetWatches(tx, nowMs);
      isBusy = await isWatching(tx, processId, nowMs);
      return isBusy ? takeDue(tx, processId, nowMs, sitesMax) : [];
    });
    if (due.length === 0) return;
    const told = await Promise.all(due.map(askOne));
    await database.asPlatform("router-figures", async (tx) => {
      const atMs = world.clock.wall().atMs;
      await keepAnswers(
        tx,
        told.flatMap(({ answers }) => answers),
        atMs,
      );
      await keepProblems(
        tx,
        told.flatMap(({ problems }) => problems),
        atMs,
      );
      const heard = told.filter(({ answers, problems }) => answers.length + problems.length > 0);
      await emitMany(
        tx,
        heard.map(({ place: { providerId, siteId } }) => ({
          providerId,
          topic: "router-figures" as const,
          id: siteId,
          action: "read",
        })),
      );
    });
  }

  function lookAfter(delayMs: number): void {
    if (delayMs === 0) isWoken = true;
    if (isStopped || isLooking) return;
    timer?.cancel();
    timer = world.clock.after(delayMs, () => {
      isLooking = true;
      isWoken = false;
      looking = look()
        .catch((error: unknown) => world.log.error("router-watch-failed", { error: String(error) }))
        .then(() => {
          isLooking = false;
          if (isWoken || isBusy) lookAfter(isWoken ? 0 : tickMs);
        });
    });
  }

  return {
    look,
    async start() {
      isStopped = false;
      stopListening = await database.listen(watchChannel, () => lookAfter(0));
      stopSweep = sweeps.add({
        name: "router-watch",
        everyMs: sweepEveryMs,
        hasWork: (nowMs) => watchesWait(processId, nowMs),
        run: async () => lookAfter(0),
      });
    },
    async stop() {
      isStopped = true;
      stopSweep();
      timer?.cancel();
      await stopListening?.();
      await looking;
    },
  };
}

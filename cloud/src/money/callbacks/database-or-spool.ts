/**
 * The database takes callbacks while it answers, and the spool takes them while it does not. What lies in the spool is booked as soon as
 * the database is back; until all of it is booked, new ones go behind it, at the speed of the disk.
 */
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import type { Timer, World } from "@karibu/protocol/world";
import { isLockNotAvailable, isPassing } from "../../ground/db/passing.ts";
import type { HandOn } from "../../ground/spool/spool.ts";
import { type CallbackSpool, createSpooledIntake, isKnownPath } from "./keep-in-spool.ts";
import type { CallbackIntake } from "./raw-callback.ts";

/** A database that takes longer counts as away: the channel waits for its acknowledgement. */
const directMsMax = 2000;
const drainAgainMs = 1000;
/** What another process of this folder left behind is found so often. */
const lookMs = 30_000;

export interface IntakeBySpool {
  readonly take: CallbackIntake;
  start(): void;
  stop(): Promise<void>;
}

export function createIntakeBySpool(
  world: World,
  direct: CallbackIntake,
  given: CallbackSpool & { readonly handOn: HandOn },
): IntakeBySpool {
  const { clock, log } = world;
  const { spool, handOn } = given;
  const spooled = createSpooledIntake(world, given);
  let isAway = false;
  let isStopped = true;
  let timer: Timer | null = null;

  const draining = runWhenWoken(
    async () => {
      if (isStopped) return;
      timer?.cancel();
      let againMs = lookMs;
      try {
        if (isAway) await handOn([]); // throws while the database is away
        // In one turn with the look at the spool: nothing is kept in between.
        if (await spool.drain(handOn)) {
          if (isAway) log.info("callbacks-booked-directly");
          isAway = false;
        } else againMs = drainAgainMs;
      } catch (error) {
        againMs = drainAgainMs;
        log.debug("callbacks-not-booked-yet", { error: (error as Error).message });
      }
      timer = clock.after(againMs, () => draining.wake());
    },
    (error) => log.error("callbacks-drain-failed", { error: String(error) }),
  );

  function noteAway(why: string): void {
    if (!isAway) log.warn("callbacks-to-spool", { why });
    isAway = true;
    draining.wake();
  }

  /** Rejects after two seconds. Its work may succeed yet: evidence that is there already is not booked again. */
  function atMost(work: ReturnType<CallbackIntake>): ReturnType<CallbackIntake> {
    const late = Promise.withResolvers<never>();
    const end = clock.after(directMsMax, () => late.reject(new TooSlow()));
    return Promise.race([work, late.promise]).finally(() => end.cancel());
  }

  return {
    async take(callback) {
      // No spool takes what is nobody's. It may wait for long behind others of its kind, which says nothing of the database.
      if (!isKnownPath(given.paths, callback)) return direct(callback);
      if (isAway) {
        const answer = await spooled(callback);
        if (answer !== null) return answer;
      }
      const work = direct(callback);
      try {
        return await atMost(work);
      } catch (error) {
        if (!(error instanceof TooSlow) && !isPassing(error)) throw error;
        // Where somebody holds what this one needs, there is a database for the others.
        const isHeld = isLockNotAvailable(error);
        if (!isHeld) noteAway((error as Error).message);
        const answer = await spooled(callback);
        if (isHeld) draining.wake();
        return answer ?? work;
      }
    },
    start() {
      isStopped = false;
      draining.wake();
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      await draining.settled();
    },
  };
}

class TooSlow extends Error {
  constructor() {
    super(`no answer from the database within ${directMsMax} ms`);
    this.name = "TooSlow";
  }
}

/**
 * Callbacks of prompts, many in one transaction: those that came while the last batch was being written are the next one. A
 * lone callback waits for nobody; under load a commit, and what PostgreSQL does for a NOTIFY, is shared by all of a batch.
 */

import { sleep } from "@karibu/protocol/world";
import { together } from "../../ground/jobs/together.ts";
import type { CallbackAnswer } from "../channels/channel-messages.ts";
import { type FoundChannel, notedEveryMs } from "../channels/hook-tokens.ts";
import { accepted } from "./callback-answers.ts";
import { type KeptCallbacks, keepPromptCallbacks } from "./keep-prompt-callbacks.ts";
import type { CallbackIntake, HandTold, IntakeParts, RawCallback } from "./raw-callback.ts";

const batchMax = 64;
const rememberedMax = 20_000;
/** A channel waits for its acknowledgement, a booking for nobody: one that finds a callback this old lets it pass, so long at most. */
const lateAfterMs = 10;
const giveWayMsMax = 25;
const lookAgainMs = 5;
/** What somebody holds for longer is waited for by its own callback alone, and not by those of all providers that came with it. */
const lockTimeout = "500ms";

interface Waiting {
  readonly callback: RawCallback;
  readonly sinceMs: number;
}

export interface PromptIntake {
  readonly take: CallbackIntake;
  /** Resolves when no callback waits for long, or after a fortieth of a second: bookings must not starve either. */
  letCallbacksPass(): Promise<void>;
}

/**
 * @param alone takes one in by itself: those of unknown channels, and all of a batch that could not be written
 * @param handOn what the callbacks of a batch told of, after its commit
 */
export function createPromptIntake(parts: IntakeParts, alone: CallbackIntake, handOn: HandTold): PromptIntake {
  const { database, jobs } = parts;
  const { clock } = parts.world;
  let oldestMs = Number.POSITIVE_INFINITY;
  const notedIn = rememberNoted(() => parts.world.clock.wall().atMs);

  const write = together<Waiting, CallbackAnswer>(batchMax, async (batch) => {
    oldestMs = (batch[0] as Waiting).sinceMs;
    const callbacks = batch.map(({ callback }) => callback);
    const noted = notedIn();
    const { known, told } = await database
      .asPlatform("payment-callbacks", (tx) => keepPromptCallbacks(parts, tx, callbacks, noted.isDue), {
        prepared: true,
        byKeys: true,
        urgent: "together",
        lockTimeout,
      })
      .then((kept) => {
        noted.keep();
        return kept;
      })
      .catch((error: unknown): KeptCallbacks => {
        parts.world.log.warn("callbacks-not-kept-together", { callbacks: batch.length, error: String(error) });
        return { known: [], told: { purchases: [], facts: [] } };
      });
    handOn(told);
    oldestMs = Number.POSITIVE_INFINITY;
    return callbacks.map((callback, index) => (known[index] ? accepted : alone(callback).finally(() => jobs.wake())));
  });

  return {
    take: (callback) => write({ callback, sinceMs: clock.monotonicMs() }),
    async letCallbacksPass() {
      const untilMs = clock.monotonicMs() + giveWayMsMax;
      for (;;) {
        const nowMs = clock.monotonicMs();
        if (nowMs - oldestMs < lateAfterMs || nowMs >= untilMs) return;
        await sleep(clock, Math.min(lookAgainMs, untilMs - nowMs));
      }
    },
  };
}

/** Which addresses this process has noted to be in use, so that a batch does not ask the database each time. Those of a batch count when it is committed. */
function rememberNoted(nowMs: () => number) {
  const atMs = new Map<string, number>();
  return () => {
    const asked = new Set<string>();
    return {
      isDue({ tokenHash }: FoundChannel): boolean {
        const lastMs = atMs.get(tokenHash);
        if (lastMs !== undefined && Math.abs(nowMs() - lastMs) < notedEveryMs) return false;
        asked.add(tokenHash);
        return true;
      },
      keep(): void {
        if (atMs.size > rememberedMax) atMs.clear();
        for (const tokenHash of asked) atMs.set(tokenHash, nowMs());
      },
    };
  };
}

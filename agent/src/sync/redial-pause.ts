/**
 * The pause before the next dial, which may be cut short: somebody waits for the hub, or the internet has just come back.
 * Not at once but within `hurryMsMax` (all sites of a town may have a reason at the same moment), and seldom when it does
 * not help: each time that was in vain doubles the time until the next counts.
 */
import type { Timer, World } from "@karibu/protocol/world";
import { chanceOf } from "./backoff.ts";

export interface RedialPause {
  /** `mayHurry` false: the hub asked for it, or only a person can mend it. */
  wait(delayMs: number, mayShorten: boolean): Promise<void>;
  /** Shortens this pause; in the middle of a dial, the one after it. False: not now, it was tried a moment ago. */
  shorten(): boolean;
  /** The hub was reached: hurrying helps again. */
  reached(): void;
  /** Ends the pause now. */
  end(): void;
}

const soonMsMax = 1000;
const spacingMs = { first: 5000, max: 40_000 } as const;

export function createRedialPause({ clock, random }: Pick<World, "clock" | "random">): RedialPause {
  let pause: {
    timer: Timer;
    readonly over: () => void;
    readonly endsAtMs: number;
    readonly mayShorten: boolean;
  } | null = null;
  let isWanted = false;
  let shortenedAtMs = Number.NEGATIVE_INFINITY;
  /** Until the next wish counts; 0: none was in vain yet. */
  let spacing = 0;

  const soonMs = () => chanceOf(random.bytes(4)) * soonMsMax;

  return {
    wait(delayMs, mayShorten) {
      const shortenedMs = isWanted && mayShorten ? Math.min(delayMs, soonMs()) : delayMs;
      isWanted = false;
      return new Promise((resolve) => {
        const over = () => {
          pause = null;
          resolve();
        };
        const endsAtMs = clock.monotonicMs() + shortenedMs;
        pause = { over, endsAtMs, mayShorten, timer: clock.after(shortenedMs, over) };
      });
    },
    shorten() {
      const nowMs = clock.monotonicMs();
      if (nowMs - shortenedAtMs < spacing || pause?.mayShorten === false) return false;
      shortenedAtMs = nowMs;
      spacing = spacing === 0 ? spacingMs.first : Math.min(spacingMs.max, spacing * 2);
      if (pause === null) {
        isWanted = true;
        return true;
      }
      const delayMs = soonMs();
      if (nowMs + delayMs >= pause.endsAtMs) return true;
      pause.timer.cancel();
      pause.timer = clock.after(delayMs, pause.over);
      return true;
    },
    reached() {
      isWanted = false;
      spacing = 0;
    },
    end() {
      pause?.timer.cancel();
      pause?.over();
    },
  };
}

/**
 * The pause before the next dial. It can be shortened when a customer waits for the hub or the internet has just come back. The dial then
 * comes within `soonMsMax`, at a random time, because all sites of a town may have the same reason. Each dial that fails doubles the
 * time until the pause can be shortened again.
 */
import type { Timer, World } from "@karibu/protocol/world";
import { chanceOf } from "./backoff.ts";

export interface RedialPause {
  /** `mayShorten` false: only a person can solve the problem. */
  wait(delayMs: number, mayShorten: boolean): Promise<void>;
  /** Shortens this pause; during a dial, the next one. False: the last shortened pause was a moment ago. */
  shorten(): boolean;
  /** The hub was reached: pauses can be shortened again. */
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
  /** Time until a pause can be shortened again; 0: no shortened pause failed yet. */
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

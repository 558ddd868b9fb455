import type { Clock } from "@karibu/protocol/world";
import { Problem, refusal } from "./problem.ts";

/** Counts tries per key in a bucket that refills evenly. Per process: several hubs give each their own share. */
export interface RateLimit {
  /** Takes one try. Returns how many are left, or throws a Problem 429 that says when to come back. */
  take(key: string): Allowance;
  /** Returns one try: a success was not a guess. */
  giveBack(key: string): void;
  /** Returns all tries. */
  forget(key: string): void;
}

export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Until the bucket is full again. */
  readonly resetSeconds: number;
}

const keysMax = 10_000;

export function createRateLimit(clock: Clock, { tries, perSeconds }: { tries: number; perSeconds: number }): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const refillPerMs = tries / (perSeconds * 1000);
  return {
    take(key) {
      const nowMs = clock.monotonicMs();
      const old = buckets.get(key) ?? { left: tries, atMs: nowMs };
      const left = Math.min(tries, old.left + (nowMs - old.atMs) * refillPerMs);
      if (left < 1) {
        const retryAfterSeconds = Math.ceil((1 - left) / refillPerMs / 1000);
        throw refusal("too-many-tries", { retryAfterSeconds });
      }
      buckets.delete(key); // so that the map stays in the order of last use
      buckets.set(key, { left: left - 1, atMs: nowMs });
      if (buckets.size > keysMax) buckets.delete(buckets.keys().next().value as string);
      const resetSeconds = Math.ceil((tries - left + 1) / refillPerMs / 1000);
      return { limit: tries, remaining: Math.floor(left - 1), resetSeconds };
    },
    giveBack(key) {
      const bucket = buckets.get(key);
      if (bucket !== undefined) bucket.left = Math.min(tries, bucket.left + 1);
    },
    forget(key) {
      buckets.delete(key);
    },
  };
}

/**
 * For tokens of 256 bits, which nobody guesses: what is given is looked up first, and only one that is refused counts. So a neighbour's bad ones shut nobody
 * out. Throws what `ask` throws, or a Problem 429 in its place.
 */
export async function countRefused<T>(limit: RateLimit, key: string, ask: () => Promise<T>): Promise<T> {
  return ask().catch((error) => {
    if (error instanceof Problem) limit.take(key);
    throw error;
  });
}

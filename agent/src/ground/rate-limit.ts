/** Token buckets by key, in bounded memory. Clients with too many requests wait; the others do not notice. */
export interface RateLimit {
  /** Takes one from the bucket. 0: go on; otherwise the seconds until there is one again (nothing is taken). */
  take(key: string, nowMs: number): number;
  /** The same for that share of one, and nothing is taken. */
  waitSeconds(key: string, nowMs: number, share?: number): number;
  /** Takes one, or that share of one, or what is left. */
  spend(key: string, nowMs: number, share?: number): void;
  /** Puts one back that was taken for nothing. */
  giveBack(key: string): void;
}

export function createRateLimit(limit: { burst: number; everyMs: number; keysMax: number }): RateLimit {
  /** When each bucket will be full again: one number is the whole bucket. */
  const fullAtMs = new Map<string, number>();
  return {
    take(key, nowMs) {
      const wait = waitSeconds(key, nowMs);
      if (wait === 0) spend(key, nowMs);
      return wait;
    },
    waitSeconds,
    spend,
    giveBack(key) {
      const full = fullAtMs.get(key);
      if (full !== undefined) fullAtMs.set(key, full - limit.everyMs);
    },
  };

  function waitSeconds(key: string, nowMs: number, share = 1): number {
    const full = fullAtMs.get(key);
    if (full === undefined || full <= nowMs) return 0;
    const missingMs = full - nowMs + limit.everyMs * share - limit.burst * limit.everyMs;
    return missingMs <= 0 ? 0 : Math.ceil(missingMs / 1000);
  }

  function spend(key: string, nowMs: number, share = 1): void {
    const full = Math.max(fullAtMs.get(key) ?? 0, nowMs);
    fullAtMs.delete(key);
    if (fullAtMs.size >= limit.keysMax) forget(nowMs);
    fullAtMs.set(key, Math.min(full + limit.everyMs * share, nowMs + limit.everyMs * limit.burst));
  }

  /** Full buckets first; when an attacker fills the map with fresh keys, the oldest go. */
  function forget(nowMs: number): void {
    for (const [key, full] of fullAtMs) if (full <= nowMs) fullAtMs.delete(key);
    for (const key of fullAtMs.keys()) {
      if (fullAtMs.size < limit.keysMax) break;
      fullAtMs.delete(key);
    }
  }
}

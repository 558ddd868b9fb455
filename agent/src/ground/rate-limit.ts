/** Token buckets by key, in bounded memory. Clients with too many requests wait; the others do not notice. */
export interface RateLimit {
  /** Takes one from the bucket, or that share of one. 0: go on; otherwise the seconds until there is one again (nothing is taken). */
  take(key: string, nowMs: number, share?: number): number;
  /** Puts one back that was taken for nothing. */
  giveBack(key: string, share?: number): void;
}

export function createRateLimit(limit: { burst: number; everyMs: number; keysMax: number }): RateLimit {
  /** When each bucket will be full again: one number is the whole bucket. */
  const fullAtMs = new Map<string, number>();
  return {
    take(key, nowMs, share = 1) {
      const costMs = limit.everyMs * share;
      const full = Math.max(fullAtMs.get(key) ?? 0, nowMs);
      const spare = limit.burst * limit.everyMs - (full - nowMs);
      if (spare < costMs) return Math.ceil((costMs - spare) / 1000);
      fullAtMs.delete(key);
      if (fullAtMs.size >= limit.keysMax) forget(nowMs);
      fullAtMs.set(key, full + costMs);
      return 0;
    },
    giveBack(key, share = 1) {
      const full = fullAtMs.get(key);
      if (full !== undefined) fullAtMs.set(key, full - limit.everyMs * share);
    },
  };

  /** Full buckets first; when an attacker fills the map with fresh keys, the oldest go. */
  function forget(nowMs: number): void {
    for (const [key, full] of fullAtMs) if (full <= nowMs) fullAtMs.delete(key);
    for (const key of fullAtMs.keys()) {
      if (fullAtMs.size < limit.keysMax) break;
      fullAtMs.delete(key);
    }
  }
}

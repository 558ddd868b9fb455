/** Callbacks at a fixed rate, over HTTP. */
import { request } from "undici";
import type { Callback } from "./hub.ts";

export interface Sent {
  /** Of each acknowledged one, from the moment it was due: a sender that falls behind must not hide the wait. */
  readonly latenciesMs: readonly number[];
  readonly refused: number;
  readonly elapsedMs: number;
  /** When each was due, by the wall clock that the hub has too. */
  readonly dueAtMs: ReadonlyMap<string, number>;
}

/**
 * Open loop: a callback leaves when its time has come, whether the ones before were answered or not.
 * @param perSecond Infinity: all at once
 * @param signal ends it; those under way are waited for
 */
export async function send(
  callbacks: readonly Callback[],
  perSecond: number,
  signal: AbortSignal | null = null,
): Promise<Sent> {
  const latenciesMs: number[] = [];
  const dueAtMs = new Map<string, number>();
  let refused = 0;
  const startedMs = performance.now();
  const open = new Set<Promise<void>>();
  for (const [index, { purchaseId, url, body }] of callbacks.entries()) {
    const dueMs = startedMs + (index * 1000) / perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (signal?.aborted) break;
    dueAtMs.set(purchaseId, performance.timeOrigin + dueMs);
    const one = request(url, { method: "POST", body, headers: { "content-type": "application/json" } })
      .then(async (answer) => {
        await answer.body.dump();
        if (answer.statusCode === 200) latenciesMs.push(performance.now() - dueMs);
        else refused++;
      })
      .catch(() => {
        refused++;
      })
      .finally(() => open.delete(one));
    open.add(one);
  }
  await Promise.all(open);
  return { latenciesMs, refused, elapsedMs: performance.now() - startedMs, dueAtMs };
}

/**
 * Keeps all connections of a pool open, also while nobody needs them: who pays first after a quiet hour must not wait until one is made. What was
 * lost, with the server or alone, is opened again.
 */
import type { Timer, World } from "@karibu/protocol/world";
import type pg from "pg";

export interface KeptOpen {
  /** Opens what is missing. Returns at once. */
  fill(): void;
  /** Before the pool ends. */
  stop(): void;
}

const firstPauseMs = 100;
const pauseMsMax = 10_000;

/** @param pool with no time-out for idle connections */
export function createKeptOpen({ clock, log }: Pick<World, "clock" | "log">, pool: pg.Pool): KeptOpen {
  const { max } = pool.options;
  let failures = 0;
  let timer: Timer | null = null;
  let filling = false;
  let stopped = false;

  async function openMissing(): Promise<void> {
    // Where somebody waits, the pool opens all that it may by itself.
    if (pool.waitingCount > 0) return;
    // While an idle one is there the pool makes none: so all idle ones are lent, and given back as soon as what is missing is on its way. A connection
    // that takes its time, or never comes, keeps nobody from the others.
    const idle = await Promise.allSettled(Array.from({ length: pool.idleCount }, () => pool.connect()));
    const missing = Array.from({ length: Math.max(0, max - pool.totalCount) }, () => pool.connect());
    for (const each of idle) if (each.status === "fulfilled") each.value.release();
    const made = await Promise.allSettled(missing);
    for (const each of made) if (each.status === "fulfilled") each.value.release();
    const failed = [...idle, ...made].find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async function fill(): Promise<void> {
    timer = null;
    if (filling || stopped) return;
    filling = true;
    try {
      await openMissing();
      failures = 0;
    } catch (error) {
      failures++;
      log.debug("urgent-connections-missing", { error: String(error) });
    }
    filling = false;
    if (pool.totalCount < max) fillLater();
  }

  function fillLater(): void {
    if (stopped || filling) return;
    timer ??= clock.after(Math.min(pauseMsMax, firstPauseMs * 2 ** failures), () => void fill());
  }

  pool.on("remove", fillLater);
  return {
    fill: () => void fill(),
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

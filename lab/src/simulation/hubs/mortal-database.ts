/** The database as one process of the hub sees it: from the process's death on, nothing that it asks has an effect. */
import type { Database } from "@karibu/cloud/ground/db/database";
import type { VirtualTime } from "../../world/virtual-time.ts";

export interface Death {
  readonly transaction: number;
  readonly of: string | null;
  readonly when: "before" | "after";
}

export interface MortalDatabase {
  readonly database: Database;
  /**
   * In its so many-th transaction from now the process dies: before anything is written, or when all is, and nobody hears of it. `of`: only those with
   * this reason count ("booker": of the booker); null: all.
   */
  dieAt(death: Death): void;
  /** What was planned does not come. */
  spare(): void;
  die(): void;
}

/** @param engine what the process takes it for: an embedded one has no other process */
export function createMortalDatabase(
  real: Database,
  { engine, time, onDeath }: { readonly engine: Database["engine"]; readonly time: VirtualTime; onDeath(): void },
): MortalDatabase {
  const clock = time.clock();
  const listening = new Set<() => Promise<void>>();
  let isDead = false;
  let planned: Death | null = null;

  function die(): void {
    if (isDead) return;
    isDead = true;
    for (const stop of listening) void time.track(stop());
    onDeath();
  }

  /** A dead process hears nothing: what waits for its answer waits for ever. */
  const silence = <T>(): Promise<T> => new Promise<T>(() => {});

  /** When the process dies in the transaction that begins now; null: it does not. */
  function deathIn(reason: string): Death["when"] | null {
    if (planned === null || (planned.of !== null && planned.of !== reason)) return null;
    if (planned.transaction === 0) return planned.when;
    planned = { ...planned, transaction: planned.transaction - 1 };
    return null;
  }

  async function whileAlive<T>(reason: string, work: () => Promise<T>): Promise<T> {
    if (isDead) return silence();
    const when = deathIn(reason);
    if (when === "before") {
      // What it said a moment before is on its way.
      clock.after(1, die);
      return silence();
    }
    const done = time.track(work());
    if (when === "after")
      return done.then(
        () => {
          die();
          return silence<T>();
        },
        (error: unknown) => {
          // It wrote nothing, so there is no moment between its commit and its answer.
          throw error;
        },
      );
    const result = await done;
    return isDead ? silence() : result;
  }

  return {
    dieAt(death) {
      planned = death;
    },
    spare() {
      planned = null;
    },
    die,
    database: {
      engine,
      asProvider: (providerId, work, options) =>
        whileAlive("provider", () => real.asProvider(providerId, work, options)),
      asPlatform: (reason, work, options) => whileAlive(reason, () => real.asPlatform(reason, work, options)),
      asBooker: (providerIds, work, options) => whileAlive("booker", () => real.asBooker(providerIds, work, options)),
      notify: (notices) => whileAlive("notify", () => real.notify(notices)),
      async listen(channel, onNotify) {
        const stop = await real.listen(channel, (payload) => {
          if (!isDead) onNotify(payload);
        });
        listening.add(stop);
        return async () => {
          listening.delete(stop);
          await stop();
        };
      },
      close: async () => {},
    },
  };
}

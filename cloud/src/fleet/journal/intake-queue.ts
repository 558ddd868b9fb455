/**
 * Journal frames on their way into the database. While one transaction of a provider runs, the next frames collect, and
 * are stored together: the busier the provider, the bigger the batches, with no timer and no delay when it is quiet.
 */
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { EmitMany } from "../../ground/events/record.ts";
import { countOfDay } from "../../ground/quotas/quotas.ts";
import { type IntakeEffects, type IntakeFrame, type IntakeOutcome, takeFrames } from "./intake.ts";

export interface IntakeQueue {
  /** Stores frames of one site in the order of the calls. Rejects when the database does. */
  take(providerId: string, frame: IntakeFrame): Promise<IntakeOutcome>;
  /** Since the start: records committed, transactions, and the seconds they took; and frames that wait now. */
  figures(): {
    readonly records: number;
    readonly transactions: number;
    readonly seconds: number;
    readonly waiting: number;
  };
  /** Resolves when no frame is in work. */
  idle(): Promise<void>;
}

interface Entry {
  readonly frame: IntakeFrame;
  readonly resolve: (outcome: IntakeOutcome) => void;
  readonly reject: (error: unknown) => void;
}

const recordsPerTransactionMax = 5000;

/** The same statements each time, which find all rows by keys: to plan them anew is a tenth of the work. */
const sameStatements = { prepared: true, byKeys: true };

const slowed = (outcome: IntakeOutcome): IntakeOutcome =>
  outcome.kind === "ack" ? { ...outcome, slowed: true } : outcome;

export function createIntakeQueue(
  world: World,
  database: Database,
  effects: IntakeEffects & { readonly emitMany: EmitMany },
): IntakeQueue {
  const waiting = new Map<string, Entry[]>();
  const running = new Map<string, Promise<void>>();

  let [records, transactions, tookMs] = [0, 0, 0];

  async function commit(providerId: string, frames: readonly IntakeFrame[]): Promise<IntakeOutcome[]> {
    const fromMs = world.clock.monotonicMs();
    const store = async (tx: Tx) => {
      const nowMs = world.clock.wall().atMs;
      const { outcomes, changed } = await takeFrames(tx, providerId, frames, nowMs, effects);
      await effects.emitMany(
        tx,
        changed.flatMap(({ siteId, topics }) =>
          [...topics].map((topic) => ({ providerId, topic, id: siteId, action: "changed" })),
        ),
      );
      const more = frames.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
      if (more === 0) return outcomes;
      // Last, because another process that takes this provider's journal waits at the same row.
      const isBeyond = await countOfDay(tx, { providerId, kind: "journal-bytes", more, nowMs });
      return isBeyond ? outcomes.map(slowed) : outcomes;
    };
    const committed = await database.asProvider(providerId, store, sameStatements);
    records += frames.reduce((sum, frame) => sum + frame.records.length, 0);
    transactions++;
    tookMs += world.clock.monotonicMs() - fromMs;
    return committed;
  }

  async function commitAll(providerId: string, entries: readonly Entry[]): Promise<void> {
    try {
      const outcomes = await commit(
        providerId,
        entries.map((entry) => entry.frame),
      );
      for (const [index, entry] of entries.entries()) entry.resolve(outcomes[index] as IntakeOutcome);
    } catch (error) {
      const [only] = entries;
      if (entries.length === 1) return only?.reject(error);
      // One of them can't be stored: store the others without it.
      for (const entry of entries) await commitAll(providerId, [entry]);
    }
  }

  async function drain(providerId: string): Promise<void> {
    for (let entries = waiting.get(providerId); entries !== undefined && entries.length > 0; ) {
      let gathered = 0;
      const count = entries.findIndex((entry, index) => {
        gathered += entry.frame.records.length;
        return index > 0 && gathered > recordsPerTransactionMax;
      });
      await commitAll(providerId, entries.splice(0, count === -1 ? entries.length : count));
    }
    waiting.delete(providerId);
    running.delete(providerId);
  }

  return {
    take(providerId, frame) {
      return new Promise((resolve, reject) => {
        const entry = { frame, resolve, reject };
        const queue = waiting.get(providerId);
        if (queue !== undefined) return void queue.push(entry);
        waiting.set(providerId, [entry]);
        running.set(providerId, drain(providerId));
      });
    },
    figures() {
      const frames = [...waiting.values()].reduce((sum, entries) => sum + entries.length, 0);
      return { records, transactions, seconds: tookMs / 1000, waiting: frames };
    },
    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}

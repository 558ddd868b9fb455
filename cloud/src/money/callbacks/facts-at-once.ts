/**
 * Judges at once what callbacks told that are not of prompts: confirmations and results of calls. Who paid at the paybill waits as much as who
 * was prompted, so its transactions are urgent ones that go alone (`TransactionOptions.urgent`), and no queue stands in between. As with the booker a held job
 * of each is the net below; what somebody is in the way of is left to it, and so are the provider's that wait behind, because a job may wait for longer.
 */
import type { World } from "@karibu/protocol/world";
import { type Database, type Tx, urgentAloneMax } from "../../ground/db/database.ts";
import { dropHeldJobs, holdJobs, leaveHeldJobs } from "../../ground/jobs/outbox.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { resultJob } from "../channels/async-calls.ts";
import { waitingAmong } from "../evidence/evidence-rows.ts";
import { routeJob } from "../matching/route-inflow.ts";
import { heldMs } from "./booker.ts";
import type { CallbackFact, JudgeFact } from "./judge-fact.ts";

/** A fact, and the job that holds it meanwhile. */
export interface HeldFact extends CallbackFact {
  readonly jobId: string;
}

/** In the transaction that stores the fact. */
export async function holdFact(
  { world }: { readonly world: World },
  tx: Tx,
  { callId, ...fact }: CallbackFact,
): Promise<HeldFact> {
  const [name, data] = callId === null ? [routeJob, fact] : [resultJob, { ...fact, callId }];
  const [jobId] = (await holdJobs(world, tx, name, [data], heldMs)) as [string];
  return { ...fact, callId, jobId };
}

export interface FactsAtOnce {
  /** Call it after the commit that stored them. Returns at once. */
  take(facts: readonly HeldFact[]): void;
  /** Takes no more, and waits for the transactions under way: what is left waits for its job. */
  stop(): Promise<void>;
}

/** More are left to their jobs: a flood must not fill the memory. */
const waitingMax = 5000;
/** Of one provider, until it is the turn of another. So many wait even while others fill all places. */
const togetherMax = 64;
const urgently = { urgent: "alone", byKeys: true, lockTimeout: "1s" } as const;

export function createFactsAtOnce(
  { world, database, jobs }: { readonly world: World; readonly database: Database; readonly jobs: JobQueue },
  judge: JudgeFact,
  letCallbacksPass: () => Promise<void>,
): FactsAtOnce {
  /** By provider, who waits longest first. */
  const waiting = new Map<string, HeldFact[]>();
  const busy = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let count = 0;
  let stopped = false;

  function goOn(): void {
    for (const [providerId, facts] of waiting) {
      if (busy.size >= urgentAloneMax || stopped) return;
      if (busy.has(providerId)) continue;
      waiting.delete(providerId);
      const own = facts.splice(0, togetherMax);
      count -= own.length;
      if (facts.length > 0) waiting.set(providerId, facts);
      busy.add(providerId);
      const running = judgeAll(providerId, own)
        .catch((error: unknown) => world.log.error("facts-not-judged", { error: String(error) }))
        .finally(() => {
          underWay.delete(running);
          busy.delete(providerId);
          goOn();
        });
      underWay.add(running);
    }
  }

  async function judgeAll(providerId: string, facts: readonly HeldFact[]): Promise<void> {
    let left: readonly HeldFact[] = facts;
    try {
      for (let first = left[0]; first !== undefined && !stopped; first = left[0]) {
        await letCallbacksPass();
        await judge(first, urgently);
        // Confirmations that wait together are booked together: those that follow may be done.
        const [, ...rest] = left;
        left = rest.length === 0 ? [] : await unjudged(providerId, rest);
      }
    } catch (error) {
      world.log.warn("fact-left-to-its-job", { error: String(error) });
    }
    const isLeft = new Set(left);
    const idsOf = (some: readonly HeldFact[]) => some.map(({ jobId }) => jobId);
    await database.asPlatform(
      "facts-judged",
      async (tx) => {
        const done = facts.filter((fact) => !isLeft.has(fact));
        if (done.length > 0) await dropHeldJobs(tx, idsOf(done));
        if (left.length > 0) await leaveHeldJobs(tx, idsOf(left), world.clock.wall().atMs);
      },
      { urgent: "alone", byKeys: true },
    );
    if (left.length > 0) jobs.wake();
  }

  async function unjudged(providerId: string, facts: readonly HeldFact[]): Promise<readonly HeldFact[]> {
    const ids = facts.map(({ evidenceId }) => evidenceId);
    const still = await database.asProvider(providerId, (tx) => waitingAmong(tx, providerId, ids), urgently);
    return facts.filter(({ evidenceId }) => still.has(evidenceId));
  }

  return {
    take(facts) {
      if (stopped) return;
      for (const fact of facts) {
        const own = waiting.get(fact.providerId) ?? [];
        if (count >= waitingMax && own.length >= togetherMax) continue;
        own.push(fact);
        waiting.set(fact.providerId, own);
        count++;
      }
      goOn();
    },
    async stop() {
      stopped = true;
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

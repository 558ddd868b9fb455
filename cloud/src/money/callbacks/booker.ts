/**
 * The booker: one in each process. It books what callbacks of prompts have told, at most 64 purchases of any providers in a transaction; what comes
 * meanwhile is the next batch, so a lone payment waits for nobody. Two lanes book side by side, so that the database works for one while the process
 * works for the other; a provider has its lane, and no lane waits for the other. Purchases are handed to it in memory after the commit that stored
 * their evidence.
 * The net below it is a held job of each (`holdJobs`), which the booking takes away with it: whatever ends the process, the job's time comes, and the
 * queue's job comes for the purchase. Jobs share a transaction as well, beside the lanes: a hub that was behind for longer than that, or has started
 * anew, must not be slower for it. Judging twice does nothing.
 *
 *   a batch that meets a conflict   is repeated twice (`asBooker`)
 *   one that waits for too long     is parted by provider: somebody holds rows of one of them, whose purchases go alone until one got through
 *   one that fails otherwise        is halved, until the bad purchase stands alone
 *   what is alone                   goes the single way, three at a time and one of a provider, while batches go on
 */
import { sha256 } from "@karibu/protocol/hash";
import { sleep } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { isConflict, isLockNotAvailable, isPassing } from "../../ground/db/passing.ts";
import { dropHeldJobs, keepHeldJobs, leaveHeldJobs } from "../../ground/jobs/outbox.ts";
import { together } from "../../ground/jobs/together.ts";
import { bookTogether, nameOfPurchase, type PurchaseId } from "../purchases/book-together.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { judgePurchase } from "./judge-purchase.ts";

/** A purchase with new evidence, and the job that holds it meanwhile. */
export interface HeldPurchase extends PurchaseId {
  readonly jobId: string;
}

export interface Booker {
  /** Call it after the commit that stored their evidence. Returns at once. */
  take(purchases: readonly HeldPurchase[]): void;
  /** Of the purchase's job: together with those of others. @returns false: it is left for the single way */
  bookOfJob(purchase: PurchaseId): Promise<boolean>;
  /** Resolves when no more wait than half a batch, or after so long: for work that nobody waits for at a page. */
  whenCalm(msMax: number): Promise<void>;
  /** Takes no more, and waits for the transactions under way: what is left waits for its job. */
  stop(): Promise<void>;
}

/** For so long a purchase is held for the booker of its process. */
export const heldMs = 5000;
/** What waits longer than this, behind others, is held on. */
const holdOnAfterMs = 2000;
const batchMax = 64;
const lanesMax = 2;
/** More than this wait: what is less urgent lets them pass. */
const calmMax = 32;
const lookAgainMs = 20;
/** So long at most purchases of jobs let those in hand go first. */
const jobsWaitMs = 250;
const aloneMax = 3;
/** What failed alone is left to its job, with all its tries. */
const againAfterMs = 2000;
/** How long each part of a parted batch waits for a lock: the others wait behind it. */
const partLockTimeout = "100ms";
/** One that waits for a lock for longer is left to its job: others, of other providers, wait for its turn. */
const howAlone = { urgent: "alone", byKeys: true, lockTimeout: "1s" } as const;

/** @param letCallbacksPass lets callbacks pass first, for a moment: see `prompt-batches.ts` */
export function createBooker(
  parts: PurchaseParts & { readonly database: Database },
  letCallbacksPass: () => Promise<void>,
): Booker {
  const { world, database, jobs, announce } = parts;
  const { clock } = world;
  const waitingAlone: HeldPurchase[] = [];
  const busyAlone = new Set<string>();
  /** Providers of whom somebody holds what each booking needs: the feed of a site, for example, while they are being suspended. */
  const inTheWay = new Set<string>();
  const underWay = new Set<Promise<void>>();
  const lanes = Array.from({ length: lanesMax }, openLane);
  let stopped = false;

  /** Its failure is not the caller's: nothing waits for it but `stop`. */
  function run(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => world.log.error("booker-failed", { error: String(error) }))
      .finally(() => underWay.delete(running));
    underWay.add(running);
  }

  /** Takes purchases in, and books them one batch after the other. */
  function openLane() {
    const waiting: HeldPurchase[] = [];
    let booking = false;
    let heldOnMs = 0;

    async function bookAll(): Promise<void> {
      try {
        while (waiting.length > 0 && !stopped) {
          await letCallbacksPass();
          await holdOn();
          const next = waiting.splice(0, batchMax);
          queueAlone(next.filter(({ providerId }) => inTheWay.has(providerId)));
          await book(next.filter(({ providerId }) => !inTheWay.has(providerId)));
        }
      } finally {
        booking = false;
      }
    }

    /** Purchases behind a long row must not become jobs meanwhile: they would be judged one by one beside it. */
    async function holdOn(): Promise<void> {
      const nowMs = clock.monotonicMs();
      if (nowMs - heldOnMs < holdOnAfterMs) return;
      heldOnMs = nowMs;
      const later = waiting.slice(batchMax).map(({ jobId }) => jobId);
      if (later.length === 0) return;
      await database
        .asPlatform("hold-purchases", (tx) => keepHeldJobs(tx, later, clock.wall().atMs + heldMs), howAlone)
        .catch((error: unknown) => world.log.warn("purchases-not-held", { error: String(error) }));
    }

    return {
      waiting: waiting as readonly HeldPurchase[],
      take(purchases: readonly HeldPurchase[]): void {
        waiting.push(...purchases);
        if (booking || waiting.length === 0) return;
        booking = true;
        run(bookAll);
      },
    };
  }

  async function book(batch: readonly HeldPurchase[], lockTimeout?: string): Promise<void> {
    if (batch.length === 0) return;
    try {
      const dropJobs = async (tx: Tx, done: readonly HeldPurchase[]) => {
        const doneJobs = done.map(({ jobId }) => jobId);
        if (doneJobs.length > 0) await dropHeldJobs(tx, doneJobs);
      };
      queueAlone(await transactTogether(batch, { lockTimeout }, dropJobs));
    } catch (error) {
      await splitAndRetry(batch, error);
    }
  }

  /** @param also what else is done in the transaction, with those that it books @returns those that go the single way */
  async function transactTogether<Purchase extends PurchaseId>(
    batch: readonly Purchase[],
    how: { readonly lockTimeout?: string | undefined; readonly canWait?: true },
    also: (tx: Tx, done: readonly Purchase[]) => Promise<void> = async () => {},
  ): Promise<readonly Purchase[]> {
    const purchases = [...new Map(batch.map((each) => [nameOfPurchase(each), each])).values()];
    const work = async (tx: Tx) => {
      const booked = await bookTogether(parts, tx, purchases);
      const left = new Set(booked.alone.map(nameOfPurchase));
      const { alone = [], done = [] } = Object.groupBy(batch, (each) =>
        left.has(nameOfPurchase(each)) ? "alone" : "done",
      );
      await also(tx, done);
      return { ...booked, alone };
    };
    const { alone, notices, hasJobs } = await database.asBooker(providersOf(batch), work, how);
    announce(notices);
    if (hasJobs) jobs.wake();
    return alone;
  }

  async function splitAndRetry(batch: readonly HeldPurchase[], error: unknown) {
    const providerIds = providersOf(batch);
    world.log.warn("batch-not-booked", { purchases: batch.length, error: String(error) });
    if (stopped) return;
    if (isLockNotAvailable(error)) {
      if (providerIds.length > 1) {
        for (const own of Map.groupBy(batch, ({ providerId }) => providerId).values()) await book(own, partLockTimeout);
        return;
      }
      inTheWay.add(providerIds[0] as string);
      return queueAlone(batch);
    }
    if (batch.length === 1) return queueAlone(batch);
    // The database is away: the jobs find it when it is back.
    if (isPassing(error) && !isConflict(error)) return jobs.wake();
    const half = Math.ceil(batch.length / 2);
    await book(batch.slice(0, half));
    await book(batch.slice(half));
  }

  const bookOfJob = together(batchMax, async (purchases: readonly PurchaseId[]) => {
    await whenCalm(jobsWaitMs);
    await letCallbacksPass();
    const free = purchases.filter(({ providerId }) => !inTheWay.has(providerId));
    const left =
      free.length === 0
        ? []
        : await transactTogether(free, { canWait: true }).catch((error: unknown) => {
            world.log.warn("jobs-not-booked-together", { purchases: free.length, error: String(error) });
            return free;
          });
    return purchases.map((each) => free.includes(each) && !left.includes(each));
  });

  function queueAlone(purchases: readonly HeldPurchase[]): void {
    waitingAlone.push(...purchases);
    while (busyAlone.size < aloneMax && !stopped) {
      const next = waitingAlone.findIndex(({ providerId }) => !busyAlone.has(providerId));
      if (next === -1) return;
      const [purchase] = waitingAlone.splice(next, 1) as [HeldPurchase];
      busyAlone.add(purchase.providerId);
      run(async () => {
        try {
          if (await judgeAlone(purchase)) inTheWay.delete(purchase.providerId);
        } finally {
          busyAlone.delete(purchase.providerId);
          queueAlone([]);
        }
      });
    }
  }

  /** @returns false: it is left to its job */
  async function judgeAlone(purchase: HeldPurchase): Promise<boolean> {
    try {
      await judgePurchase(parts, purchase, howAlone);
    } catch (error) {
      world.log.warn("purchase-not-booked", { purchaseId: purchase.purchaseId, error: String(error) });
      const leave = (tx: Tx) => leaveHeldJobs(tx, [purchase.jobId], clock.wall().atMs + againAfterMs);
      await database.asPlatform("leave-purchase", leave, howAlone);
      jobs.wake();
      return false;
    }
    await database.asPlatform("purchase-booked", (tx) => dropHeldJobs(tx, [purchase.jobId]), howAlone);
    return true;
  }

  async function whenCalm(msMax: number): Promise<void> {
    const untilMs = clock.monotonicMs() + msMax;
    const howMany = () => lanes.reduce((sum, { waiting }) => sum + waiting.length, 0);
    while (howMany() > calmMax && !stopped && clock.monotonicMs() < untilMs) await sleep(clock, lookAgainMs);
  }

  return {
    take(purchases) {
      if (stopped) return;
      for (const [lane, own] of Map.groupBy(purchases, laneOf)) lanes[lane]?.take(own);
    },
    bookOfJob,
    whenCalm,
    async stop() {
      stopped = true;
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Sorted, as all lock them. */
const providersOf = (batch: readonly PurchaseId[]): string[] =>
  [...new Set(batch.map(({ providerId }) => providerId))].sort();

/** A provider's purchases are all in one lane. */
const laneOf = ({ providerId }: HeldPurchase): number => (sha256(providerId)[0] as number) % lanesMax;

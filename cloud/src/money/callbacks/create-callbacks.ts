/**
 * The room of callbacks: kept raw, acknowledged, then judged at once; a job judges what nobody did. The way of one:
 *
 *   receive-callbacks.ts  reads it from HTTP
 *   database-or-spool.ts  gives it to the database while that answers, else to the spool on disk
 *   book-callback.ts      into the database: one transaction (those of prompts share one: prompt-batches.ts), answered by callback-answers.ts
 *   keep-in-spool.ts      into the spool, also before the hub is ready; book-from-spool.ts books it from there, once
 *   booker.ts             judges what callbacks of prompts told, many purchases in a transaction, as soon as it is kept
 *   facts-at-once.ts      judges what confirmations and results told (judge-fact.ts), as soon as it is kept
 *   ../purchases          book-together.ts books the usual ones of a batch; any other goes alone by judge-purchase.ts and absorb-evidence.ts.
 *                         Both ask transition/transition.ts what the evidence does
 *   judge-jobs.ts         jobs that read what was kept, and what these two left; unjudged-facts.ts for what no job has read; unmatched-… for what is nobody's
 */
import type { Router } from "express";
import type { District } from "../../ground/district.ts";
import type { KnownPaths } from "../../ground/spool/known-paths.ts";
import type { Spool } from "../../ground/spool/spool.ts";
import { repeats } from "../evidence/raw-bodies.ts";
import type { InitiatorParts } from "../initiators/initiator.ts";
import type { RefundParts } from "../refunds/refund-rows.ts";
import { createIntake, type Intake } from "./book-callback.ts";
import { createBooking } from "./book-from-spool.ts";
import { createBooker } from "./booker.ts";
import { keepChannelPaths } from "./channel-paths.ts";
import { createIntakeBySpool } from "./database-or-spool.ts";
import { createFactsAtOnce } from "./facts-at-once.ts";
import { createJudgeFact } from "./judge-fact.ts";
import { registerJudgeJobs } from "./judge-jobs.ts";
import { isKnownPath } from "./keep-in-spool.ts";
import type { CallbackIntake, HandTold } from "./raw-callback.ts";
import { createHooks } from "./receive-callbacks.ts";
import { processLeftOvers } from "./unjudged-facts.ts";
import { unmatchedRoutes } from "./unmatched-routes.ts";

export interface CallbacksRoom extends District {
  /** Mount it at `/hooks`, before anything that reads bodies. */
  readonly hooks: Router;
  /** What a hook does, without HTTP: for the simulation. */
  readonly intake: CallbackIntake;
  /** See `Booker.whenCalm`. */
  readonly whenCalm: (msMax: number) => Promise<void>;
}

/** So long at most what a job judges lets the booker go first. */
const judgeWaitsMs = 250;
const dayMs = 86_400_000;

/** @param known the addresses that are somebody's. @param spool takes what the database can't; null: this hub has none */
export function createCallbacks(
  parts: RefundParts & InitiatorParts,
  known: KnownPaths,
  spool: Spool | null,
): CallbacksRoom {
  const booker = createBooker(parts, () => intake.letCallbacksPass());
  const judgeFact = createJudgeFact(parts);
  const facts = createFactsAtOnce(parts, judgeFact, () => intake.letCallbacksPass());
  const handOn: HandTold = (told) => {
    booker.take(told.purchases);
    facts.take(told.facts);
  };
  const intake: Intake = createIntake(parts, handOn, (callback) => isKnownPath(known, callback));
  const bySpool =
    spool === null
      ? null
      : createIntakeBySpool(parts.world, intake.take, {
          spool,
          paths: known,
          handOn: createBooking(parts, intake, handOn),
        });
  const paths = keepChannelPaths(parts, known);
  const take = bySpool?.take ?? intake.take;
  return {
    hooks: createHooks(parts.world, take),
    intake: take,
    whenCalm: booker.whenCalm,
    routes: unmatchedRoutes(parts),
    retention: [
      { table: "unmatched_callbacks", column: "received_at_ms", keptMs: 30 * dayMs },
      { table: "booked_spool_records", column: "booked_at_ms", keptMs: 30 * dayMs },
      repeats,
    ],
    async registerJobs() {
      await registerJudgeJobs(parts, booker, judgeFact, async () => {
        await booker.whenCalm(judgeWaitsMs);
        await intake.letCallbacksPass();
      });
      await processLeftOvers(parts, 0);
    },
    async start() {
      await paths.start();
      bySpool?.start();
    },
    async stop() {
      await bySpool?.stop();
      await paths.stop();
      await facts.stop();
      await booker.stop();
    },
  };
}

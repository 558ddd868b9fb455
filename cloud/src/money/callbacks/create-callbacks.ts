/**
 * The room of callbacks: kept raw, acknowledged, then judged by jobs. The way of one:
 *
 *   receive-callbacks.ts  reads it from HTTP
 *   database-or-spool.ts  gives it to the database while that answers, else to the spool on disk
 *   book-callback.ts      into the database: one transaction (pushes share one: prompt-batches.ts), answered by callback-answers.ts
 *   keep-in-spool.ts      into the spool, also before the hub is ready; book-from-spool.ts books it from there, once
 *   booker.ts             judges what pushes told, many purchases in a transaction, as soon as it is kept
 *   judge-jobs.ts         jobs that read what was kept, and what the booker left; unjudged-facts.ts for what no job has read; unmatched-… for what is nobody's
 */
import type { Router } from "express";
import type { District } from "../../ground/district.ts";
import { untilNone } from "../../ground/jobs/until-none.ts";
import { sealOldBodies } from "../evidence/evidence-rows.ts";
import { keptBodies, rawBodies, repeats, unseenBodies } from "../evidence/raw-bodies.ts";
import type { InitiatorParts } from "../initiators/initiator.ts";
import type { RefundParts } from "../refunds/refund-rows.ts";
import { createIntake, type Intake } from "./book-callback.ts";
import { createBooking } from "./book-from-spool.ts";
import { createBooker } from "./booker.ts";
import { keepChannelPaths } from "./channel-paths.ts";
import { createIntakeBySpool } from "./database-or-spool.ts";
import { registerJudgeJobs } from "./judge-jobs.ts";
import type { CallbackSpool } from "./keep-in-spool.ts";
import type { CallbackIntake } from "./raw-callback.ts";
import { createHooks } from "./receive-callbacks.ts";
import { processLeftOvers } from "./unjudged-facts.ts";
import { unmatchedRoutes } from "./unmatched-routes.ts";
import { sealOldUnmatched } from "./unmatched-texts.ts";

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

/** Texts that were kept before texts were sealed, a slice in a transaction. */
async function sealAll({ database, envelope }: RefundParts): Promise<number> {
  const sealWith = (slice: typeof sealOldBodies) =>
    untilNone(() => database.asPlatform("seal-raw-bodies", (tx) => slice(envelope, tx)));
  return (await sealWith(sealOldBodies)) + (await sealWith(sealOldUnmatched));
}

/** @param spool takes what the database can't; null: this hub has none */
export function createCallbacks(parts: RefundParts & InitiatorParts, spool: CallbackSpool | null): CallbacksRoom {
  const booker = createBooker(parts, () => intake.giveWay());
  const intake: Intake = createIntake(parts, booker.take);
  const bySpool =
    spool === null
      ? null
      : createIntakeBySpool(parts.world, intake.take, { ...spool, handOn: createBooking(parts, intake, booker.take) });
  const paths = spool === null ? null : keepChannelPaths(parts, spool.paths);
  const take = bySpool?.take ?? intake.take;
  return {
    hooks: createHooks(parts.world, take),
    intake: take,
    whenCalm: booker.whenCalm,
    routes: unmatchedRoutes(parts),
    maintenance: [
      {
        name: "seal-raw-bodies",
        everyMs: 3_600_000,
        run: async () => `${await sealAll(parts)} texts`,
      },
    ],
    retention: [
      { table: "unmatched_callbacks", column: "received_at_ms", keptMs: 30 * dayMs },
      { table: "booked_spool_records", column: "booked_at_ms", keptMs: 30 * dayMs },
      rawBodies,
      keptBodies,
      unseenBodies,
      repeats,
    ],
    async registerJobs() {
      await registerJudgeJobs(parts, async () => {
        await booker.whenCalm(judgeWaitsMs);
        await intake.giveWay();
      });
      await processLeftOvers(parts, 0);
    },
    async start() {
      await paths?.start();
      bySpool?.start();
    },
    async stop() {
      await bySpool?.stop();
      await paths?.stop();
      await booker.stop();
    },
  };
}

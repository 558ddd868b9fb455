/** The room of callbacks: kept raw, acknowledged, then judged by jobs. */
import type { Router } from "express";
import type { District } from "../../ground/district.ts";
import { untilNone } from "../../ground/jobs/until-none.ts";
import { sealOldBodies } from "../evidence/evidence-rows.ts";
import { rawBodies, repeats, unseenBodies } from "../evidence/raw-bodies.ts";
import type { InitiatorParts } from "../initiators/initiator.ts";
import type { RefundParts } from "../refunds/refund-rows.ts";
import { createBooking } from "./book-spooled.ts";
import { keepChannelPaths } from "./channel-paths.ts";
import { createHooks } from "./hooks.ts";
import { createIntake } from "./intake.ts";
import { createIntakeBySpool } from "./intake-by-spool.ts";
import { registerJudgeJobs } from "./judge-jobs.ts";
import { processLeftOvers } from "./left-overs.ts";
import type { CallbackIntake } from "./raw-callback.ts";
import type { CallbackSpool } from "./spooled-intake.ts";
import { sealOldStrays } from "./stray-bodies.ts";
import { strayRoutes } from "./stray-routes.ts";

export interface CallbacksRoom extends District {
  /** Mount it at `/hooks`, before anything that reads bodies. */
  readonly hooks: Router;
  /** What a hook does, without HTTP: for the simulation. */
  readonly intake: CallbackIntake;
}

const dayMs = 86_400_000;

/** Texts that were kept before texts were sealed, a slice in a transaction. */
async function sealAll({ database, envelope }: RefundParts): Promise<number> {
  const sealWith = (slice: typeof sealOldBodies) =>
    untilNone(() => database.asPlatform("seal-raw-bodies", (tx) => slice(envelope, tx)));
  return (await sealWith(sealOldBodies)) + (await sealWith(sealOldStrays));
}

/** @param spool takes what the database can't; null: this hub has none */
export function createCallbacks(parts: RefundParts & InitiatorParts, spool: CallbackSpool | null): CallbacksRoom {
  const intake = createIntake(parts);
  const bySpool =
    spool === null
      ? null
      : createIntakeBySpool(parts.world, intake.take, { ...spool, handOn: createBooking(parts, intake) });
  const paths = spool === null ? null : keepChannelPaths(parts, spool.paths);
  const take = bySpool?.take ?? intake.take;
  return {
    hooks: createHooks(parts.world, take),
    intake: take,
    routes: strayRoutes(parts),
    maintenance: [
      {
        name: "seal-raw-bodies",
        everyMs: 3_600_000,
        run: async () => `${await sealAll(parts)} texts`,
      },
    ],
    retention: [
      { table: "stray_callbacks", column: "received_at_ms", keptMs: 30 * dayMs },
      { table: "booked_spool_records", column: "booked_at_ms", keptMs: 30 * dayMs },
      rawBodies,
      unseenBodies,
      repeats,
    ],
    async registerJobs() {
      await registerJudgeJobs(parts, intake.giveWay);
      await processLeftOvers(parts, 0);
    },
    async start() {
      await paths?.start();
      bySpool?.start();
    },
    async stop() {
      await bySpool?.stop();
      await paths?.stop();
    },
  };
}

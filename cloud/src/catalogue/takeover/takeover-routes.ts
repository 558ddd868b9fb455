/** `/api/v1/takeovers`: what another system's users would become here. Nothing is changed by asking. */

import { decodeVoucherCode, normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { sleep } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { type Route, route } from "../../ground/http/route.ts";
import type { LiveBatch } from "../vouchers/batch-policy.ts";
import { shapeOf, type VoucherShop } from "../vouchers/batches.ts";
import { type ForeignUser, sources } from "./foreign-book.ts";
import { readInWorker } from "./read-in-worker.ts";
import { doubts, fates, type OwnThings, planTakeover } from "./takeover-plan.ts";

/** Characters of a file: a router of 10,000 users writes about two million. */
const fileMax = 20_000_000;
const shownUsersMax = 1000;
const shownWarningsMax = 200;
/** Codes per slice: 4 ms of work. */
const sliceCodes = 75;

const count = z.number().int();
const counts = z.object({ voucher: count, grant: count, account: count, left: count });
const limits = {
  validitySeconds: count.nullable(),
  useSeconds: count.nullable(),
  dataBytes: count.nullable(),
  downKbps: count.nullable(),
  upKbps: count.nullable(),
  devices: count.nullable(),
};

export const takeoverPreview = z.object({
  source: z.enum(sources),
  counts,
  plans: z.array(
    z.object({
      name: z.string(),
      /** As the other system wrote it: it may be of another currency. */
      price: z.string().nullable(),
      ...limits,
      /** The plan of the same name here; null: there is none yet. */
      planId: z.string().nullable(),
      counts,
    }),
  ),
  /** The first thousand, those with a doubt first; never with a password. */
  users: z.array(
    z.object({
      line: count,
      service: z.enum(["hotspot", "pppoe"]),
      name: z.string(),
      plan: z.string(),
      state: z.enum(["unused", "running", "over", "blocked", "unclear"]),
      fate: z.enum(fates),
      doubts: z.array(z.enum(doubts)),
      endsAtMs: count.nullable(),
      secondsLeft: count.nullable(),
      bytesLeft: count.nullable(),
      mac: z.string().nullable(),
      fullName: z.string().nullable(),
      phone: z.string().nullable(),
      balance: z.string().nullable(),
    }),
  ),
  usersNotShown: count,
  warnings: z.array(z.object({ code: z.string(), line: count, what: z.string() })),
  warningsNotShown: count,
});

export function takeoverRoutes(shop: VoucherShop): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/takeovers/preview",
      summary:
        "What would become of the users in a router's export, its printed rows, or a dump of PHPNuxBill. Changes nothing and keeps nothing",
      permission: "takeovers.manage",
      bodyBytesMax: fileMax * 2,
      body: z.strictObject({
        file: z.string().min(1).max(fileMax),
        /** How far the other system's clock is ahead of UTC. */
        utcOffsetMinutes: z.number().int().min(-720).max(840).default(180),
      }),
      response: takeoverPreview,
      handle: async ({ body, transact }) => {
        const nowMs = shop.world.clock.wall().atMs;
        const of = { offsetMinutes: body.utcOffsetMinutes, nowMs };
        const book = await readInWorker(shop.world.clock, { text: body.file, of });
        const { planIds, batches } = await transact((tx) => readOwn(shop, tx, nowMs));
        const live = await liveCodes(shop, batches, book.users);
        const own: OwnThings = { planIds, isLiveCode: (code) => live.has(code) };
        const plan = planTakeover(book, own, nowMs);
        const users = plan.users.toSorted(
          (one, other) => Math.sign(other.doubts.length) - Math.sign(one.doubts.length),
        );
        return {
          source: book.source,
          counts: plan.counts,
          plans: [...plan.plans],
          users: users.slice(0, shownUsersMax).map((user) => ({ ...user, doubts: [...user.doubts] })),
          usersNotShown: Math.max(0, users.length - shownUsersMax),
          warnings: book.warnings.slice(0, shownWarningsMax),
          warningsNotShown: Math.max(0, book.warnings.length - shownWarningsMax),
        };
      },
    }),
  ];
}

async function readOwn(
  { envelope }: VoucherShop,
  tx: Tx,
  nowMs: number,
): Promise<{ planIds: Map<string, string>; batches: LiveBatch[] }> {
  const plans = await tx.selectFrom("plans").select(["plan_id", "name"]).where("deleted_at_ms", "is", null).execute();
  const batches = await tx
    .selectFrom("voucher_batches")
    .selectAll()
    .where((is) => is.or([is("expires_at_ms", "is", null), is("expires_at_ms", ">", nowMs)]))
    .execute();
  return {
    planIds: new Map(plans.map((plan) => [plan.name.trim().toLowerCase(), plan.plan_id])),
    batches: batches.map((row) => shapeOf(envelope, row)),
  };
}

/** Which names are codes of live batches. Deciphering takes its time: other requests run meanwhile. */
async function liveCodes(
  { world }: VoucherShop,
  batches: readonly LiveBatch[],
  users: readonly ForeignUser[],
): Promise<Set<string>> {
  const live = new Set<string>();
  let steps = 0;
  for (const { name } of users) {
    const code = normaliseVoucherCode(name);
    for (const batch of batches) {
      if (code.length !== normaliseVoucherCode(batch.prefix).length + batch.length) continue;
      if (decodeVoucherCode(batch, code) !== null) live.add(code);
      if (++steps % sliceCodes === 0) await sleep(world.clock, 0);
    }
  }
  return live;
}

/** `/api/v1/takeovers`: what another system's users would become here. Nothing is changed by asking. */

import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { compareWithOwn } from "./compare.ts";
import { origins, refusalCodes, sources } from "./foreign-book.ts";
import { readSource, sourceBytesMax, sourceFields } from "./read-source.ts";
import { doubts, fates, planTakeover } from "./takeover-plan.ts";
import type { TakeoverParts } from "./takeovers.ts";

/** Whose user counts where two sources have one of the same name. Left out: none of them comes. */
export const doublesField = z.enum(origins).optional();

const shownUsersMax = 1000;
const shownWarningsMax = 200;

const count = z.number().int();
const counts = z.object({ voucher: count, grant: count, account: count, left: count });
const limits = {
  validitySeconds: count.nullable(),
  useSeconds: count.nullable(),
  dataBytes: count.nullable(),
  downKbps: count.nullable(),
  upKbps: count.nullable(),
  devices: count.nullable(),
  sessionSeconds: count.nullable(),
  idleSeconds: count.nullable(),
};

export const takeoverPreview = z.object({
  source: z.enum(sources),
  counts,
  /** Of each part of the source: `read`, `refused` and `doubtful` are all that were `found`. */
  sources: z.array(z.object({ from: z.enum(origins), found: count, read: count, refused: count, doubtful: count })),
  /** Rows of users that are none for us. */
  refused: z.array(z.object({ from: z.enum(origins), code: z.enum(refusalCodes), line: count, what: z.string() })),
  refusedNotShown: count,
  plans: z.array(
    z.object({
      from: z.enum(origins),
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
      from: z.enum(origins),
      line: count,
      service: z.enum(["hotspot", "pppoe", "any"]),
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
  /** By their names in a database, where it tells of which router a code is. */
  routers: z.array(z.string()),
  warnings: z.array(z.object({ code: z.string(), line: count, what: z.string() })),
  warningsNotShown: count,
});

export function takeoverRoutes(shop: TakeoverParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/takeovers/preview",
      summary:
        "What would become of the users of a site's router, in a router's export or its printed rows, or in a database of PHPNuxBill or FreeRADIUS. Changes nothing and keeps nothing",
      permission: "takeovers.manage",
      bodyBytesMax: sourceBytesMax,
      body: z.strictObject({ ...sourceFields, doubles: doublesField }),
      response: takeoverPreview,
      handle: async ({ body, providerId, transact }) => {
        const nowMs = shop.world.clock.wall().atMs;
        const read = await readSource(shop, transact, { ...body, providerId }, nowMs);
        const { own, book } = await compareWithOwn(shop, transact, read.book, body.fromSiteId ?? null, nowMs);
        const plan = planTakeover(book, own, nowMs, body.doubles ?? null);
        const users = plan.users.toSorted(
          (one, other) => Math.sign(other.doubts.length) - Math.sign(one.doubts.length),
        );
        return {
          source: book.source,
          counts: plan.counts,
          sources: [...plan.sources],
          refused: book.refused.slice(0, shownUsersMax).map((row) => ({ ...row })),
          refusedNotShown: Math.max(0, book.refused.length - shownUsersMax),
          plans: [...plan.plans],
          users: users.slice(0, shownUsersMax).map((user) => ({ ...user, doubts: [...user.doubts] })),
          usersNotShown: Math.max(0, users.length - shownUsersMax),
          routers: (book.routers ?? []).slice(0, shownWarningsMax),
          warnings: book.warnings.slice(0, shownWarningsMax),
          warningsNotShown: Math.max(0, book.warnings.length - shownWarningsMax),
        };
      },
    }),
  ];
}

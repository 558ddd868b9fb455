/** Promotions and discount codes (PLN-12), by HTTP. */
import { giftSchema, happyHourSchema, promotionCode } from "@karibu/protocol/offers/promotion";
import { bytes, cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { keySchema } from "@karibu/protocol/schema";
import { sql } from "kysely";
import { z } from "zod";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import { instantMs } from "../../ground/amounts/instants.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import {
  changePromotion,
  deletePromotion,
  insertPromotion,
  type PromotionFields,
  type PromotionParts,
  type PromotionRow,
  readFloor,
  readPromotion,
  usesOf,
  writeFloor,
} from "./promotion-rows.ts";

/** `new`: who never bought anything here. `known`: who is in the provider's list of customers. */
const audiences = ["everyone", "new", "known"] as const;

/** Who may set prices sees codes: with one, who sells for cash could keep the difference. */
const seesCodes = "plans.manage";

const idText = z.string().min(1).max(128);
const limit = z.number().int().min(1).max(10_000_000).nullable();
const body = z.strictObject({
  name: z.string().trim().min(1).max(100),
  gift: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("percent"), permille: z.number().int().min(1).max(1000) }),
    z.strictObject({
      kind: z.literal("amount"),
      amountCents: z.number().int().min(1).max(1_000_000_000_000),
      currency: z.string().regex(/^[A-Z]{3}$/),
    }),
    z.strictObject({
      kind: z.literal("extra"),
      seconds: z.number().int().min(0).max(315_360_000),
      dataBytes: z.number().int().min(0).max(1e15),
    }),
  ]),
  /** 4 to 20 letters and digits. Null: for everybody, and at each site's own price list. */
  code: z.string().max(40).nullable().default(null),
  fromMs: instantMs.nullable().default(null),
  untilMs: instantMs.nullable().default(null),
  hours: z
    .array(
      z.strictObject({
        days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
        fromMinute: z.number().int().min(0).max(1439),
        toMinute: z.number().int().min(1).max(2880),
      }),
    )
    .max(20)
    .default([]),
  planIds: z.array(idText).max(100).default([]),
  siteIds: z.array(idText).max(200).default([]),
  audience: z.enum(audiences).default("everyone"),
  usesMax: limit.default(null),
  perPhoneMax: limit.default(null),
  perDayMax: limit.default(null),
  active: z.boolean().default(true),
});

export const promotionView = z.object({
  promotionId: z.string(),
  name: z.string(),
  gift: giftSchema,
  /** Has it a code? */
  hasCode: z.boolean(),
  /** Null: it has none, or who asks may not see it. */
  code: z.string().nullable(),
  fromMs: z.number().int().nullable(),
  untilMs: z.number().int().nullable(),
  hours: z.array(happyHourSchema),
  planIds: z.array(z.string()),
  siteIds: z.array(z.string()),
  audience: z.enum(audiences),
  usesMax: z.number().int().nullable(),
  perPhoneMax: z.number().int().nullable(),
  perDayMax: z.number().int().nullable(),
  active: z.boolean(),
  /** Paid purchases with its code. */
  used: z.number().int(),
  /** Purchases that are not paid yet. */
  reserved: z.number().int(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});

const params = z.object({ promotionId: keySchema });
const list = listOf({
  sort: {
    made: { by: sql.ref("promotionId"), kind: "string" },
    name: { by: sql`lower(name)`, kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("promotionId")],
  search: [sql.ref("name")],
});

export function promotionRoutes(parts: PromotionParts & { readonly emit: Emit }) {
  const { emit } = parts;
  return [
    route({
      method: "GET",
      path: "/api/v1/promotions",
      summary: "Promotions and discount codes, newest first",
      permission: "plans.read",
      query: list.query.extend({ active: z.stringbool().optional() }),
      response: pageOf(promotionView),
      handle: ({ query, actor, transact }) =>
        transact(async (tx) => {
          const rows = tx
            .selectFrom("promotions")
            .selectAll()
            .where("deletedAtMs", "is", null)
            .$if(query.active !== undefined, (is) => is.where("active", "=", query.active as boolean));
          const page = await list.page(rows, query, (row) => row);
          const uses = await usesOf(
            tx,
            page.items.map((row) => row.promotionId),
          );
          return { ...page, items: page.items.map((row) => viewOf(row, uses, actor.may(seesCodes))) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/promotions",
      summary: "Make a promotion, for everybody or for who has its code",
      permission: "plans.manage",
      body,
      status: 201,
      response: promotionView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const row = await insertPromotion(parts, tx, providerId, await checked(tx, body));
          auditTarget(row.promotionId);
          await emit(tx, providerId, { topic: "plan", id: row.promotionId, action: "promotion" });
          return viewOf(row, new Map(), true);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/promotions/{promotionId}",
      summary: "One promotion",
      permission: "plans.read",
      params,
      response: promotionView,
      handle: ({ params: { promotionId }, actor, transact }) =>
        transact(async (tx) =>
          viewOf(await readPromotion(tx, promotionId), await usesOf(tx, [promotionId]), actor.may(seesCodes)),
        ),
    }),
    route({
      method: "PUT",
      path: "/api/v1/promotions/{promotionId}",
      summary: "Change a promotion; purchases that were made with it keep what they were promised",
      permission: "plans.manage",
      params,
      body,
      response: promotionView,
      handle: ({ params: { promotionId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await readPromotion(tx, promotionId);
          const row = await changePromotion(parts, tx, promotionId, await checked(tx, body));
          await emit(tx, providerId, { topic: "plan", id: promotionId, action: "promotion" });
          return viewOf(row, await usesOf(tx, [promotionId]), true);
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/promotions/{promotionId}",
      summary: "End a promotion for good; what was sold with it stays as it is",
      permission: "plans.manage",
      params,
      status: 204,
      response: z.null(),
      handle: ({ params: { promotionId }, providerId, transact }) =>
        transact(async (tx) => {
          await deletePromotion(parts, tx, promotionId);
          await emit(tx, providerId, { topic: "plan", id: promotionId, action: "promotion" });
          return null;
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/promotion-rules",
      summary: "The lowest price that promotions may make",
      permission: "plans.read",
      response: z.object({ floorCents: z.number().int().nullable() }),
      handle: ({ providerId, transact }) => transact(async (tx) => ({ floorCents: await readFloor(tx, providerId) })),
    }),
    route({
      method: "PUT",
      path: "/api/v1/promotion-rules",
      summary: "No promotion makes a price lower than this, minor units",
      permission: "plans.manage",
      body: z.strictObject({ floorCents: z.number().int().min(0).max(1_000_000_000_000) }),
      response: z.object({ floorCents: z.number().int() }),
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          await writeFloor(parts, tx, providerId, body.floorCents);
          return { floorCents: body.floorCents };
        }),
    }),
  ];
}

/** Throws a Problem that names the field. */
async function checked(tx: Tx, given: z.output<typeof body>): Promise<PromotionFields> {
  const { gift, fromMs, untilMs, audience, usesMax, perPhoneMax, perDayMax } = given;
  const typed = given.code === null || given.code.trim() === "" ? null : given.code;
  const code = typed === null ? null : promotionCode(typed);
  if (typed !== null && code === null) throw wrongField("code", "promotion-code");
  if (fromMs !== null && untilMs !== null && fromMs > untilMs) throw wrongField("untilMs", "ends-first");
  if (gift.kind === "extra" && gift.seconds === 0 && gift.dataBytes === 0)
    throw wrongField("gift.seconds", "gives-nothing");
  const isLimited = audience !== "everyone" || usesMax !== null || perPhoneMax !== null || perDayMax !== null;
  if (code === null && isLimited) throw wrongField("code", "limits-need-code");
  for (const [index, planId] of given.planIds.entries()) await readPlan(tx, planId, `planIds.${index}`);
  for (const [index, siteId] of given.siteIds.entries()) await readSite(tx, siteId, `siteIds.${index}`);
  return {
    ...given,
    code,
    gift:
      gift.kind === "amount"
        ? { ...gift, amountCents: cents(gift.amountCents) }
        : gift.kind === "extra"
          ? { kind: "extra", seconds: seconds(gift.seconds), dataBytes: bytes(gift.dataBytes) }
          : gift,
    fromMs: fromMs === null ? null : unixMs(fromMs),
    untilMs: untilMs === null ? null : unixMs(untilMs),
  };
}

function viewOf(
  row: PromotionRow,
  uses: Awaited<ReturnType<typeof usesOf>>,
  mayCode: boolean,
): z.input<typeof promotionView> {
  const { used = 0, reserved = 0 } = uses.get(row.promotionId) ?? {};
  return {
    promotionId: row.promotionId,
    name: row.name,
    gift: row.gift,
    hasCode: row.code !== null,
    code: mayCode ? row.code : null,
    fromMs: row.fromMs,
    untilMs: row.untilMs,
    hours: row.hours,
    planIds: row.planIds,
    siteIds: row.siteIds,
    audience: row.audience,
    usesMax: row.usesMax,
    perPhoneMax: row.perPhoneMax,
    perDayMax: row.perDayMax,
    active: row.active,
    used,
    reserved,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

/** `/api/v1/takeovers`: from a dry run to listed codes, and back. The second total is signed by this hub; what was shown is what is done. */
import { sql } from "kysely";
import { z } from "zod";
import { type PriceCurrencies, priceCurrency } from "../../catalogue/plans/price-currency.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import { instantMs } from "../../ground/amounts/instants.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { compareWithOwn } from "./compare.ts";
import { sources, switchedBy, switchers } from "./foreign-book.ts";
import { readSource, sourceBytesMax, sourceFields } from "./read-source.ts";
import { doubts, planTakeover } from "./takeover-plan.ts";
import { doublesField } from "./takeover-routes.ts";
import {
  type Asked,
  applyTakeover,
  prepare,
  readTakeover,
  refuseOldAgent,
  signedText,
  type TakeoverParts,
  type TakeoverRow,
  takenBookings,
  totalMs,
} from "./takeovers.ts";

const count = z.number().int();
const totalView = z.object({
  codes: count,
  running: count,
  withSecondWord: count,
  left: count,
  accounts: count,
  plansMade: count,
  useUnknown: count.optional(),
  worthCents: count,
  currency: z.string(),
});

const chosen = {
  ...sourceFields,
  siteId: z.string().min(1).max(128),
  /** Of a database of several routers, which has each code once: by its name there, the one whose codes come. Left out: all of them. */
  router: z.string().min(1).max(200).optional(),
  doubles: doublesField,
  /** Of unused codes: their money was taken in the other system (`elsewhere`), or is booked here at their first use. */
  booking: z.enum(takenBookings).default("elsewhere"),
  /** Users with these doubts stay behind; those that can't come stay in any case. */
  leave: z.array(z.enum(doubts)).max(20).default([]),
  /** By the plan's name in the other system; left out: as it wrote them. */
  prices: z.record(z.string().max(200), count.min(0).max(1e11)).default({}),
};

export const takeoverView = z.object({
  takeoverId: z.string(),
  siteId: z.string(),
  source: z.enum(sources),
  /** `set-up`: it has no trial run and no switch: the router asks Karibu once its site is set up. */
  switchedBy: z.enum(switchers),
  state: z.enum(["applied", "switched", "withdrawn"]),
  total: totalView,
  startedBy: z.string(),
  createdAtMs: count,
  switchedAtMs: count.nullable(),
  backUntilMs: count.nullable(),
  endedAtMs: count.nullable(),
  readiness: z.object({ seen: count, same: count, sinceMs: count.nullable(), reason: z.string() }).nullable(),
});

export const takeoverTotal = z.object({ total: totalView, atMs: count, expiresAtMs: count, sign: z.string() });

export function viewOfTakeover(row: TakeoverRow): z.input<typeof takeoverView> {
  return {
    takeoverId: row.takeoverId,
    siteId: row.siteId,
    source: row.source,
    switchedBy: switchedBy[row.source],
    state: row.state,
    total: row.totals,
    startedBy: row.startedBy,
    createdAtMs: row.createdAtMs,
    switchedAtMs: row.switchedAtMs,
    backUntilMs: row.backUntilMs,
    endedAtMs: row.endedAtMs,
    readiness: row.readiness,
  };
}

const list = listOf({
  sort: { created: { by: sql.ref("createdAtMs"), kind: "number" } },
  default: "-created",
  tie: [sql.ref("takeoverId")],
  search: [sql.ref("startedBy"), sql.ref("source")],
});

export function applyRoutes(parts: TakeoverParts, currencies: PriceCurrencies) {
  const { world, envelope } = parts;
  const one = z.object({ takeoverId: z.string().min(1).max(128) });
  type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  type Body = Pick<Asked, "siteId" | "utcOffsetMinutes" | "leave" | "prices" | "doubles" | "booking"> & {
    file?: string | undefined;
    fromSiteId?: string | undefined;
    router?: string | undefined;
  };

  /** As of `atMs`, so that the total which was signed comes out again. */
  async function work(transact: Transact, by: Pick<Asked, "providerId" | "userId">, body: Body, atMs: number) {
    // Before anything is asked of it: it may be another provider's. Not in the request's first transaction, which keeps an entry of what is done.
    await parts.database.asProvider(by.providerId, (tx) => readSite(tx, body.siteId, "siteId"));
    const { book: read, contentHash } = await readSource(parts, transact, { ...body, providerId: by.providerId }, atMs);
    const { own, book, batchIds } = await compareWithOwn(parts, transact, read, body.siteId, atMs);
    const currency = await transact((tx) => priceCurrency(currencies, tx, by.providerId, undefined));
    const { siteId, utcOffsetMinutes, leave, prices, doubles, booking } = body;
    const prepared = prepare(book, planTakeover(book, own, atMs, body.doubles ?? null), body, currency);
    const asked: Asked = { ...by, siteId, utcOffsetMinutes, leave, prices, doubles, booking, contentHash, atMs };
    return { book, prepared, batchIds, text: signedText(asked, prepared.total) };
  }

  return [
    route({
      method: "POST",
      path: "/api/v1/takeovers/total",
      summary:
        "The second total: what exactly would be taken over, with a sign of this hub that POST /takeovers wants; good for half an hour. Changes nothing",
      permission: "takeovers.manage",
      bodyBytesMax: sourceBytesMax,
      body: z.strictObject(chosen),
      response: takeoverTotal,
      handle: async ({ body, actor: { userId }, providerId, transact }) => {
        const { atMs } = world.clock.wall();
        const { prepared, text } = await work(transact, { providerId, userId }, body, atMs);
        const sign = envelope.sign(text).toString("base64url");
        return { total: prepared.total, atMs, expiresAtMs: atMs + totalMs, sign };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/takeovers",
      summary:
        "Take the codes over as the signed total says: plans are made, switched off, and the codes become batches of this site. Until the switch it can be withdrawn",
      permission: "takeovers.manage",
      freshFactor: true,
      bodyBytesMax: sourceBytesMax,
      body: z.strictObject({ ...chosen, atMs: instantMs, sign: z.string().min(20).max(100) }),
      status: 201,
      response: takeoverView,
      handle: async ({ body, actor, providerId, transact, auditTarget }) => {
        const age = world.clock.wall().atMs - body.atMs;
        if (age < 0 || age > totalMs) throw refusal("total-changed");
        const by = { providerId, userId: actor.userId };
        const { book, prepared, batchIds, text } = await work(transact, by, body, body.atMs);
        if (!envelope.isSign(text, Buffer.from(body.sign, "base64url"))) throw refusal("total-changed");
        await refuseOldAgent(parts, body.siteId);
        const { siteId, utcOffsetMinutes, booking } = body;
        const asked = { ...by, siteId, utcOffsetMinutes, booking, name: actor.name };
        const row = await applyTakeover(parts, asked, book, prepared, batchIds, (save) =>
          transact(async (tx) => {
            const made = await save(tx);
            auditTarget((made as unknown as TakeoverRow).takeoverId);
            await parts.emit(tx, providerId, { topic: "site", id: body.siteId, action: "takeover" });
            return made;
          }),
        );
        return viewOfTakeover(row);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/takeovers",
      summary: "Takeovers, newest first",
      permission: "takeovers.manage",
      query: list.query.extend({ siteId: z.string().max(128).optional() }),
      response: pageOf(takeoverView),
      handle: ({ query, transact }) =>
        transact((tx) => {
          const { siteId } = query;
          const rows = tx
            .selectFrom("takeovers")
            .selectAll()
            .$if(siteId !== undefined, (is) => is.where("siteId", "=", siteId ?? ""));
          return list.page(rows, query, viewOfTakeover);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/takeovers/{takeoverId}",
      summary: "One takeover",
      permission: "takeovers.manage",
      params: one,
      response: takeoverView,
      handle: ({ params: { takeoverId }, transact }) =>
        transact(async (tx) => viewOfTakeover(await readTakeover(tx, takeoverId))),
    }),
  ];
}

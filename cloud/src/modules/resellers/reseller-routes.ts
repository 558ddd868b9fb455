/** `/api/v1/resellers`: who sells the provider's vouchers, what is with each, what was sold and returned, and what each owes. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { route } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import type { ChannelKinds } from "../../money/channels/channel-kinds.ts";
import { currencyField, currencyOf } from "../../money/channels/money-currency.ts";
import {
  bookDeclared,
  bookUsed,
  type HandOverRow,
  handOver,
  type ResellerParts,
  readHandOver,
  takeBack,
  takeOutUsedBefore,
} from "./hand-overs.ts";
import { moveCash } from "./move-cash.ts";
import {
  insertReseller,
  type ResellerRow,
  type ResellerStanding,
  readReseller,
  readStandings,
  updateReseller,
} from "./resellers.ts";
import { takeBackCommissions } from "./take-back-commission.ts";

const centsMax = 100_000_000_00;
const codesMax = 5000;
const namedMax = 500;
/** Of one person: what is refused tells that a code is wrong, and what is taken that it is cash. */
const codeMissesAnHour = 20;
const id = z.string().min(1).max(128);

const standingView = z.object({
  currency: z.string(),
  /** Above zero: paid ahead. Below: owed. */
  balanceCents: z.int(),
  /** Vouchers that are with the reseller. */
  out: z.int(),
  sold: z.int(),
  returned: z.int(),
  /** What those that are out bring the provider once they are sold. */
  outCents: z.int(),
});

export const resellerView = z.object({
  resellerId: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  commissionPermille: z.int(),
  /** What may be with them unpaid; null: no limit. */
  creditLimitCents: z.int().nullable(),
  active: z.boolean(),
  standings: z.array(standingView),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});

export const handOverView = z.object({
  handOverId: z.string(),
  batchId: z.string(),
  planName: z.string(),
  /** Of the batch's vouchers, counted from 1 as they are printed. */
  firstNumber: z.int(),
  lastNumber: z.int(),
  codes: z.int(),
  out: z.int(),
  sold: z.int(),
  /** Of those sold: nobody has used them yet, somebody said so. */
  declared: z.int(),
  returned: z.int(),
  priceCents: z.int(),
  /** Of one voucher. */
  commissionCents: z.int(),
  currency: z.string(),
  handedAtMs: z.int(),
});

const fields = {
  name: z.string().trim().min(1).max(100),
  phone: z.string().trim().min(3).max(30).nullable(),
  commissionPermille: z.int().min(0).max(1000),
  creditLimitCents: z.int().min(0).max(centsMax).nullable(),
  active: z.boolean(),
};
const params = z.object({ resellerId: id });

const list = listOf({
  sort: {
    name: { by: sql.ref("nameKey"), kind: "string" },
    made: { by: sql.ref("resellerId"), kind: "string" },
  },
  default: "name",
  tie: [sql.ref("resellerId")],
  search: [sql.ref("name")],
});

const chosen = {
  handOverId: id,
  /** As they are printed; null: all that are out. */
  codes: z.array(z.string().trim().min(4).max(40)).min(1).max(namedMax).nullable(),
};

export function resellerRoutes(parts: ResellerParts, kinds: ChannelKinds) {
  const { world, emit } = parts;
  const misses = createSharedTries(world.clock, "reseller-codes", { tries: codeMissesAnHour, perSeconds: 3600 });

  /** Counted in a transaction of its own: that of a miss is rolled back. */
  async function unlessGuessed<T>(
    actor: Actor,
    { providerId, codes }: { readonly providerId: string; readonly codes: readonly string[] | null },
    work: () => Promise<T>,
  ): Promise<T> {
    if (codes === null || actor.may(revealsCodes)) return work();
    const who = { providerId, subject: actor.userId };
    await parts.database.asProvider(providerId, (tx) => misses.take(tx, who));
    const done = await work();
    await parts.database.asProvider(providerId, (tx) => misses.giveBack(tx, who));
    return done;
  }

  const cashRoute = (verb: "hand-in" | "pay-out", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/resellers/{resellerId}/${verb}`,
      summary,
      permission: "payments.manage",
      needsKey: true,
      ...(verb === "pay-out" ? { freshFactor: true as const } : {}),
      params,
      body: z.strictObject({ amountCents: z.int().min(1).max(centsMax), currency: currencyField }),
      status: 201,
      response: standingView,
      handle: ({ params: { resellerId }, body, providerId, key, transactOnce }) =>
        transactOnce(async (tx) => {
          await readReseller(tx, resellerId);
          const currency = await currencyOf(kinds, tx, providerId, body.currency);
          const { amountCents } = body;
          return moveCash(parts.ledger, tx, providerId, { resellerId, verb, amountCents, currency, key });
        }),
    });
  return [
    route({
      method: "GET",
      path: "/api/v1/resellers",
      summary: "Who sells vouchers of the provider, what is with each, and what each owes",
      permission: "ledger.read",
      query: list.query.extend({ active: z.stringbool().optional() }),
      response: pageOf(resellerView),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const { active } = query;
          const rows = tx
            .selectFrom("resellers")
            .selectAll()
            .$if(active !== undefined, (is) => is.where("active", "=", active as boolean));
          const page = await list.page(rows, query, (row) => row);
          const ids = page.items.map((row) => row.resellerId);
          const standings = await readStandings(tx, providerId, ids);
          return { ...page, items: page.items.map((row) => viewOf(row, standings.get(row.resellerId) ?? [])) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/resellers",
      summary: "Add somebody who sells vouchers for a commission",
      permission: "payments.manage",
      body: z.strictObject({
        ...fields,
        phone: fields.phone.default(null),
        creditLimitCents: fields.creditLimitCents.default(null),
        active: fields.active.default(true),
      }),
      status: 201,
      response: resellerView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const row = await insertReseller(world, tx, providerId, body);
          auditTarget(row.resellerId);
          return viewOf(row, []);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/resellers/{resellerId}",
      summary: "One reseller",
      permission: "ledger.read",
      params,
      response: resellerView,
      volatile: ["standings"],
      handle: ({ params: { resellerId }, providerId, transact }) => transact((tx) => view(tx, providerId, resellerId)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/resellers/{resellerId}",
      summary: "Change a reseller; a new commission counts for vouchers handed over from now on",
      permission: "payments.manage",
      params,
      body: z.strictObject(fields).partial(),
      response: resellerView,
      handle: ({ params: { resellerId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await updateReseller(world, tx, resellerId, body);
          return view(tx, providerId, resellerId);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/resellers/{resellerId}/hand-overs",
      summary: "A reseller's statement: the last 200 hand-overs, what of each is out, sold and returned",
      permission: "ledger.read",
      params,
      response: z.object({ items: z.array(handOverView) }),
      handle: ({ params: { resellerId }, providerId, transact }) =>
        transact(async (tx) => {
          await readReseller(tx, resellerId);
          return { items: await readHandOvers(tx, providerId, resellerId) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/resellers/{resellerId}/hand-overs",
      summary: "Hand vouchers of a batch over: the next ones that can be sold and are with nobody",
      permission: "payments.manage",
      needsKey: true,
      freshFactor: true,
      params,
      body: z.strictObject({
        batchId: id,
        codes: z.int().min(1).max(codesMax),
        /** The first voucher to take, counted from 1 as they are printed; left out: the first that is free. */
        fromNumber: z.int().min(1).max(100_000).optional(),
      }),
      status: 201,
      response: handOverView,
      handle: ({ params: { resellerId }, body, actor, providerId, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const { batchId, codes, fromNumber } = body;
          const fromSerial = fromNumber === undefined ? undefined : fromNumber - 1;
          const { userId } = actor;
          const row = await handOver(parts, tx, providerId, { resellerId, batchId, codes, fromSerial, key, userId });
          auditTarget(row.handOverId);
          await emit(tx, providerId, { topic: "voucher", id: row.handOverId, action: "handed-over" });
          return oneHandOver(tx, providerId, row);
        }),
    }),
    ...(["return", "declare-sold"] as const).map((verb) =>
      route({
        method: "POST",
        path: `/api/v1/resellers/{resellerId}/${verb}`,
        summary:
          verb === "return"
            ? "Vouchers come back unsold; they are switched off, unless `disable` is false"
            : "A reseller says that vouchers are sold: they are owed from now on",
        permission: "payments.manage",
        params,
        body: z.strictObject({
          ...chosen,
          ...(verb === "return" ? { disable: z.boolean().default(true) } : {}),
        }),
        response: handOverView,
        handle: ({ params: { resellerId }, body, actor, providerId, transact }) =>
          unlessGuessed(actor, { providerId, codes: body.codes }, () =>
            transact(async (tx) => {
              const { disable = true } = body as { disable?: boolean };
              if (verb === "return") await takeBack(parts, tx, providerId, { ...body, resellerId, disable });
              else await bookDeclared(parts, tx, providerId, { ...body, resellerId });
              await emit(tx, providerId, { topic: "voucher", id: body.handOverId, action: verb });
              return oneHandOver(tx, providerId, await readHandOver(tx, resellerId, body.handOverId));
            }),
          ),
      }),
    ),
    route({
      method: "POST",
      path: "/api/v1/resellers/{resellerId}/count",
      summary:
        "Book now what customers used of this reseller's vouchers, which happens by itself every few minutes; what was used before it was handed over goes out",
      permission: "payments.manage",
      params,
      body: null,
      response: resellerView,
      handle: ({ params: { resellerId }, providerId, transact }) =>
        transact(async (tx) => {
          await readReseller(tx, resellerId);
          await bookUsed(parts, tx, providerId);
          await takeOutUsedBefore(parts, tx, providerId, { resellerId });
          await takeBackCommissions(parts, tx, providerId);
          return view(tx, providerId, resellerId);
        }),
    }),
    cashRoute("hand-in", "A reseller pays; beyond what is owed it is paid ahead"),
    cashRoute("pay-out", "What a reseller has paid ahead goes back"),
  ];
}

async function view(tx: Tx, providerId: string, resellerId: string): Promise<z.input<typeof resellerView>> {
  const row = await readReseller(tx, resellerId);
  return viewOf(row, (await readStandings(tx, providerId, [resellerId])).get(resellerId) ?? []);
}

function viewOf(row: ResellerRow, standings: readonly ResellerStanding[]): z.input<typeof resellerView> {
  return {
    resellerId: row.resellerId,
    name: row.name,
    phone: row.phone,
    commissionPermille: row.commissionPermille,
    creditLimitCents: row.creditLimitCents,
    active: row.active,
    standings: [...standings],
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

async function oneHandOver(tx: Tx, providerId: string, row: HandOverRow): Promise<z.input<typeof handOverView>> {
  const [found] = await readHandOvers(tx, providerId, row.resellerId, row.handOverId);
  return found as z.input<typeof handOverView>;
}

async function readHandOvers(tx: Tx, providerId: string, resellerId: string, handOverId: string | null = null) {
  const { rows } = await sql<Record<keyof z.input<typeof handOverView>, string | number>>`
    select h.hand_over_id, h.batch_id, b.plan_name, h.first_serial + 1 as "firstNumber",
      h.last_serial + 1 as "lastNumber", h.codes, h.returned, h.price_cents, h.commission_cents,
      h.currency, h.handed_at_ms, count(v.serial) filter (where v.sold_at_ms is null) as out,
      count(v.serial) filter (where v.sold_at_ms is not null) as sold, count(v.serial) filter (where v.sold_how = 'declared') as declared
    from voucher_hand_overs h join voucher_batches b on b.provider_id = h.provider_id and b.batch_id = h.batch_id
    left join reseller_vouchers v on v.provider_id = h.provider_id and v.hand_over_id = h.hand_over_id
    where h.provider_id = ${providerId} and h.reseller_id = ${resellerId}
      and (${handOverId}::text is null or h.hand_over_id = ${handOverId})
    group by h.provider_id, h.hand_over_id, b.plan_name order by h.hand_over_id desc limit 200`.execute(tx);
  const texts = new Set(["handOverId", "batchId", "planName", "currency"]);
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, texts.has(name) ? value : Number(value)]),
      ) as z.input<typeof handOverView>,
  );
}

/** `/api/v1/venues`: owners of the places where sites stand, their shares, what they have to get and what they were paid. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { isNoSale, takenInCash } from "../../money/booked-sales/booked-sales.ts";
import type { ChannelKinds } from "../../money/channels/channel-kinds.ts";
import { currencyField, currencyOf } from "../../money/channels/money-currency.ts";
import { paidFrom } from "../../money/expenses/paid-from.ts";
import { accrue, lockShares, type VenueParts } from "./accrue.ts";
import { type PayOutRow, payOut } from "./pay-out.ts";
import {
  insertVenue,
  readBalances,
  readVenue,
  refuseOthers,
  setShares,
  updateVenue,
  type VenueBalance,
  type VenueRow,
} from "./venues.ts";

const id = z.string().min(1).max(128);
const timeMs = z.coerce.number().int().min(0).max(253_402_300_799_999);
const balanceView = z.object({ currency: z.string(), balanceCents: z.int() });
const shareFields = {
  siteId: id,
  /** Null: of every plan that has no share of its own here. */
  planId: id.nullable(),
  permille: z.int().min(0).max(1000),
};

export const venueView = z.object({
  venueId: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  active: z.boolean(),
  shares: z.array(z.object({ siteId: z.string(), planId: z.string().nullable(), permille: z.int() })),
  balances: z.array(balanceView),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});

export const payOutView = z.object({
  payOutId: z.string(),
  amountCents: z.int(),
  currency: z.string(),
  method: z.enum(["cash", "mpesa"]),
  reference: z.string().nullable(),
  paidAtMs: z.int(),
});

export const venueStatementView = z.object({
  /** By site, plan and currency, in the time that was asked for. */
  sales: z.array(
    z.object({
      siteId: z.string(),
      siteName: z.string().nullable(),
      planId: z.string().nullable(),
      planName: z.string().nullable(),
      currency: z.string(),
      /** Less those that never were: their payment was false. */
      sales: z.int(),
      /** Less what was given back. */
      saleCents: z.int(),
      /** What was given back, above zero. It leaves a sale a sale. */
      refundedCents: z.int(),
      /** Of `saleCents`, taken in cash: a person or a batch of vouchers answers for it. */
      cashCents: z.int(),
      shareCents: z.int(),
    }),
  ),
  /** Newest first, at most 200. */
  payOuts: z.array(payOutView),
  /** Of all time. */
  balances: z.array(balanceView),
});

const fields = {
  name: z.string().trim().min(1).max(100),
  phone: z.string().trim().min(3).max(30).nullable(),
  active: z.boolean(),
};
const params = z.object({ venueId: id });

const list = listOf({
  sort: {
    name: { by: sql.ref("nameKey"), kind: "string" },
    made: { by: sql.ref("venueId"), kind: "string" },
  },
  default: "name",
  tie: [sql.ref("venueId")],
  search: [sql.ref("name")],
});

/** Who looks at what an owner has to get sees what was sold until now: what the job would book within minutes is booked before it is read. */
export function venueRoutes(parts: VenueParts & { readonly emit: Emit }, kinds: ChannelKinds) {
  const { world, emit } = parts;
  const changed = (tx: Tx, providerId: string, venueId: string) =>
    emit(tx, providerId, { topic: "payment", id: venueId, action: "venue-changed" });
  return [
    route({
      method: "GET",
      path: "/api/v1/venues",
      summary: "Owners of the places where sites stand, their shares, and what each has to get",
      permission: "ledger.read",
      query: list.query,
      response: pageOf(venueView),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          await accrue(parts, tx, providerId);
          const page = await list.page(tx.selectFrom("venues").selectAll(), query, (row) => row);
          return { ...page, items: await viewsOf(tx, providerId, page.items) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/venues",
      summary: "Add the owner of a place",
      permission: "payments.manage",
      body: z.strictObject({ ...fields, phone: fields.phone.default(null), active: fields.active.default(true) }),
      status: 201,
      response: venueView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const row = await insertVenue(world, tx, providerId, body);
          auditTarget(row.venueId);
          await changed(tx, providerId, row.venueId);
          return viewOf(row, [], []);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/venues/{venueId}",
      summary: "One venue",
      permission: "ledger.read",
      params,
      response: venueView,
      volatile: ["balances"],
      handle: ({ params: { venueId }, providerId, transact }) =>
        transact(async (tx) => {
          await accrue(parts, tx, providerId);
          return view(tx, providerId, venueId);
        }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/venues/{venueId}",
      summary: "Change a venue's name or phone, or switch it off: then its shares end, and what it has to get stays",
      permission: "payments.manage",
      params,
      body: z.strictObject(fields).partial(),
      response: venueView,
      handle: ({ params: { venueId }, body, providerId, transact }) =>
        transact(async (tx) => {
          // First, as everybody does who changes or pays shares: they look at the venue's row later.
          if (body.active === false) await lockShares(tx, providerId);
          await updateVenue(world, tx, venueId, body);
          if (body.active === false) {
            await accrue(parts, tx, providerId);
            await setShares(world, tx, { providerId, venueId, shares: [] });
          }
          await changed(tx, providerId, venueId);
          return view(tx, providerId, venueId);
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/venues/{venueId}/shares",
      summary: "All shares of a venue, by site and plan, from now on; what was sold before keeps its own",
      permission: "payments.manage",
      freshFactor: true,
      params,
      body: z.strictObject({
        shares: z.array(z.strictObject(shareFields)).max(500),
        /** The shares that the sender saw: where somebody changed them meanwhile, nothing is overwritten. */
        was: z.array(z.strictObject(shareFields)).max(500).optional(),
      }),
      response: venueView,
      handle: ({ params: { venueId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await readVenue(tx, venueId);
          await lockShares(tx, providerId);
          if (body.was !== undefined) await refuseOthers(tx, venueId, body.was);
          await accrue(parts, tx, providerId);
          await setShares(world, tx, { providerId, venueId, shares: body.shares });
          await changed(tx, providerId, venueId);
          return view(tx, providerId, venueId);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/venues/{venueId}/statement",
      summary: "What was sold at a venue in a time, its share by site and plan, and what was paid out",
      permission: "ledger.read",
      params,
      query: z.object({ fromMs: timeMs.optional(), untilMs: timeMs.optional() }),
      response: venueStatementView,
      handle: ({ params: { venueId }, query, providerId, transact }) =>
        transact(async (tx) => {
          await readVenue(tx, venueId);
          await accrue(parts, tx, providerId);
          const balances = (await readBalances(tx, providerId, [venueId])).get(venueId) ?? [];
          const payOuts = await tx
            .selectFrom("venue_pay_outs")
            .selectAll()
            .where("venueId", "=", venueId)
            .orderBy("payOutId", "desc")
            .limit(200)
            .execute();
          return { sales: await readSold(tx, venueId, query), payOuts: payOuts.map(payOutOf), balances };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/venues/{venueId}/pay-outs",
      summary: "Record that a venue's owner was paid, in cash or by M-Pesa: never more than they have to get",
      permission: "payments.manage",
      needsKey: true,
      freshFactor: true,
      params,
      body: z.strictObject({
        amountCents: z.int().min(1).max(100_000_000_00),
        currency: currencyField,
        method: z.enum(["cash", "mpesa"]),
        /** Of the M-Pesa payment. */
        reference: z
          .string()
          .trim()
          .regex(
            /^[A-Z0-9]{6,20}$/i,
            ownRule("pay-out-reference", "6 to 20 letters and digits, as in M-Pesa's message."),
          )
          .transform((reference) => reference.toUpperCase())
          .nullable()
          .default(null),
        /** The channel whose money paid it; left out: the till. */
        channelId: id.optional(),
      }),
      status: 201,
      response: payOutView,
      handle: ({ params: { venueId }, body, actor, providerId, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          await readVenue(tx, venueId);
          if ((body.method === "mpesa") !== (body.reference !== null))
            throw wrongField("reference", "pay-out-reference");
          const currency = await currencyOf(kinds, tx, providerId, body.currency);
          const from = await paidFrom(kinds, tx, providerId, body.channelId, currency);
          const row = await payOut(parts, tx, providerId, {
            venueId,
            currency,
            key,
            userId: actor.userId,
            amountCents: body.amountCents,
            method: body.method,
            reference: body.reference,
            paidFrom: from.account,
            // A phone of the office's own paid it, out of the till: M-Pesa's name it is all the same.
            rail: from.rail ?? "mpesa",
          });
          auditTarget(row.payOutId);
          await emit(tx, providerId, { topic: "payment", id: venueId, action: "venue-paid" });
          return payOutOf(row);
        }),
    }),
  ];
}

/** Whether `e`, an entry of the books, gave back what had been sold: by us, or the channel took it back. */
const isGivenBack = sql`e.kind in ('refund', 'reversal')`;

async function readSold(
  tx: Tx,
  venueId: string,
  { fromMs, untilMs }: { readonly fromMs?: number | undefined; readonly untilMs?: number | undefined },
): Promise<z.input<typeof venueStatementView>["sales"]> {
  const { rows } = await sql<{
    siteId: string;
    siteName: string | null;
    planId: string | null;
    planName: string | null;
    currency: string;
    sales: number | string;
    saleCents: number | string;
    refundedCents: number | string;
    cashCents: number | string;
    shareCents: number | string;
  }>`
    select a.site_id, s.name as "siteName", a.plan_id, p.name as "planName", a.currency,
      sum(case when ${isNoSale} or ${isGivenBack} then 0 else sign(a.sale_cents) end)::bigint as sales, sum(a.sale_cents)::bigint as "saleCents",
      coalesce(0 - sum(a.sale_cents) filter (where ${isGivenBack}), 0)::bigint as "refundedCents",
      coalesce(sum(a.sale_cents) filter (where ${takenInCash}), 0)::bigint as "cashCents", sum(a.share_cents)::bigint as "shareCents"
    from venue_accruals a
    join ledger_entries e on e.provider_id = a.provider_id and e.entry_id = a.entry_id
    left join sites s on s.provider_id = a.provider_id and s.site_id = a.site_id
    left join plans p on p.provider_id = a.provider_id and p.plan_id = a.plan_id
    where a.venue_id = ${venueId} and a.at_ms >= ${fromMs ?? 0} and a.at_ms < ${untilMs ?? Number.MAX_SAFE_INTEGER}
    group by 1, 2, 3, 4, 5 order by 2, 4, 5`.execute(tx);
  return rows.map((row) => ({
    ...row,
    sales: Number(row.sales),
    saleCents: Number(row.saleCents),
    refundedCents: Number(row.refundedCents),
    cashCents: Number(row.cashCents),
    shareCents: Number(row.shareCents),
  }));
}

async function view(tx: Tx, providerId: string, venueId: string): Promise<z.input<typeof venueView>> {
  const [one] = await viewsOf(tx, providerId, [await readVenue(tx, venueId)]);
  return one as z.input<typeof venueView>;
}

async function viewsOf(tx: Tx, providerId: string, rows: readonly VenueRow[]): Promise<z.input<typeof venueView>[]> {
  const ids = rows.map((row) => row.venueId);
  const shares = await tx
    .selectFrom("venue_shares")
    .select(["venueId", "siteId", "planId", "permille"])
    .where("venueId", "in", [...ids, ""])
    .where("untilMs", "is", null)
    .orderBy("shareId")
    .execute();
  const balances = await readBalances(tx, providerId, ids);
  return rows.map((row) =>
    viewOf(
      row,
      shares.filter((one) => one.venueId === row.venueId),
      balances.get(row.venueId) ?? [],
    ),
  );
}

function viewOf(
  row: VenueRow,
  shares: readonly { siteId: string; planId: string | null; permille: number }[],
  balances: readonly VenueBalance[],
): z.input<typeof venueView> {
  return {
    venueId: row.venueId,
    name: row.name,
    phone: row.phone,
    active: row.active,
    shares: shares.map(({ siteId, planId, permille }) => ({ siteId, planId, permille })),
    balances: [...balances],
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

function payOutOf(row: PayOutRow): z.input<typeof payOutView> {
  return {
    payOutId: row.payOutId,
    amountCents: row.amountCents,
    currency: row.currency,
    method: row.method,
    reference: row.reference,
    paidAtMs: row.paidAtMs,
  };
}

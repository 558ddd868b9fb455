/** The API of floats: which staff sell for cash, what each has paid ahead, and how far below zero it may go. */

import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { ownCurrency } from "../../tenancy/providers/provider-country.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { currencyField, currencyOf } from "../channels/money-currency.ts";
import { transferEntry } from "./entries.ts";
import { lockFloat, readFloat } from "./floats.ts";
import { type AccountOwners, ownersOfModules } from "./names-in-books.ts";
import type { Ledger } from "./post-entry.ts";
import { wasPosted } from "./repeated-post.ts";

const amountCents = z.int().min(1).max(100_000_000_00);
const params = z.object({ userId: z.string().min(1).max(128) });

export const floatView = z.object({
  /** Of a seller whom only a site knows, the id that the site gives them. */
  userId: z.string(),
  /** Of such a seller with the sites where they sold. */
  name: z.string(),
  /** A seller of a site's own file: no user, and none of the sellers that the hub tells its sites. */
  isOfSite: z.boolean(),
  currency: z.string(),
  /** Paid ahead and earned, less what was sold; below zero: owed. */
  balanceCents: z.int(),
  /** How far below zero it may go. */
  creditLimitCents: z.int(),
});

const floats = listOf({
  sort: {
    user: { by: sql.ref("userId"), kind: "string" },
    balance: { by: sql.ref("balanceCents"), kind: "number" },
  },
  default: "user",
  tie: [sql.ref("userId"), sql.ref("currency")],
  search: [sql.ref("name")],
});

export function floatRoutes(kinds: ChannelKinds, ledger: Ledger, accountOwners: readonly AccountOwners[]) {
  return [
    route({
      method: "GET",
      path: "/api/v1/floats",
      summary: "Sellers for cash: what each has paid in advance and earned, and their limit",
      permission: "ledger.read",
      query: floats.query,
      response: pageOf(floatView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) =>
          floats.page(sellers(tx, { providerId, ofModules: accountOwners }), query, (row) => ({
            userId: row.userId,
            name: row.name,
            isOfSite: row.isOfSite,
            currency: row.currency,
            balanceCents: Number(row.balanceCents),
            creditLimitCents: Number(row.creditLimitCents),
          })),
        ),
    }),
    ...(["top-up", "settle"] as const).map((verb) =>
      route({
        method: "POST",
        path: `/api/v1/floats/{userId}/${verb}`,
        summary:
          verb === "top-up"
            ? "A member of staff who sells for cash pays ahead; a seller whom only a site knows hands in"
            : "The float of a member of staff, or of a seller whom only a site knows, is paid back",
        permission: "payments.manage",
        notForSupport: "way-of-money",
        needsKey: true,
        ...(verb === "settle" ? { freshFactor: true as const } : {}),
        params,
        body: z.strictObject({ amountCents, currency: currencyField }),
        status: 201,
        response: z.object({ balanceCents: z.int(), currency: z.string() }),
        handle: ({ params: { userId }, body, providerId, key, transactOnce }) =>
          transactOnce(async (tx) => {
            if (!(await isOfSiteAlone(tx, { providerId, ofModules: accountOwners }, userId)))
              await refuseUnknown(tx, providerId, userId);
            const currency = await currencyOf(kinds, tx, providerId, body.currency);
            return moveFloat(ledger, tx, { providerId, userId, verb, key, ...body, currency });
          }),
      }),
    ),
    route({
      method: "PUT",
      path: "/api/v1/floats/{userId}/limit",
      summary: "How far below zero the float of a member of staff may go: nothing can be sold for cash beyond it",
      permission: "payments.manage",
      params,
      body: z.strictObject({ creditLimitCents: z.int().min(0).max(100_000_000_00) }),
      response: z.object({ creditLimitCents: z.int() }),
      handle: ({ params: { userId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await refuseUnknown(tx, providerId, userId);
          const limit = { creditCents: body.creditLimitCents };
          await tx
            .insertInto("float_limits")
            .values({ providerId, userId, ...limit })
            .onConflict((conflict) => conflict.columns(["providerId", "userId"]).doUpdateSet(limit))
            .execute();
          return body;
        }),
    }),
  ];
}

/**
 * Sellers by role, also before their first sale, and everyone who has a float for another reason. Sellers whom the hub tells its sites stand among the
 * sellers at sites; those whom only a site knows (of its own file) have no other place than this to hand in at.
 */
function sellers(tx: Tx, asked: Asked) {
  const { providerId } = asked;
  interface Row {
    readonly userId: string;
    readonly name: string;
    readonly isOfSite: boolean;
    readonly currency: string;
    readonly balanceCents: number;
    readonly creditLimitCents: number;
  }
  const rows = sql<Row>`(
    with f as (
      select substr(account, 7) as id, currency, (0 - sum(amount_cents))::bigint as balance from ledger_postings
      where provider_id = ${providerId} and account like 'float:%' group by account, currency)
    select u.user_id, u.name, false as is_of_site, coalesce(f.currency, own.currency) as currency, coalesce(f.balance, 0) as balance_cents,
      case when coalesce(f.currency, own.currency) = own.currency then coalesce(l.credit_cents, 0) else 0 end as credit_limit_cents
    from users u cross join (select ${ownCurrency(providerId)} as currency) own
    left join float_limits l on l.provider_id = u.provider_id and l.user_id = u.user_id
    left join f on f.id = u.user_id
    where u.provider_id = ${providerId} and (u.role = 'seller' or l.user_id is not null or f.id is not null)
    union all
    select f.id, concat(regexp_replace(f.id, '^file\\.', ''), ' (', (
        select string_agg(site.name, ', ' order by site.name) from sites site where site.provider_id = ${providerId} and exists (
          select from cash_sales c where c.provider_id = ${providerId} and c.seller_id = f.id and c.site_id = site.site_id)), ')'),
      true, f.currency, f.balance, 0
    from f where ${soldAtSiteAlone(asked, sql`f.id`)})`;
  return tx.selectFrom(rows.as("floats")).selectAll();
}

interface Move {
  readonly providerId: string;
  readonly userId: string;
  readonly verb: "top-up" | "settle";
  readonly amountCents: number;
  readonly currency: string;
  readonly key: string;
}

async function moveFloat(ledger: Ledger, tx: Tx, move: Move): Promise<{ balanceCents: number; currency: string }> {
  const { providerId, userId, verb, currency } = move;
  await lockFloat(tx, { providerId, userId });
  const balance = async () => (await readFloat(tx, { providerId, userId, currency }))?.balanceCents ?? 0;
  const float = `float:${userId}` as const;
  const ways = verb === "top-up" ? { from: float, to: "cash" as const } : { from: "cash" as const, to: float };
  const entryKey = `float-${verb}:${userId}:${move.key}`;
  const entry = transferEntry(entryKey, "float", { ...ways, amountCents: move.amountCents, currency });
  if (!(await wasPosted(tx, providerId, entry))) {
    if (verb === "settle" && (await balance()) < move.amountCents) throw refusal("too-much", { field: "amountCents" });
    await ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
  }
  return { balanceCents: await balance(), currency };
}

interface Asked {
  readonly providerId: string;
  readonly ofModules: readonly AccountOwners[];
}

/** A seller of a site's own file: the hub has the sales, and no row of them. */
const soldAtSiteAlone = ({ providerId, ofModules }: Asked, id: RawBuilder<unknown>) => sql<boolean>`(
  exists (select from cash_sales c where c.provider_id = ${providerId} and c.seller_id = ${id})
  and not exists (select from sellers s where s.provider_id = ${providerId} and s.seller_id = ${id})
  and not exists (select from (${ownersOfModules(ofModules, providerId)}) o where o.id = ${id})
  and not exists (select from users u where u.provider_id = ${providerId} and u.user_id = ${id}))`;

async function isOfSiteAlone(tx: Tx, asked: Asked, id: string): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`select ${soldAtSiteAlone(asked, sql`${id}::text`)} as is`.execute(tx);
  return rows[0]?.is === true;
}

async function refuseUnknown(tx: Tx, providerId: string, userId: string): Promise<void> {
  const user = await tx
    .selectFrom("users")
    .select("userId")
    .where("providerId", "=", providerId)
    .where("userId", "=", userId)
    .executeTakeFirst();
  if (user === undefined) throw notFound("user", "userId");
}

/** Resellers in the database: who they are, what is with them, and what they owe. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";

export type ResellerRow = Selectable<Schema["resellers"]>;

export interface ResellerFields {
  readonly name: string;
  readonly phone: string | null;
  readonly commissionPermille: number;
  readonly creditLimitCents: number | null;
  readonly active: boolean;
}

export async function insertReseller(
  world: World,
  tx: Tx,
  providerId: string,
  fields: ResellerFields,
): Promise<ResellerRow> {
  const nowMs = world.clock.wall().atMs;
  return tx
    .insertInto("resellers")
    .values({
      providerId,
      resellerId: newId(world),
      name: fields.name,
      nameKey: nameKey(fields.name),
      phone: fields.phone,
      commissionPermille: fields.commissionPermille,
      creditLimitCents: fields.creditLimitCents,
      active: fields.active,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(onCollision(nameTaken));
}

/** What is left out stays. A new commission counts for vouchers that are handed over from now on. */
export async function updateReseller(
  world: World,
  tx: Tx,
  resellerId: string,
  change: { readonly [Field in keyof ResellerFields]?: ResellerFields[Field] | undefined },
): Promise<ResellerRow> {
  const { name, phone, commissionPermille, creditLimitCents, active } = change;
  const row = await tx
    .updateTable("resellers")
    .set({
      ...(name === undefined ? {} : { name, nameKey: nameKey(name) }),
      phone,
      commissionPermille,
      creditLimitCents,
      active,
      updatedAtMs: world.clock.wall().atMs,
    })
    .where("resellerId", "=", resellerId)
    .returningAll()
    .executeTakeFirst()
    .catch(onCollision(nameTaken));
  if (row === undefined) throw notFound("reseller");
  return row;
}

/** Until the transaction ends nobody else moves this reseller's vouchers or money. Throws a Problem 404. */
export async function lockReseller(tx: Tx, resellerId: string): Promise<ResellerRow> {
  const row = await tx
    .selectFrom("resellers")
    .selectAll()
    .where("resellerId", "=", resellerId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("reseller");
  return row;
}

export async function readReseller(tx: Tx, resellerId: string): Promise<ResellerRow> {
  const row = await tx.selectFrom("resellers").selectAll().where("resellerId", "=", resellerId).executeTakeFirst();
  if (row === undefined) throw notFound("reseller");
  return row;
}

export interface ResellerStanding {
  readonly currency: string;
  /** Above zero: paid ahead. Below: owed. */
  readonly balanceCents: number;
  readonly out: number;
  readonly sold: number;
  readonly returned: number;
  /** What those that are out bring the provider once they are sold. */
  readonly outCents: number;
}

/** By reseller and currency; nothing of who has none. */
export async function readStandings(
  tx: Tx,
  providerId: string,
  resellerIds: readonly string[],
): Promise<Map<string, ResellerStanding[]>> {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(resellerIds)}::jsonb))`;
  const { rows } = await sql<Record<"resellerId" | "currency", string> & Record<Figure, number | string>>`
    with counts as (
      select h.reseller_id, h.currency, h.hand_over_id, h.returned, h.price_cents - h.commission_cents as net,
        count(v.serial) filter (where v.sold_at_ms is null) as out, count(v.serial) filter (where v.sold_at_ms is not null) as sold
      from voucher_hand_overs h
      left join reseller_vouchers v on v.provider_id = h.provider_id and v.hand_over_id = h.hand_over_id
      where h.provider_id = ${providerId} and h.reseller_id in ${ids}
      group by h.provider_id, h.hand_over_id
    ), figures as (
      select reseller_id, currency, sum(out) as out, sum(sold) as sold, sum(returned) as returned, sum(out * net) as "outCents", 0 as balance
      from counts group by 1, 2
      union all
      select substr(account, 7), currency, 0, 0, 0, 0, -sum(amount_cents) from ledger_postings
      where provider_id = ${providerId} and account in (select 'float:' || id from ${ids} as given(id)) group by 1, 2
    )
    select reseller_id, currency, sum(out)::bigint as out, sum(sold)::bigint as sold, sum(returned)::bigint as returned,
      sum("outCents")::bigint as "outCents", sum(balance)::bigint as balance
    from figures group by 1, 2 order by 1, 2`.execute(tx);
  const standings = new Map<string, ResellerStanding[]>(resellerIds.map((id) => [id, []]));
  for (const row of rows)
    standings.get(row.resellerId)?.push({
      currency: row.currency,
      balanceCents: Number(row.balance),
      out: Number(row.out),
      sold: Number(row.sold),
      returned: Number(row.returned),
      outCents: Number(row.outCents),
    });
  return standings;
}

type Figure = "balance" | "out" | "sold" | "returned" | "outCents";

export async function standingIn(
  tx: Tx,
  {
    providerId,
    resellerId,
    currency,
  }: { readonly providerId: string; readonly resellerId: string; readonly currency: string },
): Promise<ResellerStanding> {
  const all = (await readStandings(tx, providerId, [resellerId])).get(resellerId) ?? [];
  const nothing = { currency, balanceCents: 0, out: 0, sold: 0, returned: 0, outCents: 0 };
  return all.find((one) => one.currency === currency) ?? nothing;
}

const nameKey = (name: string): string => name.trim().replace(/\s+/g, " ").toLowerCase();

function nameTaken(): Problem {
  return refusal("name-taken", { field: "name" });
}

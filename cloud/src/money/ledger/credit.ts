/** What a customer has with the provider, and what a customer owes: reversed money that they had spent. */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { lockNameInTurn } from "../evidence/money-locks.ts";
import { type CreditOwner, heldCredit } from "./credit-holds.ts";

/** What a customer has with the provider, minor units; never below zero. @param party whose */
export async function creditOf(tx: Tx, providerId: string, party: Party, currency: string): Promise<number> {
  return Math.max(0, -(await balanceOf(tx, "credit", { providerId, party, currency })));
}

/** As `creditOf`, in each currency in which they have some. */
export async function creditsOf(
  tx: Tx,
  providerId: string,
  party: Party,
): Promise<{ readonly currency: string; readonly creditCents: number }[]> {
  const rows = await tx
    .selectFrom("ledger_postings")
    .select(["currency", (select) => select.fn.sum<number | string>("amountCents").as("sum")])
    .where("providerId", "=", providerId)
    .where("account", "=", "credit")
    .where("party", "=", party)
    .groupBy("currency")
    .orderBy("currency")
    .execute();
  return rows.flatMap(({ currency, sum }) => (Number(sum) < 0 ? [{ currency, creditCents: -Number(sum) }] : []));
}

/** What a customer owes, minor units; never below zero. Not locked: for who only looks. */
export async function debtOf(
  tx: Tx,
  owner: { readonly providerId: string; readonly party: Party; readonly currency: string },
): Promise<number> {
  return Math.max(0, await balanceOf(tx, "debts", owner));
}

/**
 * What of it came with them from another system, minor units: the next money that comes to their credit settles it. What they owe by money that was
 * reversed is not among it. What settled debts since then, whoever did it and how (money that came in, a correction, credit of an undone purchase),
 * settled this one first, the older one. Not locked: for who only looks.
 */
export async function takenOverDebtOf(
  tx: Tx,
  owner: { readonly providerId: string; readonly party: Party; readonly currency: string },
): Promise<number> {
  const { providerId, party, currency } = owner;
  const { rows } = await sql<{ sum: number | string | null }>`
    select sum(case when kind = 'taken-over' then cents else least(cents, 0) end) as sum from (
      select e.kind, e.at_ms, p.amount_cents as cents, min(e.at_ms) filter (where e.kind = 'taken-over') over () as came_at_ms
      from ledger_postings p join ledger_entries e on e.provider_id = p.provider_id and e.entry_id = p.entry_id
      where p.provider_id = ${providerId} and p.account = 'debts' and p.party = ${party} and p.currency = ${currency}) of_debts
    where at_ms >= came_at_ms`.execute(tx);
  const row = rows[0];
  const leftCents = Math.max(0, Number(row?.sum ?? 0));
  return leftCents === 0 ? 0 : Math.min(leftCents, await debtOf(tx, owner));
}

/** Who of these came with a debt from another system, in any currency; it may be settled by now. */
export async function withTakenOverDebt(
  tx: Tx,
  providerId: string,
  parties: readonly Party[],
): Promise<{ readonly party: Party; readonly currency: string }[]> {
  const rows = await tx
    .selectFrom("ledger_postings as p")
    .innerJoin("ledger_entries as e", (join) =>
      join.onRef("e.providerId", "=", "p.providerId").onRef("e.entryId", "=", "p.entryId"),
    )
    .select(["p.party", "p.currency"])
    .distinct()
    .where("p.providerId", "=", providerId)
    .where("p.account", "=", "debts")
    .where("p.party", "in", [...parties])
    .where("e.kind", "=", "taken-over")
    .execute();
  return rows.flatMap(({ party, currency }) => (party === null ? [] : [{ party: party as Party, currency }]));
}

/** What of it no open purchase holds. Not locked: for who only looks. */
export async function freeCreditOf(tx: Tx, providerId: string, party: Party, currency: string): Promise<number> {
  const [cents] = await freeCreditsOf(tx, [{ providerId, party, currency }]);
  return cents as number;
}

/** The same of several customers, of any providers, in one statement. @returns minor units, in their order */
export async function freeCreditsOf(tx: Tx, owners: readonly CreditOwner[]): Promise<number[]> {
  if (owners.length === 0) return [];
  const { rows } = await sql<{ cents: string | number }>`
    select coalesce((select 0 - sum(p.amount_cents) from ledger_postings p where p.provider_id = of."providerId" and p.account = 'credit'
        and p.party = of.party and p.currency = of.currency), 0)
      - coalesce((select sum(h.amount_cents) from credit_holds h where h.provider_id = of."providerId" and h.party = of.party
        and h.currency = of.currency), 0) as cents
    from ${recordset(
      "of",
      owners.map((owner, place) => ({ ...owner, place })),
      { place: "integer", providerId: "text", party: "text", currency: "text" },
    )} order by place`.execute(tx);
  return rows.map(({ cents }) => Math.max(0, Number(cents)));
}

/**
 * What a customer may spend: without what open purchases hold. Locked until the transaction ends, so that it is spent once.
 * Everything that spends a customer's credit asks here first, and takes no more than this.
 * @param forPurchase the purchase that it is spent on: its own hold does not stand in its way
 */
export async function creditToSpend(
  tx: Tx,
  providerId: string,
  party: Party,
  currency: string,
  forPurchase: string | null = null,
): Promise<number> {
  const credit = await creditToTakeBack(tx, providerId, party, currency);
  return Math.max(0, credit - (await heldCredit(tx, { providerId, party, currency }, forPurchase)));
}

/** All that a customer has, locked as by `creditToSpend`. Money that went back leaves credit also where a purchase holds it. */
export async function creditToTakeBack(tx: Tx, providerId: string, party: Party, currency: string): Promise<number> {
  await lockCredit(tx, providerId, party);
  return creditOf(tx, providerId, party, currency);
}

/** Sums of a customer's accounts, minor units. Credit is below zero when the customer has some; debts are above zero. */
export interface Balances {
  readonly credit: number;
  readonly debts: number;
}

/** Both sums, locked as by `creditToTakeBack`. */
export async function balancesToTakeBack(
  tx: Tx,
  providerId: string,
  party: Party,
  currency: string,
): Promise<Balances> {
  await lockCredit(tx, providerId, party);
  const owner = { providerId, party, currency };
  return { credit: await balanceOf(tx, "credit", owner), debts: await balanceOf(tx, "debts", owner) };
}

/** The last in the order of locks: until the transaction ends, nobody else spends of it, and what is spent of it is committed. */
export async function lockCredit(tx: Tx, providerId: string, party: Party): Promise<void> {
  await lockNameInTurn(tx, "credit", `credit/${providerId}/${party}`);
}

async function balanceOf(
  tx: Tx,
  account: "credit" | "debts",
  { providerId, party, currency }: { providerId: string; party: Party; currency: string },
): Promise<number> {
  const row = await tx
    .selectFrom("ledger_postings")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", providerId)
    .where("account", "=", account)
    .where("party", "=", party)
    .where("currency", "=", currency)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

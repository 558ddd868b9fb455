/** What entries have posted: for what the books alone remember. */
import { cents } from "@karibu/protocol/quantities";
import { type RawBuilder, sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { LedgerAccount } from "./accounts.ts";
import type { Posting } from "./entries.ts";

/** Of one payment's entries whose keys begin so, minor units; debit positive. */
export async function postedSum(
  tx: Tx,
  of: { readonly providerId: string; readonly purchaseId: string; readonly keyBegins: string },
  account: LedgerAccount,
): Promise<number> {
  const row = await tx
    .selectFrom("ledger_entries")
    .innerJoin("ledger_postings", (join) =>
      join
        .onRef("ledger_postings.providerId", "=", "ledger_entries.providerId")
        .onRef("ledger_postings.entryId", "=", "ledger_entries.entryId"),
    )
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("ledger_entries.providerId", "=", of.providerId)
    .where("purchaseId", "=", of.purchaseId)
    .where(sql<boolean>`starts_with(entry_key, ${of.keyBegins})`)
    .where("account", "=", account)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

/** Of one entry, minor units; debit positive. */
export async function postedBy(
  tx: Tx,
  { providerId, entryId }: { readonly providerId: string; readonly entryId: string },
  account: LedgerAccount,
): Promise<number> {
  const row = await tx
    .selectFrom("ledger_postings")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", providerId)
    .where("entryId", "=", entryId)
    .where("account", "=", account)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

/** What one entry posted, turned round: for the entry that takes it back. */
export async function turnedRound(
  tx: Tx,
  { providerId, entryId }: { readonly providerId: string; readonly entryId: string },
): Promise<Posting[]> {
  const rows = await tx
    .selectFrom("ledger_postings")
    .select(["account", "currency", "amountCents", "party"])
    .where("providerId", "=", providerId)
    .where("entryId", "=", entryId)
    .orderBy("line")
    .execute();
  return rows.map(({ account, currency, amountCents, party }) => ({
    account: account as LedgerAccount,
    currency,
    amountCents: cents(-amountCents),
    ...(party === null ? {} : { party }),
  }));
}

export async function isPosted(tx: Tx, providerId: string, entryKey: string): Promise<boolean> {
  const rows = tx.selectFrom("ledger_entries").select("entryId").where("providerId", "=", providerId);
  return (await rows.where("entryKey", "=", entryKey).executeTakeFirst()) !== undefined;
}

/** How many entries of this kind a payment has. */
export async function countEntries(
  tx: Tx,
  { providerId, purchaseId }: { readonly providerId: string; readonly purchaseId: string },
  kind: "discount",
): Promise<number> {
  const { count } = await tx
    .selectFrom("ledger_entries")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where("kind", "=", kind)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What these accounts hold, minor units; may be below zero. By currency; one in which nothing was posted is not there. */
export async function balancesOf(
  tx: Tx,
  providerId: string,
  accounts: readonly string[],
): Promise<readonly { readonly account: string; readonly currency: string; readonly balanceCents: number }[]> {
  const rows = await tx
    .selectFrom("ledger_postings")
    .select(["account", "currency", sql<number>`sum(amount_cents)::bigint`.as("cents")])
    .where("providerId", "=", providerId)
    .where("account", "in", accounts)
    .groupBy(["account", "currency"])
    .orderBy("currency")
    .execute();
  return rows.map(({ account, currency, cents: sum }) => ({ account, currency, balanceCents: Number(sum) }));
}

/** What these accounts together grew by in each step of time since then, minor units; debit positive. A step in which nothing was posted is not there. */
export async function postedByStep(
  tx: Tx,
  of: { readonly providerId: string; readonly currency: string; readonly accounts: readonly LedgerAccount[] },
  { fromMs, stepMs }: { readonly fromMs: number; readonly stepMs: number },
): Promise<readonly { readonly step: number; readonly cents: number }[]> {
  const { rows } = await sql<{ step: number; cents: number | string }>`
    select ((e.at_ms - ${fromMs}::bigint) / ${stepMs}::bigint)::int as step, ${bounded(sql`sum(p.amount_cents)`)} as cents
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.provider_id = ${of.providerId} and e.at_ms >= ${fromMs}::bigint and p.account = any (${of.accounts}::text[])
      and p.currency = ${of.currency} group by 1`.execute(tx);
  return rows.map((row) => ({ step: row.step, cents: Number(row.cents) }));
}

/** When anything was sold first, proved or not, as a column. Null: never. */
export const firstSoldAtMs = (providerId: string): RawBuilder<number | null> =>
  sql`(select e.at_ms from ledger_entries e where e.provider_id = ${providerId} and exists (select from ledger_postings p
    where p.provider_id = e.provider_id and p.entry_id = e.entry_id and p.account in ('revenue', 'pending')) order by e.at_ms, e.entry_id limit 1)`;

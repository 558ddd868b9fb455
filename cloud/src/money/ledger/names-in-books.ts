/** What accountants read instead of identifiers: whose account it is, and what an entry is about. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { LedgerAccount } from "./accounts.ts";

type Names = ReadonlyMap<string, string>;

/** Accounts that belong to nobody in particular, as an export in English calls them. */
const titles: Readonly<Record<Exclude<LedgerAccount, `${string}:${string}`>, string>> = {
  revenue: "Plans sold",
  pending: "Plans sold, not proved yet",
  credit: "Customers' credit",
  suspense: "Money without an owner",
  refunds: "Refunds",
  debts: "Reversed after use",
  cash: "Cash",
  commission: "Commission",
  fees: "Fees",
  expenses: "Expenses",
  "write-offs": "Debts written off",
};

/** Whose account it is, by the identifier after its colon: a channel, one of the staff, or a seller at sites. */
export async function readOwners(tx: Tx, providerId: string): Promise<Names> {
  const { rows } = await sql<{ id: string; name: string }>`
    select channel_id as id, name from channels where provider_id = ${providerId}
    union all select user_id, name from users where provider_id = ${providerId}
    union all select seller_id, name from sellers where provider_id = ${providerId}`.execute(tx);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Null: the account belongs to nobody in particular, or its owner is gone. */
export function ownerOf(account: string, owners: Names): string | null {
  const colon = account.indexOf(":");
  return colon < 0 ? null : (owners.get(account.slice(colon + 1)) ?? null);
}

/** Never empty: an account whose owner is gone is called by its kind. */
export function accountTitle(account: string, owners: Names): string {
  const kind = account.replace(/:.*$/, "");
  return ownerOf(account, owners) ?? (titles as Readonly<Record<string, string>>)[kind] ?? kind;
}

/** What the entries with these keys are about, by the identifier that stands in each key. */
export async function readCauses(tx: Tx, providerId: string, keys: readonly string[]): Promise<Names> {
  const ids = sql.join([...new Set(keys.flatMap(idsOf)), ""].map((id) => sql`${id}::text`));
  const { rows } = await sql<{ id: string; name: string }>`
    select expense_id as id, concat_ws(', ', category, payee) as name from expenses
      where provider_id = ${providerId} and expense_id in (${ids})
    union all select invoice_id, 'Invoice ' || number from invoices
      where provider_id = ${providerId} and invoice_id in (${ids})
    union all select refund_id, reason from refunds
      where provider_id = ${providerId} and refund_id in (${ids})
    union all select correction_id, reason from corrections
      where provider_id = ${providerId} and correction_id in (${ids})
    union all select sale.site_id || ':' || sale.sale_id, concat_ws(', ', site.name, 'code …' || sale.code_end)
      from cash_sales sale
      left join sites site on site.provider_id = sale.provider_id and site.site_id = sale.site_id
      where sale.provider_id = ${providerId} and sale.sale_id in (${ids})`.execute(tx);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const idsOf = (key: string): string[] => key.split(":").slice(1);

/** Entries about money that has a receipt name it third: `receipt:mpesa:UKL51ZDR4F`. */
const ofReceipts = /^(?:receipt|assigned|restored|reversal|disproof):[^:]+:([^:]+)/;

/**
 * What an entry is about, as people call it: a person, an expense, an invoice, the reason of a refund, a receipt, a payment's
 * reference. Null: nothing has a name.
 */
export function causeText(key: string, reference: string | null, names: Names): string | null {
  const ids = idsOf(key);
  const named = [ids.slice(-2).join(":"), ...ids].map((id) => names.get(id)).find((name) => name !== undefined);
  return named ?? ofReceipts.exec(key)?.[1] ?? reference;
}

/** What accountants read instead of identifiers: whose account it is, and what an entry is about. */
import { displayName } from "@karibu/protocol/plan-name";
import { writtenDay } from "@karibu/protocol/written-day";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { type FileLanguage, inLanguage, type Word } from "../../ground/lists/export-words.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { receiptIn } from "./receipt-in-key.ts";

type Names = ReadonlyMap<string, string>;

/**
 * Whose accounts a module keeps in the books: selects rows of `id, name, detail`, by the identifier after the account's colon. `detail` tells one from another
 * of the same name; null: nothing does.
 */
export type AccountOwners = (providerId: string) => RawBuilder<unknown>;

/** Those of all modules, as one query of such rows. */
export function ownersOfModules(ofModules: readonly AccountOwners[], providerId: string): RawBuilder<unknown> {
  const nobody = sql`select null::text as id, null::text as name, null::text as detail where false`;
  return ofModules.length === 0
    ? nobody
    : sql.join(
        ofModules.map((owners) => owners(providerId)),
        sql` union all `,
      );
}

const causeWords: readonly Word[] = [
  ["Invoice", "Ankara"],
  ["code", "msimbo"],
];

/**
 * Whose account it is, by the identifier after its colon: a channel, one of the staff, a seller at sites, a batch of vouchers, or whom a module names. No two
 * are called the same: channels of one name carry their number, anybody else the end of their identifier.
 * @param ofModules left out: who asks has no accounts of modules
 * @param screen in whose language a screen asks. Left out: a file, which names them alike for ever, as accountants' programs know them.
 */
export async function readOwners(
  tx: Tx,
  providerId: string,
  { ofModules = [], screen }: { readonly ofModules?: readonly AccountOwners[]; readonly screen?: FileLanguage } = {},
): Promise<Names> {
  const { rows } = await sql<Owner>`
    select channel_id as id, name, shortcode as detail from channels where provider_id = ${providerId}
    union all select user_id, name, null from users where provider_id = ${providerId}
    union all select seller_id, name, null from sellers where provider_id = ${providerId}
    union all ${ownersOfModules(ofModules, providerId)}`.execute(tx);
  return distinctNames([...rows, ...(await readSoldBatches(tx, providerId, screen))]);
}

/** By plan and day: `1 GB Daily, 2026-11-21` in files, `1 GB Daily, 21 Nov 2026` on screens. */
async function readSoldBatches(tx: Tx, providerId: string, screen: FileLanguage | undefined): Promise<Owner[]> {
  const offsetMs = (await offsetOfProvider(tx, providerId)) * 60_000;
  const { rows } = await sql<{ id: string; planName: string; madeAtMs: number }>`
    select b.batch_id as id, b.plan_name, b.created_at_ms as "madeAtMs"
    from voucher_batches b where b.provider_id = ${providerId}
      and exists (select from voucher_sales w where w.provider_id = b.provider_id and w.batch_id = b.batch_id)`.execute(
    tx,
  );
  return rows.map(({ id, planName, madeAtMs }) => {
    const day = new Date(Number(madeAtMs) + offsetMs).toISOString().slice(0, 10);
    const written = screen === undefined ? day : writtenDay(day, screen);
    return { id, name: `${displayName(planName, screen)}, ${written}`, detail: null };
  });
}

interface Owner {
  readonly id: string;
  readonly name: string;
  /** What tells one from another of the same name; null: nothing but the identifier. */
  readonly detail: string | null;
}

function distinctNames(owners: readonly Owner[]): Names {
  const names = new Map<string, string>();
  for (const [name, alike] of Map.groupBy(owners, (owner) => owner.name)) {
    const details = new Set(alike.map(({ detail }) => detail));
    for (const { id, detail } of alike) {
      const told = detail !== null && details.size === alike.length ? detail : id.slice(-6);
      names.set(id, alike.length === 1 ? name : `${name} (${told})`);
    }
  }
  return names;
}

/** Null: the account belongs to nobody in particular, or its owner is gone. */
export function ownerOf(account: string, owners: Names): string | null {
  const colon = account.indexOf(":");
  return colon < 0 ? null : (owners.get(account.slice(colon + 1)) ?? null);
}

/** What the entries with these keys are about, by the identifier that stands in each key. */
export async function readCauses(
  tx: Tx,
  providerId: string,
  keys: readonly string[],
  language: FileLanguage,
): Promise<Names> {
  const [invoice, code] = causeWords.map((word) => inLanguage(word, language));
  const ids = sql.join([...new Set(keys.flatMap(idsOf)), ""].map((id) => sql`${id}::text`));
  const { rows } = await sql<{ id: string; name: string }>`
    select expense_id as id, concat_ws(', ', category, payee) as name from expenses
      where provider_id = ${providerId} and expense_id in (${ids})
    union all select invoice_id, ${invoice}::text || ' ' || number from invoices
      where provider_id = ${providerId} and invoice_id in (${ids})
    union all select refund_id, reason from refunds
      where provider_id = ${providerId} and refund_id in (${ids})
    union all select correction_id, reason from corrections
      where provider_id = ${providerId} and correction_id in (${ids})
    union all select sale.site_id || ':' || sale.sale_id, concat_ws(', ', site.name, ${code}::text || ' …' || sale.code_end)
      from cash_sales sale
      left join sites site on site.provider_id = sale.provider_id and site.site_id = sale.site_id
      where sale.provider_id = ${providerId} and sale.sale_id in (${ids})`.execute(tx);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const idsOf = (key: string): string[] => key.split(":").slice(1);

/**
 * What an entry is about, as people call it: a person, an expense, an invoice, the reason of a refund, a receipt, a payment's
 * reference. Null: nothing has a name.
 */
export function causeText(key: string, reference: string | null, names: Names): string | null {
  const ids = idsOf(key);
  const named = [ids.slice(-2).join(":"), ...ids].map((id) => names.get(id)).find((name) => name !== undefined);
  return named ?? receiptIn(key) ?? reference;
}

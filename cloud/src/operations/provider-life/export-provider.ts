/**
 * All data of one provider, one JSON object a line: `{"table": …, "row": {…}}`. Secrets (passwords, tokens,
 * channel keys) are left out; phone numbers are in clear, because they are the provider's customers. Reads slices by
 * primary key, each in a separate transaction: memory stays small, and no transaction waits for a slow download.
 */
import { sql } from "kysely";
import { readCatalog, type Table } from "../../ground/db/catalog.ts";
import type { Database } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";

const sliceRows = 1000;
/** Columns with secrets, and their hashes; and what would tell of other providers' people. */
const secretName = /_sealed$|_hash$|_hashes$|^public_key$|^address_elsewhere$/;
/** Codes that sell: unused ones are cash, and here is not known which are used. Also within a record of a site's journal. */
const codeName = /^code$/;
/** Also within a record of a site's journal: a customer's PIN, whose hash protects so short a secret weakly. */
const pinName = /^pin$/;
/** Internal tables without data of the provider. */
const machinery = new Set([
  "idempotent_answers",
  "mailed_tokens",
  "logins",
  "customer_sessions",
  "customer_codes",
  "trial_codes",
  "login_places",
  "enrolment_tokens",
  "feed_rows",
  "feed_scopes",
  "message_events",
  "evidence_bodies",
  "link_answers",
  "app_budgets",
  "shared_tries",
]);

const phoneContexts: Readonly<Record<string, (row: Record<string, unknown>) => string>> = {
  purchases: (row) => `phone/${row.provider_id}/${row.purchase_id}`,
  customers: (row) => `customer/${row.provider_id}/${row.customer_id}`,
  customer_numbers: (row) => `customer/${row.provider_id}/${row.customer_id}`,
};

/** Ends early when `write` says that the reader left. `write` waits while the reader is slow. */
export async function exportProvider(
  parts: { readonly database: Database; readonly envelope: Envelope },
  { providerId, withCodes }: { readonly providerId: string; readonly withCodes: boolean },
  write: (text: string) => Promise<boolean>,
): Promise<void> {
  const tables = (await parts.database.asProvider(providerId, readCatalog)).filter(
    (table) => table.isTenant && !machinery.has(table.name),
  );
  const shownOf = (table: Table, row: Record<string, unknown>) => {
    const shown = without(readable(parts.envelope, table, row), pinName);
    return withCodes ? shown : without(shown, codeName);
  };
  for (const table of tables) {
    for (let after: readonly string[] | null = null; ; ) {
      const slice = await readSlice(parts.database, providerId, table, after);
      const lines = slice.map(({ row }) => `${JSON.stringify({ table: table.name, row: shownOf(table, row) })}\n`);
      if (lines.length > 0 && !(await write(lines.join("")))) return;
      if (slice.length < sliceRows) break;
      after = (slice.at(-1) as Slice).key;
    }
  }
}

interface Slice {
  readonly row: Record<string, unknown>;
  readonly key: readonly string[];
}

function readSlice(
  database: Database,
  providerId: string,
  table: Table,
  after: readonly string[] | null,
): Promise<Slice[]> {
  const key = sql.join(table.key.map(({ name }) => sql.ref(name)));
  const from =
    after === null
      ? sql``
      : sql`where (${key}) > (${sql.join(after.map((part, at) => sql`${part}::${sql.raw((table.key[at] as { type: string }).type)}`))})`;
  return database.asProvider(providerId, async (tx) => {
    const { rows } = await sql<Slice>`
      select to_jsonb(t) as row, array[${sql.join(table.key.map(({ name }) => sql`t.${sql.ref(name)}::text`))}] as key
      from ${sql.table(table.name)} t ${from} order by ${key} limit ${sliceRows}`.execute(tx);
    return rows;
  });
}

function readable(envelope: Envelope, table: Table, row: Record<string, unknown>): Record<string, unknown> {
  const contextOf = phoneContexts[table.name];
  const shown = Object.fromEntries(Object.entries(row).filter(([name]) => !secretName.test(name)));
  if (contextOf === undefined || typeof row.phone_sealed !== "string") return shown;
  const sealed = Buffer.from(row.phone_sealed.slice(2), "hex");
  // One that no key opens any more must not keep the rest from its owner.
  return { ...shown, phone: ifReadable(() => envelope.open(sealed, contextOf(row)).toString(), null) };
}

/** The same with `null` for each value of that name, however deep: a site's journal tells of sales as the site wrote them. */
function without<T>(value: T, named: RegExp): T {
  if (Array.isArray(value)) return value.map((one) => without(one, named)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, named.test(name) ? null : without(inner, named)]);
  return Object.fromEntries(entries) as T;
}

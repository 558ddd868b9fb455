/** Reads what the database says of its tables: columns in order, types, what may be null, what has a default, and the texts that a check allows. */
import type { RunScript } from "@karibu/cloud/ground/db/engine";

export interface CatalogueColumn {
  readonly table: string;
  readonly column: string;
  /** As PostgreSQL writes it: `text[]`. */
  readonly type: string;
  readonly notNull: boolean;
  /** An insert may leave it out. */
  readonly hasDefault: boolean;
  /** Only the database writes it. */
  readonly isGenerated: boolean;
  /** The texts that a check of this column alone allows; null: any. */
  readonly values: readonly string[] | null;
}

/** Of each table that is no part of another: no views, no partitions. `migrations` is the migrations' own, and not in a schema file. */
export async function readCatalogue(run: RunScript): Promise<CatalogueColumn[]> {
  const rows = await run(`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type, a.attnotnull as not_null,
      (d.oid is not null and a.attgenerated = '') or a.attidentity <> '' as has_default,
      a.attgenerated <> '' or a.attidentity = 'a' as is_generated,
      (select json_agg(pg_get_constraintdef(x.oid) order by x.conname) from pg_constraint x
        where x.conrelid = c.oid and x.contype = 'c' and x.conkey = array[a.attnum]) as checks
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations'
    order by c.relname, a.attnum`);
  return rows.map((row) => ({
    table: String(row.table),
    column: String(row.column),
    type: String(row.type),
    notNull: row.not_null === true,
    hasDefault: row.has_default === true,
    isGenerated: row.is_generated === true,
    values: ((row.checks ?? []) as string[]).map(valuesOf).find((values) => values !== null) ?? null,
  }));
}

/** Tables of providers that row-level security does not keep apart. */
export async function readUnguarded(run: RunScript): Promise<string[]> {
  const rows = await run(`
    select c.relname as table from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'provider_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and not (c.relrowsecurity and c.relforcerowsecurity)
    order by c.relname`);
  return rows.map((row) => String(row.table));
}

const text = "'((?:[^']|'')*)'::text";
const one = new RegExp(`^CHECK \\(\\(\\w+ = ${text}\\)\\)$`);
const several = new RegExp(`^CHECK \\(\\(\\w+ = ANY \\(ARRAY\\[(${text}(?:, ${text})*)\\]\\)\\)\\)$`);

/** `CHECK ((state = ANY (ARRAY['new'::text, 'done'::text])))` allows `new` and `done`; null: no list of texts. */
function valuesOf(definition: string): string[] | null {
  const list = several.exec(definition)?.[1] ?? (one.test(definition) ? definition : null);
  if (list === null) return null;
  return [...list.matchAll(new RegExp(text, "g"))].map((match) => (match[1] as string).replaceAll("''", "'"));
}

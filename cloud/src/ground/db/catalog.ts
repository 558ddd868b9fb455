/** The list of tables, read from the database itself. So exports, back-ups and sweeps include a new table automatically. */
import { sql } from "kysely";
import type { Tx } from "./database.ts";
import type { RunScript } from "./engine.ts";
import { unfinishedRestore } from "./unfinished-restore.ts";

export interface Column {
  readonly name: string;
  /** As `format_type` writes it: `bigint`, `text`, `bytea`… */
  readonly type: string;
  /** The database numbers or computes this column itself: a restore skips it. */
  readonly isNumbered: boolean;
  /** It may not be null. */
  readonly isRequired: boolean;
}

export interface Table {
  readonly name: string;
  /** A tenant's table: its primary key begins with `provider_id`. */
  readonly isTenant: boolean;
  /** It is partitioned by month (`months.sql`). Its parts are not listed. */
  readonly isByMonth: boolean;
  readonly columns: readonly Column[];
  /** In the order of the primary key. */
  readonly key: readonly Column[];
}

/** These tables hold no data, but the history of this database. */
const notData: ReadonlySet<string> = new Set(["migrations", unfinishedRestore]);

/** Referenced tables come before the tables that refer to them, so that rows can be restored in this order. */
export async function readCatalog(tx: Tx): Promise<Table[]> {
  return readCatalogBy(async (script) => (await sql.raw(script).execute(tx)).rows as Record<string, unknown>[]);
}

export async function readCatalogBy(run: RunScript): Promise<Table[]> {
  const rows = (await run(`
    select c.relname as name, c.relkind = 'p' as "isByMonth", a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
      a.attidentity <> '' or a.attgenerated <> '' as "isNumbered", a.attnotnull as "isRequired",
      array_position(i.indkey::int2[], a.attnum) as "keyPosition"
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname, a.attnum`)) as unknown as CatalogRow[];
  const references = (await run(`
    select distinct f.conrelid::regclass::text as from, f.confrelid::regclass::text as to
    from pg_constraint f where f.contype = 'f' and f.conrelid <> f.confrelid`)) as unknown as Reference[];
  const tables = [...Map.groupBy(rows, (row) => row.name)]
    .filter(([name]) => !notData.has(name))
    .map(([name, columns]): Table => {
      const key = columns
        .filter((column) => column.keyPosition !== null)
        .sort((one, other) => (one.keyPosition as number) - (other.keyPosition as number))
        .map(columnOf);
      const isTenant = key[0]?.name === "provider_id";
      const isByMonth = columns[0]?.isByMonth === true;
      return { name, isTenant, isByMonth, columns: columns.map(columnOf), key };
    });
  return inOrder(tables, references);
}

interface CatalogRow {
  readonly name: string;
  readonly isByMonth: boolean;
  readonly column: string;
  readonly type: string;
  readonly isNumbered: boolean;
  readonly isRequired: boolean;
  readonly keyPosition: number | null;
}

interface Reference {
  readonly from: string;
  readonly to: string;
}

function columnOf({ column, type, isNumbered, isRequired }: CatalogRow): Column {
  return { name: column, type, isNumbered, isRequired };
}

function inOrder(tables: readonly Table[], references: readonly Reference[]): Table[] {
  const ordered: Table[] = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const free = [...left.values()].filter(
      (table) => !references.some(({ from, to }) => from === table.name && left.has(to)),
    );
    if (free.length === 0) throw new Error(`tables refer to each other in a ring: ${[...left.keys()].join(", ")}`);
    for (const table of free) {
      ordered.push(table);
      left.delete(table.name);
    }
  }
  return ordered;
}

/**
 * Builds an index on a table that is partitioned by month (`months.sql`) while others write. PostgreSQL builds none concurrently on the parent, and
 * the plain statement would stop the writers of all months until the last one has its index. So: the parent's index alone, which is not valid yet
 * and takes no time; each part's own, concurrently; and each is attached. When the last part has its index, the parent's is valid.
 *
 * Every step looks at what is there, so after a crash anywhere it goes on where it was. A month that is made meanwhile gets the index from the
 * parent's, valid or not. Parts are left to PostgreSQL to name, as in a fresh database.
 */
import type { RunScript } from "./engine.ts";

export const byMonthMark = /^-- index by month\b/;

export interface IndexByMonth {
  readonly unique: string;
  readonly index: string;
  readonly table: string;
  /** What stands behind the table's name: method, columns, condition. */
  readonly rest: string;
}

/** Throws where the file has anything but one `create index` of the plain form that `schema.sql` has too. */
export function readIndexByMonth(script: string): IndexByMonth {
  const text = script.replaceAll(/^--.*$/gm, "").trim();
  const found = /^create (unique )?index ([a-z0-9_]+) on ([a-z0-9_]+) ([^;]+);$/.exec(text);
  if (found === null)
    throw new Error("behind `-- index by month` stands one `create index <name> on <table> …;` alone");
  const [, unique = "", index = "", table = "", rest = ""] = found;
  return { unique, index, table, rest };
}

/** @param lockSeconds a lock that stops others is waited for so long; a build stops nobody, and waits for as long as it takes */
export async function buildByMonth(run: RunScript, wanted: IndexByMonth, lockSeconds: number): Promise<void> {
  const { unique, index, table, rest } = wanted;
  const shortly = (statement: string) => run(`begin; set local lock_timeout = '${lockSeconds}s'; ${statement}; commit`);
  await shortly(`create ${unique}index if not exists ${index} on only ${table} ${rest}`);
  for (;;) {
    const part = await findPart(run, index, table);
    if (part === undefined) break;
    for (const left of part.broken) await run(`drop index concurrently ${left}`);
    if (part.built === null) await run(`create ${unique}index concurrently on ${part.name} ${rest}`);
    else await shortly(`alter index ${index} attach partition ${part.built}`);
  }
  const [parent] = await run(`select indisvalid as valid from pg_index where indexrelid = '${index}'::regclass`);
  if (parent?.valid !== true)
    throw new Error(`each part has its index, but ${index} is not valid: drop it, and start again`);
}

interface Part {
  readonly name: string;
  /** Its index, built and not attached yet. */
  readonly built: string | null;
  /** Of builds that were broken off: they are kept up to date, and nobody reads by them. */
  readonly broken: readonly string[];
}

/**
 * A part that has no index of the parent's. What it has of the same text and belongs to no parent is ours. `…_other` is the last one, because no month
 * that is dropped meanwhile can be it: PostgreSQL looks whether the parent's is valid when one is attached.
 */
async function findPart(run: RunScript, index: string, table: string): Promise<Part | undefined> {
  const textOf = (oid: string) =>
    `regexp_replace(pg_get_indexdef(${oid}), '^CREATE (UNIQUE )?INDEX \\S+ ON (ONLY )?\\S+ ', '\\1')`;
  const own = (isValid: boolean) => `
    select i.indexrelid::regclass::text from pg_index i
    where i.indrelid = parts.inhrelid and ${isValid ? "" : "not "}i.indisvalid and ${textOf("i.indexrelid")} = ${textOf(`'${index}'::regclass`)}
      and not exists (select from pg_inherits attached where attached.inhrelid = i.indexrelid)
    order by i.indexrelid`;
  const [found] = await run(`
    select parts.inhrelid::regclass::text as name, (${own(true)} limit 1) as built, array(${own(false)}) as broken
    from pg_inherits parts join pg_partitioned_table parent on parent.partrelid = parts.inhparent
    where parts.inhparent = '${table}'::regclass and not exists (
      select from pg_inherits attached join pg_index i on i.indexrelid = attached.inhrelid
      where attached.inhparent = '${index}'::regclass and i.indrelid = parts.inhrelid)
    order by parts.inhrelid = parent.partdefid, 1 limit 1`);
  return found as Part | undefined;
}

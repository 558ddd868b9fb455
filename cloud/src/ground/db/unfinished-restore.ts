/**
 * The mark of a restore that has begun and has not ended. It is written before the first row of the back-up and goes with the last thing that the
 * restore notes, in that transaction. Rows without what follows them (how far numbers go on, what was revoked since, that sites must notice) are
 * no hub yet: nobody opens such a database but the restore itself.
 *
 * It is a table that stands in no schema file: it is there while a restore is, whatever release made the tables beside it.
 */
import { Fault } from "@karibu/protocol/fault";
import type { RunScript } from "./engine.ts";

export const unfinishedRestore = "unfinished_restore";

export interface Unfinished {
  /** Content of the back-up, SHA-256. */
  readonly sha256: string;
  /** The instant that it holds. */
  readonly atMs: number;
  /** All of its rows are there; before that, none is. */
  readonly hasRows: boolean;
}

/** Null: no restore has begun here, or it ended well. */
export async function readUnfinished(run: RunScript): Promise<Unfinished | null> {
  const [table] = await run(`select to_regclass('public.${unfinishedRestore}') is not null as is_there`);
  if (table?.is_there !== true) return null;
  const [mark] = await run(`select sha256, at_ms, has_rows from ${unfinishedRestore}`);
  if (mark === undefined) return null;
  return { sha256: String(mark.sha256), atMs: Number(mark.at_ms), hasRows: mark.has_rows === true };
}

/** Throws Fault "restore/unfinished" for a database into which a restore has begun and has not ended. */
export async function refuseUnfinished(run: RunScript): Promise<void> {
  const mark = await readUnfinished(run);
  if (mark !== null) throw unfinished(mark);
}

export function unfinished({ atMs }: Unfinished): Fault {
  const of = new Date(atMs).toISOString();
  return new Fault(
    "restore/unfinished",
    `a restore of the back-up of ${of} into this database has not ended: no hub may start on it`,
    {
      retry: "never",
      hint: "Run the same `karibu restore` again: it ends what was begun. Another back-up goes into an empty database or data folder.",
    },
  );
}

/** Before the first row, in a transaction of its own. Who begins again leaves the mark of one restore alone. */
export async function markUnfinished(run: RunScript, { sha256, atMs }: Omit<Unfinished, "hasRows">): Promise<void> {
  await run(`create table if not exists ${unfinishedRestore} (
      only_row boolean primary key default true check (only_row),
      sha256 text not null,
      at_ms bigint not null,
      has_rows boolean not null default false
    );
    insert into ${unfinishedRestore} (sha256, at_ms) values ('${sha256}', ${Math.trunc(atMs)})
    on conflict (only_row) do update set sha256 = excluded.sha256, at_ms = excluded.at_ms`);
}

/** In the transaction that brings the rows. Throws Fault "restore/unfinished" where another restore has begun meanwhile. */
export async function markRows(run: RunScript, sha256: string): Promise<void> {
  const [mark] = await run(
    `update ${unfinishedRestore} set has_rows = true where sha256 = '${sha256}' returning only_row`,
  );
  if (mark === undefined) await refuseUnfinished(run);
}

/** In the transaction that notes the last thing. */
export async function endUnfinished(run: RunScript): Promise<void> {
  await run(`drop table ${unfinishedRestore}`);
}

/** After a restore that was refused: the database has no row of it, and is as empty as before. */
export async function forgetUnfinished(run: RunScript): Promise<void> {
  const [gone] = await run(`delete from ${unfinishedRestore} where not has_rows returning only_row`);
  if (gone !== undefined) await endUnfinished(run);
}

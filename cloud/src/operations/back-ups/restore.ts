/**
 * Restore: writes a proved back-up into an empty database of either engine, completely or not at all. Then it counts the
 * rows, compares the ledger's balances, and renews the hub's generation: sites then take a snapshot and send again
 * what this database lacks, so that nothing is lost that a site still has.
 *
 * The rows come in one transaction, migrations of later releases in theirs, and what follows a restore in the last one. So a mark stands in the
 * database from before the first row until that last commit (`ground/db/unfinished-restore.ts`): a process that ends in between leaves a database
 * that no hub starts on, and the same restore goes on from there.
 */
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import { generationRenewal } from "../../fleet/enrolment/hub-identity.ts";
import { runningHubSeenIn } from "../../fleet/link/presence.ts";
import { readCatalogBy, type Table } from "../../ground/db/catalog.ts";
import type { Engine, RunScript } from "../../ground/db/engine.ts";
import { migrate, readMigrations } from "../../ground/db/migrate.ts";
import {
  endUnfinished,
  forgetUnfinished,
  markRows,
  markUnfinished,
  readUnfinished,
  type Unfinished,
  unfinished,
} from "../../ground/db/unfinished-restore.ts";
import { noteRestore } from "../restored/note-restore.ts";
import { type BackupEnd, notKept, readBalances } from "./backup.ts";
import { endedByRestore } from "./ended-by-restore.ts";
import { type BackupLine, newer, type ProvedBackup } from "./read-backup.ts";
import {
  type FoundRevocations,
  findRevocations,
  goOnBehind,
  type ReadRevocations,
  readNothing,
  repeatFound,
} from "./repeat-revocations.ts";

const sliceRows = 500;
const sliceCharactersMax = 4_000_000;

/**
 * Throws Faults "restore/not-empty", "restore/newer", "restore/damaged", "restore/differs"; then no row was changed. Goes on with a restore of the same
 * back-up that was broken off, and throws "restore/unfinished" where that was one of another back-up.
 * @param revoked what was revoked since the back-up; it is revoked again before any hub may start, or nothing is restored
 */
export async function restoreBackup(
  world: World,
  engine: Engine,
  backup: ProvedBackup,
  revoked: ReadRevocations = readNothing,
): Promise<BackupEnd> {
  const { head, end } = backup;
  const known = new Set((await readMigrations()).map(({ name }) => name));
  const strange = head.migrations.find((name) => !known.has(name));
  if (strange !== undefined) throw newer(strange);
  const { hasRows } = await engine.alone("write", (run) => begin(world, run, backup));
  const found = hasRows ? null : await bringRows(world, engine, backup, revoked);
  await migrate(world, engine);
  await engine.alone("write", async (run) => {
    const since = found ?? (await findRevocations(run, revoked));
    await followRestore(world, run, { backUpAtMs: head.atMs, since });
    await endUnfinished(run);
  });
  return end;
}

/** Nobody may start on what comes now. Returns how far a restore of before came. */
async function begin(world: World, run: RunScript, { head, end }: ProvedBackup): Promise<Pick<Unfinished, "hasRows">> {
  const mark = await readUnfinished(run);
  if (mark?.hasRows === true) {
    if (mark.sha256 !== end.sha256) throw unfinished(mark);
    return mark;
  }
  const isMade = (await run("select to_regclass('public.providers') is not null as yes"))[0]?.yes === true;
  if (isMade) {
    await refuseRows(run);
    await refuseRunning(world, run, "Stop it and wait a minute.");
  }
  await markUnfinished(run, { sha256: end.sha256, atMs: head.atMs });
  return { hasRows: false };
}

/**
 * A hub that runs would go on with what it holds in memory; one on no rows yet would serve the back-up's as they come, with who was shut out since.
 * Throws Fault "restore/hub-runs", with this hint.
 */
export async function refuseRunning(world: World, run: RunScript, hint: string): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const seenAtMs = await runningHubSeenIn(run, nowMs);
  if (seenAtMs === null) return;
  const seconds = Math.max(0, Math.round((nowMs - seenAtMs) / 1000));
  throw new Fault("restore/hub-runs", `a hub runs on this database: it was heard ${seconds} s ago`, {
    retry: "never",
    hint,
  });
}

/** All of the back-up's rows, with the schema of its release. What was revoked since must be readable, or none comes. */
async function bringRows(
  world: World,
  engine: Engine,
  backup: ProvedBackup,
  revoked: ReadRevocations,
): Promise<FoundRevocations> {
  try {
    await migrate(world, engine, backup.head.migrations.at(-1));
    return await engine.alone("write", async (run) => {
      await refuseRows(run);
      const read = await load(run, backup.lines(), backup.head.atMs).catch((error) => refuseChanged(backup, error));
      await compare(run, read);
      await markRows(run, backup.end.sha256);
      return findRevocations(run, revoked);
    });
  } catch (error) {
    // Refused, with nothing changed. Where even that can't be noted, or the rows came all the same, the mark stays.
    await engine.alone("write", forgetUnfinished).catch(() => {});
    throw error;
  }
}

/** What makes a hub of rows that were restored: in the last transaction of each way to restore, after all migrations. */
export async function followRestore(
  world: World,
  run: RunScript,
  {
    backUpAtMs,
    since,
  }: {
    /** Null: the server's own tools restored it. */
    readonly backUpAtMs: number | null;
    /** What was revoked since the back-up. */
    readonly since: FoundRevocations;
  },
): Promise<void> {
  const { atMs } = world.clock.wall();
  await run("set local karibu.restoring = 'yes'"); // for the triggers that note revocations
  const again = await repeatFound(run, since.revocations);
  for (const statement of generationRenewal(world)) await run(statement);
  for (const statement of endedByRestore(atMs)) await run(statement);
  await noteRestore(run, { atMs, backUpAtMs, revokedAgain: again });
  await goOnBehind(run, since.lastPiece);
}

/** Rows that stand beside a restore: in the transaction that brings the back-up's. */
export type BesideRestore = (run: RunScript, end: BackupEnd) => Promise<void>;

/**
 * Puts a proved back-up in the place of all that a hub's database holds, in one transaction: whatever ends it before its commit leaves every row
 * as it was. Nobody else may write meanwhile. Only a back-up with the schema of this very release: an older one needs an empty database
 * (`restoreBackup`). Throws Faults "restore/other-release", "restore/damaged", "restore/differs".
 * @param sha256 of the content that is meant
 */
export async function replaceByBackup(
  world: World,
  engine: Pick<Engine, "alone">,
  { backup, sha256 }: { readonly backup: ProvedBackup; readonly sha256: string },
  revoked: ReadRevocations,
  beside: BesideRestore,
): Promise<BackupEnd> {
  const { head } = backup;
  return engine.alone("write", async (run) => {
    const applied = (await run("select name from migrations order by name")).map(({ name }) => String(name));
    if (JSON.stringify(applied) !== JSON.stringify(head.migrations.toSorted())) throw otherRelease();
    await emptyAll(run);
    const end = await load(run, backup.lines(), head.atMs);
    if (end.sha256 !== sha256)
      throw fault("restore/differs", "the store gave another back-up than was proved", "Choose another one.");
    await compare(run, end);
    await followRestore(world, run, { backUpAtMs: head.atMs, since: await findRevocations(run, revoked) });
    await beside(run, end);
    return end;
  });
}

/** Also the queue's own jobs: those of the back-up are rows of the outbox. Without triggers: no row is removed by a person. */
async function emptyAll(run: RunScript): Promise<void> {
  const names = (await readCatalogBy(run)).map(({ name }) => name).filter((name) => !notKept.has(name));
  await run(`truncate ${names.map((name) => `"${name}"`).join(", ")}`);
  const [queue] = await run("select to_regclass('pgboss.job') is not null as is_there");
  if (queue?.is_there === true) await run("truncate pgboss.job cascade");
}

async function refuseRows(run: RunScript): Promise<void> {
  const rows = await run("select count(*) as count from providers");
  if (Number(rows[0]?.count) > 0)
    throw fault("restore/not-empty", "the database has rows already", "Restore into an empty database or data folder.");
}

/** A file that changed after its proof may hold what the database can't read: then the error names the file. */
async function refuseChanged(backup: ProvedBackup, error: unknown): Promise<never> {
  for await (const _ of backup.lines());
  throw error;
}

async function load(run: RunScript, lines: AsyncIterable<BackupLine>, backUpAtMs: number): Promise<BackupEnd> {
  const catalog = await readCatalogBy(run);
  await run("set local karibu.restoring = 'yes'"); // for the triggers that note revocations
  // The migrations insert these rows, and the back-up has them too.
  for (const { name } of catalog.toReversed()) if (!notKept.has(name)) await run(`delete from "${name}"`);
  const tables = new Map(catalog.map((table) => [table.name, table]));
  let table: Table | null = null;
  let end: BackupEnd | null = null;
  let slice: string[] = [];
  let characters = 0;
  const flush = async () => {
    if (table !== null && slice.length > 0) {
      if (table.isByMonth) await makeMonths(run, table, slice, backUpAtMs);
      await insertRows(run, table, slice);
    }
    slice = [];
    characters = 0;
  };
  for await (const line of lines) {
    if (line.kind === "row") {
      slice.push(line.json);
      characters += line.json.length;
      if (slice.length >= sliceRows || characters >= sliceCharactersMax) await flush();
      continue;
    }
    await flush();
    if (line.kind === "end") {
      end = line.end;
      continue; // the file must end here
    }
    table = tables.get(line.name) ?? null;
    if (table === null)
      throw fault(
        "restore/differs",
        `this hub has no table ${line.name}: perhaps it is of a module whose folder (cloud/src/modules) was deleted here`,
        "Restore it with the folders that the hub had when the back-up was made.",
      );
  }
  if (end === null) throw new TypeError("lines of a back-up end with its end, or with a Fault");
  return end;
}

/** A back-up's rows are of months that this database has no parts for: all of them would lie in the one part for what has none. */
async function makeMonths(run: RunScript, { name }: Table, rows: readonly string[], backUpAtMs: number): Promise<void> {
  const day = new Date(backUpAtMs).toISOString().slice(0, 10);
  await run(`set local standard_conforming_strings = on;
    select karibu_make_months_of('${name}', '${jsonText(rows)}', '${day}')`);
}

const jsonText = (rows: readonly string[]): string => `[${rows.join(",")}]`.replaceAll("'", "''");

/** `rows`: lines of a back-up. */
export async function insertRows(run: RunScript, table: Table, rows: readonly string[]): Promise<void> {
  const columns = table.columns.filter((column) => !column.isNumbered);
  const names = columns.map(({ name }) => `"${name}"`).join(", ");
  // A line has one `null` for SQL's and JSON's; where SQL's can't stand, it was JSON's.
  const values = columns.map(({ name, type, isRequired }) =>
    type === "jsonb" && isRequired ? `coalesce("${name}", 'null')` : `"${name}"`,
  );
  const other = table.name === "job_outbox" ? "on conflict do nothing" : "";
  await run(`set local standard_conforming_strings = on;
    insert into "${table.name}" (${names})
    select ${values.join(", ")} from jsonb_populate_recordset(null::"${table.name}", '${jsonText(rows)}'::jsonb) ${other}`);
}

async function compare(run: RunScript, end: BackupEnd): Promise<void> {
  for (const [name, count] of Object.entries(end.rows)) {
    const rows = await run(`select count(*) as count from "${name}"`);
    const isSame = Number(rows[0]?.count) === count || name === "job_outbox";
    if (!isSame) throw fault("restore/differs", `${name}: ${rows[0]?.count} rows instead of ${count}`, "Tell support.");
  }
  if (JSON.stringify(await readBalances(run)) !== JSON.stringify(end.ledger))
    throw fault("restore/differs", "the ledger's balances are not those of the back-up", "Tell support.");
}

function fault(code: `restore/${string}`, message: string, hint: string): Fault {
  return new Fault(code, message, { retry: "never", hint });
}

function otherRelease(): Fault {
  return new Fault("restore/other-release", "the back-up was made by another release than the one that runs", {
    retry: "never",
    hint: "`karibu restore` restores it into an empty database.",
  });
}

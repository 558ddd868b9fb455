/**
 * Restore: a back-up into an empty database of either engine, as a whole or not at all. Afterwards the rows are counted, the
 * ledger's balances compared, and the hub's generation is renewed: sites then take a snapshot and send again what this
 * database does not have, so that nothing is lost which a site still holds.
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Fault } from "@karibu/protocol/fault";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type BackupEnd, type BackupHead, readBalances } from "./backup.ts";
import { readCatalogBy, type Table } from "./catalog.ts";
import type { Engine, RunScript } from "./engine.ts";
import { migrate, readMigrations } from "./migrate.ts";

const sliceRows = 500;
const sliceCharactersMax = 4_000_000;

/** Throws Faults "restore/not-empty", "restore/newer", "restore/damaged", "restore/differs"; then nothing was changed. */
export async function restoreBackup(world: World, engine: Engine, file: Readable): Promise<BackupEnd> {
  const lines = readLines(file);
  const first = await lines.next();
  const head = readHead(first.done ? "" : first.value);
  const known = new Set((await readMigrations()).map(({ name }) => name));
  const strange = head.migrations.find((name) => !known.has(name));
  if (strange !== undefined)
    throw fault(
      "restore/newer",
      `the back-up was made by a later release (${strange})`,
      "Restore it with that release.",
    );
  await migrate(world, engine, head.migrations.at(-1));
  const end = await engine.alone("write", async (run) => {
    await refuseRows(run);
    const read = await load(run, head, lines);
    await compare(run, read);
    await run(`update hub_identity set generation = '${newId(world)}'`);
    await run("update site_links set process_id = null, link_id = null");
    return read;
  });
  await migrate(world, engine);
  return end;
}

async function* readLines(file: Readable): AsyncGenerator<string, void, undefined> {
  const text = file.pipe(createGunzip());
  // `pipe` hands no errors on: a file cut short must end the reading, not hang it.
  file.once("error", (error) => text.destroy(error));
  try {
    yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw damaged("the file is cut short or is no back-up", error);
  }
}

function readHead(line: string): BackupHead {
  try {
    const head = JSON.parse(line.slice(1)) as BackupHead;
    if (line.startsWith("#") && head.karibu === "backup" && head.format === 1 && Array.isArray(head.migrations))
      return head;
  } catch {
    // falls through to the refusal
  }
  throw damaged("this is no back-up of Karibu");
}

async function refuseRows(run: RunScript): Promise<void> {
  const rows = await run("select count(*) as count from providers");
  if (Number(rows[0]?.count) > 0)
    throw fault("restore/not-empty", "the database has rows already", "Restore into an empty database or data folder.");
}

async function load(run: RunScript, head: BackupHead, lines: AsyncGenerator<string, void>): Promise<BackupEnd> {
  const catalog = await readCatalogBy(run);
  // What the migrations themselves put in: the back-up has its own.
  for (const { name } of catalog.toReversed()) await run(`delete from "${name}"`);
  const tables = new Map(catalog.map((table) => [table.name, table]));
  const hash = createHash("sha256").update(`#${JSON.stringify(head)}\n`);
  let table: Table | null = null;
  let slice: string[] = [];
  let characters = 0;
  const flush = async () => {
    if (table !== null && slice.length > 0) await insert(run, table, slice);
    slice = [];
    characters = 0;
  };
  for await (const line of lines) {
    if (!line.startsWith("#")) {
      hash.update(`${line}\n`);
      slice.push(line);
      characters += line.length;
      if (slice.length >= sliceRows || characters >= sliceCharactersMax) await flush();
      continue;
    }
    await flush();
    const control = JSON.parse(line.slice(1)) as { table: string } | BackupEnd;
    if ("sha256" in control) {
      if (hash.digest("hex") === control.sha256) return control;
      throw damaged("its check sum is not right");
    }
    hash.update(`${line}\n`);
    table = tables.get(control.table) ?? null;
    if (table === null) throw damaged(`there is no table ${control.table}`);
  }
  throw damaged("its end is missing");
}

async function insert(run: RunScript, table: Table, rows: readonly string[]): Promise<void> {
  const columns = table.columns
    .filter((column) => !column.isNumbered)
    .map(({ name }) => `"${name}"`)
    .join(", ");
  const text = `[${rows.join(",")}]`.replaceAll("'", "''");
  const other = table.name === "job_outbox" ? "on conflict do nothing" : "";
  await run(`set local standard_conforming_strings = on;
    insert into "${table.name}" (${columns})
    select ${columns} from jsonb_populate_recordset(null::"${table.name}", '${text}'::jsonb) ${other}`);
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

function fault(code: `restore/${string}`, message: string, hint: string, cause?: unknown): Fault {
  return new Fault(code, message, { retry: "never", hint }, cause);
}

function damaged(what: string, cause?: unknown): Fault {
  return fault("restore/damaged", `the back-up can't be read: ${what}`, "Take another back-up file.", cause);
}

/**
 * Back-up: the whole hub at one instant, readable by either engine and by people.
 * Shape   gzip of lines, each ended by `\n`. Lines that begin with `#` are markers: the head, one before each table, and the end
 *         with the counts, the ledger's balances and a SHA-256 of all lines before it. Each other line is one row, as JSON.
 *         Behind the gzip stands an end mark with a SHA-256 of all its bytes (`backup-end-mark.ts`).
 * Jobs    jobs of the queue are written as rows of the outbox, so the restored hub runs them.
 * The master key is not in it: without it the secrets in a back-up can't be opened.
 */
import { createHash } from "node:crypto";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { baselineName } from "../../ground/db/baseline.ts";
import { readCatalogBy, type Table } from "../../ground/db/catalog.ts";
import type { Engine, RunScript } from "../../ground/db/engine.ts";
import { withEndMark } from "./backup-end-mark.ts";

export interface BackupHead {
  readonly karibu: "backup";
  readonly format: 2;
  readonly atMs: number;
  readonly migrations: readonly string[];
  /** Hash of the schema that made the database (`hashOfBaseline`): two that nobody released have one name. Null: it notes none. */
  readonly baseline: string | null;
}

export interface BackupEnd {
  readonly rows: Readonly<Record<string, number>>;
  readonly ledger: readonly LedgerBalance[];
  readonly sha256: string;
}

/** Rows of all tables together. */
export const rowCountOf = ({ rows }: BackupEnd): number => Object.values(rows).reduce((sum, count) => sum + count, 0);

export interface LedgerBalance {
  readonly provider: string;
  readonly account: string;
  readonly currency: string;
  readonly cents: string;
}

/** These say how this very hub is: which processes live, how busy they were, and what was restored into it. A restore leaves them as they are. */
export const notKept: ReadonlySet<string> = new Set(["hub_processes", "hub_minutes", "restore_orders"]);
const fetchRows = 1000;

/** Writes to `out` and ends it. Other requests continue on PostgreSQL; on the embedded engine they wait. */
export async function writeBackup(engine: Pick<Engine, "alone">, atMs: number, out: Writable): Promise<BackupEnd> {
  let end: BackupEnd | null = null;
  const lines = async function* (run: RunScript) {
    const hash = createHash("sha256");
    const noted = (text: string) => {
      hash.update(text);
      return text;
    };
    const tables = (await readCatalogBy(run)).filter(({ name }) => !notKept.has(name));
    const applied = await run("select name, hash from migrations order by name");
    const migrations = applied.map((row) => String(row.name));
    const made = applied.find((row) => row.name === baselineName);
    const baseline = made === undefined ? null : String(made.hash);
    const head: BackupHead = { karibu: "backup", format: 2, atMs, migrations, baseline };
    yield noted(`#${JSON.stringify(head)}\n`);
    const rows: Record<string, number> = {};
    for (const table of tables) {
      yield noted(`#${JSON.stringify({ table: table.name })}\n`);
      rows[table.name] = 0;
      for await (const slice of readRows(run, table)) {
        rows[table.name] = (rows[table.name] ?? 0) + slice.length;
        yield noted(`${slice.join("\n")}\n`);
      }
    }
    end = { rows, ledger: await readBalances(run), sha256: hash.digest("hex") };
    yield `#${JSON.stringify(end)}\n`;
  };
  const byMonth = (await engine.alone("read", readCatalogBy)).filter(({ isByMonth }) => isByMonth);
  await engine.alone("read", async (run) => {
    await holdMonths(run, byMonth);
    await pipeline(lines(run), createGzip({ level: 6 }), withEndMark, out);
  });
  if (end === null) throw new Error("the back-up was cut short");
  return end;
}

/**
 * A month that is dropped is gone for older views, too, and what is needed of it was moved where only newer ones see it. So the tables are held
 * before the view is fixed, which the first statement behind this one does: whoever drops a month was done before, or gives way.
 */
async function holdMonths(run: RunScript, tables: readonly Table[]): Promise<void> {
  if (tables.length === 0) return;
  await run(`lock table ${tables.map(({ name }) => `"${name}"`).join(", ")} in access share mode`);
}

/** The lines of a table, in the order of its key. */
export async function* readRows(run: RunScript, table: Table): AsyncGenerator<string[]> {
  const isOutbox = table.name === "job_outbox";
  const order = isOutbox ? "order by seq" : `order by ${table.key.map(({ name }) => `"${name}"`).join(", ")}`;
  yield* fetchAll(run, `select to_jsonb(t)::text as line from "${table.name}" t ${order}`);
  const hasQueue = isOutbox && (await run("select to_regclass('pgboss.job') is not null as yes"))[0]?.yes === true;
  if (hasQueue) yield* fetchAll(run, queuedJobs);
}

/**
 * Unfinished jobs of pg-boss, out of the envelope that they have there (`pg-boss-queue.ts`). A job that runs now is run again: handlers
 * are idempotent.
 */
const queuedJobs = `
  select jsonb_build_object('job_id', id, 'name', name, 'data', data -> 'data', 'singleton_key', singleton_key,
    'run_at_ms', (extract(epoch from start_after) * 1000)::bigint, 'tries', 0, 'state', 'waiting',
    'created_at_ms', (extract(epoch from created_on) * 1000)::bigint)::text as line
  from pgboss.job where state in ('created', 'retry', 'active') and name <> 'dead-letters' order by created_on, id`;

async function* fetchAll(run: RunScript, query: string): AsyncGenerator<string[]> {
  await run(`declare rows no scroll cursor for ${query}`);
  for (;;) {
    const rows = await run(`fetch ${fetchRows} from rows`);
    if (rows.length > 0) yield rows.map((row) => String(row.line));
    if (rows.length < fetchRows) break;
  }
  await run("close rows");
}

/** Every account of every provider: a restore must give the same balances, or it is refused. */
export async function readBalances(run: RunScript): Promise<LedgerBalance[]> {
  const rows = await run(`
    select provider_id as provider, account, currency, sum(amount_cents)::text as cents from ledger_postings
    group by provider_id, account, currency order by provider_id, account, currency`);
  return rows as unknown as LedgerBalance[];
}

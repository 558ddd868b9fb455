/**
 * The embedded engine: PostgreSQL in WebAssembly (PGlite), in the data folder or in memory. Two things that it lacks are
 * added here: a sync at each commit (`DurableNodeFs`), and a lock on the folder (`folder-lock.ts` of protocol).
 */
import { closeSync, existsSync, fdatasyncSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { PGlite, type PGliteOptions, type Results } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { lockFolder } from "@karibu/protocol/process/folder-lock";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect as DatabaseDialect,
  type Driver,
  PGliteDialect,
  PostgresAdapter,
  type QueryResult,
} from "kysely";
import type { Wanted } from "./database.ts";
import type { EmbeddedSession, Engine } from "./engine.ts";
import { createKeptPlans, type KeptPlans } from "./kept-plans.ts";
import { type Answer, type Columns, callOf, endInOneCall, runInOneCall, textsOf } from "./one-call.ts";
import { parsers } from "./parsers.ts";
import { isPlanStale } from "./prepared.ts";
import { createTurns } from "./turns.ts";

export interface EmbeddedOptions {
  /** In memory only: the content to begin with (what another engine's `dumpDataDir` gave). */
  readonly copyOf?: Blob | undefined;
  /** In memory only: it is asked in the engine's place. */
  readonly session?: EmbeddedSession | undefined;
  readonly isReadOnly?: boolean | undefined;
  /** Of the transaction under way, which is about to begin. */
  readonly wanted?: (() => Wanted) | undefined;
  /** Makes the folder of the database where there is none. Absent: the engine makes an empty database there. */
  readonly make?: ((folder: string) => Promise<void>) | undefined;
}

/** Opens the engine in `dataDir/database` and creates it when absent. `null` keeps everything in memory. */
export async function openEmbedded(
  dataDir: string | null,
  { copyOf, session, isReadOnly = false, make, wanted = () => ({}) }: EmbeddedOptions = {},
): Promise<Engine> {
  const release = dataDir === null ? () => {} : lockFolder(dataDir, "hub.lock");
  try {
    if (dataDir !== null && make !== undefined && !existsSync(join(dataDir, "database")))
      await make(join(dataDir, "database"));
    const pglite =
      session === undefined
        ? await PGlite.create(dataDir === null ? memoryOptions(copyOf) : folderOptions(join(dataDir, "database")))
        : // What only the engine itself has, its files, nobody asks of another.
          (session as PGlite);
    if (isReadOnly) await pglite.exec("set default_transaction_read_only = on");
    return {
      kind: "embedded",
      opensByItself: true,
      dialect: embeddedDialect(pglite, wanted),
      handle: { kind: "embedded", pglite },
      isStale: isPlanStale,
      hold: (work) =>
        work(async (script) => (await pglite.exec(script, { parsers })).at(-1)?.rows as Record<string, unknown>[]),
      alone: (_mode, work) =>
        pglite.transaction((tx) =>
          work(async (script) => (await tx.exec(script, { parsers })).at(-1)?.rows as Record<string, unknown>[]),
        ),
      vacuum: async (table) => void (await pglite.exec(`vacuum (analyze) ${table}`)),
      listen: (channel, onNotify) => pglite.listen(channel, onNotify).then((stop) => () => stop()),
      close: async () => {
        if (!pglite.closed) await pglite.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Small buffers: the page cache of the system does the work, and memory stays at 200-270 MB. */
const bufferSettings = ["-c", "shared_buffers=16MB"];

/** Files of a log that is not needed any more go, instead of waiting for more to come: what is made in memory is written out small. */
const logSettings = ["-c", "wal_recycle=off"];

/** Nothing outlives the process: no commit waits until its log is written out. */
const memorySettings = ["-c", "synchronous_commit=off", "-c", "full_page_writes=off"];

function memoryOptions(copyOf: Blob | undefined): PGliteOptions {
  const startParams = [...PGlite.defaultStartParams, ...bufferSettings, ...logSettings, ...memorySettings];
  return { parsers, startParams, ...(copyOf === undefined ? {} : { loadDataDir: copyOf }) };
}

function folderOptions(folder: string): PGliteOptions {
  mkdirSync(folder, { recursive: true });
  syncFolder(dirname(folder));
  return {
    fs: new DurableNodeFs(folder),
    parsers,
    // `-F` turns syncing off. Method `fsync`, because the engine's `fdatasync` does nothing.
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
      "-c",
      "fsync=on",
      "-c",
      "wal_sync_method=fsync",
      ...bufferSettings,
    ],
  };
}

export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** The part of Emscripten that we reach into. */
interface EmscriptenModule {
  readonly NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } };
}

/** The engine's default file system never syncs, so a power cut could lose committed data. This one implements `fsync`. */
class DurableNodeFs extends NodeFS {
  override async init(...[pglite, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const made = await super.init(pglite, options);
    const preRun = made.emscriptenOpts.preRun as unknown as ((module: EmscriptenModule) => void)[];
    preRun.push((module) => {
      module.NODEFS.stream_ops.fsync = (stream) => {
        fdatasyncSync(stream.nfd);
        return 0;
      };
    });
    return made;
  }
}

function embeddedDialect(pglite: PGlite, wanted: () => Wanted): DatabaseDialect {
  const dialect = new PGliteDialect({ pglite });
  return {
    // Not PGlite's own, behind which Kysely would queue transactions itself, whoever they are for: this driver takes turns.
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (kysely) => dialect.createIntrospector(kysely),
    createDriver: () => new EmbeddedDriver(pglite, wanted),
  };
}

/**
 * Kysely's PGlite driver keeps one transaction state for all callers, so two at once get mixed up. This driver has one
 * connection per caller, and takes turns: urgent transactions go before others that wait.
 */
class EmbeddedDriver implements Driver {
  readonly #session: EmbeddedSession;
  /** All callers share the engine's one session. */
  readonly #plans: Plans = {
    wanted: createKeptPlans("wanted", { keepsFirst: true }),
    usual: createKeptPlans("usual", { keepsFirst: false }),
  };
  /**
   * The engine never waits for anything outside the process, so transactions in a row would keep Node from its sockets: it accepts one connection in
   * each of its rounds. A round for each that waits, and callbacks come together instead of one by one.
   */
  readonly #turns = createTurns(setImmediate);
  readonly #wanted: () => Wanted;

  constructor(session: EmbeddedSession, wanted: () => Wanted) {
    this.#session = session;
    this.#wanted = wanted;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new EmbeddedConnection(this.#session, this.#plans, this.#wanted);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const { opening, urgent } = this.#wanted();
    if (opening === undefined) throw new Error("nobody said whose rows this transaction sees");
    await this.#turns.take(urgent !== undefined);
    await (connection as EmbeddedConnection).begin(opening, this.#turns.give);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as EmbeddedConnection).end("commit");
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as EmbeddedConnection).end("rollback");
  }

  async releaseConnection(): Promise<void> {}

  /** The engine outlives the query builder: only `close` of the engine closes it. */
  async destroy(): Promise<void> {}
}

/** `wanted`: of transactions that keep all their plans, which are made by other settings (`karibu_by_keys`). */
type Plans = Readonly<Record<"wanted" | "usual", KeptPlans<Columns>>>;

class EmbeddedConnection implements DatabaseConnection {
  readonly #session: EmbeddedSession;
  readonly #plans: Plans;
  readonly #wanted: () => Wanted;
  /** `opening`: goes with the first statement; null: has gone. */
  #open: {
    opening: CompiledQuery | null;
    readonly finish: (how: "commit" | "rollback") => void;
    readonly closed: Promise<void>;
  } | null = null;

  constructor(session: EmbeddedSession, plans: Plans, wanted: () => Wanted) {
    this.#session = session;
    this.#plans = plans;
    this.#wanted = wanted;
  }

  /** @param ended is called once, however the transaction ends */
  begin(opening: CompiledQuery, ended: () => void): Promise<void> {
    return new Promise((begun, refused) => {
      // As PGlite's own `transaction` does it: what others ask of the engine waits until this one has ended.
      const closed = this.#session._runExclusiveTransaction(async () => {
        if (!this.#session.ready || this.#session.closed) throw new Error("the embedded engine is closed");
        const ending = Promise.withResolvers<"commit" | "rollback">();
        const open = { opening, finish: ending.resolve, closed };
        this.#open = open;
        begun();
        const how = await ending.promise;
        if (open.opening === null) await endInOneCall(this.#session, how);
      });
      closed.catch(refused).finally(ended);
    });
  }

  async end(how: "commit" | "rollback"): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    open.finish(how);
    await open.closed;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, affectedRows } = await this.#run<Row>(query);
    return { rows, numAffectedRows: BigInt(affectedRows ?? 0) };
  }

  async #run<Row>(query: CompiledQuery): Promise<Results<Row>> {
    const open = this.#open;
    if (open === null) throw new Error("a statement came outside of a transaction: it would see everybody's rows");
    const plans = this.#plans[this.#wanted().prepared === true ? "wanted" : "usual"];
    const { opening } = open;
    const statements = [...(opening === null ? [] : [opening]), query].map(({ sql: text, parameters }) => ({
      text,
      values: textsOf(parameters),
      kept: plans.of(text),
    }));
    const call = callOf(statements, { begins: opening !== null });
    // Not before: a value that can't be written sends nothing.
    open.opening = null;
    try {
      const answers = await runInOneCall<Row>(this.#session, call);
      for (const [nth, { text, kept }] of statements.entries())
        if (kept?.columns === null) plans.made(text, (answers[nth] as Answer<Row>).columns);
      return answers.at(-1) as Answer<Row>;
    } catch (error) {
      if (isPlanStale(error)) for (const each of Object.values(this.#plans)) each.forgetAll();
      for (const { text } of statements) plans.failed(text);
      throw error;
    }
  }

  // biome-ignore lint/correctness/useYield: the engine can't stream; it throws when it is asked to
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("the embedded engine can't stream a query: page through it");
  }
}

/** A PostgreSQL server (15 or later) by `DATABASE_URL`: a pool for transactions, and one separate connection for LISTEN. */
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import { PostgresDialect, type PostgresPool } from "kysely";
import pg from "pg";
import { urgentAloneMax, urgentNewsMax, urgentTogetherMax, type Wanted } from "./database.ts";
import type { Engine } from "./engine.ts";
import { createKeptOpen } from "./kept-open.ts";
import { parsers } from "./parsers.ts";
import { isPassingAtDatabase, noteLostDatabase } from "./passing.ts";
import { createPrepared, lastResult, type Prepared } from "./prepared.ts";

const connectionsMax = 10;
/** Each kind always finds one, however many wait of the others. */
const urgentConnectionsMax = urgentTogetherMax + urgentAloneMax + urgentNewsMax;
/** Urgent connections are idle for hours at night: what lies between must not take them for dead, and one that died there is found before somebody pays. */
const aliveEveryMs = 30_000;
const versionMin = 150_000;
/** Who reads two years of a table by month locks each part and each index of it, some 200; the server's usual room is for 64 of each connection. */
const locksWanted = 256;

export interface PostgresqlOptions {
  readonly isReadOnly: boolean;
  /** Of a hub payments are taken at any moment: its urgent connections stay open. */
  readonly isHub: boolean;
  /** Of the transaction under way, which is about to take a connection or has it. */
  readonly wanted: () => Wanted;
}

export async function openPostgresql(
  world: World,
  databaseUrl: string,
  { isReadOnly, isHub, wanted }: PostgresqlOptions,
): Promise<Engine> {
  const settings: pg.ClientConfig = {
    connectionString: databaseUrl,
    application_name: "karibu-hub",
    // The planner compiles queries that it believes to be long. Ours are short: a list gained nothing and waited for the compiler.
    options: isReadOnly ? "-c jit=off -c default_transaction_read_only=on" : "-c jit=off",
    types: { getTypeParser: typeParser },
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: aliveEveryMs,
  };
  const openPool = (limits: Pick<pg.PoolConfig, "max" | "idleTimeoutMillis">) => {
    const made = new pg.Pool({
      ...settings,
      ...limits,
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 60_000,
    });
    // A connection may be lost during a transaction: then its query fails, which is how we notice. Without this listener
    // the loss would end the process.
    made.on("connect", (client) => client.on("error", noteLostDatabase));
    made.on("error", (error) => world.log.warn("database-connection-lost", { message: error.message }));
    return made;
  };
  const pool = openPool({ max: connectionsMax });
  // Whoever waits for a connection waits for all who came before: a hundred customers who press "Buy" must not stand before one who has paid.
  const urgentPool = openPool({ max: urgentConnectionsMax, ...(isHub ? { idleTimeoutMillis: 0 } : {}) });
  const keptOpen = isHub ? createKeptOpen(world, urgentPool) : null;
  const prepared = createPrepared(() => wanted().prepared === true);
  const ear = new Ear(world, settings);
  const close = async () => {
    keptOpen?.stop();
    await ear.close();
    await Promise.all([pool.end(), urgentPool.end()]);
  };
  try {
    await examineServer(world, pool);
    keptOpen?.fill();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kind: "postgresql",
    opensByItself: false,
    dialect: new PostgresDialect({
      pool: noting(pool.options, () => (wanted().urgent === undefined ? pool : urgentPool), prepared, close),
    }),
    handle: { kind: "postgresql", pool, urgentPool },
    hold: async (work) => {
      const client = await pool.connect();
      try {
        return await work(async (script) => lastRows(await client.query(script)));
      } finally {
        client.release();
      }
    },
    alone: async (mode, work) => {
      const client = await pool.connect();
      try {
        await client.query(`begin isolation level repeatable read ${mode === "read" ? "read only" : "read write"}`);
        await client.query("set local statement_timeout = 0");
        // A restore reads what was revoked from its store, piece by piece, between two statements.
        if (mode === "write") await client.query("set local idle_in_transaction_session_timeout = 0");
        const result = await work(async (script) => lastRows(await client.query(script)));
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch(() => {});
        throw error;
      } finally {
        client.release();
      }
    },
    vacuum: null,
    isStale: prepared.isStale,
    listen: (channel, onNotify) => ear.listen(channel, onNotify),
    close,
  };
}

/** The server is away where no connection is to be had, or where one ends in the middle: whoever waits for an answer may ask again. */
function noting(
  options: pg.PoolOptions,
  poolOf: () => pg.Pool,
  prepared: Prepared,
  end: () => Promise<void>,
): PostgresPool {
  const noted = (error: unknown) => {
    throw typeof error === "object" && error !== null && !isPassingAtDatabase(error) ? noteLostDatabase(error) : error;
  };
  return { options, connect: () => poolOf().connect().then(prepared.client, noted), end };
}

function typeParser(typeOid: number, format?: "text" | "binary") {
  return (format !== "binary" && parsers[typeOid]) || pg.types.getTypeParser(typeOid, format as "text");
}

function lastRows(result: pg.QueryResult | pg.QueryResult[]): Record<string, unknown>[] {
  return lastResult(result)?.rows ?? [];
}

async function examineServer(world: World, pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query(`select current_setting('server_version_num')::int as version,
    current_setting('max_locks_per_transaction')::int as "locksMax"`);
  const { version, locksMax } = rows[0];
  if (version < versionMin)
    throw new Fault("database/too-old", `the PostgreSQL server has version ${version}`, {
      retry: "never",
      hint: "DATABASE_URL must point to PostgreSQL 15 or later.",
    });
  if (locksMax < locksWanted) {
    const hint = `Set max_locks_per_transaction = ${locksWanted} and restart the server.`;
    world.log.warn("database-locks-few", { locksMax, hint });
  }
}

/**
 * Receives notifications on one connection that reconnects after every loss. Notifications in between are lost, so
 * after each (re)connection every listener is called once with an empty payload: it reads the tables.
 */
class Ear {
  readonly #world: World;
  readonly #settings: pg.ClientConfig;
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  #client: Promise<pg.Client> | null = null;
  #failures = 0;
  #closed = false;

  constructor(world: World, settings: pg.ClientConfig) {
    this.#world = world;
    this.#settings = settings;
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(onNotify);
    this.#client ??= this.#connect();
    const client = await this.#client;
    await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    return async () => {
      listeners.delete(onNotify);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      await this.#client?.then((now) => now.query(`unlisten ${pg.escapeIdentifier(channel)}`)).catch(() => {});
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client?.then((client) => client.end()).catch(() => {});
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#settings);
    client.on("notification", ({ channel, payload }) => this.#tell(channel, payload ?? ""));
    client.on("error", () => {}); // "end" follows
    try {
      await client.connect();
      for (const channel of this.#listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      this.#client = null;
      await client.end().catch(() => {});
      throw error;
    }
    client.on("end", () => this.#reconnect());
    this.#failures = 0;
    return client;
  }

  #reconnect(): void {
    this.#client = null;
    if (this.#closed) return;
    const delayMs = Math.min(200 * 2 ** this.#failures++, 10_000);
    this.#world.log.warn("database-listener-lost", { retryInMs: delayMs });
    this.#world.clock.after(delayMs, () => {
      if (this.#closed || this.#client !== null) return;
      this.#client = this.#connect();
      this.#client.then(
        () => {
          for (const channel of this.#listeners.keys()) this.#tell(channel, "");
        },
        () => this.#reconnect(),
      );
    });
  }

  #tell(channel: string, payload: string): void {
    for (const onNotify of this.#listeners.get(channel) ?? []) onNotify(payload);
  }
}

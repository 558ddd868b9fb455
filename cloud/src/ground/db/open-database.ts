/** Opens the hub's database: the server of `databaseUrl`, or the embedded engine in `dataDir` (null: in memory). */
import { AsyncLocalStorage } from "node:async_hooks";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "@karibu/protocol/fault";
import { sleep, type World } from "@karibu/protocol/world";
import { Kysely, type RawBuilder, sql } from "kysely";
import { asRole } from "./as-role.ts";
import { camelCaseColumns } from "./camel-case-columns.ts";
import {
  type Database,
  type TransactionOptions,
  type Tx,
  urgentAloneMax,
  urgentNewsMax,
  type Wanted,
} from "./database.ts";
import { openEmbedded } from "./embedded.ts";
import type { EmbeddedSession, Engine, EngineHandle } from "./engine.ts";
import { makeEmpty, makeFresh } from "./fresh-folder.ts";
import { migrate, refuseOlder } from "./migrate.ts";
import { isConflict } from "./passing.ts";
import { createPlaces } from "./places.ts";
import { openPostgresql } from "./postgresql.ts";
import type { Schema } from "./schema.ts";
import { refuseUnfinished } from "./unfinished-restore.ts";

export interface DatabaseSettings {
  readonly databaseUrl: string | null;
  readonly dataDir: string | null;
  /** In memory only: the content to begin with. */
  readonly copyOf?: Blob;
  /** In memory only, for tests: as in `openEmbedded`. */
  readonly session?: EmbeddedSession;
  /** Where the build keeps the files of a fresh embedded database; absent, the first start makes them. */
  readonly freshIn?: string;
  /** The database refuses each change. */
  readonly isReadOnly?: boolean;
}

/** What `openDatabase` returns: the contract, and the raw engine for the job queue, which has its SQL already. */
export interface OpenDatabase extends Database {
  readonly handle: EngineHandle;
  /** For back-ups. */
  readonly alone: Engine["alone"];
  /** For the maintenance. */
  readonly vacuum: Engine["vacuum"];
  /** How many urgent transactions that go alone, or read news, wait for their turn, in front of the engine. */
  urgentWaiting(): number;
}

/** With the pauses between them some two seconds: on a slow disk a commit that holds a lock takes a good part of one. */
const triesMax = 9;
/** A batch of bookings is taken apart sooner than that: others wait in it. */
const bookerTriesMax = 3;
/** Everybody else of the batch waits too. */
const bookerLockTimeout = "500ms";
/** `TransactionOptions.byKeys`: see `guards.sql`. */
const onlyByKeys = sql`karibu_by_keys()`;
const firstPauseMs = 10;
const pauseMsMax = 1000;

/** Only the engine, without migrations. `make`: as in `openEmbedded`. */
export function openEngine(
  world: World,
  settings: DatabaseSettings,
  wanted: () => Wanted = () => ({}),
  make?: (folder: string) => Promise<void>,
): Promise<Engine> {
  const { databaseUrl, dataDir, copyOf, session, isReadOnly } = settings;
  return databaseUrl === null
    ? openEmbedded(dataDir, { copyOf, session, isReadOnly, make, wanted })
    : openPostgresql(world, databaseUrl, { isReadOnly: isReadOnly === true, isHub: make !== undefined, wanted });
}

/** The engine of a database that is to be filled. Where its folder is not there, it is made whole or not at all. */
export function openForRestore(world: World, settings: DatabaseSettings): Promise<Engine> {
  const { databaseUrl, dataDir } = settings;
  return databaseUrl === null ? openEmbedded(dataDir, { make: makeEmpty }) : openEngine(world, settings);
}

/**
 * `migrate`: for a hub. `as-is`: for commands beside a hub that may be of another release; `read-only`: the same, and the database itself
 * refuses each change.
 */
export type OpenMode = "migrate" | "as-is" | "read-only";

/** Throws Faults "folder/locked", "restore/unfinished", "database/roles", "database/before-baseline", "database/migration-…", and "database/absent" where nothing may be made. */
export async function openDatabase(
  world: World,
  settings: DatabaseSettings,
  mode: OpenMode = "migrate",
): Promise<OpenDatabase> {
  const { databaseUrl, dataDir } = settings;
  if (mode !== "migrate" && databaseUrl === null && dataDir !== null && !existsSync(join(dataDir, "database")))
    throw absent(`${dataDir} holds no database`);
  const current = new AsyncLocalStorage<{ open: boolean; readonly wanted: Wanted }>();
  const engine = await openEngine(
    world,
    { ...settings, isReadOnly: mode === "read-only" },
    () => current.getStore()?.wanted ?? {},
    mode === "migrate" ? (folder) => makeFresh(world, folder, settings.freshIn ?? null) : undefined,
  );
  try {
    await engine.hold(refuseUnfinished);
    if (mode === "migrate") {
      await migrate(world, engine);
      // A restore may have begun while the schema was made.
      await engine.hold(refuseUnfinished);
    } else await refuseEmpty(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const kysely = new Kysely<Schema>({ dialect: engine.dialect, plugins: [camelCaseColumns] });
  const outside = AsyncLocalStorage.snapshot();
  const alone = createPlaces(urgentAloneMax);
  const news = createPlaces(urgentNewsMax);
  /** Those that go together are few by themselves. */
  const placesOf = { alone, news, together: null } as const;

  async function transact<T>(
    actor: RawBuilder<unknown>,
    work: (tx: Tx) => Promise<T>,
    { byKeys = false, lockTimeout, ...wanted }: TransactionOptions = {},
    most = triesMax,
  ): Promise<T> {
    if (current.getStore()?.open) throw nested();
    const beginsWith = [
      actor,
      ...(byKeys ? [onlyByKeys] : []),
      ...(lockTimeout === undefined ? [] : [sql`set_config('lock_timeout', ${lockTimeout}, true)`]),
    ];
    const opening = sql`select ${sql.join(beginsWith)}`.compile(kysely);
    for (let tryNumber = 1; ; tryNumber++) {
      const mark = { open: true, wanted: { ...wanted, opening } };
      const run = () =>
        current.run(mark, () =>
          kysely.transaction().execute(async (tx) => {
            if (!engine.opensByItself) await tx.executeQuery(opening);
            return work(tx);
          }),
        );
      try {
        const places = wanted.urgent === undefined ? null : placesOf[wanted.urgent];
        return await (places === null ? run() : places.take(run));
      } catch (error) {
        const { code } = error as { code?: string };
        if (tryNumber === most || code === undefined || !(isConflict(error) || engine.isStale(error))) throw error;
        world.log.debug("transaction-retried", { code, tryNumber });
      } finally {
        mark.open = false;
      }
      const pauseMs = Math.min(pauseMsMax, firstPauseMs * 2 ** (tryNumber - 1));
      await sleep(world.clock, pauseMs + ((world.random.bytes(1)[0] as number) % 16));
    }
  }

  return {
    engine: engine.kind,
    handle: engine.handle,
    alone: (mode, work) => engine.alone(mode, work),
    vacuum: engine.vacuum,
    urgentWaiting: () => alone.waiting + news.waiting,
    asProvider: (providerId, work, options) => {
      if (providerId === "") throw new TypeError("asProvider: providerId is empty");
      return transact(asRole("karibu_app", providerId), work, options);
    },
    asPlatform: (reason, work, options) => {
      world.log.debug("as-platform", { reason });
      return transact(asRole("karibu_platform", ""), work, options);
    },
    asBooker: (providerIds, work, { lockTimeout = bookerLockTimeout, canWait = false } = {}) => {
      // The text of an array in PostgreSQL: quotes and backslashes are escaped as JSON does it.
      const list = `{${providerIds.map((id) => JSON.stringify(id)).join(",")}}`;
      const booker = sql`${asRole("karibu_booker", "")}, set_config('karibu.booked_providers', ${list}, true)`;
      const how = { prepared: true, byKeys: true, lockTimeout, ...(canWait ? {} : { urgent: "together" as const }) };
      return transact(booker, work, how, bookerTriesMax);
    },
    async notify(notices) {
      const [channels, payloads] = [notices.map(({ channel }) => channel), notices.map(({ payload }) => payload)];
      const tell = sql`select pg_notify(channel, payload)
        from unnest(${channels}::text[], ${payloads}::text[]) as notice (channel, payload)`;
      // What was paid for reaches its site by this. The embedded engine takes nothing outside of a transaction: this one sees nobody's rows.
      if (engine.opensByItself)
        await transact(asRole("karibu_app", ""), async (tx) => void (await tell.execute(tx)), { urgent: "alone" });
      else
        await alone.take(() => current.run({ open: false, wanted: { urgent: "alone" } }, () => tell.execute(kysely)));
    },
    // The embedded engine calls back from inside the notifying transaction's context; listeners start in a fresh one.
    listen: (channel, onNotify) => engine.listen(channel, (payload) => outside(() => onNotify(payload))),
    close: () => engine.close(),
  };
}

async function refuseEmpty(engine: Engine): Promise<void> {
  const [found] = await engine.alone("read", (run) => run("select to_regclass('public.migrations') is null as yes"));
  if (found?.yes === true) throw absent("the database is empty");
  await engine.alone("read", refuseOlder);
}

function absent(message: string): Fault {
  return new Fault("database/absent", message, {
    retry: "never",
    hint: "Use the hub's own settings (DATABASE_URL, KARIBU_DATA); a hub makes its database at its first start.",
  });
}

function nested(): Fault {
  return new Fault("database/nested", "a transaction was opened inside another one", {
    retry: "never",
    hint: "Hand the tx down: on the embedded engine the inner one would wait for the outer one for ever.",
  });
}

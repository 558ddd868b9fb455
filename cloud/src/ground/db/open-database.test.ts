import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockFolder } from "@karibu/protocol/process/folder-lock";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { silentWorld } from "../../real-world.ts";
import type { Tx } from "./database.ts";
import { json } from "./json.ts";
import { openInMemory } from "./memory-template.ts";
import { openDatabase } from "./open-database.ts";
import { isPassing, isPassingAtDatabase } from "./passing.ts";
import { poolFiguresOf } from "./pool-figures.ts";
import { engineSuite, engines, isAbsent, realWorld, useDatabase, useFreshServer } from "./test-databases.ts";
import { insertProvider } from "./test-rows.ts";

engineSuite("the database with two providers", { on: engines }, (engine) => {
  const database = useDatabase(engine);
  beforeAll(() =>
    database.current().asPlatform("test", async (tx) => {
      for (const id of ["p1", "p2"]) await insertProvider(tx, id);
    }),
  );

  test("[TEN-02] a provider's transaction sees its own rows only", async () => {
    const rows = await database.current().asProvider("p1", (tx) => tx.selectFrom("providers").selectAll().execute());
    expect(rows.map((row) => row.providerId)).toEqual(["p1"]);
  });

  test("[TEN-02] a provider's transaction can't write a row of another, nor change or delete one", async () => {
    const { asProvider } = database.current();
    await expect(asProvider("p1", (tx) => insertProvider(tx, "p3"))).rejects.toThrow(/row-level security/);
    await asProvider("p1", async (tx) => {
      const updated = await tx.updateTable("providers").set({ name: "x" }).where("providerId", "=", "p2").execute();
      expect(updated[0]?.numUpdatedRows).toBe(0n);
      const deleted = await tx.deleteFrom("providers").where("providerId", "=", "p2").execute();
      expect(deleted[0]?.numDeletedRows).toBe(0n);
    });
  });

  test("[TEN-02] with no provider set, the application's role sees no row of any tenant table", async () => {
    await database.current().asPlatform("test", async (tx) => {
      const tables = await sql<{ name: string; guarded: boolean }>`
          select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as guarded
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'provider_id'
          where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`.execute(tx);
      expect(tables.rows.length).toBeGreaterThan(8);
      await sql`select set_config('role', 'karibu_app', true)`.execute(tx);
      for (const { name, guarded } of tables.rows) {
        expect([name, guarded]).toEqual([name, true]);
        const count = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(tx);
        expect([name, count.rows[0]?.count]).toEqual([name, 0]);
      }
    });
  });

  test("[TEN-02] where a transaction's first statement can't be written, the next one is still the provider's", async () => {
    const { asProvider } = database.current();
    const whose = sql<{ role: string; id: string }>`
      select current_user as role, current_setting('karibu.provider_id') as id`;
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const found = await asProvider("p1", async (tx) => {
      await expect(sql`select ${circle}::jsonb`.execute(tx)).rejects.toThrow(/circular/i);
      return whose.execute(tx).catch((error: Error) => ({ rows: [error.message] }));
    });
    const [own] = found.rows;
    if (typeof own === "string") expect(own).toMatch(/aborted/);
    else expect(own).toEqual({ role: "karibu_app", id: "p1" });
  });

  test("[TEN-02] a statement that nobody waited for is refused when its transaction has ended, and sees nobody's rows", async () => {
    const { asProvider } = database.current();
    const roles: unknown[] = [];
    const late: Promise<unknown>[] = [];
    const ask = (tx: Tx) =>
      sql<{ role: string }>`select current_user as role, pg_sleep(0.05)`.execute(tx).then(
        ({ rows }) => void roles.push(rows[0]?.role),
        () => {},
      );
    await asProvider("p1", async (tx) => {
      for (let times = 0; times < 4; times++) late.push(ask(tx));
    });
    await Promise.all(late);
    const failing = asProvider("p1", (tx) =>
      Promise.all([sql`select no_such_column`.execute(tx), ...[1, 2, 3, 4].map(() => ask(tx))]),
    );
    await expect(failing).rejects.toThrow(/no_such_column/);
    expect(new Set(roles)).toEqual(new Set(["karibu_app"]));
  });

  test("a plan that is kept: it is made anew where the transaction that made it had failed by then", async () => {
    const { asPlatform } = database.current();
    const ask = (tx: Tx) => sql<{ one: number }>`select ${1}::int as one`.execute(tx);
    await asPlatform("test", ask);
    const failed = asPlatform("test", async (tx) => {
      await sql`select 1 / 0`.execute(tx).catch(() => {});
      await ask(tx);
    });
    await expect(failed).rejects.toThrow(/aborted/);
    for (let time = 0; time < 2; time++) expect((await asPlatform("test", ask)).rows).toEqual([{ one: 1 }]);
  });

  test("a kept plan that no longer fits its table is made anew, in the same call", async () => {
    const { asPlatform, alone } = database.current();
    const read = () =>
      asPlatform("test", (tx) => sql`select * from changing where id = ${1}`.execute(tx), { prepared: true });
    const change = (script: string) => alone("write", (run) => run(script));
    await change(
      "create table changing (id integer); insert into changing values (1); grant select on changing to karibu_platform",
    );
    for (let time = 0; time < 3; time++) expect((await read()).rows).toEqual([{ id: 1 }]);
    await change("alter table changing add column more text default 'new'");
    for (let time = 0; time < 3; time++) expect((await read()).rows).toEqual([{ id: 1, more: "new" }]);
    await change("drop table changing");
  });

  test("values that can't be written begin nothing: what comes after them is in no transaction either way", async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const { asPlatform } = database.current();
    const ended = asPlatform("test", async (tx) => {
      await sql`select ${circle}::jsonb`.execute(tx);
    });
    await expect(ended).rejects.toThrow();
    expect((await asPlatform("test", (tx) => sql<{ one: number }>`select 1 as one`.execute(tx))).rows).toEqual([
      { one: 1 },
    ]);
  });

  test("a transaction of which a statement failed is not taken for kept, whoever caught the error", async () => {
    const ended = database.current().asPlatform("test", async (tx) => {
      await sql`create temporary table of_this (id integer) on commit drop`.execute(tx);
      await sql`select 1 / 0`.execute(tx).catch(() => {});
    });
    await expect(ended).rejects.toThrow(/rolled back|aborted/);
  });

  test("the role and the provider do not outlive their transaction", async () => {
    await database.current().asProvider("p1", async () => {});
    const rows = await database
      .current()
      .asPlatform("test", (tx) => tx.selectFrom("providers").select("providerId").execute());
    expect(rows.length).toBe(2);
  });

  test("a list goes as an array, whatever its texts are", async () => {
    const texts = ["", "a,b", "{}", '"', "\\", "NULL", "two\nlines", " ", null];
    const { asPlatform } = database.current();
    const { rows } = await asPlatform("test", (tx) =>
      sql`select ${texts}::text[] as texts, ${[1, 2]}::bigint[] as numbers, ${[]}::text[] as none, ${[true]}::boolean[] as flags`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([{ texts, numbers: [1, 2], none: [], flags: [true] }]);
  });

  test("values come back as the same JavaScript types on both engines", async () => {
    const row = await database.current().asProvider("p1", async (tx) => {
      const result = await sql<Record<string, unknown>>`
          select 9007199254740991::bigint as big, sum(x)::bigint as sum, sum(x) as numeric_sum, '\\x00ff'::bytea as bytes,
            ${json([1, { a: "b" }])} as json, true as flag, 1.5::float8 as float, array['a','b'] as texts,
            ${new Uint8Array([1, 2])}::bytea as sent, null as nothing, ${"5"}::bigint as five, ${5}::bigint as also_five
          from (values (1::bigint), (2)) as v(x)`.execute(tx);
      return result.rows[0];
    });
    expect(row).toEqual({
      big: Number.MAX_SAFE_INTEGER,
      sum: 3,
      numericSum: 3,
      bytes: Buffer.from([0, 255]),
      json: [1, { a: "b" }],
      flag: true,
      float: 1.5,
      texts: ["a", "b"],
      sent: Buffer.from([1, 2]),
      nothing: null,
      five: 5,
      alsoFive: 5,
    });
  });

  test("a count that a number can't hold is an error, not a rounded number", async () => {
    const read = database.current().asProvider("p1", (tx) => sql`select 9007199254740993::bigint as big`.execute(tx));
    await expect(read).rejects.toThrow(/safe integer/);
  });

  test("transactions at the same time do not mix, and a failed one leaves nothing", async () => {
    const add = (name: string, fail: boolean) =>
      database.current().asProvider("p1", async (tx) => {
        await insertEvent(tx, name);
        if (fail) throw new Error(`no ${name}`);
      });
    const results = await Promise.allSettled([add("a", false), add("b", true), add("c", false), add("d", true)]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
    const rows = await database
      .current()
      .asProvider("p1", (tx) => tx.selectFrom("events").select("id").orderBy("id").execute());
    expect(rows.map((row) => row.id)).toEqual(["a", "c"]);
  });

  test("a transaction that swallowed a failed statement does not pass as committed", async () => {
    const work = database.current().asProvider("p1", async (tx) => {
      await sql`select 1/0`.execute(tx).catch(() => {});
    });
    await expect(work).rejects.toThrow();
  });

  test.skipIf(engine === "embedded")("a deadlock is tried again", async () => {
    const bothHoldOne = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const lock = (mine: 0 | 1) =>
      database.current().asProvider("p1", async (tx) => {
        await sql`select pg_advisory_xact_lock(${mine})`.execute(tx);
        bothHoldOne[mine]?.resolve();
        await Promise.all(bothHoldOne.map((held) => held.promise));
        await sql`select pg_advisory_xact_lock(${1 - mine})`.execute(tx);
        return mine;
      });
    expect(await Promise.all([lock(0), lock(1)])).toEqual([0, 1]);
  });

  test("a transaction inside a transaction is refused at once", async () => {
    const { asProvider } = database.current();
    await expect(asProvider("p1", () => asProvider("p1", async () => {}))).rejects.toThrow(/inside another/);
  });

  test("a notification is heard after its commit, and not after a rollback", async () => {
    const heard: string[] = [];
    const last = Promise.withResolvers<void>();
    const { asProvider, listen } = database.current();
    const stop = await listen("karibu_test", (payload) => {
      heard.push(payload);
      if (payload === "last") last.resolve();
    });
    const notify = (payload: string, fail = false) =>
      asProvider("p1", async (tx) => {
        await sql`select pg_notify('karibu_test', ${payload})`.execute(tx);
        if (fail) throw new Error("rolled back");
      });
    await notify("first");
    await notify("never", true).catch(() => {});
    await notify("last");
    await last.promise;
    expect(heard.filter((payload) => payload !== "")).toEqual(["first", "last"]);
    await stop();
  });

  test("what is told outside of a transaction is heard by all listeners", async () => {
    const { notify, listen } = database.current();
    const heard: string[] = [];
    const all = Promise.withResolvers<void>();
    const hear = (who: string) => (payload: string) => {
      if (payload !== "") heard.push(`${who}: ${payload}`);
      if (heard.length === 4) all.resolve();
    };
    const stops = [await listen("karibu_test", hear("one")), await listen("karibu_test", hear("other"))];
    const news = [
      { channel: "karibu_test", payload: "first" },
      { channel: "karibu_other", payload: "of nobody here" },
      { channel: "karibu_test", payload: "second" },
    ];
    expect(await notify(news).catch(String)).toBeUndefined();
    await all.promise;
    expect(heard.sort()).toEqual(["one: first", "one: second", "other: first", "other: second"]);
    for (const stop of stops) await stop();
  });

  test("a listener may open a transaction", async () => {
    const seen = Promise.withResolvers<number>();
    const { asProvider, listen } = database.current();
    const stop = await listen("karibu_test", () => {
      asProvider("p1", (tx) => tx.selectFrom("providers").select("providerId").execute()).then(
        (rows) => seen.resolve(rows.length),
        seen.reject,
      );
    });
    await asProvider("p1", async (tx) => {
      await sql`select pg_notify('karibu_test', 'x')`.execute(tx);
    });
    expect(await seen.promise).toBe(1);
    await stop();
  });

  test.skipIf(engine === "embedded")(
    "[SYS-21] a listener whose connection is cut comes back, and is told to look",
    async () => {
      const { asPlatform, listen } = database.current();
      const heard: string[] = [];
      const cut = Promise.withResolvers<void>();
      const after = Promise.withResolvers<void>();
      const stop = await listen("karibu_test", (payload) => {
        heard.push(payload);
        if (payload === "") cut.resolve();
        if (payload === "after") after.resolve();
      });
      await asPlatform("test", async (tx) => {
        await sql`set local role none`.execute(tx);
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and query like 'listen %'`.execute(tx);
      });
      await cut.promise;
      await asPlatform("test", (tx) => sql`select pg_notify('karibu_test', 'after')`.execute(tx));
      await after.promise;
      await stop();
    },
  );

  test("[TEN-07] functions that run with their owner's rights look for names in the temporary schema last", async () => {
    const open = await database.current().asPlatform("test", (tx) =>
      sql<{
        name: string;
      }>`select proname as name from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
          and coalesce(array_to_string(proconfig, ' '), '') !~ 'search_path=[^ ]+(, [^ ]+)*, pg_temp$'`.execute(tx),
    );
    expect(open.rows).toEqual([]);
  });

  test("the audit log can't be changed or deleted, by the platform neither", async () => {
    const { asPlatform } = database.current();
    await expect(asPlatform("test", (tx) => tx.deleteFrom("audit").execute())).rejects.toThrow(/permission denied/);
  });
});

engineSuite("the database opened by several at once", { on: engines }, (engine) => {
  const fresh = useFreshServer(engine);
  test.skipIf(engine === "embedded")("[SYS-20] migrations run once, whichever process comes first", async () => {
    const settings = { databaseUrl: fresh.url(), dataDir: null };
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase(realWorld(), settings)));
    const rows = await (opened[0] as (typeof opened)[0]).asPlatform("test", (tx) =>
      tx.selectFrom("providers").selectAll().execute(),
    );
    expect(rows).toEqual([]);
    await Promise.all(opened.map((database) => database.close()));
  });
});

test("the embedded engine opens no data folder that another process works in", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "karibu-db-"));
  const release = lockFolder(dataDir, "hub.lock");
  try {
    const opened = openDatabase(realWorld(), { databaseUrl: null, dataDir });
    await expect(opened).rejects.toThrow(new RegExp(`in use by process ${process.pid}`));
  } finally {
    release();
    await rm(dataDir, { recursive: true, force: true });
  }
});

longTest(
  "the embedded engine keeps its rows in the data folder and lets one process in",
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "karibu-db-"));
    try {
      const first = await openDatabase(realWorld(), { databaseUrl: null, dataDir });
      await first.asPlatform("test", (tx) => insertProvider(tx, "p1"));
      const second = openDatabase(realWorld(), { databaseUrl: null, dataDir });
      await expect(second).rejects.toThrow(new RegExp(`in use by process ${process.pid}`));
      await first.close();
      const again = await openDatabase(realWorld(), { databaseUrl: null, dataDir });
      const rows = await again.asPlatform("test", (tx) => tx.selectFrom("providers").select("providerId").execute());
      expect(rows).toEqual([{ providerId: "p1" }]);
      await again.close();
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
  60_000,
);

async function insertEvent(tx: Tx, id: string): Promise<void> {
  const seq = id.charCodeAt(0);
  const row = { providerId: "p1", seq, atMs: 1, topic: "test", id, action: "made" };
  await tx.insertInto("events").values(row).execute();
}

describe("the embedded engine", () => {
  const database = useDatabase("embedded");

  test("[PAY-02] lets the process hear who has come between any two transactions, and one who has paid goes first", async () => {
    let rounds = 0;
    const count = () => {
      rounds++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const went: string[] = [];
    const one = (name: string) => async (tx: Tx) => {
      await sql`select 1`.execute(tx);
      went.push(name);
    };
    const { asPlatform, asBooker } = database.current();
    const others = Array.from({ length: 30 }, (_, place) => asPlatform("test", one(`other ${place}`)));
    await Promise.all([
      ...others,
      asPlatform("test", one("callback"), { urgent: "together" }),
      asBooker(["p1"], one("booking")),
    ]);
    clearImmediate(counting);
    expect(went.slice(0, 4)).toEqual(["other 0", "callback", "booking", "other 1"]);
    expect(rounds).toBeGreaterThanOrEqual(30);
  });
});

describe.skipIf(isAbsent("postgresql"))("the connections to a PostgreSQL server", () => {
  const database = useDatabase("postgresql");

  test("[PAY-02] are not all taken by others when somebody has paid: a callback is kept and a payment booked beside any number of long transactions", async () => {
    const held = Promise.withResolvers<void>();
    const { asProvider, asPlatform, asBooker } = database.current();
    const one = (tx: Tx) => sql<{ one: number }>`select 1 as one`.execute(tx).then(({ rows }) => rows);
    const long = Array.from({ length: 40 }, () => asProvider("p1", () => held.promise));
    const urgent = [asPlatform("test", one, { urgent: "together" }), asBooker(["p1"], one)];
    await expect(Promise.all(urgent)).resolves.toEqual([[{ one: 1 }], [{ one: 1 }]]);
    held.resolve();
    await Promise.all(long);
  });

  test("[PAY-02] leave room for what goes together, however many urgent transactions go alone or read news, and those wait for no ordinary one", async () => {
    const held = Promise.withResolvers<void>();
    const { asPlatform, asBooker, urgentWaiting } = database.current();
    const kinds = ["alone", "news"] as const;
    const counts = { alone: { begun: 0, most: 0, now: 0 }, news: { begun: 0, most: 0, now: 0 } };
    const ordinary = Array.from({ length: 40 }, () => asPlatform("test", () => held.promise));
    const many = kinds.flatMap((urgent) =>
      Array.from({ length: 40 }, () =>
        asPlatform(
          "test",
          async () => {
            const count = counts[urgent];
            count.begun++;
            count.most = Math.max(count.most, ++count.now);
            await held.promise;
            count.now--;
          },
          { urgent },
        ),
      ),
    );
    const begun = () => kinds.map((kind) => counts[kind].begun);
    await expect.poll(begun).toEqual([2, 2]);
    const one = (tx: Tx) => sql<{ one: number }>`select 1 as one`.execute(tx).then(({ rows }) => rows.length);
    const together = Array.from({ length: 3 }, () => asPlatform("test", one, { urgent: "together" }));
    await expect(Promise.all([...together, asBooker(["p1"], one)])).resolves.toEqual([1, 1, 1, 1]);
    expect([...begun(), urgentWaiting()]).toEqual([2, 2, 76]);
    held.resolve();
    await Promise.all([...ordinary, ...many]);
    expect([...begun(), urgentWaiting()]).toEqual([40, 40, 0]);
    expect(kinds.map((kind) => counts[kind].most)).toEqual([2, 2]);
  });

  test("[PAY-02] [SYS-07] for payments are open before the first one, and again after the server ended them; the figures of the pools say so", async () => {
    const figures = poolFiguresOf(database.current());
    const urgent = () => figures?.().find(({ pool }) => pool === "urgent");
    const allOpen = { pool: "urgent", used: 0, idle: 7, waiting: 0 };
    await expect.poll(urgent, { timeout: 10_000 }).toEqual(allOpen);
    const { asPlatform, asBooker, handle } = database.current();
    expect(handle.kind === "postgresql" && handle.urgentPool.options.idleTimeoutMillis).toBe(0);
    await asPlatform("test", async (tx) => {
      await sql`set local role none`.execute(tx);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name = 'karibu-hub'`.execute(tx);
    });
    await expect.poll(() => urgent()?.idle ?? 0, { timeout: 10_000 }).toBeLessThan(7);
    await expect.poll(urgent, { timeout: 30_000 }).toEqual(allOpen);
    await expect(asBooker(["p1"], (tx) => sql`select 1`.execute(tx))).resolves.toBeDefined();
  });
});

describe.skipIf(isAbsent("postgresql"))("a PostgreSQL server with little room for locks", () => {
  const fresh = useFreshServer("postgresql");

  test("[SYS-10] is told of when the hub starts: who reads all months of a table locks each of them", async () => {
    const said: [string, object | undefined][] = [];
    const real = realWorld();
    const world = {
      ...real,
      log: { ...real.log, warn: (event: string, more?: object) => void said.push([event, more]) },
    };
    const database = await openDatabase(world, { databaseUrl: fresh.url(), dataDir: null });
    const [found] = await database.alone("read", (run) =>
      run("select current_setting('max_locks_per_transaction')::int as max"),
    );
    await database.close();
    const few = said.filter(([event]) => event === "database-locks-few").map(([, more]) => more);
    expect(few).toEqual(
      (found?.max as number) < 256 ? [{ locksMax: found?.max, hint: expect.stringContaining("= 256") }] : [],
    );
  });
});

describe.skipIf(isAbsent("postgresql"))("a PostgreSQL server that goes away", () => {
  const fresh = useFreshServer("postgresql");

  test("[SYS-20] is known by its errors, within a transaction and before one: the API answers 503 and not 500", async () => {
    const url = new URL(fresh.url() as string);
    const folder = url.searchParams.get("host");
    const server =
      folder === null ? { host: url.hostname, port: Number(url.port) } : { path: `${folder}/.s.PGSQL.5432` };
    const sockets = new Set<Socket>();
    const relay = createServer((from) => {
      const to = connect(server);
      for (const one of [from, to]) sockets.add(one.on("error", () => {}));
      from.pipe(to).pipe(from);
    });
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    url.searchParams.delete("host");
    url.host = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
    const database = await openDatabase(realWorld(), { databaseUrl: url.href, dataDir: null });
    const away = async () => {
      relay.close();
      for (const one of sockets) one.destroy();
    };
    try {
      const lost = await database
        .asPlatform("test", async (tx) => {
          await away();
          await sql`select 1`.execute(tx);
        })
        .catch((error: unknown) => error);
      expect(isPassingAtDatabase(lost), String(lost)).toBe(true);
      const refused = await database
        .asPlatform("test", (tx) => sql`select 1`.execute(tx))
        .catch((error: unknown) => error);
      expect(isPassingAtDatabase(refused), String(refused)).toBe(true);
      const another = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      expect(isPassingAtDatabase(another), "another service's socket").toBe(false);
    } finally {
      await database.close();
    }
  }, 120_000);
});

test("[SYS-20] work that comes when the embedded engine is closed may be done later", async () => {
  const opened = await openInMemory(silentWorld());
  await opened.close();
  const late = await opened.asPlatform("test", (tx) => sql`select 1`.execute(tx)).catch((error: unknown) => error);
  expect(isPassing(late)).toBe(true);
});

test("a transaction of one statement enters the embedded engine twice: who it is goes with its first statement, and before it", async () => {
  const opened = await openInMemory(silentWorld());
  if (opened.handle.kind !== "embedded") throw new TypeError("a database in memory is embedded");
  const entered = vi.spyOn(opened.handle.pglite, "execProtocol");
  const readRole = () =>
    opened.asProvider("p1", async (tx) => {
      const { rows } = await sql<{ role: string; id: string }>`
        select current_user as role, current_setting('karibu.provider_id') as id`.execute(tx);
      return rows;
    });
  try {
    for (let times = 0; times < 3; times++) {
      entered.mockClear();
      expect(await readRole()).toEqual([{ role: "karibu_app", id: "p1" }]);
      expect(entered).toHaveBeenCalledTimes(2);
    }
    entered.mockClear();
    await opened.asProvider("p1", async () => {});
    expect(entered).not.toHaveBeenCalled();
    const wrong = opened.asProvider("p1", (tx) => sql`select no_such_column`.execute(tx));
    await expect(wrong).rejects.toThrow(/no_such_column/);
    expect(await readRole()).toEqual([{ role: "karibu_app", id: "p1" }]);
  } finally {
    await opened.close();
  }
});

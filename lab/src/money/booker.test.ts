/** Payments that are booked together: how many statements that costs, who stands in whose way, and whose rows a batch can write. */
import { randomBytes } from "node:crypto";
import type { Tx } from "@karibu/cloud/ground/db/database";
import { type OpenDatabase, openDatabase } from "@karibu/cloud/ground/db/open-database";
import { isAbsent, oneEngine, realWorld, useDatabase, useFreshServer } from "@karibu/cloud/ground/db/test-databases";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { heldMs } from "@karibu/cloud/money/callbacks/booker";
import { sql } from "kysely";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually, openShop, quickAsk, readBooks, type Shop, startDaraja, startHub } from "./payments-hub.ts";
import { openPromptedShop, type PromptedPurchase } from "./prompted-purchases.ts";

const masterKey = new Uint8Array(randomBytes(32));
/** Nothing but what a test starts. */
const silent = { ...quickAsk, agesMs: [86_400_000, 86_400_000] };

async function deliver(purchases: readonly PromptedPurchase[], at?: string): Promise<void> {
  await Promise.all(
    purchases.map(async ({ url, body }) => {
      const target = at === undefined ? url : url.replace(/^http:\/\/[^/]+/, at);
      const answer = await fetch(target, { method: "POST", body, headers: { "content-type": "application/json" } });
      expect(answer.status).toBe(200);
    }),
  );
}

/** Of these, the purchases that are paid, with a grant in the feed of their site. */
async function onlineOf(database: OpenDatabase, purchases: readonly PromptedPurchase[]): Promise<string[]> {
  const { rows } = await database.asPlatform("test", (tx) =>
    sql<{ id: string }>`select i.purchase_id as id from purchases i join grants g using (provider_id, purchase_id)
      join feed_rows f on f.provider_id = g.provider_id and f.kind = 'grant' and f.key = g.grant_id
      where i.state = 'paid' and i.purchase_id = any(${purchases.map(({ purchaseId }) => purchaseId)}::text[])`.execute(
      tx,
    ),
  );
  return rows.map(({ id }) => id).sort();
}

const idsOf = (purchases: readonly PromptedPurchase[]) => purchases.map(({ purchaseId }) => purchaseId).sort();

async function untilOnline(database: OpenDatabase, purchases: readonly PromptedPurchase[], msMax?: number) {
  await eventually(
    () => onlineOf(database, purchases),
    (online) => expect(online).toEqual(idsOf(purchases)),
    msMax,
  );
}

/** Each payment is one receipt, one entry, one grant, and the books sum to nought. */
async function expectBookedOnce(database: OpenDatabase, purchases: readonly PromptedPurchase[]): Promise<void> {
  for (const [providerId, own] of Map.groupBy(purchases, ({ shop }) => shop.providerId)) {
    const { receipts, grants, entries, accounts, evidence } = await readBooks(database, providerId);
    expect(receipts.map(({ receipt }) => receipt).sort()).toEqual(own.map(({ receipt }) => receipt).sort());
    expect(grants.map((grant) => grant.purchase_id).sort()).toEqual(idsOf(own));
    expect(entries).toHaveLength(own.length);
    expect(accounts).toEqual({ clearing: own.length * 5000, revenue: -own.length * 5000 });
    expect(evidence.filter(({ state }) => state === "new")).toEqual([]);
  }
}

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("payments that are booked together", { timeout: 120_000 }, () => {
    const database = useDatabase(engine);
    const opened: { stop(): Promise<unknown> }[] = [];
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.stop();
    });
    let shops = 0;

    async function openTown(count: number, providers: number) {
      const daraja = await startDaraja({ promptMs: 600_000 });
      const hub = await startHub(database.current(), daraja, { masterKey, ask: silent, emit: createEmit });
      opened.push(hub, daraja);
      const purchases: PromptedPurchase[][] = [];
      for (let provider = 0; provider < providers; provider++) {
        // The first payment of a channel shows that its keys fit, and is booked by itself.
        const own = await openPromptedShop(
          { hub, database: database.current(), daraja },
          { number: ++shops, count: count + 1 },
        );
        await deliver(own.slice(0, 1));
        await untilOnline(database.current(), own.slice(0, 1));
        purchases.push(own);
      }
      return { hub, daraja, purchases };
    }

    /** Holds rows in a transaction of its own, as a person who is in the middle of something. @returns lets them go */
    async function hold(providerId: string, lock: (tx: Tx) => Promise<unknown>): Promise<() => Promise<void>> {
      const [locked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const holder = database.current().asProvider(providerId, async (tx) => {
        await lock(tx);
        locked.resolve();
        await done.promise;
      });
      const release = async () => {
        done.resolve();
        await holder;
      };
      onTestFinished(release);
      await locked.promise;
      return release;
    }

    test.skipIf(engine === "embedded")(
      "[PAY-02] one alone takes two commits, and of 64 at once each takes less than one statement",
      async () => {
        const { hub, purchases } = await openTown(66, 1);
        const [, alone, ...many] = purchases[0] as [PromptedPurchase, PromptedPurchase, ...PromptedPurchase[]];
        const statements = watchStatements();
        /** All that callbacks cause until sites are woken, in the order in which it was sent. */
        const statementsOf = async (some: readonly PromptedPurchase[]): Promise<readonly string[]> => {
          statements.forget();
          await Promise.all(some.map((each) => hub.payments.intake(callbackOf(each))));
          return eventually(
            async () => statements.sent(),
            (all) => {
              expect(all.filter((text) => text.includes("pg_notify(channel"))).not.toEqual([]);
              expect(all.filter((text) => text === "begin")).toHaveLength(
                all.filter((text) => text === "commit").length,
              );
            },
          );
        };
        const counted = (statements: readonly string[]) => {
          const commits = statements.filter((text) => text === "commit").length;
          return { statements: statements.length - commits, commits };
        };
        const one = counted(await statementsOf([alone]));
        await untilOnline(database.current(), [alone]);
        // The first of them finds an idle hub; the 64 that come meanwhile wait for it, and go together.
        const all = counted(await statementsOf(many));
        await untilOnline(database.current(), many);
        const each = { statements: (all.statements - one.statements) / 64, commits: (all.commits - one.commits) / 64 };
        expect(one.commits).toBe(2);
        expect(one.statements).toBeLessThanOrEqual(24);
        expect(each.statements).toBeLessThanOrEqual(0.7);
        expect(each.commits).toBeLessThanOrEqual(0.07);
        await expectBookedOnce(database.current(), purchases.flat());
      },
    );

    // The embedded engine has one connection: nobody holds a row there while others are booked.
    test.skipIf(engine === "embedded")(
      "[PAY-02] of 200, one whose row a person holds, one whose provider is being suspended and one that breaks a rule: the others are online at once, and these in the end",
      async () => {
        const { purchases } = await openTown(50, 4);
        const all = purchases.flatMap((own) => own.slice(1));
        const [held, broken] = [purchases[0]?.[7], purchases[1]?.[9]] as [PromptedPurchase, PromptedPurchase];
        const suspended = (purchases[2] as PromptedPurchase[])[11] as PromptedPurchase;
        const run = (script: string) => database.current().alone("write", (execute) => execute(script));
        await run(`create function refuse_one() returns trigger language plpgsql as $$ begin
          if new.receipt = '${broken.receipt}' then raise exception 'refused by this test' using errcode = '23514'; end if; return new; end $$;
        create trigger refuse_one before insert on receipts for each row execute function refuse_one()`);
        const release = await hold(held.shop.providerId, (tx) =>
          sql`select from purchases where purchase_id = ${held.purchaseId} for no key update`.execute(tx),
        );
        const suspend = await hold(suspended.shop.providerId, (tx) =>
          sql`select from purchases where purchase_id = ${suspended.purchaseId} for no key update`.execute(tx),
        );
        await deliver(all);
        const others = all.filter((each) => each !== held && each !== broken && each !== suspended);
        const startedMs = performance.now();
        await untilOnline(database.current(), others);
        // On a quiet machine a fifth of that; sooner than any job of the net.
        expect(performance.now() - startedMs).toBeLessThan(heldMs);
        await database
          .current()
          .asPlatform("test", (tx) =>
            sql`update providers set state = 'suspended' where provider_id = ${suspended.shop.providerId}`.execute(tx),
          );
        expect(await onlineOf(database.current(), [held, broken, suspended])).toEqual([]);
        await release();
        await suspend();
        await run("drop trigger refuse_one on receipts; drop function refuse_one()");
        await untilOnline(database.current(), all);
        await expectBookedOnce(database.current(), purchases.flat());
      },
    );
  });
});

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("a booker's transaction", { timeout: 120_000 }, () => {
    const database = useDatabase(engine);

    /** Which rights the booker's role has, by table; a name of a column where it has them for some columns only. */
    const rights = () =>
      database.current().asPlatform("test", async (tx) => {
        const { rows } = await sql<{ table: string; rights: string[] }>`
          select c.relname as table, array_agg(distinct right_name order by right_name) as rights
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as right_name
          where n.nspname = 'public' and c.relkind in ('r', 'p', 'v') and case right_name
            when 'select' then has_any_column_privilege('karibu_booker', c.oid, 'select')
            when 'insert' then has_any_column_privilege('karibu_booker', c.oid, 'insert')
            when 'update' then has_any_column_privilege('karibu_booker', c.oid, 'update')
            else has_table_privilege('karibu_booker', c.oid, right_name) end
          group by 1 order by 1`.execute(tx);
        return Object.fromEntries(rows.map((row) => [row.table, row.rights.join(" ")]));
      });

    test("[TEN-02] may use the tables of a booking, each for what a booking does there, and no other", async () => {
      expect(await rights()).toEqual({
        channel_troubles: "select",
        channels: "select",
        credit_holds: "select",
        customers: "select",
        event_counters: "insert select update",
        events: "insert",
        evidence: "select update",
        feed_rows: "insert select update",
        feed_scopes: "insert select update",
        grants: "insert select",
        purchases: "select update",
        job_outbox: "delete insert select",
        ledger_entries: "insert select",
        ledger_postings: "insert select",
        message_senders: "select",
        message_templates: "select",
        messages: "insert select",
        money_received: "insert select",
        money_settings: "select",
        providers: "select",
        receipts: "insert select",
        report_entries_waiting: "insert",
      });
    });

    test("[TEN-02] for the providers A and B writes no row of C, and sees none", async () => {
      const [a, b, c] = [
        await openShop(database.current()),
        await openShop(database.current()),
        await openShop(database.current()),
      ] as const;
      const providers = [a.providerId, b.providerId];
      const writes = (shop: Shop) => ({
        event_counters: sql`insert into event_counters (provider_id, last_seq) values (${shop.providerId}, 1)
          on conflict (provider_id) do update set last_seq = event_counters.last_seq`,
        events: sql`insert into events (provider_id, seq, at_ms, topic, id, action) values (${shop.providerId}, 900, 1, 'payment', 'p', 'paid')`,
        feed_rows: sql`insert into feed_rows (provider_id, scope, kind, key, version, changed_at_ms)
          values (${shop.providerId}, 'site:x', 'grant', 'g', 1, 1)`,
        feed_scopes: sql`insert into feed_scopes (provider_id, scope, version) values (${shop.providerId}, 'site:x', 1)`,
        grants: sql`insert into grants (provider_id, grant_id, site_id, origin, plan_name, terms, unverified, created_at_ms)
          values (${shop.providerId}, 'g', ${shop.siteId}, 'purchase', 'p', '{}'::jsonb, true, 1)`,
        messages: sql`insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash, to_masked, text_sealed, state, created_at_ms,
            changed_at_ms) values (${shop.providerId}, 'm', 'e', 'paid', '', 'h', '', '', 'waiting', 1, 1)`,
        receipts: sql`insert into receipts (provider_id, rail, receipt, channel_id, amount_cents, plan_cents, credit_cents, currency, entry_id, booked_at_ms)
          values (${shop.providerId}, 'mpesa', 'R', 'c', 1, 1, 0, 'KES', 'e', 1)`,
        report_entries_waiting: sql`insert into report_entries_waiting (provider_id, entry_id) values (${shop.providerId}, 'e')`,
      });
      const write = (statement: ReturnType<typeof sql>) =>
        database.current().asBooker(providers, async (tx) => {
          await statement.execute(tx);
          throw new Error("it could be written");
        });
      // The receipt names an entry that is not there: that is looked at after the row's provider.
      for (const [table, statement] of Object.entries(writes(b)))
        await expect(write(statement), table).rejects.toThrow(/it could be written|foreign key constraint/);
      for (const [table, statement] of Object.entries(writes(c)))
        await expect(write(statement), table).rejects.toThrow(`row-level security policy for table "${table}"`);
      const entry = (shop: Shop) => sql`
        with entry as (insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms) values (${shop.providerId}, 'e', 'k', 'receipt', 1))
        insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
        values (${shop.providerId}, 'e', 1, 'a', 'KES', 1), (${shop.providerId}, 'e', 2, 'b', 'KES', -1)`;
      await expect(write(entry(b))).rejects.toThrow("it could be written");
      await expect(write(entry(c))).rejects.toThrow("row-level security policy");
      // What is there already is neither seen nor changed: each shop has a feed of its provider.
      const seen = await database.current().asBooker(providers, async (tx) => {
        const { rows } = await sql<{ provider_id: string }>`
          update feed_scopes set version = version + 0 returning provider_id`.execute(tx);
        return [...new Set(rows.map((row) => row.provider_id))].sort();
      });
      expect(seen).toEqual([...providers].sort());
      const ofNobody = await database
        .current()
        .asBooker([], async (tx) => tx.selectFrom("feed_scopes").selectAll().execute());
      expect(ofNobody).toEqual([]);
    });
  });

  describe.skipIf(isAbsent(engine))("two hubs on one database", { timeout: 180_000 }, () => {
    const fresh = useFreshServer(engine);

    test.skipIf(engine === "embedded")(
      "[PAY-02] [BEY-09] book the callbacks of the same providers, which come to either and some to both: each payment once, and PostgreSQL ends no deadlock",
      async () => {
        const settings = { databaseUrl: fresh.url(), dataDir: null };
        const [one, other] = [await openDatabase(realWorld(), settings), await openDatabase(realWorld(), settings)];
        const daraja = await startDaraja({ promptMs: 600_000 });
        const options = { masterKey, ask: silent, emit: createEmit };
        const [first, second] = [await startHub(one, daraja, options), await startHub(other, daraja, options)];
        onTestFinished(async () => {
          for (const each of [first, second, daraja]) await each.stop();
          await one.close();
          await other.close();
        });
        const shops: PromptedPurchase[][] = [];
        for (let number = 0; number < 5; number++)
          shops.push(await openPromptedShop({ hub: first, database: one, daraja }, { number, count: 60 }));
        const all = shops.flat();
        await Promise.all([
          deliver(all.filter((_, index) => index % 5 !== 0)),
          deliver(all.filter((_, index) => index % 5 !== 1).toReversed(), second.url),
        ]);
        await untilOnline(one, all);
        await expectBookedOnce(one, all);
        const { rows } = await one.asPlatform("test", (tx) =>
          sql<{
            deadlocks: number;
          }>`select deadlocks::int from pg_stat_database where datname = current_database()`.execute(tx),
        );
        expect(rows).toEqual([{ deadlocks: 0 }]);
      },
    );
  });

  describe.skipIf(isAbsent(engine))("a payment whose booker ended", { timeout: 120_000 }, () => {
    const database = useDatabase(engine);

    test("[PAY-02] [BEY-05] between the callback's commit and the booking: its job books it, and once", async () => {
      const daraja = await startDaraja({ promptMs: 600_000 });
      const hub = await startHub(database.current(), daraja, { masterKey, ask: silent });
      onTestFinished(async () => {
        await hub.stop();
        await daraja.stop();
      });
      const purchases = await openPromptedShop(
        { hub, database: database.current(), daraja },
        { number: 700, count: 3 },
      );
      await hub.payments.stop();
      await deliver(purchases);
      const waiting = () =>
        database
          .current()
          .asPlatform("test", (tx) =>
            tx.selectFrom("job_outbox").select(["name", "state"]).where("name", "=", "payments.absorb").execute(),
          );
      expect(await waiting()).toEqual(purchases.map(() => ({ name: "payments.absorb", state: "held" })));
      // As the next process does when it starts.
      const next = await startHub(database.current(), daraja, { masterKey, ask: silent });
      onTestFinished(() => next.stop());
      await untilOnline(database.current(), purchases);
      await expectBookedOnce(database.current(), purchases);
      await eventually(waiting, (jobs) => expect(jobs).toEqual([]));
    });
  });
});

/** As it comes to the hub's door, without HTTP: so several come in one moment. */
function callbackOf({ url, body }: PromptedPurchase) {
  const [, channelToken = "", secret = ""] = /\/k\/([^/]+)\/s\/([^/]+)$/.exec(url) ?? [];
  return { channelToken, secret, body, remoteAddress: null };
}

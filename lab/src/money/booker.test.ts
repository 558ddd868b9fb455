/** Payments that are booked together: how many statements that costs, who stands in whose way, and whose rows a batch can write. */
import { randomBytes } from "node:crypto";
import type { Tx } from "@karibu/cloud/ground/db/database";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { engineSuite, realWorld, useDatabase, useMigratedServer } from "@karibu/cloud/ground/db/test-databases";
import { deadlocksOf } from "@karibu/cloud/ground/db/test-deadlocks";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { heldMs } from "@karibu/cloud/money/callbacks/booker";
import { longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { eventually, openShop, type Shop, silentAsk, startDaraja, startHub } from "./payments-hub.ts";
import { openPromptedShop, type PromptedPurchase } from "./prompted-purchases.ts";
import { deliver, expectBookedOnce, untilOnline } from "./test-booked.ts";
import { countStatements, createIdleQueue } from "./test-payment-statements.ts";
import { payWithThreeInTheWay } from "./test-three-in-the-way.ts";

const masterKey = new Uint8Array(randomBytes(32));

engineSuite("payments that are booked together", { timeout: 120_000 }, (engine) => {
  const database = useDatabase(engine);
  let shops = 0;

  /**
   * @param options.sendsMessages its customers get text messages: they are written, and their jobs wait
   * @param options.sealedBy the master key under which their numbers are sealed
   */
  async function openTown(
    count: number,
    providers: number,
    { sendsMessages = false, sealedBy = masterKey }: { sendsMessages?: boolean; sealedBy?: Uint8Array } = {},
  ) {
    const daraja = await startDaraja({ promptMs: 600_000 });
    onTestFinished(() => daraja.stop());
    const more = sendsMessages ? { smsUrl: "http://sms.example", jobs: createIdleQueue(database.current()) } : {};
    const hub = await startHub(database.current(), daraja, { masterKey, ask: silentAsk, emit: createEmit, ...more });
    const envelope = sendsMessages ? createEnvelope(realWorld().random, [sealedBy]) : null;
    onTestFinished(() => hub.stop());
    const purchases: PromptedPurchase[][] = [];
    for (let provider = 0; provider < providers; provider++) {
      // The first payment of a channel shows that its keys fit, and is booked by itself.
      const own = await openPromptedShop(
        { hub, database: database.current(), daraja },
        { number: ++shops, count: count + 1, envelope },
      );
      if (sendsMessages) await hub.addSender(own[0]?.shop.providerId ?? "");
      await deliver(own.slice(0, 1));
      await untilOnline(database.current(), own.slice(0, 1));
      purchases.push(own);
    }
    return { hub, daraja, purchases };
  }

  /** What one payment alone costs, and each of 64 at once. */
  async function countBookings(options: { sendsMessages?: boolean }) {
    const { hub, purchases } = await openTown(66, 1, options);
    const [, alone, ...many] = purchases[0] as [PromptedPurchase, PromptedPurchase, ...PromptedPurchase[]];
    const sentBy = countStatements(hub);
    const one = await sentBy([alone]);
    await untilOnline(database.current(), [alone]);
    // The first of them finds an idle hub; the 64 that come meanwhile wait for it, and go together.
    const all = await sentBy(many);
    await untilOnline(database.current(), many);
    const each = { statements: (all.statements - one.statements) / 64, commits: (all.commits - one.commits) / 64 };
    return { one, each, purchases };
  }

  test.skipIf(engine === "embedded")(
    "[PAY-02] one alone takes two commits, and of 64 at once each takes less than one statement",
    async () => {
      const { one, each, purchases } = await countBookings({});
      expect(one.commits).toBe(2);
      expect(one.statements).toBeLessThanOrEqual(21);
      expect(each.statements).toBeLessThanOrEqual(0.7);
      expect(each.commits).toBeLessThanOrEqual(0.07);
      await expectBookedOnce(database.current(), purchases.flat());
    },
  );

  test.skipIf(engine === "embedded")(
    "[PAY-02] the text message of a sale is written with its booking: what that sends besides has a bound",
    async () => {
      const { one, each, purchases } = await countBookings({ sendsMessages: true });
      expect(one.commits).toBe(2);
      // The goal of one alone is 24.
      expect(one.statements).toBeLessThanOrEqual(26);
      expect(each.statements).toBeLessThanOrEqual(0.7);
      expect(each.commits).toBeLessThanOrEqual(0.07);
      const written = await database.current().asPlatform("test", (tx) =>
        tx
          .selectFrom("messages")
          .select(["eventKey", "state"])
          .where("providerId", "=", purchases[0]?.[0]?.shop.providerId ?? "")
          .execute(),
      );
      // One for each payment, the first among them.
      expect(written).toHaveLength(66 + 1);
      await expectBookedOnce(database.current(), purchases.flat());
    },
  );

  // The embedded engine has one connection: nobody holds a row there while others are booked.
  test("[PAY-02] a payer whose number can't be opened is online, and nobody is told: together, and alone", async () => {
    const sealedBy = new Uint8Array(randomBytes(32));
    const { purchases } = await openTown(3, 1, { sendsMessages: true, sealedBy });
    const [, ...others] = purchases[0] as PromptedPurchase[];
    await deliver(others);
    await untilOnline(database.current(), others);
    await expectBookedOnce(database.current(), purchases.flat());
  });

  const ways: [string, (of: PromptedPurchase) => RawBuilder<unknown>][] = [
    [
      "a payer who is being erased in that moment keeps",
      ({ shop, purchaseId }) => sql`select karibu_lock_money_of_person(${shop.providerId}, array_agg(phone_hash))
            from purchases where purchase_id = ${purchaseId}`,
    ],
    [
      "a purchase that somebody holds against all keeps",
      ({ purchaseId }) => sql`select 1 from purchases where purchase_id = ${purchaseId} for update`,
    ],
  ];
  test.skipIf(engine === "embedded").each(ways)(
    "[PAY-02] [CUS-17] %s nobody's callback from being acknowledged and booked",
    async (_, hold) => {
      const { purchases } = await openTown(3, 2);
      const all = purchases.flatMap((own) => own.slice(1));
      const [erased, ...others] = all as [PromptedPurchase, ...PromptedPurchase[]];
      const [locked, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const erasure = database.current().asProvider(erased.shop.providerId, async (tx) => {
        await hold(erased).execute(tx);
        locked.resolve();
        await end.promise;
      });
      onTestFinished(async () => {
        end.resolve();
        await erasure;
      });
      await locked.promise;
      // Theirs may be refused: this hub has no spool. Its channel sends it again.
      const [, own] = [deliver(others), deliver([erased]).catch(() => {})];
      await untilOnline(database.current(), others, 10_000);
      await own;
      end.resolve();
      await deliver([erased]);
      await untilOnline(database.current(), all);
    },
  );

  longTest.skipIf(engine === "embedded")(
    "[PAY-02] of 200, one whose row a person holds, one that breaks a rule and twenty whose provider is being suspended: the others are online at once, and these in the end",
    // Within two seconds on a quiet machine: `booker.long.test.ts`. On any, sooner than any job of the net besides.
    () =>
      payWithThreeInTheWay({
        database: database.current(),
        masterKey,
        heldForMs: 0,
        onlineMsMax: (freeMs) => heldMs + 3 * freeMs,
      }),
  );
});

engineSuite("a booker's transaction", { timeout: 120_000 }, (engine) => {
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
      customers: "select update",
      event_counters: "insert select update",
      events: "insert",
      evidence: "insert select update",
      evidence_bodies: "insert select",
      feed_rows: "insert select update",
      feed_scopes: "insert select update",
      grants: "insert select",
      purchases: "select update",
      job_outbox: "delete insert select",
      ledger_entries: "insert select",
      ledger_postings: "insert select",
      message_events: "insert select",
      message_senders: "select",
      message_templates: "select",
      messages: "insert select",
      money_received: "insert select",
      money_settings: "select",
      providers: "select",
      receipts: "insert select",
      report_entries_waiting: "insert",
      sites: "select",
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
      evidence: sql`insert into evidence (provider_id, evidence_id, channel_id, source, natural_key, body_hash, received_at_ms, state)
          values (${shop.providerId}, 'e', 'c', 'push-answer', 'p', '', 1, 'done')`,
      evidence_bodies: sql`insert into evidence_bodies (provider_id, received_at_ms, evidence_id, body_sealed)
          values (${shop.providerId}, ${Date.now()}, 'e', '')`,
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
      message_events: sql`insert into message_events (provider_id, event_key, message_id, at_ms) values (${shop.providerId}, 'e', 'm', 1)`,
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
      const { rows } = await sql<{ providerId: string }>`
          update feed_scopes set version = version + 0 returning provider_id`.execute(tx);
      return [...new Set(rows.map((row) => row.providerId))].sort();
    });
    expect(seen).toEqual([...providers].sort());
    // The outbox is everybody's: whose jobs wait there, and for what, is not the booker's business.
    const read = (tx: Tx) => sql`select data from job_outbox`.execute(tx);
    await expect(database.current().asBooker(providers, read)).rejects.toThrow(
      "permission denied for table job_outbox",
    );
    const ofNobody = await database
      .current()
      .asBooker([], async (tx) => tx.selectFrom("feed_scopes").selectAll().execute());
    expect(ofNobody).toEqual([]);
  });
});

engineSuite("two hubs on one database", { timeout: 180_000 }, (engine) => {
  const fresh = useMigratedServer(engine);

  test.skipIf(engine === "embedded")(
    "[PAY-02] [BEY-09] book the callbacks of the same providers, which come to either and some to both: each payment once, and PostgreSQL ends no deadlock",
    async () => {
      const settings = { databaseUrl: fresh.url(), dataDir: null };
      const [one, other] = [await openDatabase(realWorld(), settings), await openDatabase(realWorld(), settings)];
      const daraja = await startDaraja({ promptMs: 600_000 });
      const options = { masterKey, ask: silentAsk, emit: createEmit };
      const [first, second] = [await startHub(one, daraja, options), await startHub(other, daraja, options)];
      let stopped: Promise<void> | null = null;
      const stop = () => {
        stopped ??= (async () => {
          for (const each of [first, second, daraja]) await each.stop();
          await one.close();
          await other.close();
        })();
        return stopped;
      };
      onTestFinished(stop);
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
      await stop();
      expect(await deadlocksOf(fresh.url() as string)).toEqual([]);
    },
  );
});

engineSuite("a payment whose booker ended", { timeout: 120_000 }, (engine) => {
  const database = useDatabase(engine);

  test("[PAY-02] [BEY-05] between the callback's commit and the booking: its job books it, and once", async () => {
    const daraja = await startDaraja({ promptMs: 600_000 });
    const hub = await startHub(database.current(), daraja, { masterKey, ask: silentAsk });
    onTestFinished(async () => {
      await hub.stop();
      await daraja.stop();
    });
    const purchases = await openPromptedShop({ hub, database: database.current(), daraja }, { number: 700, count: 3 });
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
    const next = await startHub(database.current(), daraja, { masterKey, ask: silentAsk });
    onTestFinished(() => next.stop());
    await untilOnline(database.current(), purchases);
    await expectBookedOnce(database.current(), purchases);
    await eventually(waiting, (jobs) => expect(jobs).toEqual([]));
  });

  test("[PAY-02] [BEY-05] of a clock that was an hour ahead when its callback came: the next hub process books it at once", async () => {
    const daraja = await startDaraja({ promptMs: 600_000 });
    const hub = await startHub(database.current(), daraja, { masterKey, ask: silentAsk });
    onTestFinished(async () => {
      await hub.stop();
      await daraja.stop();
    });
    const shop = { hub, database: database.current(), daraja };
    const purchases = await openPromptedShop(shop, { number: 702, count: 2 });
    await hub.payments.stop();
    await deliver(purchases);
    const hourMs = 3_600_000;
    await database.current().asPlatform("test", async (tx) => {
      await sql`update evidence_bodies set received_at_ms = received_at_ms + ${hourMs} where evidence_id in (
          select evidence_id from evidence where state = 'new')`.execute(tx);
      await sql`update evidence set received_at_ms = received_at_ms + ${hourMs} where state = 'new'`.execute(tx);
      await sql`update job_outbox set run_at_ms = run_at_ms + ${hourMs} where state = 'held'`.execute(tx);
    });
    const next = await startHub(database.current(), daraja, { masterKey, ask: silentAsk });
    onTestFinished(() => next.stop());
    await untilOnline(database.current(), purchases, 15_000);
    await expectBookedOnce(database.current(), purchases);
  });

  test.skipIf(engine === "embedded")(
    "[PAY-02] [BEY-05] a hub that starts with forty such payments books them together, not one by one",
    async () => {
      const daraja = await startDaraja({ promptMs: 600_000 });
      const hub = await startHub(database.current(), daraja, { masterKey, ask: silentAsk });
      onTestFinished(() => daraja.stop());
      const [first, ...purchases] = await openPromptedShop(
        { hub, database: database.current(), daraja },
        { number: 701, count: 41 },
      );
      // The first payment of a channel shows that its keys fit, and is booked by itself.
      await deliver([first as PromptedPurchase]);
      await untilOnline(database.current(), [first as PromptedPurchase]);
      await hub.payments.stop();
      await deliver(purchases);
      await hub.stop();
      const real = database.current();
      const counted = { together: 0, alone: 0 };
      const watched: typeof real = {
        ...real,
        asBooker(providerIds, work, options) {
          counted.together++;
          return real.asBooker(providerIds, work, options);
        },
        asProvider(providerId, work, options) {
          if (options?.byKeys === true) counted.alone++;
          return real.asProvider(providerId, work, options);
        },
      };
      await real.asPlatform("test", (tx) => tx.updateTable("job_outbox").set({ runAtMs: 0 }).execute());
      const jobs = (quiet: World) => createPgBossQueue(quiet, real);
      const next = await startHub(watched, daraja, { masterKey, ask: silentAsk, jobs });
      onTestFinished(() => next.stop());
      await untilOnline(real, purchases);
      await expectBookedOnce(real, [first as PromptedPurchase, ...purchases]);
      expect(counted.together).toBeGreaterThan(0);
      expect(counted.together).toBeLessThanOrEqual(10);
      expect(counted.alone).toBeLessThanOrEqual(4);
    },
  );
});

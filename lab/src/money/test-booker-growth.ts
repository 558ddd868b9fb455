/** What a booking reads does not grow with what is there already: it finds each row by its key. Counted by the database itself. */
import { randomBytes } from "node:crypto";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, openChannel, openShop, silentAsk, startDaraja, startHub } from "./payments-hub.ts";
import { openPromptedShop, type PromptedPurchase } from "./prompted-purchases.ts";

const engine = "postgresql";
const atOnce = 64;
/** So often PostgreSQL plans a statement for its values before it keeps a plan for any. */
const oneByOne = 12;
const alreadyThere = 5000;

/** When the database looked at its tables to count what is in them: its planner goes by that. A server does it by itself, but up to a minute late. */
export const looks = [
  "never",
  "before the first payment",
  "when each of a dozen providers had one payment",
  "while they were short",
  "since they are long",
] as const;

/** A batch, and one that goes alone; each with a database of its own. */
export const ways = ["pushes", "a paybill"] as const;

/** The tests of one case: a file names those that it is about. */
export function testGrowth(way: (typeof ways)[number], look: (typeof looks)[number]): void {
  describe.skipIf(isAbsent(engine))(`money by ${way}, tables looked at ${look}`, { timeout: 120_000 }, () => {
    const database = useDatabase(engine);

    async function open() {
      const daraja = await startDaraja({ promptMs: 600_000 });
      const masterKey = new Uint8Array(randomBytes(32));
      return { daraja, hub: await startHub(database.current(), daraja, { masterKey, ask: silentAsk }) };
    }

    if (way === "pushes")
      test("[PAY-02] finds its rows by their keys, also where a provider has 5,000 payments already", async () => {
        const { hub, daraja } = await open();
        const parts = { hub, database: database.current(), daraja };
        const busy = await openPromptedShop(parts, { number: 1, count: 2 * atOnce });
        const others: PromptedPurchase[] = [];
        for (let number = 2; number < 2 + oneByOne; number++)
          others.push(...(await openPromptedShop(parts, { number, count: 1 })));
        if (look === "before the first payment") await analyze();
        for (const [index, one] of others.entries()) await book([one], 1 + index);
        if (look === "when each of a dozen providers had one payment") await analyze();
        await book(busy.slice(0, atOnce), oneByOne + atOnce);
        if (look === "while they were short") await analyze();
        await fill((busy[0] as PromptedPurchase).shop.providerId);
        if (look === "since they are long") await analyze();
        const before = await rowsRead();
        await book(busy.slice(atOnce), oneByOne + 2 * atOnce);
        // A few statements and checks of foreign keys read each of them, some 25 rows. It was 15,000 when they went through all there are.
        expect(((await rowsRead()) - before) / atOnce).toBeLessThan(100);
        await hub.stop();
        await daraja.stop();
      });

    if (way === "a paybill")
      test("[PAY-04] finds its rows by their keys as well, judged alone", async () => {
        const { hub, daraja } = await open();
        const { providerId } = await openShop(database.current());
        await hub.register(providerId, await openChannel(hub, database.current(), providerId));
        const { shortcode } = sampleApp;
        const pay = async () => {
          await daraja.organisation.payBill({ shortcode, msisdn: "254711222333", amount: 70, account: "?" });
          await eventually(
            () => number(sql`select count(*) as n from job_outbox where name = 'payments.route'`),
            (left) => expect(left).toBe(0),
          );
        };
        if (look === "before the first payment") await analyze();
        await pay();
        if (look === "when each of a dozen providers had one payment") await analyze();
        for (let more = 0; more < oneByOne; more++) await pay();
        if (look === "while they were short") await analyze();
        await fill(providerId);
        if (look === "since they are long") await analyze();
        const before = await rowsRead();
        for (let more = 0; more < oneByOne; more++) await pay();
        // Some 25 rows. It was 18,000, whenever the tables had been looked at.
        expect(((await rowsRead()) - before) / oneByOne).toBeLessThan(100);
        await hub.stop();
        await daraja.stop();
      });

    /** As who owns the tables: of others PostgreSQL takes no such order, and only warns. */
    async function analyze(): Promise<void> {
      const { handle } = database.current();
      if (handle.kind === "postgresql") await handle.pool.query("analyze");
      expect(
        await number(
          sql`select count(*) as n from pg_stat_user_tables where relname = 'purchases' and last_analyze is not null`,
        ),
      ).toBe(1);
    }

    /** @param all how many are booked then */
    async function book(purchases: readonly PromptedPurchase[], all: number): Promise<void> {
      await Promise.all(
        purchases.map(({ url, body }) =>
          fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } }),
        ),
      );
      await eventually(
        () => number(sql`select count(*) as n from grants`),
        (booked) => expect(booked).toBe(all),
        30_000,
      );
    }

    /** Rows of the tables that payments make longer, read until now. */
    async function rowsRead(): Promise<number> {
      await haveCounted();
      return number(sql`select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as n from pg_stat_user_tables
      where relname in ('purchases', 'evidence', 'receipts', 'ledger_entries', 'ledger_postings', 'money_received', 'grants')`);
    }

    /** A connection that idles tells only after ten seconds what it has read. */
    async function haveCounted(): Promise<void> {
      const { handle } = database.current();
      if (handle.kind !== "postgresql") throw new Error("only PostgreSQL counts what it reads");
      for (const pool of [handle.pool, handle.urgentPool]) {
        const all = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()));
        // In the order in which they lay there: the next one to be lent is the one that has booked.
        for (const client of all.reverse()) {
          await client.query("select pg_stat_force_next_flush()");
          client.release();
        }
      }
    }

    async function number(query: ReturnType<typeof sql>): Promise<number> {
      const { rows } = await database.current().asPlatform("test", (tx) => query.execute(tx));
      return Number((rows[0] as { n: string }).n);
    }

    /** As many payments as a busy provider has in a week or two, each like the first one. */
    async function fill(providerId: string): Promise<void> {
      await database.current().asPlatform("test", async (tx) => {
        for (const [table, changed, only] of [
          [
            "purchases",
            { purchase_id: "", idempotency_key: "", reference: "", secret_hash: "", changed_at_ms: 1 },
            sql`state = 'paid'`,
          ],
          ["evidence", { evidence_id: "", natural_key: "", purchase_id: null }, sql`true`],
          ["receipts", { receipt: "", purchase_id: null }, sql`true`],
          ["ledger_entries", { entry_id: "", entry_key: "" }, sql`true`],
        ] as const) {
          const named = sql.join(
            Object.entries(changed).flatMap(([column, value]) => [
              sql`${sql.lit(column)}, ${value === "" ? sql`'filler-' || number` : sql.lit(value)}`,
            ]),
          );
          await sql`insert into ${sql.table(table)}
          select whole.* from (select * from ${sql.table(table)} where provider_id = ${providerId} and ${only} limit 1) one,
            generate_series(1, ${sql.lit(alreadyThere)}) number,
            jsonb_populate_record(one::${sql.table(table)}, jsonb_build_object(${named})) whole`.execute(tx);
          if (table === "ledger_entries")
            await sql`insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
            select provider_id, entry_id, line, account, 'KES', cents from ledger_entries,
              (values (1, 'clearing:c', 5000), (2, 'revenue', -5000)) as posted (line, account, cents)
            where entry_id like 'filler-%'`.execute(tx);
        }
      });
    }
  });
}

/** What a booking reads does not grow with what is there already: it finds each row by its key. Counted by the database itself. */
import { randomBytes } from "node:crypto";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { eventually, quickAsk, startDaraja, startHub } from "./payments-hub.ts";
import { openPromptedShop, type PromptedPurchase } from "./prompted-purchases.ts";

const engine = "postgresql";
const silent = { ...quickAsk, agesMs: [86_400_000, 86_400_000] };
const atOnce = 64;
const alreadyThere = 5000;

describe.skipIf(isAbsent(engine))("a batch of bookings", { timeout: 120_000 }, () => {
  const database = useDatabase(engine);

  test("[PAY-02] finds its rows by their keys, also where a provider has 5,000 payments already", async () => {
    const daraja = await startDaraja({ promptMs: 600_000 });
    const hub = await startHub(database.current(), daraja, { masterKey: new Uint8Array(randomBytes(32)), ask: silent });
    const parts = { hub, database: database.current(), daraja };
    const [first, ...others] = await openPromptedShop(parts, { number: 1, count: 1 + 2 * atOnce });
    await book([first as PromptedPurchase], 1);
    // The planner believes that the tables are as short as now. Before it has seen a row, all unique keys of a provider are one to it: it
    // may look for a purchase of this id among all references. A server looks within a minute (autovacuum), an embedded hub by `vacuum.ts`.
    await database.current().asPlatform("test", (tx) => sql`analyze`.execute(tx));
    await book(others.slice(0, atOnce), 1 + atOnce);
    await fill((first as PromptedPurchase).shop.providerId);
    const before = await rowsRead();
    await book(others.slice(atOnce), 1 + 2 * atOnce);
    // A few statements and checks of foreign keys read each of them, some eighty rows. It was 13,900 when statements went through all there are.
    expect(((await rowsRead()) - before) / atOnce).toBeLessThan(1000);
    await hub.stop();
    await daraja.stop();
  });

  /** @param all how many are booked then; the database has counted what they read */
  async function book(purchases: readonly PromptedPurchase[], all: number): Promise<void> {
    await Promise.all(
      purchases.map(({ url, body }) =>
        fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } }),
      ),
    );
    await eventually(
      () => number(sql`select n_tup_ins as n from pg_stat_user_tables where relname = 'grants'`),
      // A batch that met a conflict is counted twice.
      (counted) => expect(counted).toBeGreaterThanOrEqual(all),
      30_000,
    );
  }

  /** Rows of the tables that payments make longer, read until now, by the transactions that have ended and been counted. */
  const rowsRead = () =>
    number(sql`select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as n from pg_stat_user_tables
      where relname in ('purchases', 'evidence', 'receipts', 'ledger_entries', 'ledger_postings', 'money_received', 'grants')`);

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
      await sql`select pg_stat_force_next_flush()`.execute(tx);
    });
  }
});

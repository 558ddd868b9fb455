/** A deleted provider goes with all of its history, some rows at a time. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import type { Database } from "../../ground/db/database.ts";
import { hubSuite, useHub } from "../../test-hub.ts";
import { purgeProviders } from "./life-cycle.ts";

const dayMs = 86_400_000;
/** Of each kind: more than two transactions take. */
const many = 4100;
/** Few rows each, so that who is deleted from them may look through the rows that referred to it. */
const short = [
  "channels",
  "plan_groups",
  "plans",
  "release_channels",
  "releases",
  "sites",
  "statements",
  "stock_kinds",
  "users",
];

hubSuite("the purge of a provider", (hub) => {
  async function makeDue(name: string): Promise<string> {
    const { providerId } = await hub.makeProvider(name);
    await hub.database().alone("write", (run) =>
      run(`
          insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
            select '${providerId}', 'e' || i, 'k' || i, 'sale', i from generate_series(1, ${many}) i;
          insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
            select '${providerId}', 'e' || i, line, 'a', 'KES', 100 * line from generate_series(1, ${many}) i, (values (1), (-1)) l (line);
          insert into receipts (provider_id, rail, receipt, channel_id, amount_cents, plan_cents, credit_cents, currency, entry_id, booked_at_ms)
            select '${providerId}', 'mpesa', 'r' || i, 'c', 100, 100, 0, 'KES', 'e' || i, i from generate_series(1, ${many}) i;
          insert into audit (provider_id, audit_id, at_ms, action, detail)
            select '${providerId}', 'a' || i, case when i % 2 = 0 then 1 else ${hub.world.clock.wall().atMs} end, 'a', '{}'
            from generate_series(1, ${many}) i`),
    );
    const path = `/api/v1/providers/${providerId}`;
    await hub.call("DELETE", `${path}?graceDays=1`, { token: await hub.adminToken() });
    hub.moveClock(2 * dayMs);
    return providerId;
  }

  /** Of each table that has any. */
  const rowsOf = (providerId: string) =>
    hub.database().alone("read", async (run) => {
      const tables =
        await run(`select attrelid::regclass::text as name from pg_attribute join pg_class c on c.oid = attrelid
          where attname = 'provider_id' and relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace`);
      const counts = await run(
        tables
          .map(
            ({ name }) =>
              `select '${name}' as name, count(*)::int as rows from ${name} where provider_id = '${providerId}'`,
          )
          .join(" union all "),
      );
      return new Map(counts.flatMap(({ name, rows }) => (rows === 0 ? [] : [[String(name), Number(rows)]])));
    });

  /** The process ends before this transaction. */
  function endingAt(transaction: number): Database {
    let begun = 0;
    const database = hub.database();
    return {
      ...database,
      asPlatform: async (...given) => {
        begun += 1;
        if (begun === transaction) throw new Error("the process ended");
        return database.asPlatform(...given);
      },
    };
  }

  longTest(
    "[TEN-04] its rows go a few thousand at a time, wherever the process ends the next run goes on, and nothing of another provider goes",
    async () => {
      const other = await hub.makeProvider("Stays");
      const providerId = await makeDue("Goes");
      const others = await rowsOf(other.providerId);
      const before = await rowsOf(providerId);
      expect(before.get("receipts")).toBe(many);
      const token = await hub.adminToken();
      let ends = 0;
      let last = before;
      // Nothing was deleted before the fourth: the first look, the agents, the mark, the list of tables.
      for (let transaction = 5; last.size > 0; transaction += 29) {
        const ended = await purgeProviders(hub.world, endingAt(transaction)).then(
          () => false,
          (error: Error) => error.message.includes("the process ended"),
        );
        const now = await rowsOf(providerId);
        for (const [name, rows] of now) expect(rows, name).toBeLessThanOrEqual(last.get(name) ?? 0);
        if (ended) {
          ends += 1;
          // The row by which the next run finds it.
          expect(now.get("providers")).toBe(1);
          const restored = await hub.call("POST", `/api/v1/providers/${providerId}/restore`, { token });
          expect(restored.body).toMatchObject({ status: 409, code: "wrong-state" });
        }
        last = now;
      }
      expect(ends).toBeGreaterThan(5);
      expect(await rowsOf(other.providerId)).toEqual(others);
    },
  );

  test("[TEN-04] it goes on where it was told to end, with some of the rows gone and never a part of a slice", async () => {
    const providerId = await makeDue("Told");
    let asked = 0;
    const gone = await purgeProviders(hub.world, hub.database(), () => {
      asked += 1;
      return asked > 200;
    });
    const left = await rowsOf(providerId);
    expect(left.get("providers")).toBe(1);
    expect(gone).toBeGreaterThan(0);
    await purgeProviders(hub.world, hub.database());
    expect(await rowsOf(providerId)).toEqual(new Map());
  });

  test("[TEN-04] whose agents are cut off is not brought back, and who is brought back keeps them", async () => {
    const token = await hub.adminToken();
    const withAgent = async (name: string) => {
      const { providerId, token: own } = await hub.makeProvider(name);
      const { siteId } = (await hub.call("POST", "/api/v1/sites", { token: own, body: { name } })).body.site;
      await hub.database().asPlatform("test", async (tx) => {
        await tx.insertInto("agents").values({ providerId, siteId, publicKey: name, enrolledAtMs: 1 }).execute();
        await sql`insert into site_links (provider_id, site_id, link_id, process_id)
            values (${providerId}, ${siteId}, ${name}, ${name})`.execute(tx);
      });
      await hub.call("DELETE", `/api/v1/providers/${providerId}?graceDays=1`, { token });
      return providerId;
    };
    const restore = async (providerId: string) =>
      (await hub.call("POST", `/api/v1/providers/${providerId}/restore`, { token: await hub.adminToken() })).status;
    const isCutOff = (providerId: string) =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.selectFrom("agents").select("revokedAtMs").where("providerId", "=", providerId).executeTakeFirstOrThrow(),
        )
        .then((row) => row.revokedAtMs !== null);
    const [linked, spared] = [await withAgent("Linked"), await withAgent("Spared")];
    hub.moveClock(2 * dayMs);
    // One comes back after the job has looked whose time is over.
    const database = hub.database();
    let isFirst = true;
    const late: Database = {
      ...database,
      asPlatform: async (...given) => {
        const found = await database.asPlatform(...given);
        if (isFirst) expect(await restore(spared)).toBe(200);
        isFirst = false;
        return found;
      },
    };
    await purgeProviders(hub.world, late);
    expect([await isCutOff(spared), await isCutOff(linked)]).toEqual([false, true]);
    expect(await restore(linked)).toBe(409);
    await database.asPlatform("test", (tx) => tx.deleteFrom("site_links").where("providerId", "=", linked).execute());
    await purgeProviders(hub.world, database);
    expect(await rowsOf(linked)).toEqual(new Map());
  });

  test("[TEN-04] a slice of a provider whose purge has not begun is refused, and so is the provider's own row", async () => {
    const { providerId } = await hub.makeProvider("Lives");
    const slice = (table: string) =>
      hub
        .database()
        .asPlatform("test", (tx) => sql`select karibu_purge_slice(${providerId}, ${table}::regclass, 10)`.execute(tx));
    await expect(slice("audit")).rejects.toThrow("has not begun");
    await hub
      .database()
      .asPlatform("test", (tx) =>
        tx
          .updateTable("providers")
          .set({ state: "deleted", purgeBeganAtMs: 1 })
          .where("providerId", "=", providerId)
          .execute(),
      );
    await expect(slice("providers")).rejects.toThrow("is the last");
  });

  test("[TEN-04] a row that goes finds by an index who refers to it, but for tables with few rows", async () => {
    const found = await hub.database().alone("read", (run) =>
      run(`select f.conname as name from pg_constraint f
          where f.contype = 'f' and f.confrelid::regclass::text <> all (string_to_array('providers,${short.join(",")}', ','))
            and not exists (select from pg_index i where i.indrelid = f.conrelid and i.indpred is null
              and (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)`),
    );
    expect(found).toEqual([]);
  });
});

describe("a provider that was deleted", () => {
  let isDoubted = false;
  const hub = useHub("embedded", { isClockDoubted: () => isDoubted });

  test("is not purged by a clock that may be days ahead: nothing would bring it back", async () => {
    const { providerId } = await hub.makeProvider("In its grace");
    await hub.call("DELETE", `/api/v1/providers/${providerId}?graceDays=1`, { token: await hub.adminToken() });
    hub.moveClock(2 * dayMs);
    const isThere = async () => {
      await hub.hub().maintenance.runDue();
      const rows = await hub
        .database()
        .asPlatform("test", (tx) =>
          tx.selectFrom("providers").select("name").where("providerId", "=", providerId).execute(),
        );
      return rows.length === 1;
    };
    isDoubted = true;
    expect(await isThere()).toBe(true);
    isDoubted = false;
    hub.moveClock(3_600_000);
    expect(await isThere()).toBe(false);
  });
});

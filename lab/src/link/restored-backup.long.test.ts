/** A hub's own back-up, taken while sites report and people sell, comes back into an empty database; the sites go on. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type OpenDatabase, openDatabase, openEngine } from "@karibu/cloud/ground/db/open-database";
import {
  isAbsent,
  oneEngine,
  realWorld,
  type TestEngine,
  useFreshServer,
} from "@karibu/cloud/ground/db/test-databases";
import { writeBackup } from "@karibu/cloud/operations/back-ups/backup";
import { proveBackup } from "@karibu/cloud/operations/back-ups/read-backup";
import { restoreBackup } from "@karibu/cloud/operations/back-ups/restore";
import { unixMs } from "@karibu/protocol/quantities";
import { plainBatch } from "@karibu/protocol/test-grants";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  type AgentEnd,
  type EnrolledSite,
  type HubEnd,
  hastened,
  makeSites,
  startAgentEnd,
  startHubEnd,
  until,
} from "./link-ends.ts";
import { publishBatch } from "./test-restore.ts";

const world = hastened(realWorld(), 3);
/** Agents wait longer between their tries the longer the hub was away, and a busy machine restores for a while. */
const inStepMs = 150_000;
/** Each engine writes one and reads one. Without PostgreSQL, or with `KARIBU_TEST_ENGINES=all`: to itself, too. */
const pairs: readonly (readonly [from: TestEngine, to: TestEngine])[] = [
  ["embedded", "postgresql"],
  ["postgresql", "embedded"],
  ...(oneEngine.includes("embedded") ? [["embedded", "embedded"] as const] : []),
  ...(oneEngine.length > 1 ? [["postgresql", "postgresql"] as const] : []),
];

/** What must be equal: how many rows each table has that no site adds to, and what the ledger says. */
async function booksOf(database: OpenDatabase) {
  return database.asPlatform("test", async (tx) => {
    const { rows: ledger } = await sql<{ account: string; cents: number; entries: number }>`
      select account, sum(amount_cents)::bigint as cents, count(*) as entries from ledger_postings
      group by account order by account`.execute(tx);
    const { rows: zero } = await sql<{ entryId: string }>`
      select entry_id from ledger_postings group by provider_id, entry_id, currency having sum(amount_cents) <> 0`.execute(
      tx,
    );
    return { ledger, unbalanced: zero };
  });
}

describe.each(pairs)("a back-up of %s put back into %s", (from, to) => {
  describe.skipIf(isAbsent(from) || isAbsent(to))("with its sites", () => {
    const [before, after] = [useFreshServer(from), useFreshServer(to)];

    test("[SYS-09] taken under load: ledger equal, every agent comes back by itself, nothing it reported is lost or doubled", async () => {
      const folder = mkdtempSync(join(tmpdir(), "karibu-restored-"));
      const dataDir = to === "embedded" ? join(folder, "hub") : null;
      const old = await openDatabase(world, { databaseUrl: before.url(), dataDir: null });
      let hub: HubEnd | null = await startHubEnd(world, old);
      const first = hub;
      const sites = await makeSites(world, old, hub, 2);
      const [{ providerId }] = sites as [EnrolledSite];
      const target = { scope: "batch", batchId: "b1" } as const;
      const batch = { ...plainBatch, quantity: 1000, planName: "1 hour" };
      await old.asProvider(providerId, (tx) => publishBatch(first, tx, sites, batch));
      const revoke = (serial: number, at: HubEnd, database: OpenDatabase) =>
        database.asProvider(providerId, (tx) =>
          at.publish(tx, {
            providerId,
            target,
            kind: "voucher",
            key: String(serial),
            body: { state: "disabled", atMs: unixMs(serial) },
          }),
        );
      const sell = (database: OpenDatabase, number: number) =>
        database.asProvider(providerId, async (tx) => {
          const id = { providerId, entryId: `e${number}` };
          await sql`insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
            values (${providerId}, ${id.entryId}, ${`k${number}`}, 'test', ${number})`.execute(tx);
          await sql`insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
            values (${providerId}, ${id.entryId}, 0, 'clearing', 'KES', ${number * 100}),
              (${providerId}, ${id.entryId}, 1, 'revenue', 'KES', ${number * -100})`.execute(tx);
        });
      const agents: AgentEnd[] = [];
      for (const site of sites) agents.push(await startAgentEnd(world, site, () => hub));
      const [one] = agents as [AgentEnd];
      const report = () => {
        for (const { journal } of agents) journal.append({ kind: "alarm", name: "counted", fields: {} });
      };

      report();
      const acked = () => agents.every(({ journal }) => journal.ackedSeq === journal.lastSeq);
      await until("the agents are connected", acked, 60_000);

      // People sell, sites report, vouchers are disabled, all while the back-up is taken; each round once the last was taken.
      let isBusy = true;
      let done = 0;
      const load = (async () => {
        while (isBusy) {
          report();
          await sell(old, done + 1);
          await revoke(done + 1, first, old);
          await until("the round is taken", acked, 60_000);
          done++;
        }
      })();
      await Promise.race([load, until("there is something to back up", () => done >= 5, 60_000)]);
      const taken = new PassThrough();
      const [end, bytes] = await Promise.all([writeBackup(old, world.clock.wall().atMs, taken), buffer(taken)]);
      const enough = done + 5;
      await Promise.race([load, until("work goes on after the back-up", () => done >= enough, 60_000)]);
      isBusy = false;
      await load;
      const reported = one.journal.lastSeq;
      // A journal that is acknowledged says nothing of the feed: what neither a site nor the back-up has would be lost with the machine.
      for (const { feed } of agents)
        await until("the site has all that was revoked", () => feed.rows("voucher").size === done, 60_000);
      hub = null; // the machine burns down
      await first.stop();
      await old.close();

      const place = { databaseUrl: after.url(), dataDir };
      const engine = await openEngine(world, place);
      expect(await restoreBackup(world, engine, await proveBackup(() => Readable.from(bytes)))).toEqual(end);
      await engine.close();
      const restored = await openDatabase(world, place);
      const books = await booksOf(restored);
      expect(books.unbalanced).toEqual([]);
      const kept = (end.rows.ledger_entries ?? 0) as number;
      expect(kept).toBeGreaterThanOrEqual(5);
      const cents = (kept * (kept + 1) * 100) / 2;
      expect(books.ledger).toEqual([
        { account: "clearing", cents, entries: kept },
        { account: "revenue", cents: -cents, entries: kept },
      ]);
      expect(end.rows.ledger_postings).toBe(2 * kept);
      const revokedThen = (end.rows.feed_rows ?? 0) as number;
      expect(revokedThen).toBeGreaterThan(0);

      const second = await startHubEnd(world, restored);
      hub = second;
      await revoke(900, second, restored);
      const disabled = await restored.asProvider(providerId, (tx) =>
        tx
          .selectFrom("feed_rows")
          .select("key")
          .where("scope", "=", "batch:b1")
          .where("kind", "=", "voucher")
          .execute(),
      );
      // What was revoked after the back-up stays revoked at the sites, though this hub has not heard of it.
      const since = Array.from({ length: done }, (_, index) => `b1/${index + 1}`);
      const wanted = [...new Set([...disabled.map(({ key }) => `b1/${key}`), ...since])].sort();
      for (const agent of agents)
        await until(
          "the site's feed is in step with the restored hub",
          () => [...agent.feed.rows("voucher").keys()].sort().join() === wanted.join(),
          inStepMs,
        );
      report();
      await until(
        "the journals are taken from the restored hub's last record on, and acknowledged",
        () => agents.every(({ journal }) => journal.ackedSeq === reported + 1),
        inStepMs,
      );
      for (const { siteId } of sites) {
        const alarms = await restored.asProvider(providerId, (tx) =>
          tx.selectFrom("alarms").select("seq").where("siteId", "=", siteId).orderBy("seq").execute(),
        );
        expect(alarms.map(({ seq }) => seq)).toEqual(Array.from({ length: reported + 1 }, (_, index) => index + 1));
      }
      for (const agent of agents) await agent.stop();
      await second.stop();
      await restored.close();
      rmSync(folder, { recursive: true, force: true });
    }, 480_000);
  });
});

/** The hourly limit of unverified money holds while bookings come at once, and costs the same beside years of payments. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { openClaimShop } from "../claims/test-claim-shop.ts";
import { mayTrust, unverifiedSince } from "./unverified-limit.ts";

const currency = "KES";
const priceCents = 2000;

describe.skipIf(isAbsent("postgresql"))("the hourly limit of unverified money", { timeout: 120_000 }, () => {
  const hub = useHub("postgresql");
  const parts = (unverifiedCentsMax: number) => ({ world: hub.world, unverifiedCentsMax });

  test("[PAY-03] of three bookings at once under a limit of one purchase, one opens unverified", async () => {
    const { providerId, prompted, inDatabase } = await openClaimShop(hub, "Rush");
    const purchases: string[] = [];
    for (const phone of ["254711000001", "254711000002", "254711000003"]) purchases.push(await prompted(phone));
    const isDecided = Promise.withResolvers<void>();
    let decided = 0;
    const book = (purchaseId: string) =>
      inDatabase(async (tx) => {
        const trusted = await mayTrust(parts(priceCents), tx, { providerId, currency, amountCents: priceCents });
        decided++;
        await isDecided.promise;
        if (!trusted) return false;
        const changes = { state: "paid", changedAtMs: hub.world.clock.wall().atMs } as const;
        await tx.updateTable("purchases").set(changes).where("purchaseId", "=", purchaseId).execute();
        return true;
      });
    const bookings = purchases.map(book);
    // Each has read the limit, or waits for one that has.
    await vi.waitFor(async () => expect(decided + (await waitingForLocks(inDatabase))).toBe(3), { timeout: 30_000 });
    isDecided.resolve();
    const opened = await Promise.all(bookings);
    expect(opened.filter(Boolean)).toHaveLength(1);
  });

  test("[PAY-03] against it counts what was opened within the hour and is not proved, of its currency alone", async () => {
    const { providerId, prompted, inDatabase } = await openClaimShop(hub, "Counted");
    const [one, other] = [await prompted("254711000005"), await prompted("254711000006")];
    const nowMs = hub.world.clock.wall().atMs;
    const set = (purchaseId: string, changes: object) =>
      inDatabase((tx) => tx.updateTable("purchases").set(changes).where("purchaseId", "=", purchaseId).execute());
    const mayOpen = (of = currency) =>
      inDatabase((tx) =>
        mayTrust(parts(2 * priceCents), tx, { providerId, currency: of, amountCents: priceCents }),
      ) as Promise<boolean>;
    const opened = { state: "paid", corroborated: false, changedAtMs: nowMs - 60_000 };
    await set(one, opened);
    expect(await mayOpen()).toBe(true);
    await set(other, opened);
    expect([await mayOpen(), await mayOpen("USD")]).toEqual([false, true]);
    for (const change of [{ corroborated: true }, { changedAtMs: nowMs - 3_600_001 }, { state: "failed" }]) {
      await set(other, { ...opened, ...change });
      expect(await mayOpen(), JSON.stringify(change)).toBe(true);
    }
  });

  longTest(
    "[PAY-03] beside 100,000 payments that were never proved, the limit reads those of the last hour alone",
    async () => {
      const { providerId, prompted, inDatabase } = await openClaimShop(hub, "Years");
      const pattern = await prompted("254711000004");
      const nowMs = hub.world.clock.wall().atMs;
      await inDatabase(async (tx) => {
        // Made as a restored copy is: what the triggers would write is not looked at here.
        await sql`reset role`.execute(tx);
        await sql`set local session_replication_role = replica`.execute(tx);
        await sql`set local statement_timeout = 0`.execute(tx);
        await sql`insert into purchases select made.* from purchases known, generate_series(1, 100000) n,
        lateral jsonb_populate_record(known, jsonb_build_object('purchase_id', 'old-' || n,
          'idempotency_key', 'old-' || n, 'reference', 'old-' || n, 'secret_hash', 'old-' || n, 'request_id', 'old-' || n,
          'state', 'paid', 'sent_at_ms', ${nowMs}::bigint - n * 600000::bigint,
          'changed_at_ms', ${nowMs}::bigint - n * 600000::bigint)) made
        where known.purchase_id = ${pattern}`.execute(tx);
        await sql`analyze purchases`.execute(tx);
      });
      const plan = await inDatabase(async (tx) => {
        const limit = unverifiedSince({ providerId, currency }, nowMs - 3_600_000);
        const { rows } = await sql<{
          "QUERY PLAN": [{ Plan: PlanNode }];
        }>`explain (analyze, format json) ${limit}`.execute(tx);
        return (rows[0] as (typeof rows)[0])["QUERY PLAN"][0].Plan;
      });
      const nodes = nodesOf(plan);
      expect(nodes.map((node) => node["Index Name"])).toContain("purchases_unverified");
      const touched = nodes.filter((node) => node["Index Name"] !== undefined).map(rowsTouched);
      // One every ten minutes: the five before now that are not an hour old.
      expect(Math.max(...touched)).toBe(5);
      expect(nodes.map((node) => node["Node Type"])).not.toContain("Seq Scan");
    },
  );
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
const rowsTouched = (node: PlanNode): number =>
  node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);

type InDatabase = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

async function waitingForLocks(inDatabase: InDatabase): Promise<number> {
  const { rows } = await inDatabase((tx) =>
    sql<{ waiting: number }>`select count(*)::int as waiting from pg_locks
      where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`.execute(tx),
  );
  return rows[0]?.waiting ?? 0;
}

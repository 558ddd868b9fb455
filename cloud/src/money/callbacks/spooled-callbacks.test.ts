/** Callbacks while the hub starts and while its database is away: real processes, a real server, a real disk. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { type RestartedHub, sendWhileAway, useRestartedHub } from "./test-restarted-hub.ts";

const patience = { timeout: 180_000, interval: 50 };
const accepted = { status: 200, body: { ResultCode: 0, ResultDesc: "Accepted" } };
const confirmation = (receipt: string) => ({
  TransactionType: "Pay Bill",
  TransID: receipt,
  TransTime: "20261120101500",
  TransAmount: "50.00",
  BusinessShortCode: "600999",
  BillRefNumber: "A1",
  MSISDN: "254712000333",
  FirstName: "JANE",
});

describe.skipIf(isAbsent("postgresql"))("[PAY-02] callbacks that the database can't take", () => {
  let hub: RestartedHub;
  let paths: Awaited<ReturnType<RestartedHub["openChannel"]>>;
  beforeAll(async () => {
    hub = await useRestartedHub();
    await hub.startDatabase();
    await hub.startHub();
    await hub.said("hub-ready");
    paths = await hub.openChannel();
  }, 600_000);
  afterAll(() => hub.close(), 60_000);

  const bytesKept = () =>
    readdirSync(join(hub.dataDir, "callbacks"))
      .filter((name) => name.endsWith(".log"))
      .reduce((sum, name) => sum + statSync(join(hub.dataDir, "callbacks", name)).size, 0);
  const booked = (receipt: string) =>
    hub.query<{ source: string; remoteAddress: string; receivedAtMs: string }>(
      "select source, remote_address, received_at_ms from evidence where natural_key = $1",
      [receipt],
    );
  const receipts = (receipt: string) => hub.query("select receipt from receipts where receipt = $1", [receipt]);

  longTest(
    "before the database is there: acknowledged, kept through kill -9, booked once, with the time and address of its arrival",
    async () => {
      await hub.kill("SIGKILL");
      await hub.stopDatabase();
      await hub.startHub();
      const beforeMs = Date.now();
      expect(await hub.post(paths.confirmations, confirmation("UKK0000001"))).toMatchObject({ status: 200 });
      const afterMs = Date.now();
      expect(hub.output()).not.toContain("hub-ready");
      await hub.kill("SIGKILL");
      await hub.startHub();
      expect(await hub.post(`${paths.prompts}/unknown-purchase`, { first: true })).toEqual(accepted);
      await hub.startDatabase();
      await hub.said("hub-ready");
      await expect.poll(() => receipts("UKK0000001"), patience).toHaveLength(1);
      const [row, ...others] = await booked("UKK0000001");
      expect(others).toEqual([]);
      expect(row).toMatchObject({ source: "c2b-confirmation", remoteAddress: "127.0.0.1" });
      expect(Number(row?.receivedAtMs)).toBeGreaterThanOrEqual(beforeMs);
      expect(Number(row?.receivedAtMs)).toBeLessThanOrEqual(afterMs);
      await expect.poll(bytesKept, patience).toBe(0);
    },
    600_000,
  );

  test("a stranger's path is refused then, and not a byte of it is written; what needs the database gets no made-up answer", async () => {
    await hub.stopDatabase();
    const stranger = await hub.post("/hooks/k/ffffffffffffffffffffffffffffffff/s/ffff", { a: "x".repeat(5000) });
    expect(stranger.status).toBeGreaterThanOrEqual(500);
    // Without an answer M-Pesa does what the provider registered for that case.
    const validation = await hub.post(paths.confirmations.replace(/c$/, "v"), confirmation("UKK0000002"));
    expect(validation.status).toBe(503);
    expect(bytesKept()).toBe(0);
    // Who watches is told of it: the figures don't wait for the database.
    const figures = await (await fetch(`${hub.url}/metrics`)).text();
    expect(figures).toMatch(/^karibu_database_up 0$/m);
    expect(figures).toMatch(/^karibu_callback_spool_bytes 0$/m);
    await hub.startDatabase();
  }, 600_000);

  test("many callbacks while the database is away: acknowledged, and all are booked, once", async () => {
    await sendWhileAway(hub, paths.prompts, 400);
    await expect.poll(bytesKept, patience).toBe(0);
    // The hub goes on without the spool.
    expect(await hub.post(`${paths.prompts}/afterwards`, {})).toEqual(accepted);
  }, 600_000);
});

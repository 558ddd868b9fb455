/**
 * Five hundred sites watched at once: each is asked for its router's figures every half minute, and they are kept and told to consoles. How much of
 * a core that takes at the hub (PostgreSQL apart), and how soon a command at a site behind 300 ms of delay is done beside it.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { insertOrders } from "@karibu/cloud/fleet/router-orders/order-store";
import { noteWatch } from "@karibu/cloud/fleet/routers/watch-store";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { sql } from "kysely";
import { processorMs, serverProcesses } from "./hub/processor-time.ts";
import { farSiteDelayMs } from "./hub/router-answers.ts";
import { makeTown, masterKey, providerIdOf, providersMax, siteIdOf } from "./hub/town.ts";

const sitesUsual = 500;
const watchedMs = 60_000;
const warmUpMs = 35_000;
const commands = 20;
const operatorId = "bench-operator";

export async function run(print: (row: object) => void, { agents = sitesUsual }: { agents?: number } = {}) {
  if (findPrograms() === null) return print({ name: "watched", skipped: "PostgreSQL's server is not installed" });
  const databaseUrl = await startServer(["fsync=on", "shared_buffers=256MB", "max_wal_size=4GB"]);
  const world = realWorld();
  const database = await openDatabase(world, { databaseUrl, dataDir: null });
  const path = (file: string) => join(import.meta.dirname, "hub", file);
  const hub = fork(path("hub-process.ts"), [databaseUrl, "0", "with-routers"], { serialization: "advanced" });
  const sites = fork(path("agents-process.ts"), [], { serialization: "advanced" });
  const told = (child: typeof hub, kind: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const hear = (message: Record<string, unknown>) => {
        if (message.kind !== kind) return;
        child.off("message", hear as never).off("exit", ended);
        resolve(message);
      };
      const ended = () => reject(new Error(`a process ended before it said "${kind}"`));
      child.on("message", hear as never).once("exit", ended);
    });
  const watchers = setInterval(() => void watchAll().catch(() => {}), 25_000);
  try {
    const ready = told(hub, "ready");
    await makeTown(database, agents, world.clock.wall().atMs);
    await makeOperator();
    const { port } = await ready;
    sites.send({ kind: "dial", url: `ws://127.0.0.1:${port}/agent`, from: 0, count: agents, atOnce: 100 });
    for (let inStep = 0; inStep < agents; await pause(200)) {
      const report = told(sites, "report");
      sites.send({ kind: "report" });
      inStep = Number((await report).inStep);
    }
    await watchAll();
    await pause(warmUpMs);
    const pids = await database.asPlatform("bench", (tx) =>
      sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx),
    );
    const server = serverProcesses(pids.rows[0]?.pid ?? 0);
    const busy = () => [processorMs([hub.pid ?? 0]), processorMs(server)];
    const [before, fromMs, readBefore] = [busy(), performance.now(), await readings()];
    const took: number[] = [];
    while (performance.now() - fromMs < watchedMs) {
      if (took.length < commands) took.push(await command());
      await pause(2500);
    }
    const passedMs = performance.now() - fromMs;
    const [hubShare, postgresqlShare] = busy().map(
      (ms, at) => Math.round((1000 * (ms - (before[at] ?? 0))) / passedMs) / 10,
    );
    print({
      name: "watched routers",
      sites: agents,
      value: hubShare,
      unit: "% of one core at the hub",
      postgresqlShare,
      readingsPerMinute: Math.round(((await readings()) - readBefore) / (passedMs / 60_000)),
    });
    took.sort((one, other) => one - other);
    print({
      name: "command beside watching",
      sites: agents,
      delayMs: farSiteDelayMs,
      commands: took.length,
      value: Math.round(took.at(-1) ?? Number.NaN),
      median: Math.round(took[Math.floor(took.length / 2)] ?? Number.NaN),
      unit: "ms, the slowest",
    });
  } finally {
    clearInterval(watchers);
    for (const child of [hub, sites]) child.kill("SIGKILL");
    await database.close();
  }

  async function makeOperator(): Promise<void> {
    await database.asPlatform("bench-operator", (tx) =>
      sql`insert into users (provider_id, user_id, email, name, role, password_hash, active, created_at_ms, updated_at_ms)
        values (${providerIdOf(0)}, ${operatorId}, 'bench@karibu.test', 'Bench', 'owner', '', true, 1, 1)`.execute(tx),
    );
  }

  /** As the consoles of five hundred people would. */
  async function watchAll(): Promise<void> {
    await database.asPlatform("bench-watch", async (tx) => {
      for (let site = 0; site < agents; site++) {
        const place = { providerId: providerIdOf(site % Math.min(providersMax, agents)), siteId: siteIdOf(site) };
        await noteWatch(tx, place, world.clock.wall().atMs);
      }
    });
  }

  async function readings(): Promise<number> {
    const { rows } = await database.asPlatform("bench", (tx) =>
      sql<{ count: number }>`select count(*) as count from events where topic = 'router-figures'`.execute(tx),
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** From the order in its table to its outcome in it. */
  async function command(): Promise<number> {
    const providerId = providerIdOf(0);
    const siteId = siteIdOf(0);
    const parts = { world, envelope: createEnvelope(world.random, [masterKey]), emit: async () => {} };
    const by = { userId: operatorId, name: "Bench" };
    const fromMs = performance.now();
    const [orderId = ""] = await database.asProvider(providerId, (tx) =>
      insertOrders(parts, tx, [{ siteId, action: { kind: "set-identity", identity: "Kiosk" } }], {
        providerId,
        by,
        bulkId: null,
        expiresInMs: 60_000,
      }),
    );
    for (;;) {
      const row = await database.asProvider(providerId, (tx) =>
        tx
          .selectFrom("router_orders")
          .select(["state", "why"])
          .where("orderId", "=", orderId)
          .executeTakeFirstOrThrow(),
      );
      if (row.state === "done") return performance.now() - fromMs;
      if (row.state !== "waiting" && row.state !== "sent")
        throw new Error(`the command ended: ${row.state} ${row.why}`);
      if (performance.now() - fromMs > 60_000) throw new Error("the command was not answered");
      await pause(20);
    }
  }
}

const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

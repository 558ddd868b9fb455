/**
 * One hub process on PostgreSQL (synced to disk) with thousands of simulated sites on this machine: memory per idle link,
 * journal records a second, how soon a change is everywhere, and how soon all are back after a restart. The sites' own work
 * runs on the same cores.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Database } from "@karibu/cloud/ground/db/database";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { sql } from "kysely";
import type { AgentsOrder, AgentsReport } from "./hub/agents-process.ts";
import { measureCatchUp } from "./hub/catch-up.ts";
import { measureIdleLink } from "./hub/idle-link.ts";
import { processorMs, serverProcesses } from "./hub/processor-time.ts";
import { makeTown, masterKey, providerIdOf, providersMax } from "./hub/town.ts";

type Print = (row: object) => void;

const agentsUsual = 2000;
const dialsAtOnce = 200;
const journalMs = 10_000;
const changesMax = 100;
const inStepMsMax = 90_000;
/** What a site has kept for a while comes in long frames with whole sessions; what happens now, a few records of each session. */
const loads = [
  { name: "journal", load: { frames: 2, records: 100, sessionsAtOnce: 1 } },
  { name: "journal, of 20 sessions at once", load: { frames: 2, records: 20, sessionsAtOnce: 20 } },
] as const;

export async function run(print: Print, { agents = agentsUsual }: { agents?: number } = {}): Promise<void> {
  await measureIdleLink(print);
  if (findPrograms() === null) return print({ name: "hub", skipped: "PostgreSQL's server is not installed" });
  const databaseUrl = await startServer(["fsync=on", "shared_buffers=256MB", "max_wal_size=4GB"]);
  const world = realWorld();
  const database = await openDatabase(world, { databaseUrl, dataDir: null });
  const children: ChildProcess[] = [];
  const start = (file: string, args: readonly string[], execArgv: readonly string[] = []): ChildProcess => {
    const path = join(import.meta.dirname, "hub", file);
    const child = fork(path, args, { execArgv: [...execArgv], serialization: "advanced" });
    children.push(child);
    return child;
  };
  try {
    await measureCatchUp(database, print);
    await makeTown(database, agents, world.clock.wall().atMs);
    let hub = start("hub-process.ts", [databaseUrl, "0"], ["--expose-gc"]);
    const { port } = await told<{ kind: "ready"; port: number }>(hub, "ready");
    const bare = await ask<Memory>(hub, "memory", "memory");
    const sites = start("agents-process.ts", []);
    const order = (what: AgentsOrder) => void sites.send(what);
    const report = () => ask<AgentsReport>(sites, { kind: "report" }, "report");
    const allInStep = async () => {
      for (const untilMs = performance.now() + inStepMsMax; performance.now() < untilMs; await pause(50))
        if ((await report()).inStep === agents) return;
      throw new Error(`after ${inStepMsMax} ms ${(await report()).inStep} of ${agents} sites are in step`);
    };
    const base = { agents };

    const firstMs = performance.now();
    order({ kind: "dial", url: `ws://127.0.0.1:${port}/agent`, from: 0, count: agents, atOnce: dialsAtOnce });
    await allInStep();
    print({ name: "first links", ...base, value: seconds(firstMs), unit: "s until all hold their feed" });

    await pause(1500);
    const full = await ask<Memory>(hub, "memory", "memory");
    print({
      name: "memory per idle link",
      ...base,
      value: Math.round((full.heapUsed + full.external - bare.heapUsed - bare.external) / agents / 102.4) / 10,
      residentValue: Math.round((full.rss - bare.rss) / agents / 102.4) / 10,
      unit: "KiB (heap and buffers after collection; and resident)",
    });

    const busy = Math.min(agents, providersMax * 5);
    const server = serverProcesses(await readBackendPid(database));
    const busyMs = () => [[hub.pid ?? 0], server, [sites.pid ?? 0]].map(processorMs);
    const providers = Math.min(providersMax, agents);
    for (const { name, load } of loads) {
      order({ kind: "load", agents: busy, load });
      await pause(2000);
      const [ackedBefore, journalFromMs, busyBefore] = [(await report()).acked, performance.now(), busyMs()];
      await pause(journalMs);
      const acked = (await report()).acked - ackedBefore;
      const journalS = (performance.now() - journalFromMs) / 1000;
      const busyAfter = busyMs();
      const [hubMicros, postgresMicros, sitesMicros] = busyAfter.map(
        (ms, index) => Math.round(((ms - (busyBefore[index] ?? 0)) * 10_000) / acked) / 10,
      );
      order({ kind: "load", agents: busy, load: { ...load, frames: 0 } });
      print({
        name,
        ...base,
        providers,
        sites: busy,
        value: Math.round(acked / journalS),
        unit: "records/s",
        processorMicrosPerRecord: { hub: hubMicros, postgresql: postgresMicros, sites: sitesMicros },
      });
      await drained(report);
    }

    const publish = createPublish(world, createEnvelope(world.random, [masterKey]));
    const changes = Math.min(changesMax, providers);
    for (let number = 0; number < changes; number++) {
      const providerId = providerIdOf(number);
      const name = String(performance.timeOrigin + performance.now());
      const body = { planId: "plan-bench", name, priceCents: 1 as never, currency: "KES", active: true };
      await database.asProvider(providerId, (tx) =>
        publish(tx, {
          providerId,
          target: { scope: "provider" },
          kind: "plan",
          key: "plan-bench",
          body: { ...body, terms: unlimitedTerms },
        }),
      );
      await pause(20);
    }
    const arrived: number[] = [];
    const followers = countFollowers(agents, providers, changes);
    for (const untilMs = performance.now() + 30_000; arrived.length < followers && performance.now() < untilMs; ) {
      await pause(50);
      arrived.push(...(await report()).latenciesMs);
    }
    arrived.sort((one, other) => one - other);
    const at = (share: number) => Math.round(arrived[Math.floor((arrived.length - 1) * share)] ?? Number.NaN);
    const lost = followers - arrived.length;
    print({
      name: "change to agent",
      ...base,
      changes,
      value: at(0.99),
      median: at(0.5),
      lost,
      unit: "ms (99th percentile)",
    });

    hub.kill("SIGTERM");
    await new Promise((resolve) => hub.once("exit", resolve));
    const downMs = performance.now();
    hub = start("hub-process.ts", [databaseUrl, String(port)], ["--expose-gc"]);
    await told(hub, "ready");
    const startS = seconds(downMs);
    await allInStep();
    print({ name: "restart", ...base, value: seconds(downMs), startS, unit: "s until all are in step" });
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await database.close();
  }
}

interface Memory {
  readonly kind: "memory";
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));
const seconds = (sinceMs: number) => Math.round((performance.now() - sinceMs) / 100) / 10;

async function readBackendPid(database: Database): Promise<number> {
  const { rows } = await database.asPlatform("bench-processes", (tx) =>
    sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx),
  );
  return rows[0]?.pid ?? 0;
}

/** Sites are dealt out in turn: the first providers may have one more. */
function countFollowers(agents: number, providers: number, changed: number): number {
  let count = 0;
  for (let site = 0; site < agents; site++) if (site % providers < changed) count++;
  return count;
}

async function drained(report: () => Promise<AgentsReport>): Promise<void> {
  for (let before = -1; ; ) {
    const { acked } = await report();
    if (acked === before) return;
    before = acked;
    await pause(500);
  }
}

function told<Message extends { kind: string }>(child: ChildProcess, kind: Message["kind"]): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      if ((message as Message).kind !== kind) return;
      child.off("message", onMessage).off("exit", onExit);
      resolve(message as Message);
    };
    const onExit = () => reject(new Error(`a process of the benchmark ended before it said "${kind}"`));
    child.on("message", onMessage).once("exit", onExit);
  });
}

function ask<Message extends { kind: string }>(
  child: ChildProcess,
  order: object | string,
  kind: Message["kind"],
): Promise<Message> {
  const answer = told<Message>(child, kind);
  child.send(order);
  return answer;
}

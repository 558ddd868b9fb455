/**
 * A hub at rest: the whole hub as a process of its own on PostgreSQL, with a thousand sites linked over loopback and nobody who buys. What it asks the
 * database in a minute, by kinds of statements, and the processor time of both. Statements are PostgreSQL's own count.
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { findPrograms } from "@karibu/cloud/ground/db/test-postgresql";
import { repositoryRoot } from "../build/repository.ts";
import { findFreePorts } from "../start/free-ports.ts";
import { processorMs, serverProcessorMs } from "./callback/processor-time.ts";
import { startSyncedServer } from "./callback/server.ts";
import { forgetStatements } from "./callback/statements.ts";
import { loadBefore } from "./callback/write-docs.ts";
import { kindOf, readSent, type Sent } from "./hub/sent-statements.ts";
import { makeTown } from "./hub/town.ts";

const sitesUsual = 1000;
const secondsUsual = 60;
/** After all are linked: what a start does once, and what is done each hour or day, is over. */
const warmUpMs = 100_000;
const linkedMsMax = 120_000;

export async function run(
  print: (row: object) => void,
  { agents = sitesUsual, seconds = secondsUsual }: { agents?: number; seconds?: number } = {},
): Promise<void> {
  if (findPrograms() === null) return print({ name: "rest", skipped: "PostgreSQL's server is not installed" });
  const databaseUrl = await startSyncedServer();
  const world = realWorld();
  const database = await openDatabase(world, { databaseUrl, dataDir: null });
  const data = mkdtempSync(join(tmpdir(), "karibu-rest-"));
  const ports = await findFreePorts();
  const children: ChildProcess[] = [];
  try {
    await makeTown(database, agents, world.clock.wall().atMs);
    const hub = fork(join(repositoryRoot, "cloud/src/main.ts"), [], {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        PORT: String(ports.hub),
        KARIBU_DATA: data,
        KARIBU_PUBLIC_URL: `http://localhost:${ports.hub}`,
        KARIBU_ADMIN_EMAIL: "admin@karibu.test",
        KARIBU_ADMIN_PASSWORD: randomBytes(12).toString("hex"),
      },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    children.push(hub);
    await untilHealthy(ports.hub);
    const sites = fork(join(import.meta.dirname, "hub/agents-process.ts"), [], { serialization: "advanced" });
    children.push(sites);
    sites.send({ kind: "dial", url: `ws://127.0.0.1:${ports.hub}/agent`, from: 0, count: agents, atOnce: 100 });
    for (const untilMs = performance.now() + linkedMsMax; (await inStep(sites)) < agents; await pause(200))
      if (performance.now() > untilMs) throw new Error(`${await inStep(sites)} of ${agents} sites are linked`);
    await pause(warmUpMs);
    const busyBefore = loadBefore();
    const used = () => [processorMs(hub.pid ?? 0), serverProcessorMs(databaseUrl), processorMs(sites.pid ?? 0)];
    await forgetStatements(database);
    const [before, fromMs] = [used(), performance.now()];
    await pause(seconds * 1000);
    const passedMs = performance.now() - fromMs;
    const after = used();
    const sent = await readSent(database);
    const [hubShare, postgresqlShare, sitesShare] = after.map((ms, at) => {
      const earlier = before[at];
      return ms === null || earlier == null ? null : Math.round((1000 * (ms - earlier)) / passedMs) / 10;
    });
    const perSecond = (some: readonly Sent[]) =>
      Math.round((some.reduce((sum, { calls }) => sum + calls, 0) * 100_000) / passedMs) / 100;
    const work = sent.filter((each) => kindOf(each) !== "transaction");
    print({
      name: "at rest",
      sites: agents,
      linked: await inStep(sites),
      seconds: Math.round(passedMs / 1000),
      loadBefore: busyBefore,
      value: perSecond(work.filter((each) => kindOf(each) === "other")),
      unit: "statements/s (presence and figures apart)",
      allPerSecond: perSecond(work),
      transactionsPerSecond: perSecond(sent.filter(({ text }) => /^commit\b/i.test(text))),
      shareOfACore: { hub: hubShare, postgresql: postgresqlShare, sites: sitesShare },
    });
    for (const each of work.slice(0, 40))
      print({
        name: "statement",
        kind: kindOf(each),
        calls: each.calls,
        ms: Math.round(each.totalMs),
        text: each.text,
      });
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await database.close();
    rmSync(data, { recursive: true, force: true });
  }
}

function inStep(sites: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    sites.once("message", (report) => resolve((report as { inStep: number }).inStep));
    sites.send({ kind: "report" }, (error) => error && reject(error));
  });
}

async function untilHealthy(port: number): Promise<void> {
  for (const untilMs = performance.now() + linkedMsMax; performance.now() < untilMs; await pause(200)) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok === true) return;
  }
  throw new Error("the hub does not serve");
}

const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

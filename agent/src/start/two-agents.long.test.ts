/** Two agents on one data folder: real processes and real files. The second one runs in namespaces of its own, as another container does. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { statusTypes } from "@karibu/protocol/radius/codes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { readJournal } from "../journal/replay.ts";
import { applyRecord } from "../state/apply-record.ts";
import { emptyState } from "../state/site-state.ts";
import { type AgentProcess, every300Ms, openNas, type StartProcess, startAgent } from "./test-agent-process.ts";

const secret = "s3cret";
let folder = "";
const agents: AgentProcess[] = [];
const loads: Load[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-two-"));
  const site = { plans: [{ name: "all" }], accounts: [{ username: "nemo", password: "arctangent", plan: "all" }] };
  await writeFile(join(folder, "site.json"), JSON.stringify(site));
});
afterEach(async () => {
  for (const load of loads.splice(0)) await load.stop();
  for (const agent of agents.splice(0)) await agent.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

const data = () => join(folder, "data");
const environment = (): Record<string, string> => ({
  KARIBU_DATA: data(),
  KARIBU_SITE_FILE: join(folder, "site.json"),
  KARIBU_RADIUS_SECRET: secret,
});

/** Another host name and another process table; the network is shared, so that the test reaches both. */
const otherContainer = ["--uts", "--pid", "--fork", "--mount-proc", "--kill-child"];
const canSeparate = spawnSync("unshare", [...otherContainer, "true"]).status === 0;
const inContainer: StartProcess = (command, env) =>
  spawn("unshare", [...otherContainer, "sh", "-c", 'hostname another-container; exec "$@"', "sh", ...command], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });

async function start(options: { readonly start?: StartProcess } = {}): Promise<AgentProcess> {
  const agent = await startAgent(environment(), options);
  agents.push(agent);
  return agent;
}

function startOf(name: string, number: number): Attribute[] {
  const hex = (value: number) => (value & 255).toString(16).toUpperCase().padStart(2, "0");
  return [
    { name: "userName", value: "nemo" },
    { name: "acctStatusType", value: statusTypes.start },
    { name: "acctSessionId", value: `${name}-${number}` },
    { name: "callingStationId", value: `02:00:00:${name === "a" ? "0A" : "0B"}:${hex(number >> 8)}:${hex(number)}` },
    { name: "framedIpAddress", value: `10.${name === "a" ? 6 : 7}.${number >> 8}.${number & 255}` },
    { name: "nasIdentifier", value: name },
    { name: "acctSessionTime", value: 0 },
  ];
}

interface Load {
  readonly acknowledged: Set<string>;
  /** Gives up what nobody answers. */
  stop(): Promise<void>;
}

/** Sends starts to this agent, four at a time, until it is stopped. */
async function load(agent: AgentProcess, name: string): Promise<Load> {
  const nas = await openNas(secret, every300Ms, name === "a" ? "127.0.0.1" : "127.0.0.2");
  const acknowledged = new Set<string>();
  let isOver = false;
  let number = 0;
  const lanes = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const mine = ++number;
      await nas.account(startOf(name, mine), () => agent.acctPort);
      acknowledged.add(`${name}-${mine}`);
    }
  });
  const ended = Promise.allSettled(lanes);
  const stop = async () => {
    if (isOver) return;
    isOver = true;
    nas.close();
    await ended;
  };
  loads.push({ acknowledged, stop });
  return { acknowledged, stop };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

const diskOf = async ({ httpPort }: AgentProcess): Promise<string> =>
  (await (await fetch(`http://127.0.0.1:${httpPort}/health`)).json()).checks.disk;

async function storedSessions(): Promise<Set<string>> {
  const state = emptyState();
  for await (const record of readJournal(createNodeFolder(data()))) applyRecord(state, record);
  return new Set([...state.sessions.values()].map(({ sessionId }) => sessionId));
}

test.skipIf(!canSeparate)(
  "an agent in another container is refused a folder that is in use, and takes it once that agent was killed",
  async () => {
    const first = await start();
    await expect(startAgent(environment(), { start: inContainer })).rejects.toThrow(/code 2.*in use by process/s);
    await first.kill("SIGKILL");
    await start({ start: inContainer });
  },
);

test.skipIf(!canSeparate)(
  "two agents on a disk that takes neither lock nor socket: the older one stops and says so, each acknowledged start is kept, and the next start raises an alarm",
  async () => {
    const first = await start();
    for (const name of ["agent.lock", "agent.sock"]) await rm(join(data(), name), { force: true });
    const ofFirst = await load(first, "a");
    await until(async () => ofFirst.acknowledged.size > 30);
    const second = await start({ start: inContainer });
    const ofSecond = await load(second, "b");
    await until(async () => ofSecond.acknowledged.size > 100);
    await until(async () => (await diskOf(first)) === "shared");
    await Promise.all([ofFirst.stop(), ofSecond.stop()]);
    const acknowledged = [...ofFirst.acknowledged, ...ofSecond.acknowledged];
    expect([await diskOf(first), await diskOf(second)]).toEqual(["shared", "ok"]);
    const status = await (await fetch(`http://127.0.0.1:${first.httpPort}/status`)).text();
    expect(status).toContain("Something else writes to the data folder");
    await first.kill("SIGTERM");
    await second.kill("SIGKILL"); // `unshare` keeps other signals to itself
    const stored = await storedSessions();
    expect(acknowledged.length).toBeGreaterThan(130);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);

    const third = await start();
    await third.kill("SIGTERM");
    agents.length = 0;
    const alarms: string[] = [];
    for await (const record of readJournal(createNodeFolder(data())))
      if (record.kind === "alarm") alarms.push(record.name);
    expect(alarms).toContain("folder-shared");
    expect(alarms).not.toContain("journal-damaged");
  },
  180_000,
);

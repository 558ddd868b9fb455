import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { statusTypes } from "@karibu/protocol/radius/codes";
import { isLongRun } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { readJournal } from "../journal/replay.ts";
import { applyRecord } from "../state/apply-record.ts";
import { emptyState, type Session } from "../state/site-state.ts";
import { type AgentProcess, every300Ms, type NasSocket, openNas, startAgent } from "./test-agent-process.ts";

const secret = "s3cret";
const site = {
  plans: [
    { name: "all" },
    { name: "hour", validitySeconds: 3600, dataBytes: 5_000_000_000, downKbps: 2000, upKbps: 1000, devices: 1 },
  ],
  accounts: [{ username: "nemo", password: "arctangent", plan: "all" }],
  vouchers: [{ code: "1234567890", plan: "hour" }],
};
let folder = "";
let agent: AgentProcess | null = null;
let nas: NasSocket | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-agent-"));
  await writeFile(join(folder, "site.json"), JSON.stringify(site));
});
afterEach(async () => {
  // Also after a test's time-out: everything that it still waits for ends with these.
  nas?.close();
  nas = null;
  await agent?.kill("SIGKILL");
  agent = null;
  await rm(folder, { recursive: true, force: true });
});

const environment = (): Record<string, string> => ({
  KARIBU_DATA: join(folder, "data"),
  KARIBU_SITE_FILE: join(folder, "site.json"),
  KARIBU_RADIUS_SECRET: secret,
});

/** The NAS of this test. It repeats a request until the process that listens on the port has answered. */
async function accountTo(port: () => number): Promise<(attributes: readonly Attribute[]) => Promise<void>> {
  const opened = await openNas(secret, every300Ms);
  nas = opened;
  return (attributes) => opened.account(attributes, port);
}

/** What the data folder says, by Acct-Session-Id. */
async function storedSessions(): Promise<Map<string, Session[]>> {
  const state = emptyState();
  const bySessionId = new Map<string, Session[]>();
  for await (const record of readJournal(createNodeFolder(join(folder, "data")))) applyRecord(state, record);
  for (const session of state.sessions.values()) {
    bySessionId.set(session.sessionId, [...(bySessionId.get(session.sessionId) ?? []), session]);
  }
  return bySessionId;
}

function report(status: keyof typeof statusTypes, number: number, used: number, seconds: number): Attribute[] {
  return [
    { name: "userName", value: "nemo" },
    { name: "acctStatusType", value: statusTypes[status] },
    { name: "acctSessionId", value: `s-${number}` },
    { name: "callingStationId", value: `02:00:00:00:${hex(number >> 8)}:${hex(number & 255)}` },
    { name: "framedIpAddress", value: `10.6.${number >> 8}.${number & 255}` },
    { name: "nasIdentifier", value: "router" },
    { name: "acctSessionTime", value: seconds },
    { name: "acctInputOctets", value: used },
    { name: "acctOutputOctets", value: 10 * used },
  ];
}
const hex = (value: number) => value.toString(16).toUpperCase().padStart(2, "0");

test("[BEY-12] JOURNAL-KEPT: killed again and again in the middle of accounting load, no acknowledged start or stop is missing and nothing is counted twice", async () => {
  agent = await startAgent(environment());
  const account = await accountTo(() => agent?.acctPort ?? 0);
  const started = new Set<number>();
  const stopped = new Map<number, number>();
  const kills = isLongRun ? 3 : 2;
  const perRound = isLongRun ? 300 : 120;

  async function session(number: number): Promise<void> {
    const used = 1000 + number;
    await account(report("start", number, 0, 0));
    started.add(number);
    await account(report("interim", number, used >> 1, 60));
    if (number % 5 === 0) return; // stays online
    await account(report("stop", number, used, 120));
    stopped.set(number, used);
  }

  for (let round = 0; round <= kills; round++) {
    const numbers = Array.from({ length: perRound }, (_, index) => round * perRound + index);
    const lanes = Array.from({ length: 20 }, async () => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) await session(number);
    });
    if (round < kills) {
      const half = round * perRound + perRound / 2;
      let isOver = false;
      const all = Promise.all(lanes).finally(() => {
        isOver = true;
      });
      await Promise.race([until(() => isOver || started.size >= half), all]);
      await agent.kill("SIGKILL");
      const stored = await storedSessions();
      for (const number of started) expect(stored.get(`s-${number}`), `start of s-${number}`).toHaveLength(1);
      for (const number of stopped.keys()) expect(stored.get(`s-${number}`)?.[0]?.stoppedAtMs).not.toBeNull();
      agent = await startAgent(environment());
    }
    await Promise.all(lanes);
  }
  await agent.kill("SIGTERM");
  agent = null;

  const stored = await storedSessions();
  expect(started.size).toBe((kills + 1) * perRound);
  expect(stored.size).toBe(started.size);
  for (const number of started) {
    const sessions = stored.get(`s-${number}`) ?? [];
    const used = stopped.get(number);
    expect(sessions, `s-${number}`).toHaveLength(1);
    expect(sessions[0]).toMatchObject(
      used === undefined
        ? { stoppedAtMs: null, user: "nemo" }
        : { inputBytes: used, outputBytes: 10 * used, cause: expect.any(String) },
    );
  }
}, 240_000);

test("an orderly stop writes the interims that were only in memory, within ten seconds", async () => {
  agent = await startAgent(environment());
  const account = await accountTo(() => agent?.acctPort ?? 0);
  await account(report("start", 1, 0, 0));
  await account(report("interim", 1, 777, 60));
  await agent.kill("SIGTERM");
  agent = null;
  expect((await storedSessions()).get("s-1")).toMatchObject([
    { inputBytes: 777, outputBytes: 7770, stoppedAtMs: null },
  ]);
});

test.skipIf(spawnSync("radclient", ["-v"]).error !== undefined)(
  "[RAD-01] [RAD-02] radclient logs in by PAP and CHAP, gets limits and reasons, and a wrong secret gets silence",
  async () => {
    agent = await startAgent(environment());
    const ask = (attributes: string, withSecret = secret) => radclient(agent?.authPort ?? 0, attributes, withSecret);
    expect(await ask("User-Name=nemo,User-Password=arctangent,Message-Authenticator=0x00")).toContain("Access-Accept");
    expect(await ask("User-Name=nemo,CHAP-Password=arctangent,Message-Authenticator=0x00")).toContain("Access-Accept");
    const wrong = await ask("User-Name=nemo,User-Password=wrong,Message-Authenticator=0x00");
    expect(wrong).toContain("Access-Reject");
    expect(wrong).toContain("Reply-Message");
    const voucher = await ask("User-Name=1234567890,User-Password=1234567890,Message-Authenticator=0x00");
    expect(voucher).toContain("Session-Timeout = 3600");
    expect(voucher).toContain('Mikrotik-Rate-Limit = "1M/2M"');
    expect(voucher).toContain("Mikrotik-Total-Limit-Gigawords = 1");
    expect(await ask("User-Name=nemo,User-Password=arctangent,Message-Authenticator=0x00", "other")).toContain(
      "No reply",
    );
  },
);

test("[BEY-24] with neither hub nor site file it starts, answers /health, and /status says what is missing", async () => {
  agent = await startAgent({ KARIBU_DATA: join(folder, "data") });
  const health = await fetch(`http://127.0.0.1:${agent.httpPort}/health`);
  expect([health.status, await health.json()]).toMatchObject([200, { ok: true, checks: { radius: "no-secret" } }]);
  const status = await (await fetch(`http://127.0.0.1:${agent.httpPort}/status`)).text();
  for (const name of ["KARIBU_HUB_URL", "KARIBU_SITE_FILE", "KARIBU_RADIUS_SECRET"]) expect(status).toContain(name);
});

test("bad settings and a bad site file are refused by name, with code 2", async () => {
  await expect(startAgent({ KARIBU_HTTP_PORT: "x" })).rejects.toThrow(/code 2: .*KARIBU_HTTP_PORT/);
  await expect(startAgent({ KARIBU_COLOUR: "red" })).rejects.toThrow(/code 2: .*KARIBU_COLOUR/);
  await writeFile(join(folder, "site.json"), JSON.stringify({ ...site, vouchers: [{ code: "1", plan: "none" }] }));
  await expect(startAgent(environment())).rejects.toThrow(/code 2: .*KARIBU_SITE_FILE vouchers\[0\]\.plan/);
});

async function radclient(port: number, attributes: string, withSecret: string): Promise<string> {
  const child = promisify(execFile)("radclient", ["-x", "-t", "1", "-r", "1", `127.0.0.1:${port}`, "auth", withSecret]);
  child.child.stdin?.end(attributes);
  const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
  return stdout + stderr;
}

/** Looks again after each turn of the event loop: for facts that packets make. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

test("a second agent on the same data folder is refused, with any ports; a killed one leaves the folder free", async () => {
  agent = await startAgent(environment());
  await expect(startAgent(environment())).rejects.toThrow(/code 2.*in use by process/s);
  await agent.kill("SIGKILL");
  agent = await startAgent(environment());
});

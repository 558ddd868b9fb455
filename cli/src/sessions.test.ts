import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { openJournal, type StoredJournal } from "@karibu/agent/journal/open-journal";
import { applyRecord } from "@karibu/agent/state/apply-record";
import { emptyState } from "@karibu/agent/state/site-state";
import { snapshotOf } from "@karibu/agent/state/state-snapshot";
import { openSnapshot } from "@karibu/agent/store/snapshot";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, expect, test } from "vitest";

const made: string[] = [];
afterEach(() => Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true }))));

async function makeData(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "karibu-sessions-"));
  made.push(path);
  return path;
}

const start = 1_800_000_000_000;
const started = (number: number): JournalEvent => ({
  kind: "session-started",
  sessionKey: `key-${number}`,
  sessionId: `8010000${number}`,
  nas: "router",
  grantId: null,
  user: `guest-${number}`,
  mac: null,
  address: null,
  startedAtMs: unixMs(start + number * 1000),
});
const counters = (inputBytes: number, outputBytes: number) => ({
  inputBytes: bytes(inputBytes),
  outputBytes: bytes(outputBytes),
  onlineSeconds: seconds(60),
});
const used = (number: number, input: number, output: number): JournalEvent => ({
  kind: "session-used",
  sessionKey: `key-${number}`,
  ...counters(input, output),
});
const stopped = (number: number, input: number, output: number): JournalEvent => ({
  kind: "session-stopped",
  sessionKey: `key-${number}`,
  ...counters(input, output),
  cause: "user-request",
  stoppedAtMs: unixMs(start + number * 1000 + 60_000),
});

const openAt = async (path: string): Promise<StoredJournal> =>
  (await openJournal(createSimulatedWorld(), createNodeFolder(path), { replayAfter: null, onRecord: () => {} }))
    .journal;

const program = fileURLToPath(import.meta.resolve("@karibu/cli/main"));

function karibu(...words: string[]): Promise<{ code: number; lines: string[]; complaints: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...words], { timeout: 30_000 }, (error, stdout, stderr) => {
      const lines = stdout.split("\n").filter((line) => line !== "");
      resolve({ code: error === null ? 0 : Number(error.code), lines, complaints: stderr });
    });
  });
}

test("sessions prints one JSON line per session while the agent still has the folder open", async () => {
  const data = await makeData();
  const journal = await openAt(data);
  for (const event of [started(1), used(1, 10, 20), started(2), stopped(1, 100, 200), used(2, 7, 8)])
    journal.append(event);
  await journal.flush();
  const list = async () => (await readdir(data, { recursive: true })).sort();
  // The journal may be in the middle of replacing a small file.
  await expect.poll(async () => (await list()).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  const before = await list();
  const { code, lines } = await karibu("sessions", "--data", data);
  expect(code).toBe(0);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      sessionId: "80100001",
      user: "guest-1",
      inputBytes: 100,
      outputBytes: 200,
      startedAtMs: start + 1000,
      stoppedAtMs: start + 61_000,
    },
    {
      sessionId: "80100002",
      user: "guest-2",
      inputBytes: 7,
      outputBytes: 8,
      startedAtMs: start + 2000,
      stoppedAtMs: null,
    },
  ]);
  expect(await list()).toEqual(before);
  await journal.close();
});

test("a session that began before the kept journal comes from the snapshot, with its later reports", async () => {
  const data = await makeData();
  const state = emptyState();
  const journal = await openAt(data);
  const early = journal.append(started(1));
  await early.durable;
  applyRecord(state, early.record);
  const snapshots = await openSnapshot(createNodeFolder(data));
  await snapshots.save({ epoch: journal.epoch, seq: 1 }, snapshotOf(state));
  journal.append(stopped(1, 5, 6));
  journal.append(started(2));
  await journal.close();
  const { lines } = await karibu("sessions", "--data", data);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { user: "guest-1", inputBytes: 5, stoppedAtMs: start + 61_000 },
    { user: "guest-2", stoppedAtMs: null },
  ]);
});

longTest(
  "an empty data folder has no sessions; a missing one, a missing option and an unknown one are named",
  async () => {
    expect(await karibu("sessions", "--data", await makeData())).toMatchObject({ code: 0, lines: [] });
    const missing = await karibu("sessions", "--data", "/no/such/folder");
    expect(missing).toMatchObject({
      code: 1,
      complaints: "karibu sessions: --data: no such folder: /no/such/folder\n",
    });
    const without = await karibu("sessions");
    expect(without.code).toBe(2);
    expect(without.complaints).toContain("--data DIR is missing");
    const unknown = await karibu("sessions", "--date", "x");
    expect(unknown.code).toBe(2);
    expect(unknown.complaints).toContain("--date");
  },
);

longTest("an unknown command, or none, prints the usage and exits with 2", async () => {
  const unknown = await karibu("sesions");
  expect(unknown.code).toBe(2);
  expect(unknown.complaints).toContain("unknown command: sesions");
  expect(unknown.complaints).toContain("karibu sessions --data DIR");
  expect((await karibu()).code).toBe(2);
});

longTest("who asks for help gets it, and no error", async () => {
  for (const words of [["--help"], ["-h"], ["help"]]) {
    const all = await karibu(...words);
    expect(all).toMatchObject({ code: 0, complaints: "" });
    expect(all.lines).toContain("  karibu doctor --hub [--json]");
    expect(all.lines.filter((line) => line.startsWith("  karibu doctor"))).toHaveLength(2);
  }
  const { code, lines } = await karibu("users", "--help");
  expect([code, lines[0]]).toEqual([0, expect.stringContaining("karibu users list")]);
});

/** A stick that flips a bit or loses the end of a file, on real processes: what `karibu sessions` and the agent say afterwards. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  type AgentProcess,
  every300Ms,
  type NasSocket,
  openNas,
  startAgent,
} from "@karibu/agent/start/test-agent-process";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { statusTypes } from "@karibu/protocol/radius/codes";
import { afterEach, beforeEach, expect, test } from "vitest";

const secret = "s3cret";
const program = fileURLToPath(import.meta.resolve("@karibu/cli/main"));
const sessionCount = 40;

let folder = "";
let agent: AgentProcess | null = null;
let nas: NasSocket | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-damaged-"));
  const site = { plans: [{ name: "all" }], accounts: [{ username: "nemo", password: "arctangent", plan: "all" }] };
  await writeFile(join(folder, "site.json"), JSON.stringify(site));
  nas = await openNas(secret, every300Ms);
});
afterEach(async () => {
  nas?.close();
  await agent?.kill("SIGKILL");
  agent = null;
  await rm(folder, { recursive: true, force: true });
});

const data = (): string => join(folder, "data");
const start = (): Promise<AgentProcess> =>
  startAgent({
    KARIBU_DATA: data(),
    KARIBU_SITE_FILE: join(folder, "site.json"),
    KARIBU_RADIUS_SECRET: secret,
    KARIBU_INTERIM_FLUSH_SECONDS: "3600",
  });

async function report(status: keyof typeof statusTypes, number: number, used: number): Promise<void> {
  const attributes: Attribute[] = [
    { name: "userName", value: "nemo" },
    { name: "acctStatusType", value: statusTypes[status] },
    { name: "acctSessionId", value: `s-${number}` },
    { name: "callingStationId", value: `02:00:00:00:00:${number.toString(16).padStart(2, "0")}` },
    { name: "framedIpAddress", value: `10.6.0.${number}` },
    { name: "nasIdentifier", value: "router" },
    { name: "acctSessionTime", value: used },
    { name: "acctInputOctets", value: used },
    { name: "acctOutputOctets", value: 10 * used },
  ];
  await nas?.account(attributes, () => agent?.acctPort ?? 0);
}

interface SessionLine {
  readonly sessionId: string;
  readonly inputBytes: number;
  readonly stoppedAtMs: number | null;
}

async function sessions(): Promise<Map<string, SessionLine>> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, "sessions", "--data", data()]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => JSON.parse(line) as SessionLine).map((line) => [line.sessionId, line]));
}

async function segment(): Promise<string> {
  const names = (await readdir(join(data(), "journal"), { recursive: true })).filter((name) => name.endsWith(".log"));
  expect(names).toHaveLength(1);
  return join(data(), "journal", names[0] as string);
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${agent?.httpPort}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

async function findings(): Promise<{ check: string; grade: string; text: string }[]> {
  return (await (await fetch(`http://127.0.0.1:${agent?.httpPort}/doctor`)).json()).findings;
}

/** 40 sessions begin; their interims wait in memory and are written with the one stop, in one batch. */
async function evening(): Promise<void> {
  agent = await start();
  const numbers = Array.from({ length: sessionCount }, (_, index) => index + 1);
  for (const number of numbers) await report("start", number, 0);
  for (const number of numbers) await report("interim", number, 100 + number);
  await report("stop", sessionCount, 9000);
}

test("[BEY-12] killed, and two bytes changed in its last batch: the other records of that batch are there, and the agent says how many are not", async () => {
  await evening();
  await agent?.kill("SIGKILL");
  agent = null;
  const file = await segment();
  const bytes = await readFile(file);
  const batch = bytes.lastIndexOf("\n\n") + 2;
  const lines = bytes.subarray(batch).toString("latin1").trimEnd().split("\n");
  expect(lines).toHaveLength(sessionCount); // the stop, and the other interims
  const at = bytes.indexOf('["used"', batch) + 9;
  // One changed byte would be mended.
  for (const place of [at, at + 5]) bytes[place] = (bytes[place] as number) ^ 4;
  await writeFile(file, bytes);

  agent = await start();
  const known = await sessions();
  expect(known.size).toBe(sessionCount);
  expect(known.get(`s-${sessionCount}`)).toMatchObject({ inputBytes: 9000, stoppedAtMs: expect.any(Number) });
  const wrong = [...known.values()].filter(
    ({ sessionId, inputBytes }) => sessionId !== `s-${sessionCount}` && inputBytes !== 100 + Number(sessionId.slice(2)),
  );
  expect(wrong).toMatchObject([{ inputBytes: 0, stoppedAtMs: null }]);
  expect(await figure("karibu_journal_torn_records")).toBe(1);
  expect(await figure("karibu_journal_lost_records")).toBe(0);
  expect(await findings()).toContainEqual(expect.objectContaining({ check: "journal-torn", grade: "notice" }));
  await agent.kill("SIGTERM");
  agent = await start();
  expect(await figure("karibu_journal_torn_records")).toBe(0);
}, 60_000);

test("after a clean stop and a cut at a record's end, the next start reports a lost record", async () => {
  await evening();
  await agent?.kill("SIGTERM");
  const file = await segment();
  const bytes = await readFile(file);
  const lastLine = bytes.toString("latin1").trimEnd().split("\n").at(-1) as string;
  const records = [...bytes.toString("latin1").matchAll(/^[1-9][0-9]* [0-9a-f]{8} /gm)];
  expect(lastLine).not.toMatch(/^[1-9]/); // behind the records stands the end mark
  await truncate(file, records.at(-1)?.index ?? 0);

  agent = await start();
  expect(await figure("karibu_journal_lost_records")).toBe(1);
  expect(await findings()).toContainEqual(expect.objectContaining({ check: "store/damaged", grade: "wrong" }));
  await agent.kill("SIGTERM");
  agent = await start();
  expect(await figure("karibu_journal_lost_records")).toBe(0);
}, 60_000);

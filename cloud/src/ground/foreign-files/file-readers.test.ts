/** Both readers read alike; the child's walls hold whatever a task does. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import { realWorld } from "../db/test-databases.ts";
import { Problem } from "../http/problem.ts";
import { createChildReader } from "./child-reader.ts";
import type { FileReader } from "./file-reader.ts";
import { createFrames, frame, joinParts, partsOf } from "./frames.ts";
import { type ChildLimits, childLimits } from "./limits.ts";
import { createOwnProcessReader } from "./own-process-reader.ts";
import { createReadFile } from "./read-file.ts";

const code = new URL("./test-task.ts", import.meta.url);
const order = (does: string, more: object = {}) => ({ code, job: { does, ...more }, file: Buffer.from("file") });

const children = createChildReader(realWorld());
afterAll(() => children.stop());

describe.each<[string, FileReader]>([
  ["a child process", children],
  ["the own process", createOwnProcessReader()],
])("%s", (_, reader) => {
  test("an answer comes whole, long lists too; what a task says is said on", async () => {
    const answer = await reader.read(order("rows"));
    expect(answer).toMatchObject({ kind: "made", made: { length: 4 } });
    const { rows } = (answer as { made: { rows: object[] } }).made;
    expect([rows.length, rows[1699]]).toEqual([1700, { at: 1699, text: "é 1699" }]);
    expect(await reader.read(order("unreadable"))).toEqual({ kind: "unreadable", why: "line 3 is no line" });
  });
});

test("answers in parts are the same answers, and bytes come in any pieces", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.record({ name: fc.string(), rows: fc.array(fc.integer(), { minLength: 490, maxLength: 1200 }) }),
  );
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 997 }), (made, step) => {
      const bytes = Buffer.concat([...partsOf(made)].map((part) => frame(JSON.stringify(part))));
      const takeFrames = createFrames({ frameBytesMax: 1e6, allBytesMax: 1e8 });
      const joined = joinParts();
      for (let at = 0; at < bytes.length; at += step)
        for (const one of takeFrames(bytes.subarray(at, at + step))) joined.take(JSON.parse(one.toString()));
      expect(joined.whole()?.value).toEqual(JSON.parse(JSON.stringify(made)));
    }),
    { numRuns: 100 },
  );
});

test("a child sees no setting of the hub's, no file but the program, and starts nothing", async () => {
  process.env.KARIBU_OF_A_TEST = "secret";
  const looked = await children.read(order("look", { path: "/etc/passwd" }));
  delete process.env.KARIBU_OF_A_TEST;
  const denied = "ERR_ACCESS_DENIED";
  expect(looked).toEqual({ kind: "made", made: { env: [], cwd: "/", file: denied, program: denied } });
});

test.each(
  inLongRunAll(
    [
      ["calculates for ever", "loop", "late"],
      ["fills V8's heap", "heap", "too-much-memory"],
      ["fills memory beside V8's heap", "buffers", "too-much-memory"],
      ["ends without a word", "exit", "ended"],
    ] as const,
    ([, does]) => does === "loop" || does === "buffers",
  ),
)(
  "a task that %s ends alone, and the next file is read",
  async (_, does, kind) => {
    const reader = createChildReader(realWorld(), { ...childLimits, timeMs: does === "loop" ? 300 : 60_000 });
    expect(await reader.read(order(does))).toMatchObject({ kind });
    expect(await reader.read(order("rows"))).toMatchObject({ kind: "made" });
  },
  90_000,
);

test("what is read when the hub stops is no fault of the file", async () => {
  const reader = createChildReader(realWorld());
  const read = reader.read(order("loop"));
  await reader.stop();
  expect(await read).toEqual({ kind: "not-started" });
});

test("who sent the file reads what would be right", async () => {
  const refuse = (why: string) => new Problem(422, "not-it", why);
  const said = async (does: string, limits: ChildLimits = childLimits) => {
    const readFile = createReadFile(createChildReader(realWorld(), limits));
    const from = { providerId: "p", field: "file", file: "x", job: { does }, refuse };
    return readFile({ code }, from).catch((error) => error);
  };
  expect(await said("unreadable")).toMatchObject({ message: "line 3 is no line" });
  const late = await said("loop", { ...childLimits, timeMs: 100 });
  expect(late).toMatchObject({ status: 400, code: "file-too-heavy", field: "file" });
});

/** A parent that has a file read which never ends, as the hub would. */
const parent = (limits: object) => `
  const { createChildReader } = await import(${JSON.stringify(new URL("./child-reader.ts", import.meta.url).href)});
  const clock = { after: (ms, task) => { const timer = setTimeout(task, ms); return { cancel: () => clearTimeout(timer) }; } };
  const log = { warn() {}, error() {} };
  void createChildReader({ clock, log }, ${JSON.stringify(limits)}).read({ code: new URL(${JSON.stringify(code.href)}), job: { does: "loop" }, file: Buffer.from("x") });
`;

longTest.skipIf(process.platform !== "linux")(
  "a child whose hub was killed ends by its processor seconds",
  async () => {
    const limits = { ...childLimits, timeMs: 600_000, processorS: 3 };
    const hub = spawn(process.execPath, ["--input-type=module", "-e", parent(limits)], { stdio: "ignore" });
    const pid = await vi.waitFor(() => childOf(hub.pid as number), { timeout: 20_000 });
    await vi.waitFor(() => expect(processorTicks(pid)).toBeGreaterThan(100), { timeout: 30_000 });
    hub.kill("SIGKILL");
    await once(hub, "exit");
    await vi.waitFor(() => expect(() => processorTicks(pid)).toThrow(), { timeout: 60_000, interval: 200 });
  },
  120_000,
);

function childOf(pid: number): number {
  const found = readdirSync("/proc").find((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return new RegExp(`^PPid:\\s+${pid}$`, "m").test(readFileSync(`/proc/${name}/status`, "latin1"));
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error("no child yet");
  return Number(found);
}

/** Throws: it is gone. */
function processorTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  if (fields[0] === "Z") throw new Error("it has ended");
  return Number(fields[11]) + Number(fields[12]);
}

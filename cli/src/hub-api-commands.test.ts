import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { admin, useHub } from "@karibu/cloud/test-hub";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { providers } from "./providers.ts";
import { queue } from "./queue.ts";
import type { Subcommand } from "./subcommand.ts";

const hub = useHub(anyEngine);
beforeEach(() => {
  vi.stubEnv("KARIBU_ADMIN_EMAIL", admin.email);
  vi.stubEnv("KARIBU_ADMIN_PASSWORD", admin.password);
  vi.stubEnv("OWNER_PASSWORD", "the-first-password");
});
afterEach(() => vi.unstubAllEnvs());

async function run(command: Subcommand, ...words: string[]) {
  const lines: string[] = [];
  const complaints: string[] = [];
  const output = {
    print: (line: string) => void lines.push(line),
    complain: (line: string) => void complaints.push(line),
  };
  const code = await command.run([...words, "--hub", hub.url()], output);
  return { code, lines, complaints: complaints.join("\n") };
}

test("[TEN-15] [TEN-04] a provider is added, suspended, deleted and brought back by command; its owner can log in", async () => {
  const made = await run(providers, "add", "Mto Net", "--owner", "owner@mto.test", "--currency", "UGX");
  expect(made.complaints).toBe("");
  const { providerId } = JSON.parse(made.lines[0] ?? "{}");
  await hub.logIn("owner@mto.test", "the-first-password");
  expect((await run(providers, "list")).lines.join()).toContain(providerId);
  const step = async (...words: string[]) => JSON.parse((await run(providers, ...words)).lines[0] ?? "{}");
  expect(await step("suspend", providerId, "--grace-days", "3")).toMatchObject({ state: "suspended" });
  expect(await step("reactivate", providerId)).toMatchObject({ state: "active", sellsUntilMs: null });
  const deleted = await step("delete", providerId, "--grace-days", "5");
  expect(Math.round((deleted.purgeAtMs - deleted.deletedAtMs) / 86_400_000)).toBe(5);
  expect(await step("restore", providerId)).toMatchObject({ state: "active" });
  expect(await step("statistics")).toMatchObject({ providers: { active: 1 } });
  const twice = await run(providers, "add", "Mto Net", "--owner", "owner@mto.test");
  expect(twice).toMatchObject({ code: 1, complaints: expect.stringContaining("ownerEmail") });
});

test("[SYS-04] [SYS-11] failed jobs are shown with their reason, tried again and deleted by command", async () => {
  const row = (jobId: string) => ({
    jobId,
    name: "notices.mail",
    queue: "notices",
    data: JSON.stringify({ providerId: "p", mailId: "m" }) as never,
    error: "Error: no route",
    tries: 8,
    createdAtMs: 1,
    diedAtMs: 2,
  });
  const die = (id: string) =>
    hub.database().asPlatform("test", (tx) => tx.insertInto("dead_jobs").values(row(id)).execute());
  await die("one");
  await die("two");
  expect((await run(queue, "list")).lines.some((line) => line.includes('"notices"'))).toBe(true);
  expect((await run(queue, "dead")).lines.map((line) => JSON.parse(line).error)).toEqual([
    "Error: no route",
    "Error: no route",
  ]);
  expect((await run(queue, "retry", "one")).lines).toEqual(['{"retried":1}']);
  expect(await run(queue, "retry", "one")).toMatchObject({ code: 1, complaints: "There is no such job." });
  expect((await run(queue, "retry", "--all")).lines).toEqual(['{"retried":1}']);
  await die("three");
  expect((await run(queue, "flush")).lines).toEqual(['{"flushed":1}']);
});

test.each([
  [queue, ["dance"], "say one of list, dead, retry, flush"],
  [queue, ["retry"], "these words do not go together"],
  [queue, ["flush", "--all"], "these words do not go together"],
  [providers, ["add", "Name"], "these words do not go together"],
  [providers, ["list", "--out", "x"], "these words do not go together"],
] as const)("words that make no sense are told", async (command, words, complaint) => {
  const told = await run(command, ...words);
  expect(told.code).toBe(2);
  expect(told.complaints).toContain(complaint);
});

test("a wrong admin password is reported, and nothing happens", async () => {
  vi.stubEnv("KARIBU_ADMIN_PASSWORD", "not-the-password");
  expect(await run(providers, "list")).toMatchObject({ code: 1, complaints: expect.stringContaining("wrong") });
});

test("[TEN-15] a provider's data has its name once the file is whole: where the hub goes away half-way, the earlier one stays", async () => {
  const folder = await mkdtemp(join(tmpdir(), "karibu-export-"));
  const out = join(folder, "mto.ndjson");
  let isWhole = false;
  const dying = createServer((request, response) => {
    request.resume();
    if (request.url === "/api/v1/login") return void response.end(JSON.stringify({ token: "t" }));
    response.write("first line\n", () => (isWhole ? response.end("last line\n") : response.destroy()));
  });
  dying.listen(0, "127.0.0.1");
  await once(dying, "listening");
  const url = `http://127.0.0.1:${(dying.address() as AddressInfo).port}`;
  const said: string[] = [];
  const output = { print: (line: string) => void said.push(line), complain: () => {} };
  const exported = () => providers.run(["export", "p1", "--out", out, "--hub", url], output);
  try {
    await writeFile(out, "of yesterday\n");
    expect([await exported(), said]).toEqual([1, []]);
    expect([await readdir(folder), await readFile(out, "utf8")]).toEqual([["mto.ndjson"], "of yesterday\n"]);
    isWhole = true;
    expect([await exported(), said]).toEqual([0, [`written: ${out}`]]);
    expect([await readdir(folder), await readFile(out, "utf8")]).toEqual([["mto.ndjson"], "first line\nlast line\n"]);
  } finally {
    dying.close();
    await rm(folder, { recursive: true });
  }
});

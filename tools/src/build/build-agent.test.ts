/** The built agent: what is always loaded, how big it is, and what happens where a part is not there. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAgent, partsOfRelease, splitAgent } from "./build-agent.ts";
import type { SplitProgram } from "./split-agent.ts";

const coreKbMax = 200;

let split: SplitProgram;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "karibu-agent-"));
  split = await splitAgent();
  await buildAgent(join(root, "agent"));
  // As a release has them.
  await mkdir(join(root, "portal"));
  await rename(join(root, "agent/parts"), join(root, partsOfRelease));
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

test(`what every router loads is at most ${coreKbMax} kB, gzipped, and ASCII`, () => {
  expect(gzipSync(split.core, { level: 9 }).length / 1000).toBeLessThanOrEqual(coreKbMax);
  for (const text of [split.core, ...split.parts.values()]) expect(/[\u0080-\uffff]/.test(text)).toBe(false);
});

test("the core has journal, state, decisions, RADIUS, enforcement, portal and link, and nothing that is loaded when it is asked for", () => {
  const inCore = [...split.inCore.keys()].map((path) => path.replace(/^node_modules\/@karibu\/(\w+)\//, "$1/"));
  const always = [
    ...["agent/src/journal/log-writer.ts", "agent/src/state/apply-record.ts", "agent/src/access/decide.ts"],
    ...["agent/src/radius/server/handler.ts", "agent/src/enforcement/sweeper.ts", "agent/src/sync/link.ts"],
    ...["agent/src/portal-server/customer/customer-api.ts", "protocol/src/radius/codec.ts"],
  ];
  expect(always.filter((path) => !inCore.includes(path))).toEqual([]);
  const facades =
    /(router-control\/(create-router-control|proof-choices)|takeover\/(create-takeover|takeover-files))\.ts$/;
  const asked = new RegExp(
    [
      "agent/src/(hosted|router-control|router-drift|takeover|radius/radsec)/",
      "agent/src/doctor/(findings|.*-findings|.*-words)",
      "agent/src/portal-server/(sell/(sell-page|sell-strings|selling)|plain/|own/|devices/|free/|page/page-frame|installer/status|brand/branded)",
      "agent/src/start/(status-|site-metrics|read-radsec)",
      "agent/src/routeros/(inspect-upkeep|read-inbox)",
      "agent/src/sim-inbox/inbox-policy",
      "portal/src/(pages|data)/",
      "portal/src/strings/(pages|en|fr|sw)",
      "protocol/src/rpc/router/(act-on-router|read-router|router-back-ups)",
    ].join("|"),
  );
  expect(inCore.filter((path) => asked.test(path) && !facades.test(path))).toEqual([]);
});

test("every part that the program can ask for is a file, and no function has lost its name", () => {
  const asked = [split.core, ...split.parts.values()].flatMap((text) =>
    [...text.matchAll(/\.load\([`"]([^`"]+)[`"]\)/g)].map(([, name]) => name),
  );
  expect(asked.length).toBeGreaterThan(15);
  for (const name of asked)
    expect(split.parts.has(name ?? "") || split.core.includes(`loaded[\`${name}\`]`)).toBe(true);
  const named = (name: string) => new RegExp(`function ${name}\\(|${name}=class\\b`).test(split.core);
  const names = ["createAgent", "applyRecord", "encodeDocument", "openSessions", "SessionTable", "Fault"];
  expect(names.filter((name) => !named(name))).toEqual([]);
});

test("[BEY-26] a damaged part is named in the log and refused to who asked; the agent lives, and serves it when it is whole again", async () => {
  const { get, said, stop } = await start();
  try {
    const [name = ""] = (await readdir(join(root, partsOfRelease))).filter((one) => one.startsWith("devices-page"));
    const path = join(root, partsOfRelease, name);
    const whole = await readFile(path);
    await truncate(path, 100);
    expect(await get("/devices")).toBe(500);
    expect(said()).toContain(`${name} is not what was built`);
    expect(await get("/health")).toBe(200);
    await rm(path);
    expect(await get("/devices")).toBe(500);
    expect(said()).toContain(`${name} is in none of`);
    await writeFile(path, whole);
    expect(await get("/devices")).toBe(200);
    for (const page of ["/plain", "/mine", "/terms", "/trial", "/sell", "/status", "/metrics", "/doctor"])
      expect([page, (await get(page)) < 500]).toEqual([page, true]);
  } finally {
    await stop();
  }
}, 60_000);

async function start() {
  const data = await mkdtemp(join(root, "data-"));
  const env = {
    PATH: process.env.PATH,
    KARIBU_DATA: data,
    KARIBU_HTTP_PORT: "0",
    KARIBU_RADIUS_AUTH_PORT: "0",
    KARIBU_RADIUS_ACCT_PORT: "0",
    KARIBU_RADIUS_SECRET: "a-test-secret",
  };
  const child: ChildProcess = spawn(process.execPath, [join(root, "agent/agent.cjs")], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const ready = said.split("\n").find((line) => line.includes('"agent-ready"') && line.endsWith("}"));
      if (ready !== undefined) resolve(JSON.parse(ready).httpPort);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    void ended.then(() => reject(new Error(said)));
  });
  return {
    said: () => said,
    get: async (path: string) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept: "text/html" } })).status,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/**
 * A hub as a process, 5,000 strangers and 200 sites: what it takes of the machine's memory, from outside. And all of `half-open.test.ts`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { afterEach, beforeEach, expect, test } from "vitest";
import "./half-open.test.ts";
import { hastened } from "./link-ends.ts";
import { enrolSites, openStrangers, type Strangers, startSites } from "./test-strangers.ts";

const main = fileURLToPath(new URL("../../../cloud/src/main.ts", import.meta.url));
const admin = { email: "admin@karibu.test", password: "the-admin-password" };
const megabyte = 1024 * 1024;
/** Beyond the hub at work with its 200 sites. Unbounded they would take 5,000 x 200 KiB, a gigabyte. */
const riseBytesMax = 300 * megabyte;

let hub: ChildProcess;
let dataDir: string;
let strangers: Strangers[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "karibu-besieged-"));
  strangers = [];
});
afterEach(async () => {
  for (const group of strangers) group.leave();
  const ended = new Promise((resolve) => hub.once("exit", resolve));
  hub.kill("SIGKILL");
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
});

function startHub(): Promise<string> {
  const settings = { KARIBU_DATA: dataDir, KARIBU_ADMIN_EMAIL: admin.email, KARIBU_ADMIN_PASSWORD: admin.password };
  hub = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, PORT: "0", ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    hub.once("exit", (code) => reject(new Error(`the hub ended with ${code}`)));
    createInterface({ input: hub.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const { msg, port } = JSON.parse(line);
      if (msg === "hub-ready") resolve(`http://127.0.0.1:${port}`);
    });
  });
}

/** Of the process, as the kernel counts it. */
function residentBytes(): number {
  const status = readFileSync(`/proc/${hub.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function post(url: string, path: string, body: unknown, token?: string) {
  const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return await answer.json();
}

test.skipIf(process.platform !== "linux")(
  "[SYS-20] beside 5,000 half-open links 200 sites stay in step, and the hub's memory stays below its bound",
  async () => {
    const url = await startHub();
    const { token } = await post(url, "/api/v1/login", admin);
    const owner = { ownerEmail: "owner@provider.test", ownerPassword: "the-owner-password" };
    await post(url, "/api/v1/providers", { name: "Mwangaza", currency: "KES", ...owner }, token);
    const { token: ownerToken } = await post(url, "/api/v1/login", {
      email: owner.ownerEmail,
      password: owner.ownerPassword,
    });
    const world = hastened(realWorld(), 1);
    const enrolled = [];
    while (enrolled.length < 200) enrolled.push(...(await enrolSites(world, { url, ownerToken }, 10)));
    const sites = await startSites(world, url, enrolled, 600_000);
    try {
      await sites.inStep(true);
      const before = residentBytes();
      let most = 0;
      const come = async (count: number, bytesEach: number) => {
        const port = Number(new URL(url).port);
        // A third of them from the sites' own address, the others from sixteen more.
        const addressOf = (number: number) => (number % 3 === 0 ? null : `203.0.113.${number % 16}`);
        strangers.push(await openStrangers(port, { count, bytesEach, addressOf }));
        most = Math.max(most, residentBytes());
      };
      await come(4500, 100);
      await sites.inStep(true);
      await come(5000, 200 * 1024);
      await sites.inStep(true);
      const late = await startSites(world, url, await enrolSites(world, { url, ownerToken }, 5), 600_000);
      await late.inStep(true);
      await late.stop();
      const rise = most - before;
      process.stdout.write(
        `half-open: ${Math.round(before / megabyte)} MB, then ${Math.round(rise / megabyte)} more\n`,
      );
      expect(rise).toBeLessThan(riseBytesMax);
    } finally {
      await sites.stop();
    }
  },
);

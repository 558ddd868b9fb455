/** Two hubs as real processes on one PostgreSQL: an agent on one, an operator at the other; one is killed, another drained. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addressesOnly } from "@karibu/agent/ground/lookup";
import { createPostJson } from "@karibu/agent/ground/post-json";
import { openJournal } from "@karibu/agent/journal/open-journal";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import { dialWebsocket } from "@karibu/agent/sync/dial-websocket";
import { linkUrl, obtainIdentity } from "@karibu/agent/sync/enrol";
import { createHubLink } from "@karibu/agent/sync/link";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { isAbsent, realWorld, useMigratedServer } from "@karibu/cloud/ground/db/test-databases";
import { afterEach, describe, expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { hastened, until } from "./link-ends.ts";

const main = fileURLToPath(new URL("../../../cloud/src/main.ts", import.meta.url));
const admin = { email: "admin@karibu.test", password: "the-admin-password" };
const world = hastened(realWorld(), 4);

describe.skipIf(isAbsent("postgresql"))("hub processes", () => {
  const fresh = useMigratedServer("postgresql");
  const children: ChildProcess[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) await ended(child, "SIGKILL");
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  async function startHub(port = 0): Promise<{ child: ChildProcess; url: string; port: number }> {
    const folder = mkdtempSync(join(tmpdir(), "karibu-hub-"));
    folders.push(folder);
    const child = spawn(process.execPath, [main], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        PORT: String(port),
        KARIBU_DATA: folder,
        DATABASE_URL: fresh.url() as string,
        KARIBU_MASTER_KEY: Buffer.alloc(32, 9).toString("base64"),
        KARIBU_ADMIN_EMAIL: admin.email,
        KARIBU_ADMIN_PASSWORD: admin.password,
      },
    });
    children.push(child);
    const ready = await new Promise<{ port: number }>((resolve, reject) => {
      let output = "";
      child.stdout?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const line = output.split("\n").find((each) => each.includes('"hub-ready"') && each.endsWith("}"));
        if (line !== undefined) resolve(JSON.parse(line));
      });
      child.once("exit", () => reject(new Error(`the hub ended: ${output.slice(-2000)}`)));
    });
    return { child, port: ready.port, url: `http://127.0.0.1:${ready.port}` };
  }

  async function ask(url: string, method: string, path: string, given: { token?: string; body?: unknown } = {}) {
    const headers = {
      ...(given.token === undefined ? {} : { authorization: `Bearer ${given.token}` }),
      ...(given.body === undefined ? {} : { "content-type": "application/json" }),
    };
    const body = given.body === undefined ? {} : { body: JSON.stringify(given.body) };
    const response = await fetch(url + path, { method, headers, ...body });
    return { status: response.status, body: await response.json().catch(() => null) };
  }

  test("[SYS-21] one is killed and one is drained: the site moves over, nothing is lost or doubled, changes go on arriving", async () => {
    const one = await startHub();
    const other = await startHub();
    const owner = { ownerEmail: "owner@provider.test", ownerPassword: "the-owner-password" };
    const logIn = async (email: string, password: string) =>
      (await ask(other.url, "POST", "/api/v1/login", { body: { email, password } })).body.token as string;
    const adminToken = await logIn(admin.email, admin.password);
    await ask(other.url, "POST", "/api/v1/providers", { token: adminToken, body: { name: "Mto", ...owner } });
    const token = await logIn(owner.ownerEmail, owner.ownerPassword);
    const made = (await ask(other.url, "POST", "/api/v1/sites", { token, body: { name: "Kiosk" } })).body;

    // The site knows one address of the hub; the load balancer chooses the process that answers.
    let reachable = one;
    const folder = createFaultyFolder(world);
    const enrolment = { hubUrl: one.url, token: made.enrolmentToken as string, post: createPostJson(addressesOnly) };
    const rest = { signal: new AbortController().signal, onMoved: async () => {} };
    const identity = await obtainIdentity(world, folder, { ...enrolment, ...rest });
    const { journal } = await openJournal(world, folder, { replayAfter: null, onRecord: () => {} });
    const feed = await openFeedStore(world, folder);
    const link = createHubLink(world, {
      dial: (signal) => dialWebsocket(linkUrl(reachable.url), addressesOnly)(signal),
      identity: async () => identity,
      journal,
      feed,
      agentVersion: "0.1.0",
      requests: [],
    });
    await until("the six standard plans are here", () => feed.rows("plan").size === 6, 30_000);
    const names = () => [...feed.rows("plan").values()].map((plan) => plan.name);
    const makePlan = async (url: string, name: string) => {
      const body = { name, priceCents: 1000, terms: { validitySeconds: 3600 } };
      expect((await ask(url, "POST", "/api/v1/plans", { token, body })).status).toBe(201);
      await until(`the site has heard of ${name}`, () => names().includes(name), 30_000);
    };
    await makePlan(other.url, "Made at the other");
    const append = (count: number) => {
      for (let number = 0; number < count; number++)
        journal.append({ kind: "alarm", name: "counted", fields: { number } });
    };

    append(300);
    reachable = other;
    await ended(one.child, "SIGKILL"); // whatever it had taken in and not said
    append(300);
    await until("all is acknowledged", () => journal.ackedSeq === 600, 60_000);
    await makePlan(other.url, "Made after the kill");

    // A rolling restart: the next one is up, the old one drains.
    const third = await startHub();
    append(300);
    reachable = third;
    expect(await ended(other.child, "SIGTERM")).toBe(0);
    append(300);
    await until("all is acknowledged", () => journal.ackedSeq === 1200, 60_000);
    await makePlan(third.url, "Made after the rolling restart");

    const database = await openDatabase(realWorld(), { databaseUrl: fresh.url(), dataDir: null });
    const found = await database.asPlatform("test", async (tx) => ({
      alarms: await tx.selectFrom("alarms").select("seq").orderBy("seq").execute(),
      links: await tx.selectFrom("site_links").select("processId").execute(),
    }));
    expect(found.alarms.map((row) => row.seq)).toEqual(Array.from({ length: 1200 }, (_, index) => index + 1));
    expect(found.links).toHaveLength(1);
    await database.close();
    await link.close();
    await journal.close();
    await feed.close();
  }, 240_000);
});

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
    child.once("exit", (code) => resolve(code));
    child.kill(signal);
  });
}

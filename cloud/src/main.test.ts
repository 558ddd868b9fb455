import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isLongRun, longTest } from "@karibu/protocol/test-long-run";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { isAbsent, useFreshServer } from "./ground/db/test-databases.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
let dataDir: string;
let children: ChildProcess[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "karibu-hub-"));
  children = [];
});
afterEach(async () => {
  for (const child of children.filter((one) => one.exitCode === null && one.signalCode === null)) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

test("the hub starts with one command, keeps its data through kill -9, and ends in good order at SIGTERM", async () => {
  const admin = { KARIBU_ADMIN_EMAIL: "admin@karibu.test", KARIBU_ADMIN_PASSWORD: "the-admin-password" };
  const planted = { masterKey: Buffer.alloc(32, 9).toString("base64"), smtpPassword: "planted-smtp-password" };
  const secrets = {
    KARIBU_MASTER_KEY: planted.masterKey,
    SMTP_URL: `smtp://karibu:${planted.smtpPassword}@127.0.0.1:1`, // nobody listens there
  };
  const first = start({ ...admin, ...secrets });
  const url = await first.ready;
  const token = await logIn(url, admin.KARIBU_ADMIN_EMAIL, admin.KARIBU_ADMIN_PASSWORD);
  await fetch(`${url}/api/v1/login`, { method: "POST", body: `{"password":"${admin.KARIBU_ADMIN_PASSWORD}"` });
  await post(url, "/api/v1/password-reset", { email: admin.KARIBU_ADMIN_EMAIL });
  await expect.poll(() => first.output(), { timeout: 60_000 }).toMatch(/"job-(failed|dead)"|"mail-failed"/);
  const output = first.output() + (await (await fetch(`${url}/metrics`)).text());
  for (const secret of [...Object.values(planted), admin.KARIBU_ADMIN_PASSWORD, token])
    expect(output).not.toContain(secret);
  first.child.kill("SIGKILL");
  await first.ended;

  const second = start(secrets);
  const again = await second.ready;
  const me = await fetch(`${again}/api/v1/user`, { headers: { Authorization: `Bearer ${token}` } });
  expect(await me.json()).toMatchObject({ email: "admin@karibu.test", role: "platform-admin" });
  expect(second.output()).not.toContain(token);
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
}, 120_000);

longTest(
  "a link at /agent is greeted by the hub, and a frame that is none is refused by name",
  async () => {
    const hub = start({});
    const url = await hub.ready;
    const socket = new WebSocket(`${url.replace("http", "ws")}/agent`);
    const hello = await new Promise<string>((resolve, reject) => {
      socket.once("message", (data) => resolve(data.toString()));
      socket.once("error", reject);
    });
    expect(JSON.parse(hello)).toMatchObject({ type: "hello", role: "hub" });
    socket.send("not json");
    const [code, reason] = await new Promise<[number, string]>((resolve) =>
      socket.once("close", (closeCode, closeReason) => resolve([closeCode, closeReason.toString()])),
    );
    expect([code, reason]).toEqual([4400, ": frame is not JSON"]);
  },
  120_000,
);

// Two hubs of one process that share a database: `lab/src/link/two-hubs.test.ts`.
describe.skipIf(!isLongRun || isAbsent("postgresql"))("with a PostgreSQL server", () => {
  const slow = useFreshServer("postgresql");
  const fresh = useFreshServer("postgresql");

  test("[SYS-21] two hubs share one database: log-ins are good at both, and what happens at one is heard live at the other", async () => {
    const settings = {
      DATABASE_URL: fresh.url() as string,
      KARIBU_MASTER_KEY: Buffer.alloc(32, 9).toString("base64"),
      KARIBU_ADMIN_EMAIL: "admin@karibu.test",
      KARIBU_ADMIN_PASSWORD: "the-admin-password",
    };
    const [one, other] = [start(settings), start(settings)];
    const [url, otherUrl] = await Promise.all([one.ready, other.ready]);
    const admin = await logIn(url, "admin@karibu.test", "the-admin-password");
    const owner = { ownerEmail: "owner@provider.test", ownerPassword: "the-owner-password" };
    await post(otherUrl, "/api/v1/providers", { name: "Mto", ...owner }, admin);
    const token = await logIn(url, owner.ownerEmail, owner.ownerPassword);

    const stream = await fetch(`${otherUrl}/api/v1/events`, { headers: { Authorization: `Bearer ${token}` } });
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    const heard = async (text: string) => {
      for (let all = ""; !all.includes(text); ) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended after ${all}`);
        all += Buffer.from(value).toString();
      }
    };
    await heard("event: ready");
    await post(url, "/api/v1/sites", { name: "Main street" }, token);
    await heard('"action":"made"');

    for (const hub of [one, other]) hub.child.kill("SIGTERM"); // with the stream still open
    expect(await Promise.all([one.ended, other.ended])).toEqual([0, 0]);
  }, 120_000);

  longTest(
    "[SYS-20] with a slow server a clean stop takes more than ten seconds, and ends with 0",
    async () => {
      const hub = start({ DATABASE_URL: slow.url() as string });
      await hub.ready;
      const other = new pg.Client({ connectionString: slow.url() as string });
      await other.connect();
      try {
        await other.query("begin; lock table hub_processes in access exclusive mode");
        hub.child.kill("SIGTERM");
        await expect.poll(() => hub.output(), { timeout: 60_000 }).toMatch(/"stop-takes-long"|"stop-took-too-long"/);
        await other.query("commit");
        expect(await hub.ended).toBe(0);
      } finally {
        await other.end();
      }
    },
    120_000,
  );
});

test("bad settings are all named, with exit code 2", async () => {
  const hub = start({ PORT: "none", KARIBU_NONSENSE: "1" });
  expect(await hub.ended).toBe(2);
  expect(hub.output()).toContain('PORT: "none" is not a port');
  expect(hub.output()).toContain("KARIBU_NONSENSE: there is no such setting");
}, 120_000);

test("a port in use is named", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, resolve));
  const { port } = other.address() as AddressInfo;
  const hub = start({ PORT: String(port) });
  expect(await hub.ended).toBe(1);
  expect(hub.output()).toContain(`port ${port} is in use`);
  await new Promise((resolve) => other.close(resolve));
}, 120_000);

async function post(url: string, path: string, body: object, token?: string): Promise<Record<string, string>> {
  const headers = {
    "Content-Type": "application/json",
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}

async function logIn(url: string, email: string, password: string): Promise<string> {
  return (await post(url, "/api/v1/login", { email, password })).token as string;
}

function start(environment: Record<string, string>) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [main], {
    env: { PATH, HOME, PORT: "0", KARIBU_DATA: dataDir, ...environment },
  });
  children.push(child);
  let output = "";
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /"port":(\d+)[^\n]*"hub-ready"/.exec(output)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`the hub ended with ${code}: ${output}`)));
  });
  ready.catch(() => {}); // where the end is expected, nobody waits for it
  return { child, ready, ended, output: () => output };
}

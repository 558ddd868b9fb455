/** A restore from the page with real processes: the hub ends, is started again as a service manager would, and is the hub of the back-up; killed in the middle of it, it is one of the two. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { engines, isAbsent, useFreshServer } from "./ground/db/test-databases.ts";
import { codeAt } from "./identity/credentials/test-totp.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const admin = { email: "admin@karibu.test", password: "the-admin-password" };
const patience = { timeout: 300_000, interval: 200 };
let dataDir = "";
let children: ChildProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "karibu-restore-page-"));
  mkdirSync(join(dataDir, "kept"));
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

function start(more: Readonly<Record<string, string>>) {
  const { PATH, HOME } = process.env;
  const settings = {
    KARIBU_DATA: dataDir,
    KARIBU_BACKUP_FOLDER: join(dataDir, "kept"),
    KARIBU_MASTER_KEY: Buffer.alloc(32, 9).toString("base64"),
    KARIBU_PUBLIC_URL: "https://hub.example.com",
    KARIBU_ADMIN_EMAIL: admin.email,
    KARIBU_ADMIN_PASSWORD: admin.password,
  };
  const child = spawn(process.execPath, [main], { env: { PATH, HOME, PORT: "0", ...settings, ...more } });
  children.push(child);
  let output = "";
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const said = (text: RegExp) => expect.poll(() => output, patience).toMatch(text);
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  return {
    child,
    ended,
    said,
    async url() {
      await said(/"port":(\d+)[^\n]*"hub-ready"/);
      return `http://127.0.0.1:${/"port":(\d+)[^\n]*"hub-ready"/.exec(output)?.[1]}`;
    },
  };
}

async function call(url: string, method: string, path: string, token: string | null, body?: object) {
  const answer = await fetch(url + path, {
    method,
    headers: {
      "Content-Type": "application/json",
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

let secret = "";
let lastCode = "";
/** Each code counts once: the next half minute's is waited for. */
async function logIn(url: string): Promise<string> {
  if (secret === "") return (await call(url, "POST", "/api/v1/login", null, admin)).token;
  await expect.poll(() => codeAt(secret, Date.now()), patience).not.toBe(lastCode);
  lastCode = codeAt(secret, Date.now());
  return (await call(url, "POST", "/api/v1/login", null, { ...admin, code: lastCode })).token;
}

const names = async (url: string, token: string) =>
  (await call(url, "GET", "/api/v1/providers?limit=100", token)).items.map(({ name }: { name: string }) => name).sort();
const makeProvider = (url: string, token: string, name: string) =>
  call(url, "POST", "/api/v1/providers", token, {
    name,
    ownerEmail: `${name.toLowerCase()}@provider.test`,
    ownerPassword: "the-owner-password",
  });
const newest = async (url: string, token: string) =>
  (await call(url, "GET", "/api/v1/platform/restore-orders/newest", token)).order;

describe.each(engines)("[SYS-29] with real processes on %s", (engine) => {
  const fresh = useFreshServer(engine);

  test.skipIf(isAbsent(engine))(
    "the hub restarts into the back-up, and killed in the middle it is the one or the other",
    async () => {
      secret = "";
      const database: Record<string, string> = engine === "postgresql" ? { DATABASE_URL: fresh.url() as string } : {};
      const begin = () => [start(database), ...(engine === "postgresql" ? [start(database)] : [])];
      let hubs = begin();
      let url = await (hubs[0] as ReturnType<typeof start>).url();
      await hubs[1]?.url();
      let token = await logIn(url);
      await makeProvider(url, token, "Before");
      const standing = () => call(url, "GET", "/api/v1/platform/backups/standing", token);
      // The schedule may have taken one already, of before the provider.
      await expect.poll(async () => (await standing()).underWay, patience).toBe(null);
      const { backupId } = await call(url, "POST", "/api/v1/platform/backups", token);
      const state = async () => (await call(url, "GET", `/api/v1/platform/backups/${backupId}`, token)).state;
      await expect.poll(state, patience).toBe("proved");
      await makeProvider(url, token, "After");
      const begun = await call(url, "POST", "/api/v1/user/second-factor/begin", token, { password: admin.password });
      lastCode = codeAt(begun.secret, Date.now());
      await call(url, "POST", "/api/v1/user/second-factor/confirm", token, { code: lastCode });
      secret = begun.secret;
      token = await logIn(url);
      const order = () =>
        call(url, "POST", `/api/v1/platform/backups/${backupId}/restore`, token, { name: "hub.example.com" });
      const before = await names(url, token);

      // Killed after it began, at two moments: nothing was changed, and the page says so, or it is restored.
      for (const moment of ["begun", "saved"] as const) {
        await order();
        expect(await Promise.all(hubs.map(({ ended }) => ended))).toEqual(hubs.map(() => 0));
        const [dying] = [start(database)];
        const stored = readdirSync(join(dataDir, "kept")).length;
        await dying.said(/"restore-begun"/);
        // What is there now is stored; the transaction begins.
        if (moment === "saved")
          await expect.poll(() => readdirSync(join(dataDir, "kept")).length, patience).toBeGreaterThan(stored);
        dying.child.kill("SIGKILL");
        await dying.ended;
        hubs = begin();
        url = await (hubs[0] as ReturnType<typeof start>).url();
        await hubs[1]?.url();
        token = await logIn(url);
        const told = await newest(url, token);
        expect(["failed", "done"]).toContain(told.state);
        expect(await names(url, token)).toEqual(told.state === "failed" ? before : ["Before"]);
        if (told.state === "failed") expect(told.problem).toBe("restore/interrupted");
      }

      await order();
      expect(await Promise.all(hubs.map(({ ended }) => ended))).toEqual(hubs.map(() => 0));
      hubs = begin();
      url = await (hubs[0] as ReturnType<typeof start>).url();
      await hubs[1]?.url();
      token = await logIn(url);
      expect(await names(url, token)).toEqual(["Before"]);
      expect(await newest(url, token)).toMatchObject({ state: "done", problem: null });
      // What was before is a back-up that can be restored in its turn.
      const { savedAs } = await newest(url, token);
      const { items } = await call(url, "GET", "/api/v1/platform/backups?limit=100", token);
      expect(items.map(({ name }: { name: string }) => name)).toContain(savedAs);
    },
    1_800_000,
  );
});

/** A hub process and a PostgreSQL server that a test may stop, kill and start again, each by itself. */
// biome-ignore-all lint/plugin: tests run in real time
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "@karibu/protocol/hash";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import pg from "pg";
import { expect } from "vitest";
import { inFields } from "../../ground/db/camel-case-columns.ts";
import { startServer } from "../../ground/db/test-postgresql.ts";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
const admin = { email: "admin@karibu.test", password: "the-admin-password" };
const patienceMs = 180_000;

export interface RestartedHub {
  readonly dataDir: string;
  readonly url: string;
  startDatabase(): Promise<void>;
  stopDatabase(): Promise<void>;
  /** Resolves when the process takes connections, which is long before it is ready. */
  startHub(): Promise<void>;
  /** Resolves when the running process has written this to its log. */
  said(text: string | RegExp): Promise<void>;
  output(): string;
  kill(signal: NodeJS.Signals): Promise<number | null>;
  post(path: string, body: unknown, token?: string): Promise<{ status: number; body: Record<string, unknown> }>;
  query<Row>(statement: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A provider with a channel of M-Pesa. @returns the path that names the channel for prompts, and the one for confirmations */
  openChannel(): Promise<{ prompts: string; confirmations: string }>;
  close(): Promise<void>;
}

export async function useRestartedHub(settings: Readonly<Record<string, string>> = {}): Promise<RestartedHub> {
  const dataDir = mkdtempSync(join(tmpdir(), "karibu-spool-"));
  const keptIn = mkdtempSync(join(tmpdir(), "karibu-spool-postgres-"));
  const port = await freeTcpPort();
  const url = `http://127.0.0.1:${port}`;
  const daraja = await startOwner();
  let databaseUrl = "";
  let hub: ChildProcess | null = null;
  let output = "";

  async function until<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${patienceMs} ms\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async function stopDatabase(): Promise<void> {
    const pidFile = join(keptIn, "data", "postmaster.pid");
    if (!existsSync(pidFile)) return;
    process.kill(Number(readFileSync(pidFile, "utf8").split("\n")[0]), "SIGINT");
    await until("the database stops", () => (existsSync(pidFile) ? null : true));
  }

  async function kill(signal: NodeJS.Signals): Promise<number | null> {
    const ending = hub;
    hub = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return ending?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    return ended;
  }

  const post: RestartedHub["post"] = async (path, body, token) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  async function query<Row>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      // As the hub's own statements name what they read.
      return inFields((await client.query(statement, [...values])).rows as Row[]);
    } finally {
      await client.end();
    }
  }

  return {
    dataDir,
    url,
    async startDatabase() {
      databaseUrl = await startServer([], keptIn);
    },
    stopDatabase,
    async startHub() {
      output = "";
      const { PATH, HOME } = process.env;
      const child = spawn(process.execPath, [main], {
        env: {
          PATH,
          HOME,
          PORT: String(port),
          KARIBU_DATA: dataDir,
          DATABASE_URL: databaseUrl,
          DARAJA_BASE_URL: daraja.url,
          KARIBU_ADMIN_EMAIL: admin.email,
          KARIBU_ADMIN_PASSWORD: admin.password,
          ...settings,
        },
      });
      hub = child;
      const read = (chunk: Buffer) => {
        output += chunk.toString();
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      await until("the hub listens", async () => {
        if (child.exitCode !== null) throw new Error(`the hub ended with ${child.exitCode}: ${output}`);
        return fetch(`${url}/health/ping`).then(
          () => true,
          () => null,
        );
      });
    },
    said: (text) =>
      until(`the log says ${text}`, () =>
        (typeof text === "string" ? output.includes(text) : text.test(output)) ? true : null,
      ).then(() => {}),
    output: () => output,
    kill,
    post,
    query,
    async openChannel() {
      const token = String((await post("/api/v1/login", admin)).body.token);
      const owner = { ownerEmail: "owner@provider.test", ownerPassword: "the-owner-password" };
      await post("/api/v1/providers", { name: "Mto", currency: "KES", ...owner }, token);
      const signedIn = await post("/api/v1/login", { email: owner.ownerEmail, password: owner.ownerPassword });
      const keys = { consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
      const channel = { kind: "mpesa-paybill", environment: "sandbox", shortcode: "600999", ...keys };
      const made = await post("/api/v1/channels", channel, String(signedIn.body.token));
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      const addresses = made.body.addresses as { use: string; url: string }[];
      const of = (use: string) => new URL(addresses.find((each) => each.use === use)?.url ?? "").pathname;
      return { prompts: of("prompt"), confirmations: of("confirmation") };
    },
    async close() {
      await kill("SIGKILL");
      await stopDatabase();
      daraja.server.close();
      for (const folder of [dataDir, keptIn]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Stops the database, sends so many callbacks of prompts, starts it again, and waits until each is booked, once. They name no purchase: of an
 * hour's first 600 the text is kept, the others are counted (`evidence/unmatched-flood.ts`).
 */
export async function sendWhileAway(hub: RestartedHub, prompts: string, count: number): Promise<void> {
  await hub.stopDatabase();
  let next = 0;
  const refused: number[] = [];
  const send = async () => {
    for (let number = next++; number < count; number = next++) {
      const { status } = await hub.post(`${prompts}/away-${number}`, { away: number });
      if (status !== 200) refused.push(status);
    }
  };
  await Promise.all(Array.from({ length: 64 }, send));
  expect(refused).toEqual([]);
  await hub.startDatabase();
  const counted = async () => {
    const rows = await hub.query<{ bodyHash: string; naturalKey: string; outcome: string | null }>(
      "select body_hash, natural_key, outcome from evidence",
    );
    const floods = rows.filter(({ naturalKey: key }) => key.startsWith("flood/"));
    const counted = floods.reduce((sum, { outcome }) => sum + Number(outcome?.match(/\d+$/)?.[0] ?? 0), 0);
    const known = Map.groupBy(rows, (row) => row.bodyHash);
    const each = Array.from(
      { length: count },
      (_, away) => known.get(sha256Hex(JSON.stringify({ away })))?.length ?? 0,
    );
    return {
      once: each.filter((times) => times === 1).length + counted,
      more: each.filter((times) => times > 1).length,
    };
  };
  await expect.poll(counted, { timeout: 300_000, interval: 250 }).toEqual({ once: count, more: 0 });
  // A second booking of a fact that is there would be noted as a repetition.
  expect(await hub.query("select * from repeated_evidence")).toEqual([]);
}

/** Takes any keys. */
async function startOwner(): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end('{"access_token":"t","expires_in":"3599","ResponseCode":"0"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

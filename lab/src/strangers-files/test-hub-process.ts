/** A real hub as a process of its own, with the embedded database: what a stranger's file does to it is the system's doing, and shows nowhere else. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../cloud/src/main.ts", import.meta.url));
const loopDelays = new URL("./loop-delays.ts", import.meta.url).href;
const admin = { email: "admin@karibu.test", password: "the-admin-password" };
const ownerPassword = "the-owner-password";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly tookMs: number;
}

export interface Provider {
  readonly channelId: string;
  call(method: string, path: string, body?: unknown, language?: string): Promise<Answer>;
  /** Sends a file as a statement. */
  statement(file: Uint8Array): Promise<Answer>;
}

export interface HubProcess {
  readonly pid: number;
  /** Null while it lives; else how it ended. */
  ending(): string | null;
  /** What it and its children hold in memory, in MB. */
  residentMb(): { readonly hub: number; readonly children: readonly number[] };
  /** How long its event loop once stood still, at most, since this was asked the last time. */
  worstLoopDelayMs(): Promise<number>;
  makeProvider(name: string): Promise<Provider>;
  /** Kills it, as a lack of memory would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** @param databaseUrl of an empty database; left out: the embedded one */
export async function startHubProcess({ databaseUrl }: { readonly databaseUrl?: string } = {}): Promise<HubProcess> {
  const folder = mkdtempSync(join(tmpdir(), "karibu-strangers-files-"));
  const child = spawn(process.execPath, [main], {
    stdio: ["ignore", "pipe", "ignore", "ipc"],
    env: {
      NODE_OPTIONS: `--import=${loopDelays}`,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      PATH: process.env.PATH,
      PORT: "0",
      KARIBU_DATA: folder,
      KARIBU_ADMIN_EMAIL: admin.email,
      KARIBU_ADMIN_PASSWORD: admin.password,
      DARAJA_BASE_URL: "http://127.0.0.1:9",
    },
  });
  const url = `http://127.0.0.1:${await readyPort(child)}`;
  let ended: string | null = null;
  child.once("exit", (code, signal) => {
    ended = `code ${code}, signal ${signal}`;
  });
  const call = async (token: string | null, method: string, path: string, body?: unknown, language = "en") => {
    const startedAt = performance.now();
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        "Accept-Language": language,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = { status: response.status, body: await response.json().catch(() => null) };
    return { ...answer, tookMs: performance.now() - startedAt };
  };
  const logIn = async (email: string, password: string) =>
    (await call(null, "POST", "/api/v1/login", { email, password })).body.token as string;
  const end = async (signal: NodeJS.Signals) => {
    if (ended === null) {
      const exit = once(child, "exit");
      child.kill(signal);
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    pid: child.pid as number,
    ending: () => ended,
    residentMb: () => ({
      hub: residentMbOf(child.pid as number),
      children: childrenOf(child.pid as number).map(residentMbOf),
    }),
    async worstLoopDelayMs() {
      const told = once(child, "message");
      child.send("worst");
      return (await told)[0] as number;
    },
    async makeProvider(name) {
      const ownerEmail = `owner@${name}.test`;
      const made = { name, ownerEmail, ownerPassword, currency: "KES" };
      await call(await logIn(admin.email, admin.password), "POST", "/api/v1/providers", made);
      const token = await logIn(ownerEmail, ownerPassword);
      const ask: Provider["call"] = (method, path, body, language) =>
        call(token, method, `/api/v1${path}`, body, language);
      const keys = { passkey: "junk", consumerKey: "junk", consumerSecret: "junk" };
      const channel = { kind: "mpesa-paybill", shortcode: "600100", environment: "sandbox", ...keys };
      const channelId = (await ask("POST", "/channels", channel)).body.id as string;
      return {
        channelId,
        call: ask,
        statement: (file) =>
          ask("POST", "/reconciliation/statements", { channelId, file: Buffer.from(file).toString("base64") }),
      };
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

async function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-100_000);
      const line = output
        .split("\n")
        .find((each) => each.startsWith("{") && each.includes('"hub-ready"') && each.endsWith("}"));
      if (line !== undefined) resolve(JSON.parse(line).port);
    });
    child.once("exit", () => reject(new Error(`the hub ended: ${output.slice(-2000)}`)));
  });
}

/** The processes whose parent this one is. */
export function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => Number(fieldOf(each, "PPid")) === pid);
}

const residentMbOf = (pid: number): number => Math.round(Number.parseInt(fieldOf(pid, "VmRSS"), 10) / 1024) || 0;

function fieldOf(pid: number, name: string): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  } catch {
    return ""; // it has ended meanwhile
  }
}

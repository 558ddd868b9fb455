/**
 * From the start of the hub's process to its first acknowledged callback: the clock begins before the process is made, a callback is tried
 * each few milliseconds, and 200 ends it. The hub has a channel from an earlier run, so the callback's path is known; each run ends by
 * kill -9. Then callbacks go on coming while the hub loads, to see how long one of them waits.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sampleApp } from "@karibu/lab/daraja/sample-app";
import { startDaraja } from "@karibu/lab/money/payments-hub";
import { request } from "undici";
import { repositoryRoot } from "../../build/repository.ts";
import { findFreePorts } from "../../start/free-ports.ts";

export interface FirstAcknowledgements {
  /** Of each start, in order. */
  readonly firstMs: readonly number[];
  /** Of the callbacks of the next seconds, while the hub loads: how long each waited. */
  readonly laterMs: readonly number[];
  /** Answered otherwise than 200, after the first 200. */
  readonly refused: number;
}

const admin = { email: "admin@karibu.test", password: "the-admin-password" };
const owner = { email: "owner@provider.test", password: "the-owner-password" };
const tryEveryMs = 5;
const laterEveryMs = 20;
const laterForMs = 4000;
const startMsMax = 60_000;
/** Nobody listens there. */
const databaseAway = "postgresql://nobody@127.0.0.1:9/none";

/** @param isAway the database is away at each start but the very first, which makes the channel */
export async function firstAcknowledgements(starts: number, isAway: boolean): Promise<FirstAcknowledgements> {
  const dataDir = mkdtempSync(join(tmpdir(), "karibu-first-"));
  const { hub: port } = await findFreePorts();
  const daraja = await startDaraja();
  const url = `http://127.0.0.1:${port}`;
  const start = (more: Readonly<Record<string, string>> = {}): ChildProcess => {
    const { PATH, HOME } = process.env;
    const named = { PORT: String(port), KARIBU_DATA: dataDir, DARAJA_BASE_URL: daraja.url, KARIBU_LOG_LEVEL: "error" };
    const people = { KARIBU_ADMIN_EMAIL: admin.email, KARIBU_ADMIN_PASSWORD: admin.password };
    const env = { PATH, HOME, ...named, ...people, ...more };
    return spawn(process.execPath, [join(repositoryRoot, "cloud/src/main.ts")], { env, stdio: "inherit" });
  };
  try {
    const first = start();
    const path = await openChannel(url);
    await ended(first, "SIGTERM");
    const firstMs: number[] = [];
    const laterMs: number[] = [];
    let refused = 0;
    for (let run = 0; run < starts; run++) {
      const startedMs = performance.now();
      const child = start(isAway ? { DATABASE_URL: databaseAway } : {});
      firstMs.push(await untilAcknowledged(`${url}${path}/run-${run}`, startedMs));
      const more: Promise<void>[] = [];
      for (const untilMs = performance.now() + laterForMs; performance.now() < untilMs; await pause(laterEveryMs)) {
        const sentMs = performance.now();
        more.push(
          post(`${url}${path}/run-${run}-${more.length}`).then((status) => {
            if (status === 200) laterMs.push(performance.now() - sentMs);
            else refused++;
          }),
        );
      }
      await Promise.all(more);
      await ended(child, "SIGKILL");
    }
    return { firstMs, laterMs, refused };
  } finally {
    await daraja.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function untilAcknowledged(url: string, startedMs: number): Promise<number> {
  for (;;) {
    if ((await post(url)) === 200) return performance.now() - startedMs;
    if (performance.now() - startedMs > startMsMax) throw new Error(`${url} was not acknowledged`);
    await pause(tryEveryMs);
  }
}

/** @returns the status; 0: nobody listens */
async function post(url: string): Promise<number> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ Body: { stkCallback: { CheckoutRequestID: url, ResultCode: 1032 } } });
  try {
    const answer = await request(url, { method: "POST", headers, body });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return 0;
  }
}

/** A provider with a channel of M-Pesa, once the hub serves. @returns the path that its prompts call back */
async function openChannel(url: string): Promise<string> {
  const call = async (path: string, body: object, token?: string) => {
    const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(`${url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    // biome-ignore lint/suspicious/noExplicitAny: answers of the API
    return (await answer.json()) as any;
  };
  for (const startedMs = performance.now(); ; await pause(200)) {
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) break;
    if (performance.now() - startedMs > startMsMax) throw new Error("the hub did not start");
  }
  const { token } = await call("/login", admin);
  const provider = { name: "Mto", currency: "KES", ownerEmail: owner.email, ownerPassword: owner.password };
  await call("/providers", provider, token);
  const signedIn = await call("/login", owner);
  const { business: _, ...keys } = sampleApp;
  const made = await call("/channels", { kind: "mpesa-paybill", environment: "sandbox", ...keys }, signedIn.token);
  const addresses = made.addresses as { use: string; url: string }[];
  return new URL(addresses.find(({ use }) => use === "prompt")?.url ?? "").pathname;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await end;
}

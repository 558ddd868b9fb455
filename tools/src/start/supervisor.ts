/**
 * Keeps the demo's processes: starts each, waits until it is healthy, writes its log to a file, starts it again when it
 * dies (as a service manager would), and stops all.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export interface ServiceSpec {
  readonly name: string;
  /** Script below the repository's root. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 once the service works. */
  readonly healthUrl: string;
}

export interface Supervisor {
  /** Resolves when healthy; rejects, with the end of its log, when it exits or takes longer than `readyMsMax`. */
  start(spec: ServiceSpec): Promise<void>;
  /** Kills it with SIGKILL, as a crash would, and leaves it down until `start`. */
  kill(name: string): Promise<void>;
  stopAll(): Promise<void>;
}

/** One that ends is noticed at once. One that is slow is waited for: a busy or small machine takes minutes for a first start. */
const readyMsMax = 300_000;
const stillStartingEveryMs = 20_000;
const stopMsMax = 10_000;
const restartAfterMs = 5_000;

export function createSupervisor(options: {
  root: string;
  logFolder: string;
  say: (line: string) => void;
}): Supervisor {
  const running = new Map<string, ChildProcess>();
  let stopping = false;
  mkdirSync(options.logFolder, { recursive: true });
  const logOf = (spec: ServiceSpec) => join(options.logFolder, `${spec.name}.log`);

  function launch(spec: ServiceSpec): ChildProcess {
    const log = createWriteStream(logOf(spec), { flags: "a" });
    const child = spawn(process.execPath, [join(options.root, spec.script)], {
      cwd: options.root,
      // What Node makes of the modules' texts is kept for the next start: half of what loading them costs.
      env: { ...inheritedEnv(), NODE_COMPILE_CACHE: join(options.root, "dist/compile-cache"), ...spec.env },
      stdio: ["ignore", "pipe", "pipe"],
      // A separate group: Ctrl-C reaches only this process, which stops the services in order.
      detached: true,
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once("close", (code, signal) => {
      log.end();
      running.delete(spec.name);
      if (!stopping) void restart(spec, signal ?? `code ${code}`);
    });
    running.set(spec.name, child);
    return child;
  }

  async function restart(spec: ServiceSpec, why: string): Promise<void> {
    if (!started.has(spec.name)) return; // `start` reports it
    options.say(`${spec.name} ended (${why}); starting it again in ${restartAfterMs / 1000} s, log: ${logOf(spec)}`);
    await delay(restartAfterMs);
    if (stopping || !started.has(spec.name)) return;
    launch(spec);
    await healthy(spec).then(
      () => options.say(`${spec.name} is back`),
      () => options.say(`${spec.name} does not come back; log: ${logOf(spec)}`),
    );
  }

  const started = new Set<string>();

  async function healthy(spec: ServiceSpec): Promise<void> {
    const startedAtMs = performance.now();
    let saidAtMs = startedAtMs;
    while (performance.now() - startedAtMs < readyMsMax) {
      if (performance.now() - saidAtMs >= stillStartingEveryMs) {
        saidAtMs = performance.now();
        options.say(`  ${spec.name}: ${Math.round((saidAtMs - startedAtMs) / 1000)} s, as on a busy machine`);
      }
      if (!running.has(spec.name)) throw new Error(`${spec.name} ended before it was ready:\n${endOf(logOf(spec))}`);
      const answer = await fetch(spec.healthUrl, { signal: AbortSignal.timeout(2000) }).catch(() => null);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      await delay(50);
    }
    throw new Error(`${spec.name} was not ready after ${readyMsMax / 1000} s:\n${endOf(logOf(spec))}`);
  }

  return {
    async start(spec) {
      launch(spec);
      await healthy(spec);
      started.add(spec.name);
    },
    async kill(name) {
      started.delete(name);
      const child = running.get(name);
      if (child === undefined) return;
      const closed = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await closed;
    },
    async stopAll() {
      stopping = true;
      // The agent goes before the hub, so that its last records still find someone to take them.
      for (const child of [...running.values()].reverse()) await stop(child);
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await closed;
  clearTimeout(timer);
}

/** Our own settings must not leak in from the shell: agent and hub refuse names they do not know. */
export function inheritedEnv(): NodeJS.ProcessEnv {
  const own =
    /^(KARIBU_|DARAJA_|AIRTEL_|MTN_|PESAPAL_|STRIPE_|AFRICASTALKING_|TWILIO_|SMTP_|DATABASE_URL$|PORT$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function endOf(path: string): string {
  try {
    return readFileSync(path, "utf8").split("\n").slice(-20).join("\n");
  } catch {
    return "(no log)";
  }
}

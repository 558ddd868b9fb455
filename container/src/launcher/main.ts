/**
 * The launcher: process 1 of the container, part of the image, never updated by a bundle. It is a separate process: a thread
 * of the agent would need 2 MB more, and would end with the agent when V8 runs out of memory.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { readPublicKeys } from "@karibu/protocol/bundle/release-key";
import { unixMs } from "@karibu/protocol/quantities";
import type { LogFields, World } from "@karibu/protocol/world";
import { findGateway } from "./gateway.ts";
import { readImageFacts } from "./image-release.ts";
import { createLauncherDisk } from "./launcher-disk.ts";
import { probeHealth, probeLife } from "./life-probe.ts";
import { agentNodeFlags } from "./node-flags.ts";
import { agentEnvironment, agentWords, type LauncherOptions, readOptions } from "./options.ts";
import { spawnComplaint } from "./spawn-complaint.ts";
import { type AgentChild, createSupervisor } from "./supervisor.ts";

const world = realWorld();
const options = readOptions(process.argv.slice(2), process.env);
if (typeof options === "string") {
  process.stderr.write(`karibu launcher: refusing to start: ${options}\n`);
  process.exit(2);
} else if (options.mode === "health") {
  probeHealth(world.clock, options.targets).then((isHealthy) => process.exit(isHealthy ? 0 : 1));
} else {
  launch(options).catch((error: unknown) => {
    process.stderr.write(`karibu launcher: ${(error as Error).stack}\n`);
    process.exit(1);
  });
}

async function launch({ home, data, targets, limits }: LauncherOptions): Promise<void> {
  const { id, agentVersion: version, imageVersion } = readImageFacts(readFileSync(join(home, "image.json"), "utf8"));
  const keys = readPublicKeys(readFileSync(join(home, "release-keys"), "utf8"));
  const environment = agentEnvironment(process.env, { data, targets }, readGateway());
  const supervisor = createSupervisor(
    world,
    {
      disk: createLauncherDisk(data),
      keys,
      image: { id, version, imageVersion, agentPath: join(home, "agent/agent.cjs") },
      start: (agentPath, passedOver) => startAgent([agentPath, ...agentWords(passedOver)], environment),
      probe: () => probeLife(world.clock, targets),
    },
    limits,
  );
  // Process 1 has no default actions: without these a stop of the container would wait for its SIGKILL.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => supervisor.stop());
  process.on("SIGHUP", () => supervisor.reload());
  await supervisor.run();
  process.exit(0);
}

function startAgent(words: readonly string[], environment: NodeJS.ProcessEnv): AgentChild {
  const child = spawn(process.execPath, [...agentNodeFlags(totalmem()), ...words], {
    env: environment,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return {
    ended: new Promise((resolve) => {
      child.once("error", (error) => resolve(spawnComplaint(error, process.execPath, existsSync)));
      child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
    }),
    signal: (name) => void child.kill(name),
  };
}

/** Null outside of Linux and without a default route. */
function readGateway(): string | null {
  try {
    return findGateway(readFileSync("/proc/net/route", "utf8"));
  } catch {
    return null;
  }
}

function realWorld(): World {
  const write = (level: string) => (event: string, fields?: LogFields) => {
    const line = { time: new Date().toISOString(), level, event, ...fields };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  return {
    clock: {
      monotonicMs: () => Math.round(performance.now()),
      wall: () => ({ atMs: unixMs(Date.now()), quality: "unknown" }),
      after(delayMs, task) {
        const timer = setTimeout(task, delayMs);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    random: { bytes: (count) => randomBytes(count) },
    log: { debug: () => {}, info: write("info"), warn: write("warn"), error: write("error") },
  };
}

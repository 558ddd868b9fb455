/** For tests of commands: `karibu` and the hub as processes of their own, in folders that are removed afterwards. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

export interface Ran {
  readonly code: number;
  readonly text: string;
  readonly complaints: string;
}

const program = fileURLToPath(import.meta.resolve("@karibu/cli/main"));
const hubProgram = fileURLToPath(import.meta.resolve("@karibu/cloud/main"));
const key = Buffer.alloc(32, 7).toString("base64");
const folders: string[] = [];
const hubs: ChildProcess[] = [];

afterEach(async () => {
  for (const hub of hubs.splice(0)) {
    if (hub.exitCode !== null || hub.signalCode !== null) continue;
    const ended = new Promise((resolve) => hub.once("exit", resolve));
    hub.kill("SIGKILL");
    await ended;
  }
  await Promise.all(folders.splice(0).map((path) => rm(path, { recursive: true, force: true })));
});

export async function makeFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "karibu-hub-commands-"));
  folders.push(path);
  return path;
}

export function karibu(env: Readonly<Record<string, string>>, ...words: string[]): Promise<Ran> {
  const { PATH = "", NODE_COMPILE_CACHE } = process.env;
  return new Promise((resolve) => {
    const options = { timeout: 200_000, env: { PATH, NODE_COMPILE_CACHE, KARIBU_MASTER_KEY: key, ...env } };
    execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout, complaints: stderr });
    });
  });
}

/** Of each hub that `startHub` starts. */
export const hubAdmin = { KARIBU_ADMIN_EMAIL: "admin@karibu.test", KARIBU_ADMIN_PASSWORD: "the-admin-password" };

/** `stop` ends it in good order, so that the folder is free; `kill` as a power cut does. `more`: other settings. */
export async function startHub(
  dataDir: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ url: string; stop(): Promise<void>; kill(): Promise<void> }> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [hubProgram], {
    env: { PATH, HOME, PORT: "0", KARIBU_DATA: dataDir, KARIBU_MASTER_KEY: key, ...hubAdmin, ...more },
    stdio: ["ignore", "pipe", "inherit"],
  });
  hubs.push(child);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const port = /"port":(\d+)[^\n]*"hub-ready"/.exec(output)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    child.once("exit", (code) => reject(new Error(`the hub ended with ${code}: ${output}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return { url, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

/** Five years of a busy site on real files, in a process with the flags of the router's agent. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { agentNodeFlags, nodeEnvironment } from "@karibu/container/launcher/node-flags";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("main.ts", import.meta.url));

test("[BEY-13] five years at 150 purchases and 400 log-ins a day: memory and folder level off within 128 MB and 100 MB", async () => {
  const child = spawn(process.execPath, [...agentNodeFlags(512 * 2 ** 20), program], {
    env: { ...process.env, ...nodeEnvironment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  expect(await closed).toEqual([0, null]);
  const names = lines[0]?.split(",") ?? [];
  const rows = lines.slice(1).map((line) => {
    const values = line.split(",").map(Number);
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? 0]));
  });
  const most = (name: string, from: number, to: number): number =>
    Math.max(...rows.slice(from, to).map((row) => row[name] ?? 0));
  const mean = (name: string, from: number, to: number): number =>
    rows.slice(from, to).reduce((sum, row) => sum + (row[name] ?? 0), 0) / (to - from);
  expect(rows).toHaveLength(60);
  // The kernel takes pages of Node's own file back where memory is short: they are not the limit's.
  expect(most("anonymousBytesMax", 0, 60)).toBeLessThan(128e6);
  expect(most("folderBytes", 0, 60)).toBeLessThan(100e6);
  // The last year against the second. Memory in the mean, for it swings from one collection of garbage to the next.
  expect(mean("anonymousBytes", 48, 60)).toBeLessThan(mean("anonymousBytes", 12, 24) * 1.1);
  expect(most("folderBytes", 48, 60)).toBeLessThan(most("folderBytes", 12, 24) * 1.1);
});

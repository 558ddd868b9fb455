/** The launcher's memory as a file. Damaged or foreign memory counts as none: bundles must then pass the health checks again. */
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { emptyMemory, type Failure, type LaunchMemory } from "./launch-policy.ts";
import type { LauncherDisk } from "./launcher-disk.ts";

export const memoryName = "launcher/state.json";

export function readMemory(disk: LauncherDisk, image: string): LaunchMemory {
  const bytes = disk.read(memoryName);
  const memory = bytes === null ? null : parseMemory(Buffer.from(bytes).toString("utf8"));
  // With another image (another Node) nothing has been proved, and nothing is known to be bad.
  return memory === null || memory.image !== image ? emptyMemory(image) : memory;
}

/** False when the disk refuses. */
export function writeMemory(disk: LauncherDisk, memory: LaunchMemory): boolean {
  return disk.replace(memoryName, Buffer.from(`${JSON.stringify(memory)}\n`));
}

function parseMemory(text: string): LaunchMemory | null {
  const value = readJsonObject(text) as Partial<LaunchMemory> | null;
  if (value?.format !== 1 || typeof value.image !== "string") return null;
  const { trials, proven, bad } = value;
  if (!isRecord(trials) || !isRecord(bad) || !Array.isArray(proven)) return null;
  if (!Object.values(trials).every((count) => Number.isInteger(count))) return null;
  if (!Object.values(bad).every((failure) => failures.has(failure as Failure))) return null;
  if (!proven.every((id) => typeof id === "string")) return null;
  return { format: 1, image: value.image, trials, proven, bad } as LaunchMemory;
}

const failures: ReadonlySet<Failure> = new Set(["crashed", "silent", "hung"]);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

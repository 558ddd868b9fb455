/** Processor time of other processes, from Linux' /proc. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Linux counts in hundredths of a second for programs, whatever its own clock. @see proc_pid_stat(5) */
const ticksMs = 10;

interface Stat {
  readonly parent: number;
  readonly ownMs: number;
  /** Of its children that have ended. */
  readonly endedMs: number;
}

function readStat(processId: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${processId}/stat`, "utf8");
    // The second field is the program's name, in brackets, and may hold spaces.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
      (at) => fields[at],
    );
    return { parent, ownMs: (user + system) * ticksMs, endedMs: (endedUser + endedSystem) * ticksMs };
  } catch {
    return null;
  }
}

/** With all its threads. Null: this system does not say. */
export function processorMs(processId: number): number | null {
  return readStat(processId)?.ownMs ?? null;
}

/** Of a PostgreSQL server and its connections, those that have ended too. @param databaseUrl names its folder, as `startServer` has it */
export function serverProcessorMs(databaseUrl: string): number | null {
  const folder = new URL(databaseUrl).searchParams.get("host") ?? "";
  try {
    const [line = ""] = readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n");
    const postmaster = Number(line);
    const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const children = all.map((name) => readStat(Number(name))).filter((stat) => stat?.parent === postmaster);
    const own = readStat(postmaster);
    if (own === null) return null;
    return own.ownMs + own.endedMs + children.reduce((sum, stat) => sum + (stat?.ownMs ?? 0), 0);
  } catch {
    return null;
  }
}

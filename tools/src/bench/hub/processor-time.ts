/** How long processes had a processor, from Linux' /proc: unlike times on the clock, little disturbed by what else runs. */
import { readdirSync, readFileSync } from "node:fs";

/** /proc counts in hundredths of a second, whatever the kernel's own tick. @see proc(5), USER_HZ */
const msPerTick = 10;

/** User and system time of these processes so far, all their threads; those that are gone count nothing. */
export function processorMs(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const stat = readStat(pid);
    return stat === null ? 0 : Number(stat[11]) + Number(stat[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * msPerTick;
}

/** A PostgreSQL server's processes, found from one that serves a connection. */
export function serverProcesses(backendPid: number): number[] {
  const postmaster = readStat(backendPid)?.[1];
  if (postmaster === undefined) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => pid === Number(postmaster) || readStat(pid)?.[1] === postmaster);
}

/** What follows the command's name, which may hold blanks: state, parent, and so on. Null: no such process. */
function readStat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

/**
 * One process per data folder: two agents on one journal, or two hubs on one embedded database, would overwrite each
 * other silently. The lock is a file that names its holder; a holder that no longer runs (power cut, kill -9) is stale, and
 * its lock is taken over. For agent and hub only: it needs Node's files.
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Fault } from "../fault.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When that process started, in kernel ticks: a re-used pid is another process. Null where /proc is absent. */
  readonly startTicks: string | null;
  /** The kernel's boot id: after a reboot no earlier process runs, even if pid and ticks are the same. Null where /proc is absent. */
  readonly boot: string | null;
}

/**
 * Takes the lock or throws Fault "folder/locked" with the holder's pid; returns how to release it. `otherHosts`: a holder
 * under another host name can't be checked. `respect` it if hosts may share the disk; `take` the lock over if a renamed host (a
 * container that was created again) is more likely, because a refusal would keep the site down.
 */
export function lockFolder(folder: string, fileName: string, otherHosts: "respect" | "take" = "respect"): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, fileName);
  const self: Holder = { pid: process.pid, host: hostname(), startTicks: startTicks(process.pid), boot: bootId() };
  if (!tryCreate(file, self)) {
    const guard = `${file}.takeover`;
    takeGuard(guard, self, folder, otherHosts);
    try {
      const holder = readHolder(file);
      if (holder !== null && isRunning(holder, otherHosts)) throw locked(folder, holder.pid);
      rmSync(file, { force: true });
      if (!tryCreate(file, self)) throw locked(folder, readHolder(file)?.pid ?? null);
    } finally {
      rmSync(guard, { force: true });
    }
  }
  return () => {
    const holder = readHolder(file);
    if (holder?.pid === self.pid && holder.startTicks === self.startTicks) rmSync(file, { force: true });
  };
}

/**
 * One starter at a time judges a stale lock: two that both found it stale would each remove it, the second one the new lock of the
 * first. A guard is held for milliseconds; one of a process that died meanwhile is removed.
 */
function takeGuard(guard: string, self: Holder, folder: string, otherHosts: "respect" | "take"): void {
  if (tryCreate(guard, self)) return;
  const holder = readHolder(guard);
  if (holder !== null && isRunning(holder, otherHosts)) throw locked(folder, holder.pid);
  rmSync(guard, { force: true });
  if (!tryCreate(guard, self)) throw locked(folder, readHolder(guard)?.pid ?? null);
}

function tryCreate(file: string, self: Holder): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(descriptor, JSON.stringify(self));
  } finally {
    closeSync(descriptor);
  }
  return true;
}

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return null; // removed, or incomplete after a power cut: no process holds it
  }
}

function isRunning(holder: Holder, otherHosts: "respect" | "take"): boolean {
  const boot = bootId();
  if (boot !== null && holder.boot !== null && boot !== holder.boot && holder.host === hostname()) return false;
  if (holder.host !== hostname()) return otherHosts === "respect";
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = startTicks(holder.pid);
  return now === null || holder.startTicks === null || now === holder.startTicks;
}

/** Field 22 of /proc/<pid>/stat, counted after the command name, which may hold spaces. @see proc(5) */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A dead process that its parent has not reaped yet: it holds nothing any more.
    return fields[0] === "Z" ? "dead" : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() || null;
  } catch {
    return null;
  }
}

function locked(folder: string, pid: number | null): Fault {
  return new Fault("folder/locked", `data folder ${folder} is in use by process ${pid ?? "unknown"}`, {
    retry: "never",
    hint: "Stop that process, or give this one another KARIBU_DATA.",
  });
}

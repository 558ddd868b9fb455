/**
 * The days behind the demo, made beside a start that has none: by a process of their own with what the demo leaves of the processor. It ends with the start,
 * also where that is killed, and then leaves nothing behind.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { availableParallelism, constants, freemem, setPriority } from "node:os";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../build/repository.ts";
import { historiesIn, isBeingMade, removeAbandoned } from "./history.ts";
import { inheritedEnv } from "./supervisor.ts";

export interface Making {
  /** True: they are there. */
  readonly made: Promise<boolean>;
  stop(): Promise<void>;
}

interface MakingOptions {
  /** Where it says what it does. */
  readonly log: string;
  /** Of the command. */
  readonly args?: readonly string[];
}

/** Twice what sixty days take. */
const freeBytesMin = 3_000_000_000;
const stopMsMax = 5000;

/** A machine with one core, or with little memory left, needs them for the demo. */
export const hasRoomForMaking = (): boolean =>
  availableParallelism() > 1 && freemem() >= freeBytesMin && !isBeingMade();

export function makeHistoryBeside({ log, args = [] }: MakingOptions): Making {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, "w");
  const child = spawn(process.execPath, [join(repositoryRoot, "tools/src/history/main.ts"), ...args], {
    cwd: repositoryRoot,
    env: { ...inheritedEnv(), NODE_COMPILE_CACHE: join(repositoryRoot, "dist/compile-cache") },
    // By the channel it notices that nobody waits for it any more.
    stdio: ["ignore", file, file, "ipc"],
    detached: true,
  });
  closeSync(file);
  giveWay(child);
  const made = new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
  return {
    made,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
      await made;
      clearTimeout(timer);
      removeAbandoned(historiesIn);
    },
  };
}

/** At once: its threads take over what it has when they begin. */
function giveWay({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended, or the system has no such thing.
  }
}

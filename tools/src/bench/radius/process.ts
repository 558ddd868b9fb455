/** Server processes of the benchmark: pinned, watched, and ended by their own id. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface ServerProcess {
  readonly pid: number;
  readonly authPort: number;
  readonly acctPort: number;
  readonly secret: string;
  stop(): Promise<void>;
}

/** Is this program there? Asked by running it with an argument that makes it end at once. */
export function hasProgram(name: string, argument: string): boolean {
  try {
    execFileSync(name, [argument], { stdio: "ignore", timeout: 5000 });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

/** Starts `command` on one core (on any, where there is no taskset). Its output is what `complaints` gives when it fails. */
export function startPinned(
  core: number,
  command: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): { child: ChildProcess; complaints(): string; stop(): Promise<void> } {
  const whole = hasProgram("taskset", "-V") ? ["taskset", "-c", String(core), ...command] : [...command];
  const child = spawn(whole[0] as string, whole.slice(1), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  // Who stops the benchmark stops its servers, too.
  const interrupted = (signal: NodeJS.Signals) => {
    child.kill("SIGKILL");
    process.kill(process.pid, signal);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
      resolve();
    });
    child.once("error", (error) => {
      output += error.message;
      resolve();
    });
  });
  return {
    child,
    complaints: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(late);
    },
  };
}

const ticksPerSecond = 100;

/** Seconds of processor time used so far, and memory, as Linux counts them; null elsewhere. */
export function usageOf(pid: number): { cpuSeconds: number; residentMegabytes: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    return { cpuSeconds, residentMegabytes: Number(resident) / 1024 };
  } catch {
    return null;
  }
}

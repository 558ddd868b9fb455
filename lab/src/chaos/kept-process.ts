/** A program that somebody keeps running: it is started again whenever it ends, as RouterOS does with a container. It can be killed, stopped and frozen. */
import type { ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { sleep, type World } from "@karibu/protocol/world";

export interface KeptProcess {
  readonly name: string;
  /** Resolves when it says that it is ready, in this life or the next. */
  ready(): Promise<void>;
  isUp(): boolean;
  /** Ends it by this signal, and keeps it down until `start`. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  start(): void;
  /** SIGSTOP, or SIGCONT. */
  freeze(isFrozen: boolean): void;
  /** How it ended by itself, with what it said last. */
  readonly crashes: readonly string[];
}

/** As RouterOS waits. */
const startAgainMs = 2000;
const saidMax = 3000;

export interface KeptProcessOptions {
  readonly name: string;
  readonly logFile: string;
  /** What it says when it is ready. */
  readonly saysReady: string;
  readonly spawn: () => ChildProcess;
  readonly onUp?: () => void;
  readonly onDown?: (how: "killed" | "stopped") => void;
}

export function keepProcess(world: Pick<World, "clock">, options: KeptProcessOptions): KeptProcess {
  const log = createWriteStream(options.logFile, { flags: "a" });
  const crashes: string[] = [];
  let child: ChildProcess | null = null;
  let gone: Promise<void> = Promise.resolve();
  let wanted = false;
  let isReady = false;
  let waiting: (() => void)[] = [];

  function start(): void {
    wanted = true;
    if (child !== null) return;
    const mine = options.spawn();
    child = mine;
    let said = "";
    const hear = (bytes: Buffer): void => {
      log.write(bytes);
      said = (said + bytes.toString()).slice(-saidMax);
      if (isReady || child !== mine || !said.includes(options.saysReady)) return;
      isReady = true;
      options.onUp?.();
      for (const each of waiting.splice(0)) each();
    };
    mine.stdout?.on("data", hear);
    mine.stderr?.on("data", hear);
    gone = new Promise((resolve) =>
      mine.once("close", (code, signal) => {
        log.write(`ended: ${signal ?? code}\n`);
        child = null;
        isReady = false;
        resolve();
        if (!wanted) return;
        options.onDown?.("killed");
        crashes.push(`${options.name} ended by itself with ${signal ?? code}: ${said.slice(-800)}`);
        void sleep(world.clock, startAgainMs).then(() => wanted && start());
      }),
    );
  }

  return {
    name: options.name,
    crashes,
    start,
    isUp: () => isReady,
    ready: () =>
      isReady
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting = [...waiting, resolve];
          }),
    async end(signal) {
      wanted = false;
      const wasReady = isReady;
      isReady = false;
      if (child === null) return;
      child.kill(signal);
      await gone;
      if (wasReady) options.onDown?.(signal === "SIGKILL" ? "killed" : "stopped");
    },
    freeze: (isFrozen) => void child?.kill(isFrozen ? "SIGSTOP" : "SIGCONT"),
  };
}

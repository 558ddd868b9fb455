/** Plays stories in a process of its own, `main.ts --part`. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Coverage } from "./sites/coverage.ts";

/** What such a process says, a JSON line each: of every story, and at its end. */
export type Said =
  | { readonly seed: number; readonly broken: readonly string[]; readonly hash: string }
  | { readonly coverage: Coverage; readonly played: number };

/** Of a site alone, of a site with a hub, and of two sites with one. */
export type StoryKind = "sites" | "hubs" | "roaming";
export const flagsOf: Readonly<Record<StoryKind, readonly string[]>> = {
  sites: [],
  hubs: ["--with-hub"],
  roaming: ["--roaming"],
};

/** Every `cores`-th seed from `first`, so many as `count`. */
export interface Part {
  readonly first: number;
  readonly count: number;
  readonly cores: number;
  readonly kind: StoryKind;
}

export interface PlayedBeside {
  /** False: it ended before its time. */
  readonly isWhole: Promise<boolean>;
  stop(): void;
}

export function playBeside({ first, count, cores, kind }: Part, hear: (said: Said) => void): PlayedBeside {
  if (count === 0) return { isWhole: Promise.resolve(true), stop() {} };
  const numbers = { "--from": first, "--seeds": count, "--cores": cores };
  const given = Object.entries(numbers).flatMap(([name, value]) => [name, String(value)]);
  const script = join(import.meta.dirname, "main.ts");
  const args = [script, "--part", ...given, ...flagsOf[kind]];
  const part = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: part.stdout }).on("line", (line) => hear(JSON.parse(line) as Said));
  return {
    isWhole: new Promise((resolve) => part.on("close", (code) => resolve(code === 0))),
    stop: () => void part.kill("SIGKILL"),
  };
}

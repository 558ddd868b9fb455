/** Memory of running processes, as Linux counts it. */
import { readFile } from "node:fs/promises";

export interface Memory {
  /** All pages that the process has in memory, shared ones too. */
  readonly residentBytes: number;
  /** Shared pages divided by those who share them: the sum over processes is what they cost together. */
  readonly proportionalBytes: number;
  /** What is not a page of a file: nothing can take it back. */
  readonly anonymousBytes: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const bytes = (name: string) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? Number.NaN);
  return { residentBytes: bytes("Rss"), proportionalBytes: bytes("Pss"), anonymousBytes: bytes("Anonymous") };
}

export async function childOf(pid: number): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ");
  if (children.length !== 1 || children[0] === "") throw new Error(`process ${pid} has not one child`);
  return Number(children[0]);
}

/** What lies in a spool's folder, for who only looks: it opens nothing, and makes no folder. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { segmentName } from "./spool.ts";

export interface SpoolFacts {
  readonly bytes: number;
  /** When the oldest segment was begun; null: none waits. */
  readonly oldestAtMs: number | null;
  /** Files with records that could not be handed on, and with lines that nobody can read. */
  readonly held: number;
  readonly damaged: number;
}

/** Null: there is no such folder. */
export async function examineSpool(path: string): Promise<SpoolFacts | null> {
  const names = await readdir(path).catch(() => null);
  if (names === null) return null;
  const segments = names.filter((name) => segmentName.test(name));
  // A running hub may remove one in between.
  const sizes = await Promise.all(
    segments.map((name) =>
      stat(join(path, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const waiting = segments.filter((name) => !name.startsWith("held-"));
  const begun = waiting.map((name) => Number(segmentName.exec(name)?.[2]));
  return {
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    oldestAtMs: begun.length === 0 ? null : Math.min(...begun),
    held: segments.length - waiting.length,
    damaged: names.filter((name) => name.startsWith("damaged-")).length,
  };
}

/** A disk of a few megabytes, in memory, that can be filled to its last byte. It is gone with the process that has its own mounts (`main.ts`). */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface SmallDisk {
  readonly folder: string;
  fill(): void;
  free(): void;
}

const blockBytes = 64 * 1024;

/** @param nameOfProgram whose data lies there, in a folder of its own */
export function mountSmallDisk(mountPoint: string, nameOfProgram: string, megabytes: number): SmallDisk {
  mkdirSync(mountPoint, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", mountPoint]);
  const ballast = join(mountPoint, "ballast");
  return {
    folder: join(mountPoint, nameOfProgram),
    fill() {
      const file = openSync(ballast, "a");
      try {
        // Smaller and smaller: a whole block may not fit where a byte does.
        for (let size = blockBytes; size >= 1; size = Math.floor(size / 2)) while (fits(file, size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
  };
}

function fits(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) === size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw error;
  }
}

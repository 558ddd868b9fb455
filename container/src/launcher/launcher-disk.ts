/**
 * What the launcher does to the data folder, one synchronous step at a time: it has nothing else to do meanwhile, and each
 * step is one place where the power may go. Names are relative, `/` between parts.
 */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

export interface LauncherDisk {
  /** Absolute path, to start a program from. */
  path(name: string): string;
  /** Names in a folder, sorted; none when there is no folder. */
  list(folder: string): string[];
  /** Null when there is no such file, when it is larger than allowed, or when the disk can't read it. */
  read(name: string, bytesMax?: number): Uint8Array | null;
  /** Old content or new content after a power cut, never a mixture. False when the disk refuses. */
  replace(name: string, content: Uint8Array): boolean;
  /** A file or a whole folder. */
  remove(name: string): void;
  /** Tries it with a write: the file system's free space may not be usable (quotas, reserves, read-only). */
  hasRoom(bytes: number): boolean;
}

/** The steps, apart, so that a test can cut the power between any two of them. */
export interface DiskSteps {
  makeFolder(path: string): void;
  /** Writes and syncs the data. */
  writeFile(path: string, content: Uint8Array): void;
  rename(from: string, to: string): void;
  syncFolder(path: string): void;
  remove(path: string): void;
}

/** The file that `hasRoom` writes and removes. */
export const roomName = "launcher/room.new";

export function createLauncherDisk(root: string, steps: DiskSteps = realSteps): LauncherDisk {
  const path = (name: string) => join(root, name);
  return {
    path,
    list(folder) {
      try {
        return readdirSync(path(folder)).sort();
      } catch {
        return [];
      }
    },
    read(name, bytesMax = 1024 * 1024) {
      try {
        return statSync(path(name)).size > bytesMax ? null : readFileSync(path(name));
      } catch {
        return null;
      }
    },
    replace(name, content) {
      const target = path(name);
      const fresh = `${target}.new`;
      try {
        steps.makeFolder(dirname(target));
        steps.writeFile(fresh, content);
        steps.rename(fresh, target);
        steps.syncFolder(dirname(target));
        return true;
      } catch (error) {
        if (!isDiskError(error)) throw error;
        tidy(fresh);
        return false;
      }
    },
    remove(name) {
      tidy(path(name));
    },
    hasRoom(bytes) {
      const trial = path(roomName);
      try {
        steps.makeFolder(dirname(trial));
        steps.writeFile(trial, new Uint8Array(bytes));
      } catch (error) {
        if (!isDiskError(error)) throw error;
        tidy(trial);
        return false;
      }
      tidy(trial);
      return true;
    },
  };

  function tidy(target: string): void {
    try {
      steps.remove(target);
    } catch (error) {
      if (!isDiskError(error)) throw error; // a disk that refuses to delete is no reason to stop selling
    }
  }
}

function isDiskError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).code === "string";
}

export const realSteps: DiskSteps = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
  writeFile(path, content) {
    const file = openSync(path, "w", 0o644);
    try {
      for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  rename: renameSync,
  syncFolder(path) {
    const folder = openSync(path, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  },
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};

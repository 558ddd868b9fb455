/** The folder of a spool on a real disk. When a promise resolves, the names in the folder are on disk too. */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** Names have no folders in them. The lab has a folder of this kind that fails like a disk. */
export interface SpoolFolder {
  /** Names that begin with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Null: there is no such file. */
  read(name: string): Promise<Uint8Array | null>;
  append(name: string): Promise<SpoolFile>;
  /** A crash leaves the old content or the new one. */
  replace(name: string, content: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface SpoolFile {
  write(chunk: Uint8Array): Promise<void>;
  /** The written bytes are on disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const unfinished = ".new";

/** Makes the folder. Errors are those of `node:fs`. */
export async function openSpoolFolder(root: string): Promise<SpoolFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(root, name);
  const syncNames = () => using(root, "r", (folder) => folder.sync());
  await syncNames();
  await using(join(root, ".."), "r", (folder) => folder.sync());
  return {
    async list(prefix) {
      const names = await readdir(root);
      return names.filter((name) => name.startsWith(prefix) && !name.endsWith(unfinished)).sort();
    },
    read: (name) =>
      readFile(path(name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw error;
      }),
    async append(name) {
      const file = await open(path(name), "ax", 0o600);
      try {
        await syncNames();
      } catch (error) {
        await file.close();
        throw error;
      }
      return {
        async write(chunk) {
          await file.appendFile(chunk);
        },
        sync: () => file.datasync(),
        close: () => file.close(),
      };
    },
    async replace(name, content) {
      const fresh = path(name) + unfinished;
      await using(fresh, "w", async (file) => {
        await file.writeFile(content);
        await file.datasync();
      });
      await rename(fresh, path(name));
      await syncNames();
    },
    async rename(from, to) {
      await rename(path(from), path(to));
      await syncNames();
    },
    async remove(name) {
      await rm(path(name), { force: true });
      await syncNames();
    },
  };
}

async function using(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

/**
 * The data folder on a real disk. A resolved promise means that the file's name is on flash too: after creating, renaming or
 * removing a file the folder is synced, because fdatasync of a file does not cover the folder that lists it.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, posix, relative, sep } from "node:path";
import { isBadMedium } from "./bad-medium.ts";
import { type AppendFile, type Folder, pageBytes, refusedByte } from "./folder.ts";

/**
 * `root` need not exist: the first write creates it. Errors are those of `node:fs`, with their `code`. `syncNow` syncs one folder; a
 * test may let it fail.
 */
export function createNodeFolder(root: string, syncNow: (path: string) => Promise<void> = syncFolderNow): Folder {
  const path = (name: string): string => join(root, ...checkedParts(name));
  /** Folders whose last sync failed: a name in them may be lost. The next write syncs them first, or fails like that one. */
  const unsynced = new Set<string>();

  async function syncFolder(folder: string): Promise<void> {
    unsynced.add(folder);
    await syncNow(folder);
    unsynced.delete(folder);
  }

  async function syncAgain(): Promise<void> {
    for (const folder of unsynced) await syncFolder(folder).catch(ignoreMissing);
  }

  /** Creates a folder and its parents, and syncs each into the one above. */
  async function makeFolder(folder: string): Promise<void> {
    if (unsynced.size > 0) await syncAgain();
    const firstMade = await mkdir(folder, { recursive: true, mode: folderPermissions });
    if (firstMade === undefined) return;
    const above: string[] = [];
    for (let made = folder; made.length >= firstMade.length; made = dirname(made)) above.push(dirname(made));
    for (const each of above) unsynced.add(each);
    for (const each of above) await syncFolder(each);
  }

  /** Appends through one file handle. The caller awaits each write before the next. */
  async function openForAppending(file: string): Promise<AppendFile> {
    await makeFolder(dirname(file));
    const flags = constants.O_WRONLY | constants.O_APPEND;
    let handle: FileHandle;
    try {
      handle = await open(file, flags);
    } catch (error) {
      if (!isMissing(error)) throw error;
      handle = await open(file, flags | constants.O_CREAT, filePermissions);
      try {
        await syncFolder(dirname(file));
      } catch (error) {
        await handle.close();
        throw error;
      }
    }
    return appendFileOf(handle, fileOf(await handle.stat()));
  }

  return {
    async list(prefix) {
      const names = await listBelow(root, prefix);
      return names.filter((name) => name.startsWith(prefix) && !name.endsWith(temporarySuffix)).sort();
    },
    async read(name) {
      return orNull(readFile(path(name)));
    },
    async readAround(name) {
      const file = await orNull(open(path(name), "r"));
      if (file === null) return null;
      try {
        return await readPages(file, (await file.stat()).size);
      } finally {
        await file.close();
      }
    },
    async append(name) {
      return openForAppending(path(name));
    },
    async replace(name, content) {
      const target = path(name);
      const temporary = target + temporarySuffix;
      await makeFolder(dirname(target));
      try {
        await writeSynced(temporary, content);
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {}); // on a full disk every block counts
        throw error;
      }
      await syncFolder(dirname(target));
    },
    async rename(from, to) {
      await makeFolder(dirname(path(to)));
      await rename(path(from), path(to));
      await syncFolder(dirname(path(to)));
      if (dirname(path(from)) !== dirname(path(to))) await syncFolder(dirname(path(from)));
    },
    async truncate(name, sizeBytes) {
      const file = await open(path(name), "r+");
      try {
        await file.truncate(sizeBytes);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    async stat(name) {
      const found = await orNull(stat(path(name)));
      return found === null ? null : { file: fileOf(found), sizeBytes: found.size, changedMs: found.mtimeMs };
    },
    async remove(name) {
      await rm(path(name), { force: true });
      await syncFolder(dirname(path(name))).catch(ignoreMissing);
    },
  };
}

const temporarySuffix = ".tmp";
/** The data folder holds keys and accounts: only the agent's user may read it. */
const filePermissions = 0o600;
const folderPermissions = 0o700;

async function writeSynced(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, "w", filePermissions);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** A file page by page, as `Folder.readAround` says. */
export async function readPages(file: Pick<FileHandle, "read">, sizeBytes: number): Promise<Uint8Array> {
  const content = new Uint8Array(sizeBytes).fill(refusedByte);
  let given = 0;
  let refusal: unknown = null;
  for (let at = 0; at < sizeBytes; at += pageBytes) {
    try {
      await file.read(content, at, Math.min(pageBytes, sizeBytes - at), at);
      given++;
    } catch (error) {
      if (!isBadMedium(error)) throw error;
      refusal = error;
    }
  }
  if (refusal !== null && given === 0) throw refusal;
  return content;
}

const fileOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }): string => `${dev}:${ino}`;

function appendFileOf(file: FileHandle, id: string): AppendFile {
  return {
    file: id,
    async write(chunk) {
      for (let offset = 0; offset < chunk.length; ) {
        offset += (await file.write(chunk, offset, chunk.length - offset)).bytesWritten;
      }
    },
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

async function syncFolderNow(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function listBelow(root: string, prefix: string): Promise<string[]> {
  const folder = join(root, ...checkedParts(posix.dirname(`${prefix}x`)));
  const entries = await orNull(readdir(folder, { recursive: true, withFileTypes: true }));
  return (entries ?? [])
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

/** Throws when a name leads out of the folder. */
function checkedParts(name: string): string[] {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..") || name.startsWith("/")) throw new RangeError(`file name leaves the data folder: ${name}`);
  return parts;
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    ignoreMissing(error);
    return null;
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "ENOENT";
}

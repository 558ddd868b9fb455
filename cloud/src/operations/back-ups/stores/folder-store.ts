/** Back-ups in a folder: best on another disk or a mounted share. A file has its name only when all of it is on the disk. */
import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type BackupStore, checkName, type StoredFile, storeAway } from "./backup-store.ts";

const unfinished = ".part";

export function createFolderStore(folder: string): BackupStore {
  const pathOf = (name: string) => {
    checkName(name);
    return join(folder, name);
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      // A share that is not mounted must not be taken for an empty folder: only what is below is made.
      await access(folder);
      return await work();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw storeAway(code === undefined ? message : `${code} in the folder`, error);
    }
  };
  const write = (name: string, from: Readable, onBytes?: (sent: number) => void) =>
    guarded(async () => {
      const path = pathOf(name);
      const part = path + unfinished;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        await pipeline(from, counted(onBytes), createWriteStream(part, { mode: 0o600, flush: true }));
        await rename(part, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await rm(part, { force: true }).catch(() => {});
        throw error;
      }
    });

  return {
    kind: "folder",
    place: folder,
    put: (name, file, onBytes) => write(name, createReadStream(file), onBytes),
    putBytes: (name, bytes) => write(name, Readable.from([Buffer.from(bytes)])),
    get: (name) =>
      guarded(async () => {
        const path = pathOf(name);
        const isThere = await stat(path).then(
          () => true,
          (error: NodeJS.ErrnoException) => {
            if (error.code === "ENOENT") return false;
            throw error;
          },
        );
        return isThere ? createReadStream(path) : null;
      }),
    list: (prefix) =>
      guarded(async () => {
        const files: StoredFile[] = [];
        for (const name of await namesIn(folder)) {
          if (name.endsWith(unfinished) || !name.startsWith(prefix)) continue;
          files.push({ name, bytes: (await stat(join(folder, name))).size });
        }
        return files;
      }),
    remove: (name) => guarded(() => rm(pathOf(name), { force: true })),
    clearUnfinished: (prefix) =>
      guarded(async () => {
        for (const name of await namesIn(folder))
          if (name.endsWith(unfinished) && name.startsWith(prefix)) await rm(join(folder, name), { force: true });
      }),
  };
}

/** Files, also in folders of it, with `/` between; sorted. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length)
        .replace(/^[/\\]+/, "")
        .replaceAll("\\", "/"),
    )
    .sort();
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

function counted(onBytes: ((sent: number) => void) | undefined): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onBytes?.(sent);
      done(null, chunk);
    },
  });
}

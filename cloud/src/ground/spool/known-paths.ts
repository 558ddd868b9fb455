/**
 * Which secrets in the paths of callbacks are somebody's: hashes beside the spool, in step with the database, for when there is none. Each
 * process writes a file of its own and reads those of all, because it has none when it starts.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import type { SpoolFolder } from "./spool-folder.ts";

export interface KnownPath {
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** What may come there; one secret may have several uses. */
  readonly use: string;
  /** Of what kind the owner is, as its answers differ. */
  readonly kind: string;
  /** Whose it is, as a hash: all secrets of one owner share a quarter of the room. */
  readonly owner: string;
}

/** What stands in the file instead of the owner's id. */
export const ownerHash = (ownerId: string): string => sha256Hex(`owner\n${ownerId}`).slice(0, 16);

export interface KnownPaths {
  find(hash: string, use: string): KnownPath | null;
  /** Resolves when they are on disk: before anybody is told of a path. */
  announce(paths: readonly KnownPath[]): Promise<void>;
  /** All that there are, as the database says. What was announced within the hour stays: its transaction may not have ended. */
  replaceAll(paths: readonly KnownPath[]): Promise<void>;
}

const prefix = "paths-";
const filesMax = 8;
const announcedStaysMs = 3_600_000;
const keyOf = ({ hash, use }: Pick<KnownPath, "hash" | "use">) => `${use} ${hash}`;

/** Of a hub without a spool. */
export function knownInMemory(): KnownPaths {
  let known = new Map<string, KnownPath>();
  return {
    find: (hash, use) => known.get(keyOf({ hash, use })) ?? null,
    async announce(paths) {
      for (const path of paths) known.set(keyOf(path), path);
    },
    async replaceAll(paths) {
      known = new Map(paths.map((path) => [keyOf(path), path]));
    },
  };
}

export async function openKnownPaths(world: World, folder: SpoolFolder): Promise<KnownPaths> {
  const run = Buffer.from(world.random.bytes(4)).toString("hex");
  const own = `${prefix}${String(world.clock.wall().atMs).padStart(13, "0")}-${run}`;
  let known = new Map<string, KnownPath>();
  const announced = new Map<string, { readonly path: KnownPath; readonly atMs: number }>();
  let written = "";
  let turn: Promise<void> = Promise.resolve();

  for (const name of await folder.list(prefix)) {
    const paths = readFile(await folder.read(name).catch(() => null));
    if (paths === null) world.log.error("callback-paths-damaged", { name });
    for (const path of paths ?? []) known.set(keyOf(path), path);
  }

  /** One after the other, each with what is known at its turn. */
  function write(): Promise<void> {
    const result = turn.then(async () => {
      const text = JSON.stringify([...known.values()].map(({ hash, use, kind, owner }) => [hash, use, kind, owner]));
      if (text === written) return;
      await folder.replace(own, Buffer.from(`${sha256Hex(text)}\n${text}\n`));
      written = text;
      // Those of processes that ended. A process that still runs and lost its file writes it again at its next change.
      const others = (await folder.list(prefix)).filter((name) => name !== own);
      for (const name of others.slice(0, Math.max(0, others.length - filesMax))) await folder.remove(name);
    });
    turn = result.catch(() => {});
    return result;
  }

  return {
    find: (hash, use) => known.get(keyOf({ hash, use })) ?? null,
    async announce(paths) {
      const atMs = world.clock.monotonicMs();
      for (const path of paths) {
        announced.set(keyOf(path), { path, atMs });
        known.set(keyOf(path), path);
      }
      await write();
    },
    async replaceAll(paths) {
      const sinceMs = world.clock.monotonicMs() - announcedStaysMs;
      for (const [key, { atMs }] of announced) if (atMs < sinceMs) announced.delete(key);
      known = new Map(
        [...paths, ...[...announced.values()].map(({ path }) => path)].map((path) => [keyOf(path), path]),
      );
      await write();
    },
  };
}

/** Null: it is not as it was written. */
function readFile(content: Uint8Array | null): KnownPath[] | null {
  const [hash, text = ""] = Buffer.from(content ?? [])
    .toString("utf8")
    .split("\n");
  if (hash !== sha256Hex(text)) return null;
  return (JSON.parse(text) as [string, string, string, string][]).map(([secret, use, kind, owner]) => ({
    hash: secret,
    use,
    kind,
    owner,
  }));
}

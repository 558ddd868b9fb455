/** A back-up as a restore needs it: a plain file, a sealed one, or one of the hub's store, fetched onto the disk first. */
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createEnvelope, type Envelope } from "@karibu/cloud/ground/secrets/envelope";
import { loadMasterKeyFile, masterKeyFile } from "@karibu/cloud/ground/secrets/master-key-file";
import { isSealed, openFileKey, sealedHeadBytesMax, unsealed } from "@karibu/cloud/operations/back-ups/seal-backup";
import { readBackupName } from "@karibu/cloud/operations/back-ups/stored-names";
import type { BackupStore } from "@karibu/cloud/operations/back-ups/stores/backup-store";
import type { HubSettings } from "@karibu/cloud/settings";
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";

/** Opens a file from its beginning, each time. `storedAs`: what a store calls it, if one gave it. Throws Faults "restore/damaged", "secrets/unknown-master-key", "secrets/master-key-file". */
export async function openerOf(
  file: string,
  envelope: () => Envelope,
  storedAs: string | null = null,
): Promise<() => Readable> {
  const head = await readHead(file);
  if (!isSealed(head)) return () => createReadStream(file);
  const fileKey = openFileKey(head, envelope(), storedAs);
  return () => Readable.from(unsealed(fileKey, createReadStream(file)));
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(sealedHeadBytesMax);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The hub's master key, from its setting or its key file. None is made: a new one opens nothing. */
export function envelopeOf(world: World, { masterKeys, dataDir }: HubSettings): Envelope {
  if (masterKeys.length > 0) return createEnvelope(world.random, masterKeys);
  if (existsSync(masterKeyFile(dataDir)))
    return createEnvelope(world.random, [loadMasterKeyFile(world.random, dataDir)]);
  throw new Fault("secrets/master-key-file", "the back-up is sealed, and there is no master key here", {
    retry: "never",
    hint: `Set KARIBU_MASTER_KEY to the hub's, or put its master.key into ${dataDir}.`,
  });
}

/**
 * A store may give an old back-up under a new name: files of earlier releases are not sealed for theirs. Throws the Fault "restore/damaged".
 * @param atMs when the content says that it was written
 */
export function refuseOtherTime(storedAs: string, atMs: number): void {
  const named = readBackupName(storedAs)?.atMs;
  if (named === undefined || Math.floor(atMs / 1000) * 1000 === named) return;
  throw new Fault("restore/damaged", `${storedAs} holds a back-up of ${new Date(atMs).toISOString()}`, {
    retry: "never",
  });
}

/** How old, for people. */
export function ageOf(atMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.round((nowMs - atMs) / 60_000));
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}

/** Which file of the store is meant: its name, or the newest one of the one hub that has files there. */
export async function chooseStored(store: BackupStore, asked: string): Promise<string> {
  const files = (await store.list("karibu-")).flatMap(({ name }) => {
    const read = readBackupName(name);
    return read === null ? [] : [{ name, ...read }];
  });
  if (asked !== "newest") {
    if (files.some(({ name }) => name === asked)) return asked;
    throw fault(
      `there is no ${asked} in ${store.place}`,
      files
        .map(({ name }) => name)
        .slice(-5)
        .join(", "),
    );
  }
  const newest = files.toSorted((one, other) => other.atMs - one.atMs)[0];
  if (newest === undefined) throw fault(`there is no back-up in ${store.place}`, "");
  if (new Set(files.map(({ hubTag }) => hubTag)).size > 1)
    throw fault(
      `several hubs have back-ups in ${store.place}`,
      files
        .map(({ name }) => name)
        .slice(-5)
        .join(", "),
    );
  return newest.name;
}

/** Fetches it into a folder of its own below `dataDir`, and removes that at the end: a file of a store is read several times. */
export async function withFetched<T>(
  store: BackupStore,
  name: string,
  dataDir: string,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(dataDir, "fetched-"));
  try {
    const file = join(folder, "fetched.sealed");
    const stream = await store.get(name);
    if (stream === null) throw fault(`there is no ${name} in ${store.place}`, "");
    await pipeline(stream, createWriteStream(file, { mode: 0o600 }));
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function fault(message: string, names: string): Fault {
  return new Fault("restore/unreadable", message, {
    retry: "never",
    ...(names === "" ? {} : { hint: `Name one of them: ${names}` }),
  });
}

/**
 * The proof of a back-up: restored into a throw-away database on disk, opened again from there, and compared. The database lies in the
 * clear in that folder for as long as it takes; it is the caller's to put it where nobody else reads, and it is removed at the end.
 */
import { mkdir, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import { readCatalogBy } from "../../ground/db/catalog.ts";
import type { RunScript } from "../../ground/db/engine.ts";
import { openEngine } from "../../ground/db/open-database.ts";
import { type BackupEnd, readBalances } from "./backup.ts";
import { type ProvedBackup, proveBackup } from "./read-backup.ts";
import { restoreBackup } from "./restore.ts";

/**
 * Reads the file from its beginning several times. Throws the Faults of `proveBackup` and `restoreBackup`, and "restore/differs" where the
 * disk kept something else, or an entry of the ledger does not sum to zero.
 */
export async function proveByRestoring(world: World, open: () => Readable, folder: string): Promise<BackupEnd> {
  return restoreAndCompare(world, await proveBackup(open), folder);
}

export async function restoreAndCompare(world: World, proved: ProvedBackup, folder: string): Promise<BackupEnd> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const place = { databaseUrl: null, dataDir: folder };
    const engine = await openEngine(world, place);
    let end: BackupEnd;
    let restored: string;
    try {
      end = await restoreBackup(world, engine, proved);
      restored = await engine.alone("read", readFigures);
    } finally {
      await engine.close();
    }
    const again = await openEngine(world, place);
    try {
      const kept = await again.alone("read", readFigures);
      if (kept !== restored) throw differs("what was restored is not what the disk kept");
      await again.alone("read", refuseUnbalanced);
    } finally {
      await again.close();
    }
    return end;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows of each table, and the ledger: as one text, to compare. */
async function readFigures(run: RunScript): Promise<string> {
  const counts: unknown[] = [];
  for (const { name } of await readCatalogBy(run))
    counts.push([name, (await run(`select count(*) as count from "${name}"`))[0]?.count]);
  return JSON.stringify([counts, await readBalances(run)]);
}

/** A back-up of books that were wrong already is as it was written, and still no good. */
async function refuseUnbalanced(run: RunScript): Promise<void> {
  const [entry] = await run(`
    select provider_id, entry_id from ledger_postings
    group by provider_id, entry_id, currency having sum(amount_cents) <> 0 limit 1`);
  if (entry !== undefined) throw differs(`the ledger's entry ${entry.entry_id} does not sum to zero`);
}

function differs(message: string): Fault {
  return new Fault("restore/differs", message, { retry: "never" });
}

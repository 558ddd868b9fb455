/** Records that a back-up was made: health and the doctor show the age of the last one. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import { type BackupEnd, rowCountOf } from "./backup.ts";

export async function noteBackup(
  world: World,
  database: Database,
  taken: { readonly atMs: number; readonly end: BackupEnd; readonly takenBy: "hub" | "command-line" },
): Promise<void> {
  const { atMs, end, takenBy } = taken;
  const rows = rowCountOf(end);
  const row = { backupId: newId(world), atMs, rowCount: rows, takenBy };
  await database.asPlatform("note-backup", (tx) => tx.insertInto("backups_taken").values(row).execute());
}

/** A new path is on disk beside the spool of callbacks before its transaction ends, so before anybody can be told of it. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { type KnownPath, ownerHash } from "../../ground/spool/known-paths.ts";

/** The other hub processes hear of it when the transaction commits. */
export const pathsChannel = "karibu_callback_paths";

/** Writes them to disk; left out: this hub has no spool. */
export type AnnouncePaths = (paths: readonly KnownPath[]) => Promise<void>;

export async function announcePaths(
  tx: Tx,
  announce: AnnouncePaths | undefined,
  providerId: string,
  paths: readonly Omit<KnownPath, "owner">[],
): Promise<void> {
  const owner = ownerHash(providerId);
  await announce?.(paths.map((path) => ({ ...path, owner })));
  await sql`select pg_notify(${pathsChannel}, '')`.execute(tx);
}

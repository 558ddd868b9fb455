/** PostgreSQL as on an operator's server: acknowledged data is on disk. It counts its statements where the server's extensions are installed. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";

const synced = ["fsync=on", "track_commit_timestamp=on", "shared_buffers=256MB", "max_wal_size=4GB"];
const counting = ["shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track_planning=off"];

export function startSyncedServer(): Promise<string> {
  const counter = join(findPrograms() ?? "", "../lib/pg_stat_statements.so");
  return startServer([...synced, ...(existsSync(counter) ? counting : [])]);
}

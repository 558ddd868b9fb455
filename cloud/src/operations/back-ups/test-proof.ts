import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { BackupEnd } from "./backup.ts";
import type { ProofJob } from "./proof-thread.ts";
import { proveBackup } from "./read-backup.ts";
import { unsealed } from "./seal-backup.ts";

/** Reads all of the file without a database. The proof itself takes the embedded engine many seconds: `proof-thread.long.test.ts`. */
export async function readThrough({ file, fileKey }: ProofJob): Promise<BackupEnd> {
  const proved = await proveBackup(() => Readable.from(unsealed(fileKey, createReadStream(file))));
  for await (const line of proved.lines()) if (line.kind === "end") return line.end;
  throw new Error("lines of a back-up end with its end");
}

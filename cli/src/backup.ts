/** `karibu backup`: the whole hub in one file, from the database or from a running hub. */
import { createReadStream, createWriteStream } from "node:fs";
import { access, constants, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { type BackupEnd, rowCountOf, writeBackup } from "@karibu/cloud/operations/back-ups/backup";
import { noteBackup } from "@karibu/cloud/operations/back-ups/note-backup";
import { restoreAndCompare } from "@karibu/cloud/operations/back-ups/prove-by-restoring";
import { proveBackup } from "@karibu/cloud/operations/back-ups/read-backup";
import { silentWorld } from "@karibu/cloud/real-world";
import { openHubApi, sayRefusal } from "./hub-api.ts";
import { type HubDatabase, sayFaults, withHubDatabase } from "./hub-database.ts";
import type { Output, Subcommand } from "./subcommand.ts";

export const backup: Subcommand = {
  usage: "backup --out FILE [--hub URL] [--verify]",
  summary:
    "Writes the hub's database to FILE: by the hub's settings (DATABASE_URL or KARIBU_DATA), or with --hub from a running one. The file is read again and proved whole; --verify restores it into a temporary folder beside FILE, reads it from there again and compares. The live database is only read. What fails is kept as FILE.unproved.",
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    const { out, hub } = asked;
    const part = `${out}.part`; // a file of the right name is a whole one
    let note = async () => 0;
    const code = await sayFaults(output, async () => {
      await access(dirname(resolve(out)), constants.W_OK); // before anything is read
      if (hub !== null) return fromHub(hub, part, output);
      return withHubDatabase(
        output,
        async (opened) => {
          const taken = await fromDatabase(opened, part, output);
          note = () => noteTaken(taken, output);
          return 0;
        },
        "read-only",
      );
    });
    if (code !== 0) {
      await rm(part, { force: true });
      return code;
    }
    if ((await sayFaults(output, () => prove(part, asked.verify, output))) !== 0) {
      const kept = `${out}.unproved`;
      await rename(part, kept);
      output.complain(`it failed its proof and is kept as ${kept}; ${out} is not written, so take another back-up`);
      return 1;
    }
    await rename(part, out);
    output.print(`written: ${out}`);
    output.print("keep the master key with it (KARIBU_MASTER_KEY, or master.key of the data folder), in another place");
    return note();
  },
};

interface Taken {
  readonly atMs: number;
  readonly end: BackupEnd;
}

async function fromDatabase({ world, database }: HubDatabase, file: string, output: Output): Promise<Taken> {
  const atMs = world.clock.wall().atMs;
  const end = await writeBackup(database, atMs, createWriteStream(file, fileOptions));
  const rows = rowCountOf(end);
  output.print(`${rows} rows of ${Object.keys(end.rows).length} tables`);
  return { atMs, end };
}

async function fromHub(hub: string, file: string, output: Output): Promise<number> {
  const call = await openHubApi(hub, output);
  if (call === null) return 1;
  const answer = await call("GET", "/api/v1/platform/backup");
  if (!answer.ok) return sayRefusal(answer, output);
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(file, fileOptions));
  return 0;
}

/** For its owner's eyes; on the disk before it gets its name. */
const fileOptions = { mode: 0o600, flush: true };

async function prove(file: string, byRestoring: boolean, output: Output): Promise<number> {
  const proved = await proveBackup(() => createReadStream(file));
  if (!byRestoring) return 0;
  // Beside the file: a place with room for it, and a disk, as a real restore has; a temporary folder may be memory.
  await restoreAndCompare(silentWorld(), proved, await mkdtemp(`${file}.proof-`));
  output.print("verified: restored on disk, rows and ledger are equal");
  return 0;
}

/** Only verified files count for the age of the last back-up. A running hub records its back-ups. */
function noteTaken({ atMs, end }: Taken, output: Output): Promise<number> {
  const noteIt = async ({ world, database }: HubDatabase) => {
    await noteBackup(world, database, { atMs, end, takenBy: "command-line" });
    return 0;
  };
  return withHubDatabase(output, noteIt, "as-is");
}

function readWords(words: readonly string[], output: Output) {
  try {
    const options = { out: { type: "string" }, hub: { type: "string" }, verify: { type: "boolean" } } as const;
    const { out, hub = null, verify: wantsProof = false } = parseArgs({ args: [...words], options }).values;
    if (out && (hub === null || URL.canParse(hub))) return { out, hub, verify: wantsProof };
    output.complain(out ? `--hub: not an address: ${hub}` : "--out FILE is missing");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${backup.usage}`);
  return null;
}

/** `karibu backup`: the whole hub in one file, from the database or from a running hub. */
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { noteBackup } from "@karibu/cloud/backups/note-backup";
import { writeBackup } from "@karibu/cloud/db/backup";
import { openEngine } from "@karibu/cloud/db/open-database";
import { restoreBackup } from "@karibu/cloud/db/restore";
import { silentWorld } from "@karibu/cloud/real-world";
import { openHubApi, sayRefusal } from "./hub-api.ts";
import { sayFaults, withHubDatabase } from "./hub-database.ts";
import type { Output, Subcommand } from "./subcommand.ts";

export const backup: Subcommand = {
  usage: "backup --out FILE [--hub URL] [--verify]",
  summary:
    "Writes the hub's database to FILE: by the hub's settings (DATABASE_URL or KARIBU_DATA), or with --hub from a running one. --verify restores it into memory and compares.",
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    const part = `${asked.out}.part`; // a file of the right name is a whole one
    const code = await sayFaults(output, () =>
      asked.hub === null ? fromDatabase(part, output) : fromHub(asked.hub, part, output),
    );
    if (code === 0 && asked.verify && !(await verify(part, output))) {
      await rm(part, { force: true });
      return 1;
    }
    if (code !== 0) {
      await rm(part, { force: true });
      return code;
    }
    await rename(part, asked.out);
    output.print(`written: ${asked.out}`);
    output.print("keep the master key with it (KARIBU_MASTER_KEY, or master.key of the data folder), in another place");
    return 0;
  },
};

function fromDatabase(file: string, output: Output): Promise<number> {
  return withHubDatabase(output, async ({ world, database }) => {
    const atMs = world.clock.wall().atMs;
    const end = await writeBackup(database, atMs, createWriteStream(file, { mode: 0o600 }));
    await noteBackup(world, database, { atMs, end, takenBy: "command-line" });
    const rows = Object.values(end.rows).reduce((sum, count) => sum + count, 0);
    output.print(`${rows} rows of ${Object.keys(end.rows).length} tables`);
    return 0;
  });
}

async function fromHub(hub: string, file: string, output: Output): Promise<number> {
  const call = await openHubApi(hub, output);
  if (call === null) return 1;
  const answer = await call("GET", "/api/v1/platform/backup");
  if (!answer.ok) return sayRefusal(answer, output);
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(file, { mode: 0o600 }));
  return 0;
}

async function verify(file: string, output: Output): Promise<boolean> {
  const world = silentWorld();
  const code = await sayFaults(output, async () => {
    const engine = await openEngine(world, { databaseUrl: null, dataDir: null });
    try {
      await restoreBackup(world, engine, createReadStream(file));
      output.print("verified: restored into memory, rows and ledger are equal");
      return 0;
    } finally {
      await engine.close();
    }
  });
  return code === 0;
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

/** `karibu restore`: restores a back-up into an empty database or data folder; or notifies the sites after a restore with PostgreSQL's tools. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { renewGeneration } from "@karibu/cloud/fleet/enrolment/hub-identity";
import { openEngine } from "@karibu/cloud/ground/db/open-database";
import { proveBackup } from "@karibu/cloud/operations/back-ups/read-backup";
import { restoreBackup } from "@karibu/cloud/operations/back-ups/restore";
import { noteRestored } from "@karibu/cloud/operations/restored/note-restore";
import { silentWorld } from "@karibu/cloud/real-world";
import { Fault } from "@karibu/protocol/fault";
import { type HubDatabase, hubSettings, sayFaults, withHubDatabase } from "./hub-database.ts";
import type { Output, Subcommand } from "./subcommand.ts";

export const restore: Subcommand = {
  usage: "restore --in FILE | restore --done-by-server",
  summary:
    "Puts a back-up into the empty database of the hub's settings, compares rows and ledger; sites then resume by themselves. --done-by-server: the database was put back by its own tools (pg_restore); makes the sites notice.",
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    if (asked.file === null) return withHubDatabase(output, (hub) => tellSites(hub, output));
    const { file } = asked;
    const settings = hubSettings(output);
    if (settings === null) return 2;
    const world = silentWorld();
    return sayFaults(output, async () => {
      await refusePipe(file);
      const backup = await sayKept(
        file,
        proveBackup(() => createReadStream(file)),
      );
      const engine = await openEngine(world, settings);
      try {
        const end = await sayKept(file, restoreBackup(world, engine, backup));
        const rows = Object.values(end.rows).reduce((sum, count) => sum + count, 0);
        output.print(`restored: ${rows} rows, ${end.ledger.length} ledger balances equal`);
        if (settings.masterKeys.length === 0)
          output.print(`now put the back-up's master.key into ${settings.dataDir}, or set KARIBU_MASTER_KEY`);
        return 0;
      } finally {
        await engine.close();
      }
    });
  },
};

/** The file is read twice, so a pipe would be empty after the check. */
async function refusePipe(file: string): Promise<void> {
  if (!(await stat(file)).isFile())
    throw new Fault("restore/unreadable", `${file} is no plain file: write the back-up into one first`, {
      retry: "never",
    });
}

/** What a refusal of the back-up leaves behind, in the same sentence. */
async function sayKept<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Fault) || !error.code.startsWith("restore/")) throw error;
    const kept = `nothing was restored, and ${file} is left as it is`;
    throw new Fault(error.code, `${error.message}; ${kept}`, error.advice, error);
  }
}

/** A new generation: each site takes a snapshot and sends again what this database lacks. */
async function tellSites({ world, database }: HubDatabase, output: Output): Promise<number> {
  await renewGeneration(world, database);
  await noteRestored(world, database);
  output.print("done: each site takes a snapshot when it connects next, and sends again what this database lacks");
  return 0;
}

/** `file` null: the server's own tools did it. */
function readWords(words: readonly string[], output: Output): { file: string | null } | null {
  try {
    const options = { in: { type: "string" }, "done-by-server": { type: "boolean" } } as const;
    const { values } = parseArgs({ args: [...words], options });
    if (values.in && !values["done-by-server"]) return { file: values.in };
    if (!values.in && values["done-by-server"]) return { file: null };
    output.complain(values.in ? "these words do not go together" : "--in FILE is missing");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${restore.usage}`);
  return null;
}

/** `karibu restore`: restores a back-up into an empty database or data folder; or notifies the sites after a restore with PostgreSQL's tools. */
import { mkdir, stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { openForRestore } from "@karibu/cloud/ground/db/open-database";
import { readUnfinished } from "@karibu/cloud/ground/db/unfinished-restore";
import { rowCountOf } from "@karibu/cloud/operations/back-ups/backup";
import { openBackupStore } from "@karibu/cloud/operations/back-ups/backup-settings";
import { proveBackup } from "@karibu/cloud/operations/back-ups/read-backup";
import {
  type FoundRevocations,
  findRevocations,
  type ReadRevocations,
  readNothing,
  revocationsIn,
} from "@karibu/cloud/operations/back-ups/repeat-revocations";
import { followRestore, refuseRunning, restoreBackup } from "@karibu/cloud/operations/back-ups/restore";
import { silentWorld } from "@karibu/cloud/real-world";
import { Fault } from "@karibu/protocol/fault";
import { type HubDatabase, hubSettings, sayFaults, withHubDatabase } from "./hub-database.ts";
import { ageOf, chooseStored, envelopeOf, openerOf, refuseOtherTime, withFetched } from "./sealed-backup.ts";
import type { Output, Subcommand } from "./subcommand.ts";

export const restore: Subcommand = {
  usage:
    "restore --in FILE | restore --from-store NAME|newest | restore --done-by-server [--forced]   [--without-revocations]",
  summary:
    "Puts a back-up into the empty database of the hub's settings, compares rows and ledger; sites then resume by themselves. FILE may be sealed; --from-store takes one of the hub's own back-ups from its store. What was revoked since is read from the store (KARIBU_BACKUP_…) and revoked again; --without-revocations restores without that. --done-by-server: the database was put back by its own tools (pg_restore); makes the sites notice, and ends log-ins, invitations and support access of before; it refuses while a hub runs on that database, unless --forced.",
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    const settings = hubSettings(output);
    if (settings === null) return 2;
    const world = silentWorld();
    const store = settings.backups === null ? null : openBackupStore(settings.backups.store);
    const envelope = () => envelopeOf(world, settings);
    // Opened when it is needed: a command that fails before says why it fails.
    const revoked: ReadRevocations | null = asked.isWithoutRevocations
      ? null
      : store === null
        ? refuseUnread
        : (...given) => revocationsIn(store, envelope())(...given);
    const restoreFile = async (file: string, kept: string, storedAs: string | null) => {
      await refusePipe(file);
      const opener = await sayKept(kept, openerOf(file, envelope, storedAs));
      const backup = await sayKept(kept, proveBackup(opener));
      const { atMs } = backup.head;
      if (storedAs !== null) refuseOtherTime(storedAs, atMs);
      output.print(`the back-up is of ${new Date(atMs).toISOString()}: ${ageOf(atMs, world.clock.wall().atMs)} old`);
      const engine = await openForRestore(world, settings);
      try {
        let found: FoundRevocations | null = null;
        const noted: ReadRevocations | undefined =
          revoked === null
            ? undefined
            : async (...given) => {
                const read = await revoked(...given);
                if (store !== null) found = read;
                return read;
              };
        const end = await sayKept(kept, restoreBackup(world, engine, backup, noted), async () => {
          const mark = await engine.hold(readUnfinished);
          return mark?.hasRows === true;
        });
        const rows = rowCountOf(end);
        output.print(`restored: ${rows} rows, ${end.ledger.length} ledger balances equal`);
        sayRevoked(found, output);
        if (settings.masterKeys.length === 0)
          output.print(`now put the back-up's master.key into ${settings.dataDir}, or set KARIBU_MASTER_KEY`);
        return 0;
      } finally {
        await engine.close();
      }
    };
    if (asked.kind === "done-by-server")
      return withHubDatabase(output, async (hub) => {
        if (!asked.isForced) await hub.database.alone("read", (run) => refuseRunning(world, run, mayForce));
        return tellSites(hub, revoked, output);
      });
    return sayFaults(output, async () => {
      if (asked.kind === "file") return restoreFile(asked.file, asked.file, null);
      if (store === null) throw noStore();
      await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
      const name = await chooseStored(store, asked.name);
      output.print(`fetched: ${name}`);
      return withFetched(store, name, settings.dataDir, (file) => restoreFile(file, name, name));
    });
  },
};

const mayForce = "Stop it and wait a minute. If it is stopped, and the rows came with the restore, say --forced.";

/** Nobody knows what was revoked, where a hub wrote it into a store that is not named here. */
const refuseUnread: ReadRevocations = async (_, afterPiece) => {
  if (afterPiece === 0) return { revocations: [], lastPiece: 0, missing: 0 };
  throw new Fault("restore/no-store", "this hub wrote what was revoked into a back-up store, and none is set here", {
    retry: "never",
    hint: "Set KARIBU_BACKUP_FOLDER or KARIBU_BACKUP_BUCKET, as the hub has it; --without-revocations restores without that.",
  });
};

/** Who restores must know whether somebody who was shut out is let in again. */
function sayRevoked(found: FoundRevocations | null, output: Output): void {
  if (found === null) {
    output.print(
      "what was revoked since the back-up is not known: look at users, API tokens and sites before you start the hub",
    );
    return;
  }
  output.print(`revoked again: ${found.revocations.length} changes since the back-up`);
}

function noStore(): Fault {
  return new Fault("back-up/no-store", "no back-up store is set", {
    retry: "never",
    hint: "Set KARIBU_BACKUP_FOLDER or KARIBU_BACKUP_BUCKET, as the hub has it.",
  });
}

/** The file is read twice, so a pipe would be empty after the check. */
async function refusePipe(file: string): Promise<void> {
  if (!(await stat(file)).isFile())
    throw new Fault("restore/unreadable", `${file} is no plain file: write the back-up into one first`, {
      retry: "never",
    });
}

/** What a refusal of the back-up leaves behind, in the same sentence. `hasRows`: they came, and what follows them did not. */
async function sayKept<T>(file: string, work: Promise<T>, hasRows?: () => Promise<boolean>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Fault) || !error.code.startsWith("restore/") || error.code === "restore/unfinished")
      throw error;
    const kept =
      (await hasRows?.()) === true
        ? "the rows are there, but the restore has not ended, and no hub may start on them: mend that and run it again"
        : `nothing was restored, and ${file} is left as it is`;
    throw new Fault(error.code, `${error.message}; ${kept}`, error.advice, error);
  }
}

/** In one transaction. A new generation: each site takes a snapshot and sends again what this database lacks. Nobody's log-in of before counts. */
async function tellSites(
  { world, database }: HubDatabase,
  revoked: ReadRevocations | null,
  output: Output,
): Promise<number> {
  const found = await database.alone("write", async (run) => {
    const since = await findRevocations(run, revoked ?? readNothing);
    await followRestore(world, run, { backUpAtMs: null, since });
    return revoked === null ? null : since;
  });
  output.print("done: each site takes a snapshot when it connects next, and sends again what this database lacks");
  sayRevoked(revoked === refuseUnread ? null : found, output);
  return 0;
}

type Asked = { readonly isWithoutRevocations: boolean } & (
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "stored"; readonly name: string }
  | { readonly kind: "done-by-server"; readonly isForced: boolean }
);

function readWords(words: readonly string[], output: Output): Asked | null {
  try {
    const options = {
      in: { type: "string" },
      "from-store": { type: "string" },
      "done-by-server": { type: "boolean" },
      "without-revocations": { type: "boolean" },
      forced: { type: "boolean" },
    } as const;
    const { values } = parseArgs({ args: [...words], options });
    const { in: file, "from-store": name, "done-by-server": isDone = false } = values;
    const isWithoutRevocations = values["without-revocations"] ?? false;
    const ways = [file, name].filter((way) => way !== undefined).length + (isDone ? 1 : 0);
    if (ways === 1 && file) return { kind: "file", file, isWithoutRevocations };
    if (ways === 1 && name) return { kind: "stored", name, isWithoutRevocations };
    if (ways === 1 && isDone) return { kind: "done-by-server", isForced: values.forced ?? false, isWithoutRevocations };
    output.complain(ways > 1 ? "these words do not go together" : "--in FILE is missing");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${restore.usage}`);
  return null;
}

/** The hub's database, opened by the hub's own settings: for commands that work beside it or while it is stopped. */
import { existsSync } from "node:fs";
import { type OpenDatabase, type OpenMode, openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEnvelope, type Envelope, masterKeyBytes } from "@karibu/cloud/ground/secrets/envelope";
import { loadMasterKeyFile, masterKeyFile } from "@karibu/cloud/ground/secrets/master-key-file";
import { silentWorld } from "@karibu/cloud/real-world";
import { type HubSettings, readSettings } from "@karibu/cloud/settings";
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import { absentFile } from "./absent-file.ts";
import type { Output } from "./subcommand.ts";

/** Null: they are wrong, and the error was printed. */
export function hubSettings(output: Output): HubSettings | null {
  const read = readSettings(process.env);
  if ("settings" in read) return read.settings;
  for (const complaint of read.complaints) output.complain(complaint);
  return null;
}

export interface HubDatabase {
  readonly world: World;
  readonly settings: HubSettings;
  readonly database: OpenDatabase;
  readonly envelope: Envelope;
}

/** Returns the command's exit code; Faults are printed with their hint. */
export async function withHubDatabase(
  output: Output,
  work: (hub: HubDatabase) => Promise<number>,
  mode: OpenMode = "migrate",
): Promise<number> {
  const settings = hubSettings(output);
  if (settings === null) return 2;
  const world = silentWorld();
  return sayFaults(output, async () => {
    const database = await openDatabase(world, settings, mode);
    try {
      const keys = settings.masterKeys.length > 0 ? settings.masterKeys : [keyFileOf(world, settings, mode)];
      return await work({ world, settings, database, envelope: createEnvelope(world.random, keys) });
    } finally {
      await database.close();
    }
  });
}

/** A command that only reads makes no key file: where there is none, a key that opens nothing stands for it. */
function keyFileOf(world: World, { dataDir }: HubSettings, mode: OpenMode): Uint8Array {
  const isAbsent = mode !== "migrate" && !existsSync(masterKeyFile(dataDir));
  return isAbsent ? world.random.bytes(masterKeyBytes) : loadMasterKeyFile(world.random, dataDir);
}

export async function sayFaults(output: Output, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { message, advice } = error as Partial<Fault> & Error;
    const said = absentFile(error as Error) ?? message;
    output.complain(advice?.hint === undefined ? said : `${said}. ${advice.hint}`);
    if (!(error instanceof Fault) && process.env.KARIBU_LOG_LEVEL === "debug")
      output.complain(String((error as Error).stack));
    return 1;
  }
}

/** The master key of a hub without the setting: created once, in the data folder, readable only by the hub's user. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "@karibu/protocol/fault";
import type { Random } from "@karibu/protocol/world";
import { masterKeyBytes } from "./envelope.ts";

export const masterKeyFile = (dataDir: string): string => join(dataDir, "master.key");

/** Without this file every secret in the database is lost: it belongs in the back-up. */
export function loadMasterKeyFile(random: Random, dataDir: string): Uint8Array {
  const file = masterKeyFile(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    const descriptor = openSync(file, "wx", 0o600);
    writeSync(descriptor, `${Buffer.from(random.bytes(masterKeyBytes)).toString("base64")}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64");
  if (key.length === masterKeyBytes) return key;
  throw new Fault("secrets/master-key-file", `${file} does not hold a key of ${masterKeyBytes} bytes`, {
    retry: "never",
    hint: "Restore the file from a back-up; a new key can't open what the old one sealed.",
  });
}

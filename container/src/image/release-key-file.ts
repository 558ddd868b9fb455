/** The secret key that releases are signed with: a file outside of the repository, made at the first use. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { writePublicKey } from "@karibu/protocol/bundle/release-key";

export function usualKeyPath(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment.XDG_CONFIG_HOME || join(homedir(), ".config"), "karibu/release-key.pem");
}

/** Throws when the file holds something else than an Ed25519 key. The public key lies beside it, for minisign. */
export async function loadReleaseKey(path: string, progress: (line: string) => void): Promise<KeyObject> {
  const kept = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (kept !== null) {
    const key = createPrivateKey(kept);
    if (key.asymmetricKeyType !== "ed25519") throw new Error(`--key ${path} is no Ed25519 key`);
    return key;
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  await writeFile(`${path}.pub`, writePublicKey(privateKey));
  progress(`made a release key: ${path}. Keep it: sites take only updates that are signed with it.`);
  return privateKey;
}

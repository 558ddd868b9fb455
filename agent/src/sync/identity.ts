/** The identity of this device at the hub. It is in the data folder, and only the agent can read it. */
import type { LinkKeys } from "@karibu/protocol/link/link-keys";
import type { Folder } from "../ground/files/folder.ts";
import { readTwin, writeTwin } from "../ground/files/json-file.ts";

export interface AgentIdentity {
  readonly siteId: string;
  readonly keys: LinkKeys;
  /** Pinned at enrolment: only the hub with the private key is accepted. */
  readonly hubPublicKey: string;
}

/** `pending`: a key that was made for a token. The hub may know it already, because its answer can be lost. */
export interface IdentityFile {
  readonly current: (AgentIdentity & { readonly tokenHash: string }) | null;
  readonly pending: { readonly keys: LinkKeys; readonly tokenHash: string } | null;
}

const fileName = "identity.json";

/** Without a readable file the device has no identity and must be enrolled again. */
export async function loadIdentity(folder: Folder): Promise<IdentityFile> {
  const { current, pending } = (await readTwin<IdentityFile>(folder, fileName)) ?? {};
  return { current: current ?? null, pending: pending ?? null };
}

export async function saveIdentity(folder: Folder, file: IdentityFile): Promise<void> {
  await writeTwin(folder, fileName, file);
}

/** Who this device is to the hub: kept in the data folder, readable by the agent alone. */
import type { LinkKeys } from "@karibu/protocol/link-keys";
import type { Folder } from "../ground/folder.ts";

export interface AgentIdentity {
  readonly siteId: string;
  readonly keys: LinkKeys;
  /** Pinned at enrolment: only a hub that has its private key is ours. */
  readonly hubPublicKey: string;
}

/** `pending`: a key that was made for a token and may have reached the hub; an answer can get lost. */
export interface IdentityFile {
  readonly current: (AgentIdentity & { readonly tokenHash: string }) | null;
  readonly pending: { readonly keys: LinkKeys; readonly tokenHash: string } | null;
}

const fileName = "identity.json";

/** A missing or damaged file is nobody: the device must be enrolled (again). */
export async function loadIdentity(folder: Folder): Promise<IdentityFile> {
  const content = await folder.read(fileName);
  if (content === null) return { current: null, pending: null };
  try {
    const { current, pending } = JSON.parse(Buffer.from(content).toString("utf8")) as Partial<IdentityFile>;
    return { current: current ?? null, pending: pending ?? null };
  } catch {
    return { current: null, pending: null };
  }
}

export async function saveIdentity(folder: Folder, file: IdentityFile): Promise<void> {
  await folder.replace(fileName, Buffer.from(JSON.stringify(file)));
}

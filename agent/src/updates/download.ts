/**
 * Fetches a bundle in pieces into the data folder. After an interruption it continues with the first incomplete piece. The caller
 * verifies the result before anything else reads it.
 */

import { bundleBytesMax, openBundle } from "@karibu/protocol/bundle/bundle-format";
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import { compareVersions } from "@karibu/protocol/bundle/version-order";
import { Fault } from "@karibu/protocol/fault";
import type { ReleaseBody } from "@karibu/protocol/feed";
import { sha256Hex } from "@karibu/protocol/hash";
import { bundlePieceBytes, fetchBundle } from "@karibu/protocol/rpc/fetch-bundle";
import type { Folder } from "../ground/files/folder.ts";
import type { HubLink } from "../ground/hub-link.ts";

const partFolder = "updates/";
const pieceMsMax = 60_000;

export const partName = ({ sha256 }: ReleaseBody): string => `${partFolder}${sha256}.part`;

export interface DownloadParts {
  readonly folder: Folder;
  readonly hub: Pick<HubLink, "call">;
  readonly signal: AbortSignal;
}

/** Rejects with the link's Fault, with the disk's error, or with Fault "update/not-as-told". */
export async function downloadBundle({ folder, hub, signal }: DownloadParts, target: ReleaseBody): Promise<void> {
  if (target.bytes > bundleBytesMax) throw otherBundle(`${target.bytes} bytes are too many for a bundle`);
  const name = partName(target);
  for (const other of await folder.list(partFolder)) if (other !== name) await folder.remove(other);
  let offsetBytes = await keepWhole(folder, name);
  const file = await folder.append(name);
  try {
    while (offsetBytes < target.bytes) {
      const params = { releaseId: target.releaseId, offsetBytes };
      const answer = await hub.call(fetchBundle, params, pieceMsMax, signal).catch((error: unknown) => {
        throw error instanceof Fault && error.code === "hub/bad-answer" ? otherBundle(error.message) : error;
      });
      const piece = Buffer.from(answer.piece, "base64");
      const expected = Math.min(bundlePieceBytes, target.bytes - offsetBytes);
      if (answer.totalBytes !== target.bytes || piece.length !== expected)
        throw otherBundle("a piece has the wrong length");
      await file.write(piece);
      await file.sync();
      offsetBytes += piece.length;
    }
  } finally {
    await file.close();
  }
}

/** Keeps the pieces of an earlier attempt, except the last one: it may not be complete on flash. */
async function keepWhole(folder: Folder, name: string): Promise<number> {
  const there = (await folder.read(name))?.length ?? 0;
  const kept = Math.floor(Math.max(0, there - 1) / bundlePieceBytes) * bundlePieceBytes;
  if (kept < there) await folder.truncate(name, kept);
  return kept;
}

export type Verdict =
  | "good"
  | "damaged"
  | "wrong-signature"
  | "another-bundle"
  | "needs-newer-image"
  | "not-understood";

/** Is this the target bundle, signed with one of our keys, and can this image run it? */
export function judgeBundle(
  content: Uint8Array | null,
  target: ReleaseBody,
  { keys, imageVersion }: { readonly keys: readonly ReleaseKey[]; readonly imageVersion: string },
): Verdict {
  if (content === null || content.length !== target.bytes) return "damaged";
  if (sha256Hex(content) !== target.sha256) return "damaged";
  const opened = openBundle(content, keys);
  if (opened.kind === "refused") {
    if (opened.reason === "wrong-signature" || opened.reason === "damaged") return opened.reason;
    return "not-understood";
  }
  const { id, manifest } = opened.bundle;
  if (id !== target.releaseId || manifest.version !== target.version) return "another-bundle";
  return compareVersions(manifest.minimalImage, imageVersion) > 0 ? "needs-newer-image" : "good";
}

function otherBundle(message: string): Fault {
  return new Fault("update/not-as-told", message, { retry: "later" });
}

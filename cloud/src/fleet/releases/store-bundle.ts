/** Stores bundles once, after verification, and sends them in pieces to the sites that must fetch them. */

import { openBundle } from "@karibu/protocol/bundle/bundle-format";
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { bytes } from "@karibu/protocol/quantities";
import { bundlePieceBytes, fetchBundle } from "@karibu/protocol/rpc/fetch-bundle";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { Clock } from "@karibu/protocol/world";
import type { RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";

/**
 * The release's id. The same file again changes nothing. Throws Problem 400 for a bundle that no site could use, 409 when another
 * bundle has that version.
 */
export async function storeBundle(
  tx: Tx,
  file: Uint8Array,
  about: { keys: readonly ReleaseKey[]; notes: string; uploadedBy: string; nowMs: number },
): Promise<string> {
  if (about.keys.length === 0) throw refusal("no-release-key");
  const opened = openBundle(file, about.keys);
  if (opened.kind === "refused") throw refusal(opened.reason, { field: "bundle" });
  const { id, manifest } = opened.bundle;
  const old = await tx
    .selectFrom("releases")
    .select("release_id")
    .where("version", "=", manifest.version)
    .executeTakeFirst();
  if (old?.release_id === id) return id;
  if (old !== undefined) throw refusal("version-taken", { field: "bundle" });
  await tx
    .insertInto("releases")
    .values({
      release_id: id,
      version: manifest.version,
      minimal_image: manifest.minimalImage,
      bytes: file.length,
      sha256: sha256Hex(file),
      bundle: file,
      notes: about.notes,
      uploaded_by: about.uploadedBy,
      created_at_ms: about.nowMs,
    })
    .execute();
  return id;
}

const keptMs = 60_000;

/** Answers `fetch-bundle`. The last bundle stays in memory for a minute, because a stage fetches it piece by piece. */
export function createFetchBundle(clock: Clock, database: Database): RpcHandler {
  let kept: { readonly releaseId: string; readonly file: Promise<Uint8Array | null>; readonly untilMs: number } | null =
    null;

  async function read(releaseId: string): Promise<Uint8Array | null> {
    return database.asPlatform("fetch-bundle", async (tx) => {
      const row = await tx
        .selectFrom("releases")
        .select("bundle")
        .where("release_id", "=", releaseId)
        .executeTakeFirst();
      return row?.bundle ?? null;
    });
  }

  function bundleOf(releaseId: string): Promise<Uint8Array | null> {
    const nowMs = clock.monotonicMs();
    if (kept?.releaseId === releaseId && nowMs < kept.untilMs) return kept.file;
    const file = read(releaseId);
    kept = { releaseId, file, untilMs: nowMs + keptMs };
    file.catch(() => {
      if (kept?.file === file) kept = null;
    });
    return file;
  }

  return serve(fetchBundle, async ({ releaseId, offsetBytes }) => {
    const file = await bundleOf(releaseId);
    if (file === null) throw new Fault("release/unknown", "there is no such release", { retry: "never" });
    const piece = Buffer.from(file.subarray(offsetBytes, offsetBytes + bundlePieceBytes));
    return { piece: piece.toString("base64"), totalBytes: bytes(file.length) };
  });
}

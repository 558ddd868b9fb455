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
    .select("releaseId")
    .where("version", "=", manifest.version)
    .executeTakeFirst();
  if (old?.releaseId === id) return id;
  if (old !== undefined) throw refusal("version-taken", { field: "bundle" });
  await tx
    .insertInto("releases")
    .values({
      releaseId: id,
      version: manifest.version,
      minimalImage: manifest.minimalImage,
      bytes: file.length,
      sha256: sha256Hex(file),
      bundle: file,
      notes: about.notes,
      uploadedBy: about.uploadedBy,
      createdAtMs: about.nowMs,
    })
    .execute();
  return id;
}

const keptMs = 60_000;
/** Stages of two releases, and one that is taken back, may be under way at once. A bundle has up to 16 MB. */
const keptMax = 3;

interface KeptBundle {
  readonly file: Uint8Array;
  readonly untilMs: number;
}

/**
 * Answers `fetch-bundle`. The last bundles stay in memory for a minute, because a stage fetches them piece by piece.
 *
 * Who attacks it: a stolen site, which asks for whole bundles in turn, or for some that are none: bundles are read one at a time, a read serves all who
 * wait for it, and what is none takes no place.
 */
export function createFetchBundle(clock: Clock, database: Pick<Database, "asPlatform">): RpcHandler {
  /** The one that was read last is the last. */
  const kept = new Map<string, KeptBundle>();
  const reading = new Map<string, Promise<Uint8Array | null>>();
  let last: Promise<unknown> = Promise.resolve();

  async function read(releaseId: string): Promise<Uint8Array | null> {
    return database.asPlatform("fetch-bundle", async (tx) => {
      const row = await tx
        .selectFrom("releases")
        .select("bundle")
        .where("releaseId", "=", releaseId)
        .executeTakeFirst();
      return row?.bundle ?? null;
    });
  }

  function bundleOf(releaseId: string): Promise<Uint8Array | null> {
    const known = kept.get(releaseId);
    if (known !== undefined && clock.monotonicMs() < known.untilMs) return Promise.resolve(known.file);
    const underWay = reading.get(releaseId);
    if (underWay !== undefined) return underWay;
    const file = last
      .then(() => read(releaseId))
      .then((found) => keep(releaseId, found))
      .finally(() => reading.delete(releaseId));
    reading.set(releaseId, file);
    last = file.catch(() => {});
    return file;
  }

  function keep(releaseId: string, file: Uint8Array | null): Uint8Array | null {
    if (file === null) return null;
    const nowMs = clock.monotonicMs();
    kept.delete(releaseId);
    for (const [id, { untilMs }] of kept) if (kept.size >= keptMax || untilMs <= nowMs) kept.delete(id);
    kept.set(releaseId, { file, untilMs: nowMs + keptMs });
    return file;
  }

  return serve(fetchBundle, async ({ releaseId, offsetBytes }) => {
    const file = await bundleOf(releaseId);
    if (file === null) throw new Fault("release/unknown", "there is no such release", { retry: "never" });
    const piece = Buffer.from(file.subarray(offsetBytes, offsetBytes + bundlePieceBytes));
    return { piece: piece.toString("base64"), totalBytes: bytes(file.length) };
  });
}

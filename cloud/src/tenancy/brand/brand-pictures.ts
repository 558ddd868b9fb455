/**
 * Pictures as sites get them: named by their hash in the feed, and fetched by it over the link.
 *
 * Attackers. A stolen device asks for what is not its own: it gets pictures of its own provider alone, which strangers' phones see anyway. What is in
 * them was made anew by our encoder (`tenancy/pictures/make-picture.ts`), so no file that somebody sent ever reaches a phone.
 */

import { type BrandPicture, sitePicturesBytesMax } from "@karibu/protocol/brand/brand";
import { Fault } from "@karibu/protocol/fault";
import { bytes } from "@karibu/protocol/quantities";
import { fetchPicture, picturePieceBytes } from "@karibu/protocol/rpc/fetch-picture";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { pictureLimits, picturesMax } from "../pictures/make-picture.ts";
import { describePicture, readPicture } from "../pictures/read-picture.ts";

// All of a provider's pictures fit into what a site keeps: none of them has to be left out.
if (picturesMax * pictureLimits.bytesMax > sitePicturesBytesMax)
  throw new RangeError("more pictures than a site keeps");

/** Null: there is none (any more). */
export async function brandPictureOf(tx: Tx, pictureId: string | null): Promise<BrandPicture | null> {
  if (pictureId === null) return null;
  const row = await describePicture(tx, pictureId);
  if (row === undefined) return null;
  const { size, ...picture } = row;
  return { ...picture, bytes: Number(size) };
}

/** Answers `fetch-picture`. Throws Fault "picture/unknown". */
export function createFetchPicture(database: Database): RpcHandler {
  return serve(fetchPicture, async ({ sha256, offsetBytes }, { providerId }) => {
    const row = await database.asProvider(providerId, (tx) => readPicture(tx, providerId, sha256));
    if (row === undefined) throw new Fault("picture/unknown", "there is no such picture", { retry: "never" });
    const piece = Buffer.from(row.bytes.subarray(offsetBytes, offsetBytes + picturePieceBytes));
    return { piece: piece.toString("base64"), totalBytes: bytes(row.bytes.length) };
  });
}

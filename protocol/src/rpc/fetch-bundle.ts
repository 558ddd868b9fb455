/**
 * Agent -> hub: a piece of a release's bundle. It uses the link and not HTTPS: the link is known to work,
 * both ends have proved their identity, its bytes are counted with the rest, and a purchase fits between two pieces.
 * After a break a site continues at the same byte; the digest of the whole bundle is in its `release` row.
 */
import * as z from "zod/mini";
import { bytesSchema, keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/**
 * Small: a link of 1 kB/s carries a piece within the 30 s after which silence counts as death, and base64 has no padding in
 * the middle.
 */
export const bundlePieceBytes = 15 * 1024;

export const fetchBundle = rpc("fetch-bundle", {
  readOnly: true,
  params: z.object({ releaseId: keySchema, offsetBytes: bytesSchema }),
  result: z.object({
    /** Base64 of up to `bundlePieceBytes`; empty at the end. */
    piece: z.string().check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/), z.maxLength(32 * 1024)),
    totalBytes: bytesSchema,
  }),
});

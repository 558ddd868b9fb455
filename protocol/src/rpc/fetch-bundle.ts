/**
 * Agent -> hub: a piece of a release's bundle. Over the link and not by HTTPS: it is the one way out that is known to work,
 * both ends have proved themselves on it, its bytes are counted with the rest, and a purchase slips in between two pieces.
 * A site goes on where it was cut off; the digest of the whole stands in its `release` row.
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
export type FetchBundleResult = z.infer<typeof fetchBundle.result>;

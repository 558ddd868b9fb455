/**
 * Agent -> hub: a piece of a picture that a row of the feed names by its hash (`brand/brand.ts`). As a bundle's pieces it uses the link, and fits
 * between two purchases. The hub gives a site what its own provider has, and nothing else.
 */
import * as z from "zod/mini";
import { bytesSchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/** As `fetch-bundle`'s: three make the largest picture. */
export const picturePieceBytes = 15 * 1024;

export const fetchPicture = rpc("fetch-picture", {
  readOnly: true,
  params: z.object({ sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)), offsetBytes: bytesSchema }),
  result: z.object({
    /** Base64 of up to `picturePieceBytes`; empty at the end. */
    piece: z.string().check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/), z.maxLength(32 * 1024)),
    totalBytes: bytesSchema,
  }),
});

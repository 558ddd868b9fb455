/**
 * Hub -> agent: back-ups of the site's router. The agent starts the router's own fixed scripts by name and reads the files that they leave
 * (`routeros-scripts/src/sections/router-back-ups.ts`). No file, address or command comes over the link.
 */
import * as z from "zod/mini";
import { bytesSchema, keySchema, textSchema, unixMsSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

/** The larger of the two files may have so many bytes. RouterOS' own are 50 kB to 1 MB; long address lists make more. */
export const backUpFileBytesMax = 4 * 1024 * 1024;
/** Small, as pieces of bundles are: a slow link carries one between two sales. */
export const backUpPieceBytes = 15 * 1024;

const backUpParts = ["binary", "export"] as const;
export type BackUpPart = (typeof backUpParts)[number];

const hex = (letters: number) => z.string().check(z.regex(new RegExp(`^[0-9a-f]{${letters}}$`)));

/** Starts a back-up, or says how far the one of this nonce is: asked again until it is not `running`. */
export const backUpRouter = rpc("back-up-router", {
  params: z.object({
    nonce: keySchema,
    /** Who ordered it, for the agent's own log of API calls. */
    actor: textSchema,
    /** Not begun after this time, by the hub's clock. */
    expiresAtMs: unixMsSchema,
    parts: z.array(z.enum(backUpParts)).check(z.minLength(1), z.maxLength(2)),
  }),
  result: z.object({
    /** `refused`: the router's or the agent's own words in `why`. */
    kind: z.enum(["running", "done", "refused", "expired"]),
    why: z.optional(textSchema),
    /** When it is done. */
    files: z.optional(
      z
        .array(
          z.object({
            part: z.enum(backUpParts),
            bytes: bytesSchema.check(z.lte(backUpFileBytesMax)) as typeof bytesSchema,
            sha256: hex(64),
            /** The router's own digest: `sum = sha512hex(sum + piece)` over pieces of 32 KiB. */
            sum: hex(128),
            /** Of the binary file: `sha512hex(password + ":" + sum)`. */
            mark: z.optional(hex(128)),
          }),
        )
        .check(z.maxLength(2)),
    ),
    /** What a binary file may be restored to; the serial number is empty where the router tells none. */
    router: z.optional(z.object({ board: textSchema, version: textSchema, serial: textSchema })),
  }),
});

/** A piece of a finished back-up. `gone`: the agent started anew, or the next back-up has taken its place. */
export const readRouterBackUp = rpc("read-router-back-up", {
  readOnly: true,
  params: z.object({ nonce: keySchema, part: z.enum(backUpParts), offsetBytes: bytesSchema }),
  result: z.object({
    kind: z.enum(["piece", "gone"]),
    /** Base64 of up to `backUpPieceBytes`; empty at the end. */
    piece: z.string().check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/), z.maxLength(32 * 1024)),
  }),
});

/**
 * Has the router fetch a binary back-up of its own from the hub, and load it; asked again until it is not `running`. The router restarts then,
 * so the last answer may never come.
 */
export const restoreRouter = rpc("restore-router", {
  params: z.object({
    nonce: keySchema,
    actor: textSchema,
    expiresAtMs: unixMsSchema,
    /** Good once, for this file alone. */
    ticket: hex(32),
    /** The mark that the router gave this file when it was made. */
    mark: hex(128),
    /** What the back-up is of: the agent looks again before it begins. */
    router: z.object({ board: textSchema, version: textSchema, serial: textSchema }),
  }),
  result: z.object({
    /** `begun`: the script runs, or ended without a complaint; the router restarts. */
    kind: z.enum(["running", "begun", "refused", "expired"]),
    why: z.optional(textSchema),
  }),
});

/**
 * What was tried on a router itself, because no public source says it: kept by version and board, at the agent and at the hub. A way that was
 * proved is taken, one that was refused is left.
 */
import * as z from "zod/mini";
import { textSchema, unixMsSchema } from "../schema.ts";

export const routerProofKinds = [
  /** `/ip/hotspot/active/login`: the sentence is understood, and the agent's user may say it. */
  "host-log-in",
  /** A Disconnect-Request for a session that nobody has is answered. */
  "coa-disconnect",
  /** The same of a CoA-Request with a rate. */
  "coa-rate",
  /** The agent sends no address list by CoA: the manual does not name it. */
  "coa-address-list",
  /** What was changed inside safe mode is gone when that is unrolled. */
  "safe-mode",
  /** `/file/read` gives a file's own bytes. */
  "file-read",
  /** The container ran again after the router's restart. */
  "container-after-reboot",
] as const;
export type RouterProofKind = (typeof routerProofKinds)[number];

/** `refused`: the router's own words say why. `broken`: it was taken, and what came of it is another. */
export const proofOutcomes = ["works", "broken", "refused", "no-answer", "not-tried"] as const;
export type ProofOutcome = (typeof proofOutcomes)[number];

export const routerProofsSchema = z.object({
  version: z.string().check(z.maxLength(40)),
  board: z.string().check(z.maxLength(64)),
  proofs: z
    .array(
      z.object({
        kind: z.enum(routerProofKinds),
        outcome: z.enum(proofOutcomes),
        /** The router's own words: hostile text. */
        words: z.nullable(textSchema),
        atMs: unixMsSchema,
      }),
    )
    .check(z.maxLength(routerProofKinds.length)),
});
export type RouterProofs = z.infer<typeof routerProofsSchema>;
export type RouterProof = RouterProofs["proofs"][number];

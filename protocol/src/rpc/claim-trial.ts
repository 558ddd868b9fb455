/**
 * Agent -> hub: a free trial for a phone number. First a code is sent to it, then the code proves it. The hub remembers each number that had
 * one, so two sites give it no second one. Asked again for the same device it says "granted" again: an answer may be lost.
 */
import * as z from "zod/mini";
import { keySchema, secondsSchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/** An MSISDN. */
const phone = z.string().check(z.regex(/^[0-9]{11,13}$/));
/** The guest's own address at the site: tries of one place are counted. */
const address = z.optional(z.string().check(z.maxLength(64)));

const refused = z.object({
  kind: z.literal("refused"),
  /**
   * `unknown-plan`: it is no trial any more. `wrong-code`: wrong, too old, or tried too often. `had-one`: only after the right code, so nobody
   * learns it of a number that is not theirs.
   */
  reason: z.enum(["unknown-plan", "too-many-tries", "wrong-code", "had-one"]),
  retryAfterSeconds: z.optional(secondsSchema),
});

/** The same answer for every number. */
export const askTrialCode = rpc("ask-trial-code", {
  params: z.object({ planId: keySchema, phone, address }),
  result: z.discriminatedUnion("kind", [z.object({ kind: z.literal("sent"), lastsSeconds: secondsSchema }), refused]),
});

export const claimTrial = rpc("claim-trial", {
  params: z.object({
    planId: keySchema,
    phone,
    address,
    code: z.string().check(z.maxLength(12)),
    /** Of the trial that the site will give. */
    grantId: keySchema,
  }),
  result: z.discriminatedUnion("kind", [z.object({ kind: z.literal("granted") }), refused]),
});
export type AskTrialCodeResult = z.infer<typeof askTrialCode.result>;
export type ClaimTrialResult = z.infer<typeof claimTrial.result>;

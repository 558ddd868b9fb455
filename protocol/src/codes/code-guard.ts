/**
 * What a customer does against the theft of a code: nobody uses it for now (`paused`), or a PIN of the customer's own is asked for with it at
 * another device. Decided at the site, with or without the hub; the hub echoes it to the sites where the code may be used.
 */
import * as z from "zod/mini";
import { keySchema } from "../schema.ts";

/** scrypt (N 4096, r 8, p 1, 32 bytes), hex: weak protection for so short a secret, so nobody should choose one that opens something else. */
const guardPinSchema = z.object({
  salt: z.string().check(z.regex(/^([0-9a-f]{2}){8,32}$/)),
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});
export type GuardPin = z.infer<typeof guardPinSchema>;

export const codeGuardSchema = z.object({
  /** New with each change, so that it is clear which one staff lifted. */
  guardId: keySchema,
  paused: z.boolean(),
  pin: z.nullable(guardPinSchema),
});
export type CodeGuard = z.infer<typeof codeGuardSchema>;

/** What a provider lets customers do. Absent in the feed: nothing of it. */
export const guardRuleSchema = z.object({
  mayPause: z.boolean(),
  mayPin: z.boolean(),
  /** How often in 24 hours a code may go from one device to another. Absent: as often as one likes. */
  movesPerDay: z.optional(z.int().check(z.gte(1), z.lte(100))),
});
export type GuardRule = z.infer<typeof guardRuleSchema>;

/** A customer's PIN. */
export const guardPinDigits = /^[0-9]{4,6}$/;

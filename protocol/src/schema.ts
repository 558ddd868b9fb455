/**
 * The few building blocks that the wire schemas share. `zod/mini`, because the agent's bundle is counted in kilobytes.
 * Every schema of a frame, record or feed row is strict about what it knows and ignores what it does not: a newer peer
 * may add optional fields, never change the meaning of old ones.
 */
import * as z from "zod/mini";
import type { Bytes, Cents, Kbps, Seconds, UnixMs } from "./quantities.ts";

const brand = <Q extends number>(check: z.ZodMiniNumber) => check as unknown as z.ZodMiniType<Q, Q>;
const natural = () => z.int().check(z.gte(0));

export const centsSchema = brand<Cents>(z.int());
export const bytesSchema = brand<Bytes>(natural());
export const secondsSchema = brand<Seconds>(natural());
export const kbpsSchema = brand<Kbps>(natural());
export const unixMsSchema = brand<UnixMs>(natural());

/** An identifier or key: 1..128 characters. */
export const keySchema = z.string().check(z.minLength(1), z.maxLength(128));
/** A device's address as routers write it: `AA:BB:CC:DD:EE:FF`. */
export const macSchema = z.string().check(z.regex(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/));
/** Free text of people: names, notes. */
export const textSchema = z.string().check(z.maxLength(500));

/** The first complaint of a failed parse, as `field: what is right`, for errors people read. */
export function complaint(error: z.core.$ZodError): { field: string; message: string } {
  const issue = error.issues[0];
  return { field: issue ? issue.path.join(".") : "", message: issue ? issue.message : "invalid" };
}

/**
 * For `safeParse(value, inPlainWords)`: `zod/mini` has no messages of its own, and those of the whole `zod` are there only if
 * something in the process has loaded it. A check with a message keeps it.
 */
export const inPlainWords = { error: whatIsRight } as const;

function whatIsRight(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "invalid_type")
    return `${typeNames[issue.expected] ?? `a value of type ${issue.expected}`} is needed`;
  if (issue.code === "too_small" && issue.minimum === 1 && issue.origin === "string") return "it must not be empty";
  if (issue.code === "too_small") return `at least ${issue.minimum}${unitOf(issue.origin)} is needed`;
  if (issue.code === "too_big") return `at most ${issue.maximum}${unitOf(issue.origin)} is allowed`;
  if (issue.code === "invalid_value") return `one of these is needed: ${issue.values.map(String).join(", ")}`;
  if (issue.code === "unrecognized_keys") return `not known here: ${issue.keys.join(", ")}`;
  return "this is not of the right form";
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

function unitOf(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}

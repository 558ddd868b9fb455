import type { ProblemCode } from "@karibu/protocol/portal-api";
import { areWhole, type Words } from "../strings/words.ts";

/** Why a request failed. */
export interface Trouble {
  readonly code: ProblemCode | "unreachable";
  readonly field: string | null;
  readonly retryAfterSeconds: number | null;
}

/** The sentence for a failure, with the time to wait if it is known. Empty for the moment until these words are there. */
export function troubleText(trouble: Trouble, words: Words): string {
  if (!areWhole(words)) return "";
  const sentence = words.problems[trouble.code] ?? words.problems.fault;
  return trouble.retryAfterSeconds === null
    ? sentence
    : `${sentence} ${words.waitFor(words.waitSeconds(trouble.retryAfterSeconds))}`;
}

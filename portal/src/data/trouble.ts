import type { ProblemCode } from "@karibu/protocol/portal-api";
import type { Strings } from "../strings/en.ts";

/** Why a request failed. */
export interface Trouble {
  readonly code: ProblemCode | "unreachable";
  readonly field: string | null;
  readonly retryAfterSeconds: number | null;
}

/** The sentence for a failure, with the time to wait if it is known. */
export function troubleText(trouble: Trouble, words: Strings): string {
  const sentence = words.problems[trouble.code] ?? words.problems.fault;
  return trouble.retryAfterSeconds === null
    ? sentence
    : `${sentence} ${words.waitFor(words.waitSeconds(trouble.retryAfterSeconds))}`;
}

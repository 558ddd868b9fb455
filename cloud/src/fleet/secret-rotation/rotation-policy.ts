/** What comes of a try to change a site's secrets, and when the next one is. Pure. */

import type { Fault } from "@karibu/protocol/fault";
import { cutText } from "@karibu/protocol/whole-text";

export const rotationCauses = ["first-link", "asked"] as const;
export type RotationCause = (typeof rotationCauses)[number];

/**
 * `no-script`: the router was set up before there was such a script. `old-agent`: the agent does not know this request. `no-api`: it knows its
 * router by RADIUS alone. `refused`: the router changed nothing or a part. `silent`: no answer.
 */
export const rotationProblems = ["no-script", "old-agent", "no-api", "refused", "silent"] as const;
export type RotationProblem = (typeof rotationProblems)[number];

export type TryOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "problem"; readonly problem: RotationProblem; readonly why: string | null };

export function outcomeOfFault({ code, message, advice }: Fault): TryOutcome {
  const problem = (found: RotationProblem): TryOutcome => ({
    kind: "problem",
    problem: found,
    why: cutText(message, 300),
  });
  if (code !== "site/refused") return { kind: "problem", problem: "silent", why: null };
  if (advice.hint === "link/unknown-method") return problem("old-agent");
  if (advice.hint === "router/no-api") return problem("no-api");
  return problem("refused");
}

const minuteMs = 60_000;

/** Null: only a person can go on. A first link is tried at once, then after 1, 2, 4 … minutes, at most each 6 hours. */
export function nextTryMs(problem: RotationProblem, tries: number): number | null {
  if (problem === "no-script" || problem === "no-api") return null;
  // It may be updated meanwhile.
  if (problem === "old-agent") return 24 * 60 * minuteMs;
  return Math.min(6 * 60 * minuteMs, minuteMs * 2 ** Math.min(20, Math.max(0, tries - 1)));
}

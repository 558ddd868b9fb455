/** What the first stage of a pasted line said of the five steps: history, from before the site had an agent that can be asked. Pure. */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import { type RouterProbe, routerTestSteps, stepsAt } from "@karibu/protocol/router/router-test";
import { judgeFacts } from "@karibu/routeros-scripts/set-up-line/judge-facts";

export interface LineKnown {
  /** The router showed the line's token: it reached the hub over a checked connection. */
  readonly claimedAtMs: number | null;
  /** What stage one read on it, as the installer's user. */
  readonly facts: RouterFacts | null;
}

/** Null: no router has shown the line. */
export function stepsOfLine({ claimedAtMs, facts }: LineKnown): RouterProbe | null {
  if (claimedAtMs === null) return null;
  // It shook hands and showed its token; its facts did not come, or were no facts.
  if (facts === null) return { steps: stepsAt("permissions", "no-read"), router: null };
  const { identity, version, board, deviceMode } = facts;
  const router = { identity, version, board, missing: [] };
  if (deviceMode.flagged || !deviceMode.fetch) return { steps: stepsAt("permissions", "device-mode"), router };
  const problem = judgeFacts(facts).problems.find(({ problem: one }) => one.startsWith("version-"))?.problem;
  if (problem === "version-too-old" || problem === "version-unknown")
    return { steps: stepsAt("identity", problem), router };
  return { steps: routerTestSteps.map((step) => ({ step, state: "done", problem: null })), router };
}

/** The five steps of a router whose agent is its own: nobody dials it, so the first stage of its pasted line stands for them. Pure. */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import {
  type RouterTestProblem,
  type RouterTestStep,
  type RouterTestStepState,
  routerTestSteps,
  type TestedRouter,
} from "@karibu/protocol/router/router-test";
import { judgeFacts } from "@karibu/routeros-scripts/set-up-line/judge-facts";

export interface LineKnown {
  /** The router showed the line's token: it reached the hub over a checked connection. */
  readonly claimedAtMs: number | null;
  /** What stage one read on it, as the installer's user. */
  readonly facts: RouterFacts | null;
}

export interface LineTest {
  readonly steps: readonly RouterTestStepState[];
  readonly router: TestedRouter | null;
}

export function stepsOfLine({ claimedAtMs, facts }: LineKnown): LineTest {
  if (claimedAtMs === null) return { steps: failedAt("network", "line-not-pasted"), router: null };
  // It shook hands and showed its token; its facts did not come, or were no facts.
  if (facts === null) return { steps: failedAt("permissions", "no-read"), router: null };
  const { identity, version, board, deviceMode } = facts;
  const router = { identity, version, board, missing: [] };
  if (deviceMode.flagged || !deviceMode.fetch) return { steps: failedAt("permissions", "device-mode"), router };
  const problem = judgeFacts(facts).problems.find(({ problem: one }) => one.startsWith("version-"))?.problem;
  if (problem === "version-too-old" || problem === "version-unknown")
    return { steps: failedAt("identity", problem), router };
  return { steps: routerTestSteps.map((step) => ({ step, state: "done", problem: null })), router };
}

export function failedAt(step: RouterTestStep, problem: RouterTestProblem): RouterTestStepState[] {
  const place = routerTestSteps.indexOf(step);
  return routerTestSteps.map((one, at) => ({
    step: one,
    state: at < place ? "done" : at === place ? "failed" : "todo",
    problem: at === place ? problem : null,
  }));
}

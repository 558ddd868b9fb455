/** What the hub makes of a router's report: the newest state of each step. Reports may be late, repeated or out of order. Pure. */
import type { SetUpProblem, SetUpReport, SetUpStep } from "@karibu/protocol/router/set-up-progress";

export interface StepState {
  readonly state: SetUpReport["state"];
  readonly problem: SetUpProblem | null;
  /** The router's own words: hostile text. */
  readonly detail: string | null;
  readonly atMs: number;
}
export type StepStates = { readonly [Step in SetUpStep]?: StepState };

/** The hub knows these steps itself: nothing that a router says about them counts. */
const hubsOwn: readonly SetUpStep[] = ["facts", "choices", "link"];

/**
 * Null: the report says nothing new. What is done stays done when a late "running" or "waiting" comes; only a failure takes it back, because a
 * problem that is shown too long does less harm than one that is hidden.
 */
export function takeReport(known: StepStates, report: SetUpReport, atMs: number): StepStates | null {
  if (hubsOwn.includes(report.step)) return null;
  const old = known[report.step];
  const said = { state: report.state, problem: report.problem ?? null, detail: report.detail ?? null };
  if (old?.state === "done" && (said.state === "running" || said.state === "waiting")) return null;
  if (old?.state === said.state && old.problem === said.problem && old.detail === said.detail) return null;
  return { ...known, [report.step]: { ...said, atMs } };
}

/** Refusals of the customer's API, counted by action and outcome. */
import type { ProblemCode } from "@karibu/protocol/portal-api";
import type { HttpResponse } from "../../ground/http.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { type ProblemExtra, problemResponse } from "../http/problems.ts";

export interface Refusals {
  refuse(action: string, code: ProblemCode, extra?: ProblemExtra): HttpResponse;
  tooFast(action: string, retryAfterSeconds: number): HttpResponse;
}

export function createRefusals(outcomes: LabelledCounter): Refusals {
  function refuse(action: string, code: ProblemCode, extra?: ProblemExtra): HttpResponse {
    outcomes.add({ action, outcome: code });
    return problemResponse(code, extra);
  }
  return { refuse, tooFast: (action, retryAfterSeconds) => refuse(action, "slow-down", { retryAfterSeconds }) };
}

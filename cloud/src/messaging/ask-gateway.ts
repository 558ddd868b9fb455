/** Asks a gateway once, and says what no answer means. */
import { type HttpAnswer, type HttpCall, type HttpRequest, neverReached } from "../ground/http-client/http-call.ts";
import { type SmsOutcome, smsTimeoutMs } from "./sender-contract.ts";

type Later = Extract<SmsOutcome, { kind: "later" }>;

const why = "no answer from the gateway";
/** It says that it takes nothing now. */
const refusing = new Set([429, 503]);

/** @returns its answer; `later` where there is none that says anything: a time-out, a page of what stands before it */
export async function askGateway(
  http: HttpCall,
  request: Omit<HttpRequest, "method" | "timeoutMs">,
): Promise<HttpAnswer | Later> {
  try {
    const answer = await http({ method: "POST", timeoutMs: smsTimeoutMs, ...request });
    if (refusing.has(answer.status)) return { kind: "later", why };
    return answer.status >= 500 ? { kind: "later", why, mayBeSent: true } : answer;
  } catch (error) {
    return neverReached(error) ? { kind: "later", why } : { kind: "later", why, mayBeSent: true };
  }
}

import { Fault } from "@karibu/protocol/fault";
import { disconnectSession } from "@karibu/protocol/rpc/disconnect-session";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";

const answerMsMax = 10_000;

/**
 * What a site said to being asked to end a session. `ending`: it is at it, and its report arrives as usual. `not-open`: it had ended already.
 * `refused`: it would not, in its own words. `away`: it did not answer.
 */
export type SessionEnding =
  | { readonly kind: "ending" | "not-open" | "away" }
  | { readonly kind: "refused"; readonly says: string };

/** Asks a site to end a session now. */
export async function endSession(call: CallSite, siteId: string, sessionKey: string): Promise<SessionEnding> {
  try {
    return await call(siteId, disconnectSession, { sessionKey }, answerMsMax);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.code === "site/refused" ? { kind: "refused", says: error.message } : { kind: "away" };
  }
}

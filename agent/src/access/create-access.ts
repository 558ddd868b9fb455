/** The site's answers to RADIUS: log-in and accounting over one shared desk. */

import type { ClaimLease } from "../grants/lease.ts";
import type { Access } from "./access.ts";
import { type Accounting, createAccounting } from "./accounting.ts";
import type { SiteDesk } from "./admit.ts";
import { createClaimFirst } from "./claim-first.ts";
import type { GuessingGuard } from "./guessing.ts";
import { createLogIn } from "./log-in.ts";
import type { LogInRecord } from "./log-in-record.ts";
import type { LogInTokens } from "./log-in-tokens.ts";

export function createAccess(
  desk: SiteDesk,
  parts: {
    readonly tokens: LogInTokens;
    readonly guard: GuessingGuard;
    readonly logIns: LogInRecord;
    readonly interimFlushSeconds: number;
    /** Null: nobody can be asked for leases. */
    readonly claimLease: ClaimLease | null;
  },
): Access & Pick<Accounting, "closeAsLost" | "flush" | "stop"> {
  const logIn = createLogIn(desk, parts.tokens, parts.guard);
  const claimFirst = createClaimFirst(desk, parts.guard, parts.claimLease);
  const accounting = createAccounting(desk, parts.interimFlushSeconds);
  return {
    prepare: claimFirst,
    logIn(request, prepared) {
      const decision = logIn(request, prepared);
      if (decision.kind === "accept" && decision.durable !== null) accounting.takeAlong();
      parts.logIns.note(request, decision);
      return decision;
    },
    account: accounting.account,
    nasRestarted: accounting.nasRestarted,
    closeAsLost: accounting.closeAsLost,
    flush: accounting.flush,
    stop: accounting.stop,
  };
}

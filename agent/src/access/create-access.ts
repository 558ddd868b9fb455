/** Answers what a NAS asks: log-ins and accounting of one site. */
import type { ClaimLease } from "../grants/lease.ts";
import type { Site } from "../grants/site.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { Access } from "./access.ts";
import { type Accounting, createAccounting, type LeftBehind, type WhyEnded } from "./accounting.ts";
import { createClaimFirst } from "./claim-first.ts";
import type { AskingHosts } from "./guessing/asking-host.ts";
import type { GuessingGuard } from "./guessing/guessing.ts";
import { createLogIn } from "./log-in.ts";
import type { LogInHistory } from "./log-in-history.ts";
import { createLogInPace } from "./log-in-pace.ts";
import type { LogInTokens } from "./log-in-tokens.ts";
import type { RefusedLogIns } from "./refused-log-ins.ts";

export function createAccess(
  site: Site,
  parts: {
    readonly tokens: LogInTokens;
    readonly guard: GuessingGuard;
    readonly askingHosts: AskingHosts;
    readonly logIns: Pick<LogInHistory, "note">;
    /** Null: there is no hub that keeps a log. */
    readonly refused: Pick<RefusedLogIns, "note"> | null;
    readonly whyEnded: WhyEnded;
    readonly interimFlushSeconds: number;
    readonly leftBehind: LeftBehind;
    /** Of the site's only router. Null: it has no API, or the site has several. */
    readonly router: Pick<RouterControl, "upForMs"> | null;
    /** Null: no hub can be asked for leases. */
    readonly claimLease: ClaimLease | null;
  },
): Access & Pick<Accounting, "closeAsLost" | "flush" | "stop"> {
  const pace = createLogInPace();
  const logIn = createLogIn(site, parts.tokens, { ...parts, pace });
  const accounting = createAccounting(site, { ...parts, pace });
  return {
    prepare: createClaimFirst(site, parts, parts.claimLease),
    logIn(request, prepared) {
      const decision = logIn(request, prepared);
      if (decision.kind === "accept" && decision.durable !== null) accounting.flushWithNextSync();
      parts.logIns.note(request, decision);
      // Who waits for his turn was not refused, and comes again.
      if (decision.kind === "reject" && decision.reason !== "one-moment") parts.refused?.note(request, decision.reason);
      return decision;
    },
    account: accounting.account,
    nasRestarted: accounting.nasRestarted,
    closeAsLost: accounting.closeAsLost,
    flush: accounting.flush,
    stop: accounting.stop,
  };
}

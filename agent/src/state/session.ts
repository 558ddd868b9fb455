/** One session of the site: what its reports said of it. */
import type { UnixMs } from "@karibu/protocol/quantities";
import type { CountersWithBase } from "./counters.ts";
import { keptBy } from "./router-address.ts";

export interface Session extends CountersWithBase {
  readonly sessionKey: string;
  readonly sessionId: string;
  /** The router's name, for people. */
  readonly nas: string;
  /** The router's address (`router-address.ts`); null: from before sessions were kept by it. */
  readonly router: string | null;
  readonly grantId: string | null;
  readonly user: string;
  readonly mac: string | null;
  readonly address: string | null;
  readonly boot: number;
  readonly startedAtMs: UnixMs;
  readonly stoppedAtMs: UnixMs | null;
  /** RFC 2866 §5.10 in kebab case, `lost` when no Stop came, `moved` when its device went on at another server; null while open. */
  readonly cause: string | null;
  /** Its client dials again by itself when the router ends it (PPP). Absent: it does not. */
  readonly redials?: true;
  /** The key of the device that proved itself at the log-in, by its own token. Absent: none did. */
  readonly device?: string;
  /** Nobody vouched for the clock by which it started, and nobody has since. */
  readonly unsettled?: true;
}

/** What its NAS calls it. `nas`: as `keptBy` has it. */
export function nasSessionId(nas: string, sessionId: string): string {
  return `${nas}\n${sessionId}`;
}

export const nameOf = (session: Session): string => nasSessionId(keptBy(session), session.sessionId);

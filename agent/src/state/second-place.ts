/**
 * A session's name comes again from its MAC at another server of the site. It is the phone, which walked there and was let in by what the router's
 * cookie repeats; or somebody who copied its MAC. The reports of the first session tell: a phone that is gone sends nothing there any more.
 */
import { normaliseMac } from "../ground/mac-address.ts";
import type { QuietTime } from "./quiet-time.ts";
import { type Session, type SiteState, sessionsOf } from "./site-state.ts";

export interface SecondPlace {
  /** When the other session began. */
  readonly atMs: number;
  /** The same in the NAS' seconds of the first session. */
  readonly atSeconds: number;
  /** `left`: its phone is not at the first one any more, or sleeps there. `stays`: somebody sends at each. `unknown`: until its reports tell. */
  readonly stay: "left" | "stays" | "unknown";
}

/** Null: the session's name is nowhere else. A MAC that is its own name is a hint alone, and proves nothing at either place. */
export function secondPlaceOf(state: SiteState, session: Session, quiet: QuietTime): SecondPlace | null {
  const { grantId, mac, user, startedAtMs } = session;
  if (grantId === null || mac === null || session.redials === true || normaliseMac(user) === mac) return null;
  let atMs = Number.POSITIVE_INFINITY;
  for (const other of sessionsOf(state, state.open.byGrant.get(grantId) ?? [])) {
    if (other.sessionKey === session.sessionKey || other.mac !== mac || other.user !== user) continue;
    if (other.startedAtMs > startedAtMs) atMs = Math.min(atMs, other.startedAtMs);
  }
  if (!Number.isFinite(atMs)) return null;
  const atSeconds = Math.max(1, Math.floor((atMs - startedAtMs) / 1000));
  return { atMs, atSeconds, stay: stayOf(quiet, atSeconds) };
}

/**
 * What was sent between two reports after the other session began was sent by somebody who is there. One report that has nothing more than the one
 * before it says that nobody is. What the first report after that beginning has more, the phone may have sent before it left.
 */
function stayOf({ heardSeconds, sentAfterSeconds, sentBySeconds }: QuietTime, atSeconds: number): SecondPlace["stay"] {
  if (sentAfterSeconds >= atSeconds) return "stays";
  return heardSeconds > atSeconds && sentBySeconds < heardSeconds ? "left" : "unknown";
}

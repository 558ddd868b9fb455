/** How Karibu's answer to a log-in differs from the old system's. Pure. */

import { unixMs } from "@karibu/protocol/quantities";
import type { ShadowDifference, ShadowReport } from "@karibu/protocol/rpc/shadow-run";
import { cutText } from "@karibu/protocol/whole-text";
import type { Judgement, OldSession } from "./old-sessions.ts";

export interface ShadowState extends Omit<ShadowReport, "differences" | "sinceMs"> {
  readonly sinceMs: number;
  readonly differences: readonly ShadowDifference[];
  /** Sessions that were looked at and still run. */
  readonly known: readonly string[];
}

const differencesMax = 200;
export const knownMax = 5000;
/** Clocks, and the moment of the look. */
const endToleranceSeconds = 300;

export const sessionName = ({ id, user, mac }: Pick<OldSession, "id" | "user" | "mac">): string =>
  `${id} ${mac ?? ""} ${cutText(user, 100)}`;

export const newShadow = (nowMs: number): ShadowState => ({
  sinceMs: unixMs(nowMs),
  readAtMs: null,
  problem: null,
  seen: 0,
  same: 0,
  differences: [],
  known: [],
});

/** Null: Karibu would have decided alike. `downKbps`: of the old system's profile; undefined: not known. */
export function differenceOf(
  session: OldSession,
  downKbps: number | null | undefined,
  judged: Judgement,
  nowMs: number,
): ShadowDifference | null {
  const about = { atMs: unixMs(nowMs), user: cutText(session.user.toWellFormed(), 200), mac: session.mac };
  if (judged.kind === "unknown") return { kind: "unknown", ...about };
  if (judged.kind === "refused") return { kind: "refused", ...about, reason: judged.reason };
  const { sessionSeconds, downKbps: ours } = judged.limits;
  if (downKbps !== undefined && downKbps !== ours) return { kind: "rate", ...about, theirs: downKbps, ours };
  // An old system that ends by a script of its own shows no rest.
  const { secondsLeft } = session;
  if (
    secondsLeft === null ||
    (sessionSeconds !== null && Math.abs(sessionSeconds - secondsLeft) <= endToleranceSeconds)
  )
    return null;
  return { kind: "end", ...about, theirs: secondsLeft, ours: sessionSeconds };
}

/** One of a kind for a user: the newest. */
export function withDifference(
  all: readonly ShadowDifference[],
  { kind, user, ...rest }: ShadowDifference,
): ShadowDifference[] {
  const others = all.filter((each) => each.kind !== kind || each.user !== user);
  return [{ kind, user, ...rest }, ...others].slice(0, differencesMax);
}

/** `juma (10.5.50.7): login failed: invalid username or password`. Null: another line. Unproved over versions. */
export function refusedLogIn(message: string): { readonly user: string; readonly address: string } | null {
  const [, user, address] = /^(?:->: )?(.{1,128}) \((\d{1,3}(?:\.\d{1,3}){3})\): login failed/.exec(message) ?? [];
  return user === undefined || address === undefined ? null : { user, address };
}

/** `rx/tx …` from the router's side: the customer's download is tx. Null: no limit; undefined: of another form. */
export function downKbpsOf(rateLimit: string | undefined): number | null | undefined {
  const [rates = ""] = (rateLimit ?? "").trim().split(/\s+/);
  if (rates === "") return null;
  const [rx = "", tx = rx] = rates.split("/");
  const [, count, unit = ""] = /^(\d+)([kKMG]?)$/.exec(tx) ?? [];
  if (count === undefined) return undefined;
  const bits = Number(count) * ({ k: 1e3, K: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1);
  return bits === 0 ? null : Math.floor(bits / 1000);
}

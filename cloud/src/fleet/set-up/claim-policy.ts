/** Who may speak for a router that is being set up: the token until a router has claimed it, and the key of that router from then on. Pure. */

import { hasEnded } from "../../ground/db/hub-clock.ts";

/** A router that shows a token or a resume key. `serial` and `publicKey`: only where it sends its facts. */
export interface Claim {
  readonly by: "token" | "resume-key";
  readonly serial: string | null;
  readonly publicKey: string | null;
}

export interface ClaimedSetUp {
  readonly tokenExpiresAtMs: number;
  readonly serial: string | null;
  readonly publicKey: string | null;
  readonly claimedAtMs: number | null;
}

/** An installer needs minutes; a stranger who photographs the screen should have no more. */
export const tokenLifeMs = 30 * 60_000;
/** The router's scheduler gives up after the same time. */
export const resumeKeyLifeMs = 24 * 60 * 60_000;

/** `unknown`: the same answer as to a key that never was one. */
export type ClaimDecision = "claim" | "known" | "other-router" | "unknown";

/**
 * The same router may paste its line again until it has used its own key (`tokenAfter`). A serial number stands on the box, so it must also have the WireGuard key that was made on it: one
 * that was reset meanwhile needs a new line.
 */
export function judgeClaim(setUp: ClaimedSetUp, claim: Claim, nowMs: number): ClaimDecision {
  const { serial, claimedAtMs } = setUp;
  if (claim.by === "resume-key") {
    if (claimedAtMs === null || hasEnded(claimedAtMs + resumeKeyLifeMs, resumeKeyLifeMs, nowMs)) return "unknown";
    return claim.serial === null || claim.serial === serial ? "known" : "other-router";
  }
  const isOver = hasEnded(setUp.tokenExpiresAtMs, tokenLifeMs, nowMs);
  if (isOver && (claimedAtMs === null || hasEnded(claimedAtMs + tokenLifeMs, tokenLifeMs, nowMs))) return "unknown";
  // A report or a download needs the key that the facts were answered with.
  if (claim.serial === null) return "unknown";
  if (serial === null) return "claim";
  if (claim.serial !== serial || claim.publicKey !== setUp.publicKey) return "other-router";
  return isOver ? "unknown" : "claim";
}

/**
 * When the token ends, after the router's own key was used. It has that key: whoever else shows the token wants to take the router's place.
 * Where the set-up failed, the router may have forgotten its key, and a person is told to paste the line again.
 */
export function tokenAfter(
  { tokenExpiresAtMs, begunAtMs }: { readonly tokenExpiresAtMs: number; readonly begunAtMs: number },
  hasFailed: boolean,
  nowMs: number,
): number {
  return hasFailed ? begunAtMs + tokenLifeMs : Math.min(tokenExpiresAtMs, nowMs);
}

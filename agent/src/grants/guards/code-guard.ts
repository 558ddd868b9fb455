/**
 * A customer's guard of a grant, as it holds at this site: paused, or with a PIN for other devices. What this site recorded of its customer goes
 * before what the hub echoes, unless staff lifted just that. Pure but for the two readers at the end.
 */
import type { CodeGuard, GuardRule } from "@karibu/protocol/codes/code-guard";
import type { GuardBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import { isFileVoucher, kindOfGrant, voucherGrantId, voucherRefOf } from "@karibu/protocol/grant-id";
import type { SiteState } from "../../state/site-state.ts";

/** A grant as this site enforces it. */
export interface GuardedGrant extends Grant {
  /** The customer lets nobody use it for now. */
  readonly paused?: true;
}

/** Null: nothing guards it. */
export function guardInForce(own: CodeGuard | undefined, echoed: GuardBody | undefined): CodeGuard | null {
  const guard = own ?? echoed;
  if (guard === undefined || (!guard.paused && guard.pin === null)) return null;
  return echoed?.lifted === true && echoed.guardId === guard.guardId ? null : guard;
}

/** The bridge of a voucher is guarded as the voucher is: who has not its PIN has not a half hour of it either. */
export function guardedIdOf(grantId: string): string {
  const voucher = voucherRefOf(grantId);
  return voucher === null ? grantId : voucherGrantId(voucher);
}

/** May its customer guard it here? Accounts have a password, and a bridge's whole is another site's. */
export function isGuardable(grantId: string): boolean {
  const kind = kindOfGrant(grantId);
  return kind === "voucher" || kind === "purchase" || kind === "cash-sale" || isFileVoucher(grantId);
}

const dayMs = 86_400_000;

/**
 * When it went from one device to another in the 24 hours before now, at the sites that had it before and here; a move that a wrong clock of this site
 * put into the future counts.
 */
export function movesOfDay({ state, catalogue }: MovedSite, grantId: string, nowMs: number): number[] {
  const own = state.moves.get(grantId) ?? [];
  const told = catalogue.grantOf(grantId)?.terms.movedAtMs ?? [];
  // What the hub tells a site that had it twice is in both.
  const before = told.filter((atMs) => atMs < nowMs + dayMs && !own.includes(atMs));
  return [...before, ...own].filter((atMs) => atMs > nowMs - dayMs);
}

interface MovedSite {
  readonly state: Pick<SiteState, "moves">;
  readonly catalogue: { grantOf(grantId: string): Grant | null; readonly guardRule: GuardRule | null };
}

/** How often it may still go to another device today. Null: as often as one likes. */
export function movesLeft(site: MovedSite, grantId: string, nowMs: number): number | null {
  const { movesPerDay } = site.catalogue.guardRule ?? {};
  if (movesPerDay === undefined || !isGuardable(guardedIdOf(grantId))) return null;
  return Math.max(0, movesPerDay - movesOfDay(site, grantId, nowMs).length);
}

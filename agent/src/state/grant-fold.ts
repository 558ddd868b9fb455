/** How grants and their slots are kept and forgotten. Part of the fold: only it, `restore` and the pruning call these. */
import type { Grant } from "@karibu/protocol/grant";
import { kindOfGrant } from "@karibu/protocol/grant-id";
import { beganElsewhere, uncutEndOf } from "@karibu/protocol/grant-period";
import type { EventOf, Stamp } from "@karibu/protocol/journal/record";
import type { Terms } from "@karibu/protocol/plan";
import { addHolders, removeHolders } from "./held-grants.ts";
import type { BoundSlot, SiteState, UsedGrant } from "./site-state.ts";

/** All but what `spent` says of it. */
export function forgetGrant(state: SiteState, grantId: string): void {
  setSlots(state, grantId, []);
  state.slots.delete(grantId);
  state.grants.delete(grantId);
  state.free.delete(grantId);
  state.usage.delete(grantId);
  state.guards.delete(grantId);
  state.moves.delete(grantId);
  const sale = state.sales.get(grantId);
  if (sale === undefined) return;
  state.sales.delete(grantId);
  state.saleOfCode.delete(sale.code);
}

/** Keeps a grant that was begun. */
export function keepGrant(state: SiteState, used: UsedGrant): void {
  const { grantId } = used.grant;
  state.grants.set(grantId, used);
  if (kindOfGrant(grantId) === "free") state.free.add(grantId);
}

/** As its record tells of it, in this boot. */
export function startedGrant(
  state: SiteState,
  { grant, voucher, atMs, clock }: EventOf<"grant-started"> & Pick<Stamp, "atMs" | "clock">,
): UsedGrant {
  const used: UsedGrant = { grant: lasting(state, grant), voucher, boot: state.boot, settled: clock === "synced" };
  if (beganElsewhere({ grant, atMs })) used.beganElsewhere = true;
  else keepUncutEnd(used, uncutEndOf(grant));
  return used;
}

/** In place. `null`: it ends by the plan's date alone. What the date does not cut off is the end itself. */
export function keepUncutEnd(used: UsedGrant, uncutEndMs: number | null): void {
  const { endsAtMs } = used.grant;
  if (uncutEndMs !== null && endsAtMs !== null && uncutEndMs > endsAtMs) used.uncutEndMs = uncutEndMs;
  else delete used.uncutEndMs;
}

/** As it is kept for long: its id in one piece, the terms shared, no more fields than it has. */
export function lasting(state: SiteState, grant: Grant): Grant {
  return withSharedTerms(state, { ...grant, grantId: flatText(grant.grantId) });
}

/** A text that was put together keeps its parts as well, at more than its own size; this one keeps none. */
export function flatText(text: string): string {
  return Buffer.from(text).toString();
}

/** The grant's id in the copy that the state has already: its slots, usage and sessions need no text of their own. */
export function knownId(state: SiteState, grantId: string): string {
  return state.grants.get(grantId)?.grant.grantId ?? grantId;
}

/** The grant with its terms, and its plan's name, in the one copy that all grants of the plan share. */
export function withSharedTerms(state: SiteState, grant: Grant): Grant {
  const json = JSON.stringify(grant.terms);
  const shared = state.terms.get(json);
  if (shared !== undefined) return { ...grant, terms: shared, planName: sharedName(shared, grant.planName) };
  state.terms.set(json, grant.terms);
  return grant;
}

/** Of terms that are shared: the name of the last grant that had another name than the one before. */
const namesOfTerms = new WeakMap<Terms, string>();

function sharedName(terms: Terms, planName: string): string {
  const known = namesOfTerms.get(terms);
  if (known === planName) return known;
  namesOfTerms.set(terms, planName);
  return planName;
}

/** The row of the feed that brought the voucher's lease gives nothing any more. 0: no row had brought it. */
export function voidRow(state: SiteState, grantId: string, leaseAtMs: number): void {
  if (leaseAtMs > 0) state.releasedRows.set(grantId, leaseAtMs);
}

export function setSlots(state: SiteState, grantId: string, slots: readonly BoundSlot[]): void {
  removeHolders(state.heldBy, grantId, state.slots.get(grantId) ?? []);
  state.slots.set(grantId, slots);
  addHolders(state.heldBy, grantId, slots);
}

/**
 * Grants that ended for good, in a few bytes each. A site that sells 200 vouchers a day can't keep every grant for years, and must never
 * accept one twice. Grouped by the grant's id up to its last dot (a batch), then by the rest (a serial).
 */
import type { SpentGrants, SpentReason } from "./site-state.ts";

export function spentReasonOf(spent: SpentGrants, grantId: string): SpentReason | null {
  if (spent.size === 0) return null;
  const [batch, serial] = parts(grantId);
  return spent.get(batch)?.get(serial) ?? null;
}

export function addSpent(spent: SpentGrants, grantId: string, reason: SpentReason): void {
  const [batch, serial] = parts(grantId);
  const serials = spent.get(batch);
  if (serials === undefined) spent.set(batch, new Map([[serial, reason]]));
  else serials.set(serial, reason);
}

export function removeSpent(spent: SpentGrants, grantId: string): void {
  const [batch, serial] = parts(grantId);
  const serials = spent.get(batch);
  if (serials?.delete(serial) && serials.size === 0) spent.delete(batch);
}

export type SavedSpent = readonly (readonly [string, readonly (readonly [string, SpentReason])[]])[];

export function saveSpent(spent: SpentGrants): SavedSpent {
  return [...spent].map(([batch, serials]) => [batch, [...serials]]);
}

export function restoreSpent(saved: SavedSpent): SpentGrants {
  return new Map(saved.map(([batch, serials]) => [batch, new Map(serials)]));
}

function parts(grantId: string): [string, string] {
  const dot = grantId.lastIndexOf(".");
  return [grantId.slice(0, dot + 1), grantId.slice(dot + 1)];
}

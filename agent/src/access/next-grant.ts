/**
 * Several grants on one device (bought twice, a voucher on top): they are used one after the other, never side by side, so
 * that a purchase before the end of the last one loses nothing. What runs already goes first, by its end; then what has
 * not begun, in the order in which the device got it.
 */
import type { Grant } from "@karibu/protocol/grant";
import { heldGrants } from "../state/held-grants.ts";
import { type SiteDesk, wouldAdmit } from "./admit.ts";

/** Who has come first in the queue. Pure; `boundOrder` as in the state's slots. */
export function inTurn(
  one: { readonly grant: Grant; readonly boundOrder: number },
  other: { readonly grant: Grant; readonly boundOrder: number },
): number {
  const begun = Number(other.grant.startedAtMs !== null) - Number(one.grant.startedAtMs !== null);
  if (begun !== 0) return begun;
  if (one.grant.startedAtMs === null) return one.boundOrder - other.boundOrder;
  const endOf = ({ endsAtMs }: Grant): number => endsAtMs ?? Number.MAX_SAFE_INTEGER;
  return endOf(one.grant) - endOf(other.grant) || one.boundOrder - other.boundOrder;
}

/** Everything this MAC holds a slot of, in turn, whether or not it still is worth anything. */
export function grantsInTurn(desk: Pick<SiteDesk, "state" | "books">, mac: string): Grant[] {
  const held: { grant: Grant; boundOrder: number }[] = [];
  for (const grantId of heldGrants(desk.state, mac)) {
    const grant = desk.books.grantOf(grantId);
    if (grant === null) continue;
    const mine = (desk.state.slots.get(grantId) ?? []).filter((slot) => slot.mac === mac || slot.device === mac);
    held.push({ grant, boundOrder: Math.max(0, ...mine.map(({ boundOrder }) => boundOrder)) });
  }
  return held.sort(inTurn).map(({ grant }) => grant);
}

/** The first of them that would let this device in silently; null: none. */
export function nextGrant(
  desk: SiteDesk,
  host: { readonly device: string; readonly mac: string },
  except: string | null = null,
): Grant | null {
  const usable = grantsInTurn(desk, host.mac).filter(({ grantId }) => grantId !== except);
  return usable.find((grant) => wouldAdmit(desk, { grant, ...host, wish: "re-enter" })) ?? null;
}

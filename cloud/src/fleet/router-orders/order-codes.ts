/** Orders name rows whose name may be a code: who sees ends of codes orders by them, and reads orders with them. */
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import { routerRowName } from "@karibu/protocol/router/router-row-name";
import type { RouterRow, RouterView } from "@karibu/protocol/router/router-views";
import type { Actor } from "../../ground/http/actor.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { maskIn, maskName, maskRow } from "../routers/mask-codes.ts";
import type { Place, RouterReader } from "../routers/read-router.ts";

const viewOfKind: Readonly<Partial<Record<string, RouterView>>> = {
  "add-hotspot-user": "hotspot-users",
  "set-hotspot-user": "hotspot-users",
  "remove-hotspot-user": "hotspot-users",
  "reset-hotspot-user-counters": "hotspot-users",
  "remove-cookie": "hotspot-cookies",
};

/**
 * Actions as the site wants them: `was` whole, from the hub's own reading of the row that the caller saw masked. What fits no such row
 * stays as it came, and the site refuses it. Not in a transaction: it may ask the router. `check` says first that the site is the caller's, or throws.
 */
export async function withWholeNames(
  reader: Pick<RouterReader, "read">,
  check: () => Promise<unknown>,
  actor: Pick<Actor, "may">,
  place: Place,
  actions: readonly RouterAction[],
): Promise<RouterAction[]> {
  if (actor.may(revealsCodes)) return [...actions];
  const rows = new Map<RouterView, Map<string | undefined, RouterRow>>();
  const whole: RouterAction[] = [];
  for (const action of actions) {
    const view = viewOfKind[action.kind];
    if (view === undefined || !("was" in action)) {
      whole.push(action);
      continue;
    }
    if (rows.size === 0) await check();
    const known =
      rows.get(view) ?? new Map((await reader.read(place, view)).rows.map((row) => [row[".id"], row] as const));
    rows.set(view, known);
    const row = known.get(action.id);
    const isMeant = row !== undefined && routerRowName(view, maskRow(view, row)) === action.was;
    whole.push(isMeant ? { ...action, was: routerRowName(view, row) } : action);
  }
  return whole;
}

interface Told {
  readonly kind: string;
  readonly action: Readonly<Record<string, unknown>>;
  readonly why: string | null;
  readonly row: RouterRow | null;
}

/** The site's own sentence when a row is another by now: it tells the name. */
const tellsName = /^(This row is another by now: )(.*)$/s;
const macName = /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/;
const isCode = (name: unknown): name is string => typeof name === "string" && name !== "" && !macName.test(name);

/** An order as it is told to who may not see codes. Pure. */
export function maskOrder<Of extends Told>(order: Of): Of {
  const view = viewOfKind[order.kind];
  if (view === undefined) return order;
  const codes = [order.action.name, order.action.was].filter(isCode);
  const action = Object.fromEntries(
    Object.entries(order.action).map(([field, value]) => {
      if (field === "comment" && typeof value === "string") return [field, codes.reduce(maskIn, value)];
      return (field === "name" || field === "was") && isCode(value) ? [field, maskName(value)] : [field, value];
    }),
  );
  const why = order.why?.replace(tellsName, (_, before: string, name: string) => before + maskName(name)) ?? null;
  return { ...order, action, why, row: order.row === null ? null : maskRow(view, order.row) };
}

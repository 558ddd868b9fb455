/** What the agent itself refuses, whatever the hub orders. Pure. A reason is a sentence for people; null: nothing is wrong. */
import { orderRefusals } from "@karibu/protocol/router/order-refusals";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import { routerRowName } from "@karibu/protocol/router/router-row-name";
import type { RouterRow } from "../ground/live-router.ts";
import { isOurs, type RowPlan } from "./action-plans.ts";

/** What the site knows of names that customers log in with. */
export interface KnownNames {
  isAccount(name: string): boolean;
  isVoucher(name: string): boolean;
}

const macName = /^([0-9A-F]{2}[:.-]?){5}[0-9A-F]{2}$/i;

/** A local user outranks RADIUS: one of this name would be online without a plan, and unbilled. */
export function refusedName(action: RouterAction, known: KnownNames): string | null {
  if (action.kind !== "add-hotspot-user") return null;
  const { name } = action;
  if (known.isAccount(name)) return orderRefusals["name-of-account"];
  if (known.isVoucher(name)) return orderRefusals["name-of-voucher"];
  return macName.test(name) ? orderRefusals["name-of-phone"] : null;
}

/** Set-up, repair and removal know Karibu's objects by their tag: no other object may carry it. */
export function refusedText(plan: RowPlan): string | null {
  const written = Object.fromEntries(plan.fields.map(({ column, value }) => [column, value]));
  return isOurs(plan.view, written) ? orderRefusals["our-name"] : null;
}

/** The row as it is now, before it is changed. Null: it is not there. */
export function refusedRow(plan: RowPlan, row: RouterRow | null): string | null {
  if (row === null) return orderRefusals["row-gone"];
  const name = routerRowName(plan.view, row);
  if (plan.was !== null && name !== plan.was) return `This row is another by now: ${name}`;
  if (isOurs(plan.view, row)) return orderRefusals["our-row"];
  return null;
}

export const orderExpired = (expiresAtMs: number, hubNowMs: number): boolean => hubNowMs >= expiresAtMs;

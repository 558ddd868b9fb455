/**
 * Plans that the other system's file names and does not tell, as Mikhmon's own lists do: one of the same name here says what its codes are. Who has none makes
 * it, and tries again. Pure.
 */
import type { Terms } from "@karibu/protocol/plan";
import { type ForeignBook, type ForeignPlan, untoldPlan } from "./foreign-book.ts";

export interface OwnPlan {
  readonly planId: string;
  readonly priceCents: number;
  readonly terms: Terms;
}

/** `own`: by name, trimmed and in lower case. */
export function withOwnPlans(book: ForeignBook, own: ReadonlyMap<string, OwnPlan>): ForeignBook {
  const known = new Set(book.plans.map(({ name }) => name));
  const added = new Map<string, ForeignPlan>();
  for (const { from, plan: name } of book.users) {
    const plan = own.get(name.trim().toLowerCase());
    if (plan !== undefined && !known.has(name) && !added.has(name)) added.set(name, foreignOf(plan, { from, name }));
  }
  return added.size === 0 ? book : { ...book, plans: [...book.plans, ...added.values()] };
}

function foreignOf({ priceCents, terms }: OwnPlan, { from, name }: Pick<ForeignPlan, "from" | "name">): ForeignPlan {
  const { validitySeconds, useSeconds, dataBytes, downKbps, upKbps, devices, idleTimeoutSeconds } = terms;
  return {
    ...untoldPlan,
    ...{ from, name, named: name, price: (priceCents / 100).toFixed(2) },
    ...{ validitySeconds, useSeconds, dataBytes, downKbps, upKbps, devices },
    idleSeconds: idleTimeoutSeconds ?? null,
  };
}

/** Names of another system's plans as plans here can have them. Pure. */
import { cutText } from "@karibu/protocol/whole-text";
import type { ForeignBook } from "./foreign-book.ts";

const planNameCharactersMax = 100;

/** Foreign text as a plan's name. */
export function planNameOf(name: string): string {
  const plain = name.toWellFormed().replace(/\p{Cc}+/gu, " ");
  return cutText(plain.trim(), planNameCharactersMax) || "?";
}

/** Two names of there may be one here: each plan keeps a name of its own, or none of them could come. */
export function withPlanNames(book: ForeignBook): ForeignBook {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const plans = book.plans.map((plan) => {
    const plain = planNameOf(plan.name);
    let name = plain;
    for (let count = 2; taken.has(name.toLowerCase()); count++) {
      const mark = ` (${count})`;
      name = `${cutText(plain, planNameCharactersMax - mark.length)}${mark}`;
    }
    taken.add(name.toLowerCase());
    if (!names.has(plan.name)) names.set(plan.name, name);
    return { ...plan, name };
  });
  const users = book.users.map((user) => ({ ...user, plan: names.get(user.plan) ?? user.plan }));
  return { ...book, plans, users };
}

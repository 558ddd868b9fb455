/** Names of another system's plans as plans here can have them. Pure. */
import { cutText } from "@karibu/protocol/whole-text";
import type { ForeignBook } from "./foreign-book.ts";

const planNameCharactersMax = 100;

/** Foreign text as a plan's name. */
export function planNameOf(name: string): string {
  const plain = name.toWellFormed().replace(/\p{Cc}+/gu, " ");
  return cutText(plain.trim(), planNameCharactersMax) || "?";
}

/** Gives each name once, counted without case: a second one of the same name gets a mark that `marked` makes of how often it was there. */
export function freeNames(marked: (name: string, count: number) => string): (name: string) => string {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return (name) => {
    const key = marked(name, 2).toLowerCase();
    let count = counts.get(key) ?? 1;
    let free = name;
    // Each mark is tried once, however many have the name; marks may be of several kinds.
    for (; taken.has(free.trim().toLowerCase()); free = marked(name, count)) count++;
    counts.set(key, count);
    taken.add(free.trim().toLowerCase());
    return free;
  };
}

/** Two names of there may be one here: each plan keeps a name of its own, or none of them could come. */
export function withPlanNames(book: ForeignBook): ForeignBook {
  const names = new Map<string, string>();
  const free = freeNames((name, count) => {
    const mark = ` (${count})`;
    return `${cutText(name, planNameCharactersMax - mark.length)}${mark}`;
  });
  const plans = book.plans.map((plan) => {
    const name = free(planNameOf(plan.name));
    if (!names.has(plan.name)) names.set(plan.name, name);
    return { ...plan, name };
  });
  const users = book.users.map((user) => ({ ...user, plan: names.get(user.plan) ?? user.plan }));
  return { ...book, plans, users };
}

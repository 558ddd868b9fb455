/**
 * What each fact does to a purchase in each state, as one table: `decision-table.txt`. What never does anything is not in it. A change of the machine
 * shows there, row by row, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import { expect, test } from "vitest";
import type { Evidence } from "../../evidence/evidence.ts";
import { accepted, giveUp, queryFailed } from "../test-purchase.ts";
import { type Beside, isOver, type Purchase } from "./purchase-facts.ts";
import { besidesOf, facts, prompted, purchases, short } from "./test-decisions.ts";
import { transition } from "./transition.ts";
import { endsHold, needsItsReceipts } from "./transition-steps.ts";

/** Null: nothing. */
function resultOf(before: Purchase, fact: Evidence, beside: Beside): string | null {
  const { next, effects, outcome, parked } = transition(before, fact, beside);
  const changes = Object.entries(next).filter(([name, value]) => value !== before[name as keyof Purchase]);
  const steps = effects.map(({ kind, ...of }) => `${kind}${short(of)}`);
  if (!parked && changes.length + steps.length === 0) return null;
  const changed = changes.map(([name, value]) => `${name}=${value}`).join(" ");
  return [outcome, parked ? "parked" : [], changed === "" ? [] : changed, ...steps].flat().join("; ");
}

/** One row for all that has one result. What else is in the books, and that too much is unverified, is named where it makes another result. */
function rowsOf(before: Purchase, fact: Evidence): string[] {
  const results = besidesOf(fact).flatMap(({ usual, unusual }) => {
    const [first, ...others] = [usual, ...unusual].map(
      ([words, beside]) => [words, resultOf(before, fact, beside)] as const,
    );
    return first === undefined ? [] : [first, ...others.filter(([, result]) => result !== first[1])];
  });
  const byResult = Map.groupBy(results, ([, result]) => result);
  return [...byResult].flatMap(([result, same]) => {
    const besides = same.map(([words]) => words.replace(/^, and/, "beside") || "alone").join(" | ");
    if (byResult.size === 1) return result ?? [];
    return `${besides}\n      ${result ?? "nothing"}`;
  });
}

test("[BEY-05] what each fact does to a purchase in each state is as the table says", async () => {
  const sections = Object.entries(purchases).map(([state, before]) => {
    const rows = Object.entries(facts).flatMap(([name, fact]) =>
      rowsOf(before, fact).map((row) => `  ${name}: ${row}`),
    );
    return [`${state}`, ...rows].join("\n");
  });
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("decision-table.txt");
});

const namesOf = <Value>(all: Readonly<Record<string, Value>>, is: (value: Value) => boolean) =>
  Object.keys(all).filter((name) => is(all[name] as Value));

test("what is judged beside the purchase's other receipts", () => {
  const always = ["status R1 5000", "status R1 3000", "status R2 5000", "list R1 6000", "query: paid"];
  always.push("query: paid, R1 3000", "query: paid, R1 without an amount", "staff: R1 5000");
  always.push("credit R1 5000, 2000 of it told", "disproof R1", "another customer's R1");
  always.push("spent credit proved", "spent credit never there");
  expect(namesOf(facts, (fact) => needsItsReceipts(fact, false))).toEqual(always);
  const besideCredit = namesOf(facts, (fact) => needsItsReceipts(fact, true));
  expect(besideCredit.filter((name) => !always.includes(name))).toEqual(["callback without a receipt"]);
});

test("credit is held for a purchase until it has paid, failed, or nobody asks about it any more", () => {
  const holding = namesOf(purchases, (purchase) => !endsHold(purchase, []));
  expect(holding).toEqual(Object.keys(purchases).filter((name) => /^(sending|prompted|unknown)/.test(name)));
  expect(endsHold(prompted, [accepted, giveUp])).toBe(true);
  expect(endsHold(prompted, [accepted, queryFailed])).toBe(false);
  expect(endsHold({ ...prompted, review: "underpaid" }, [])).toBe(true);
});

test("a payment that is over is reversed, disproved or another customer's", () => {
  expect(namesOf(purchases, ({ state }) => isOver(state))).toEqual(["reversed R1", "disproved R1", "moved R1 away"]);
});

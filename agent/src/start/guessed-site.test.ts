/** Somebody guesses codes: what honest customers notice of it at the agent's real doors, HTTP and RADIUS. */
import { afterEach, expect, test } from "vitest";
import { type GuessedSite, openGuessedSite, phoneOf, rightCode, type Served } from "./test-guessed-site.ts";

let site: GuessedSite;
afterEach(() => site.close());

/** 110 wrong codes at once and then ten a second, each from a MAC of its own that no phone has, until `end`. */
async function madeUpMacs(by: "form" | "portal"): Promise<{ end(): Promise<void> }> {
  let number = 0;
  let isOver = false;
  const guess = () => {
    const phone = phoneOf(66, ++number);
    return by === "form" ? site.ask(phone, `WRONG${number}`) : site.post(phone, `WRONG${number}`);
  };
  await Promise.all(Array.from({ length: 110 }, guess));
  const pending = new Set<Promise<unknown>>();
  const go = () => {
    if (isOver) return;
    pending.add(guess());
    site.world.clock.after(100, go);
  };
  go();
  return {
    async end() {
      isOver = true;
      await Promise.all(pending);
    },
  };
}

const summary = (served: readonly Served[]) => ({
  accepted: served.filter(({ accepted }) => accepted).length,
  otherAnswers: served.flatMap(({ answers }) => answers).filter((code) => code !== "one-moment"),
});

const longest = (served: readonly Served[]) => Math.max(...served.map(({ waitedMs }) => waitedMs));

test.each([
  { hasApi: true, by: "form" },
  { hasApi: false, by: "form" },
  { hasApi: true, by: "portal" },
  { hasApi: false, by: "portal" },
] as const)(
  "[POR-05] 80 customers with right codes get in while made-up MACs guess (API: $hasApi, by $by)",
  async ({ hasApi, by }) => {
    site = await openGuessedSite({ hasApi, codes: 80 });
    const customers = Array.from({ length: 80 }, (_, number) => phoneOf(50, number + 1));
    for (const customer of customers) site.put(customer);
    const attack = await madeUpMacs(by);
    const served = await Promise.all(
      customers.map((customer, number) => site.serve(customer, rightCode(number), 10_000)),
    );
    await attack.end();
    expect(summary(served)).toEqual({ accepted: 80, otherAnswers: [] });
    expect(longest(served)).toBeLessThan(10_000);
  },
);

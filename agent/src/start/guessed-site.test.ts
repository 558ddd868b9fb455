/** Somebody guesses codes: what honest customers notice of it at the agent's real doors, HTTP and RADIUS. */
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { afterEach, expect, test } from "vitest";
import { type GuessedSite, openGuessedSite, phoneOf, rightCode, type Served } from "./test-guessed-site.ts";
import { customersOf, madeUpMacs, realHosts, waitOf } from "./test-guessing-attack.ts";

let site: GuessedSite;
afterEach(() => site.close());

/** What a customer heard beside "one moment": nothing. */
const summary = (served: readonly Served[]) => ({
  accepted: served.filter(({ accepted }) => accepted).length,
  otherAnswers: served.flatMap(({ answers }) => answers).filter((code) => code !== "one-moment"),
});

test.each(
  inLongRunAll(
    [
      { hasApi: true, by: "form" },
      { hasApi: false, by: "form" },
      { hasApi: true, by: "portal" },
      { hasApi: false, by: "portal" },
    ] as const,
    ({ hasApi, by }) => hasApi && by === "form",
  ),
)(
  "[POR-05] 80 customers with right codes get in while made-up MACs guess (API: $hasApi, by $by)",
  async ({ hasApi, by }) => {
    site = await openGuessedSite({ hasApi, codes: 80 });
    const customers = Array.from({ length: 80 }, (_, number) => phoneOf(50, number + 1));
    for (const customer of customers) site.put(customer);
    const attack = await madeUpMacs(site, by);
    const served = await Promise.all(
      customers.map((customer, number) => site.serve(customer, rightCode(number), 10_000)),
    );
    await attack.end();
    expect(summary(served)).toEqual({ accepted: 80, otherAnswers: [] });
    expect(waitOf(served, 0.99)).toBeLessThan(10_000);
    // However many MACs are made up, the router is asked for its hosts once in two seconds.
    expect(site.reads()).toBeLessThanOrEqual(hasApi ? 8 : 0);
  },
);

longTest(
  "[POR-05] 110 real hosts that guess without end: customers get in within ten seconds, and an alarm says it with numbers",
  async () => {
    site = await openGuessedSite({ hasApi: true, codes: 30 });
    const attack = realHosts(site, 110, "portal");
    await expect
      .poll(() => site.alarms(), { timeout: 20_000 })
      .toContainEqual({
        event: "guessing-at-site",
        fields: { wrongTries: 100 },
      });
    const [sinceMs, triedBefore] = [site.world.clock.monotonicMs(), attack.wrongTries()];
    const served = await customersOf(site, "portal", { count: 30, everyMs: 200, giveUpMs: 15_000 });
    const seconds = (site.world.clock.monotonicMs() - sinceMs) / 1000;
    const tried = attack.wrongTries() - triedBefore;
    await attack.end();
    expect(summary(served)).toEqual({ accepted: 30, otherAnswers: [] });
    expect(waitOf(served, 0.99)).toBeLessThan(10_000);
    expect(
      served.some(({ answers }) => answers.length > 0),
      "somebody waited",
    ).toBe(true);
    // Twenty a second, and what had its turn before.
    expect(tried / seconds).toBeLessThan(30);
  },
  60_000,
);

longTest(
  "[RAD-01] 110 hosts that guess in the router's form: a person who tries again is let in within ten seconds",
  async () => {
    site = await openGuessedSite({ hasApi: false, codes: 20 });
    const attack = realHosts(site, 110, "form");
    await expect.poll(() => attack.wrongTries(), { timeout: 20_000 }).toBeGreaterThan(40);
    const served = await customersOf(site, "form", { count: 20, everyMs: 100, giveUpMs: 15_000 });
    await attack.end();
    expect(served.filter(({ accepted }) => accepted)).toHaveLength(20);
    expect(waitOf(served, 0.99)).toBeLessThan(10_000);
  },
  60_000,
);

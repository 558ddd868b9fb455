/** Shares are booked for all providers now and then: the trouble of one is not in the way of the others. */
import { expect, test } from "vitest";
import { troubledLedger } from "../../money/ledger/test-troubled-ledger.ts";
import { sureAskerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";
import { bookSharesJob } from "./book-shares.ts";

hubSuite("two providers", { timeout: 60_000 }, (hub) => {
  async function openShop(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const call = sureAskerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "Market" })).site;
    const { planId } = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} });
    const { venueId } = await call("POST", "/venues", { name: "The owner" });
    await call("PUT", `/venues/${venueId}/shares`, { shares: [{ siteId, planId: null, permille: 100 }] });
    return {
      providerId,
      sell: () => call("POST", "/payments/purchase", { siteId, planId, phone: "0712345678", pay: "cash" }),
      /** What the venue has to get, of what was sold for 2000 each. */
      shareCents: async (): Promise<number> => {
        const { items } = await call("GET", "/ledger/accounts");
        const account = items.find((one: { account: string }) => one.account === `venue:${venueId}`);
        return 0 - (account?.balanceCents ?? 0);
      },
    };
  }

  test("[TEN-16] shares of venues are booked for each, whoever's can't be", async () => {
    const [one, other] = [await openShop("First"), await openShop("Second")];
    const jobWithTroubleOf = (providerId: string) =>
      bookSharesJob({ world: hub.world, database: hub.database(), ledger: troubledLedger(hub.world, providerId) });
    for (const [sold, troubled, well] of [
      [1, one, other],
      [2, other, one],
    ] as const) {
      for (const shop of [one, other]) await shop.sell();
      // The run counts as failed: somebody looks.
      await expect(jobWithTroubleOf(troubled.providerId).run()).rejects.toThrow("a trouble of its own");
      expect(await well.shareCents()).toBe(200 * sold);
    }
  });
});

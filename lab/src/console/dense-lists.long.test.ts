/** How much of a list is in sight: by the rows that stand on a screen, beside an open thing, and of an empty one. */
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, type OpenPage, patience, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("a list's rows, in a browser", () => {
  const console = useBusiness("Msongamano");
  let owner: OpenPage;
  beforeAll(async () => {
    const { token, siteId, ownerEmail } = console.business;
    const [plan] = (await console.ask("/plans")).items;
    for (let sale = 0; sale < 24; sale++) {
      const headers = { "Idempotency-Key": `dense-${sale}` };
      const body = { siteId, planId: plan.planId, phone: `07123450${10 + sale}`, pay: "cash" };
      const { status } = await console.hub.call("POST", "/api/v1/payments/purchase", { token, headers, body });
      expect(status).toBeLessThan(300);
    }
    owner = await console.open({ email: ownerEmail }, { hash: "#/payments", width: 1440 });
    await owner.page.setViewportSize({ width: 1440, height: 900 });
  });

  test("[UIX-03] some twenty payments stand on a desk's screen, and two lines a row beside an open one", async () => {
    const { page, errors } = owner;
    await settled(page);
    const rows = page.locator("payments-page tbody tr");
    await expect.poll(() => rows.count(), patience).toBeGreaterThan(20);
    const inSight = await rows.evaluateAll(
      (all) => all.filter((row) => row.getBoundingClientRect().bottom <= 900).length,
    );
    expect(inSight).toBeGreaterThanOrEqual(18);
    await rows.first().click();
    await page.locator("payment-page h1").waitFor();
    await settled(page);
    const heights = await rows.evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
    expect(Math.max(...heights)).toBeLessThanOrEqual(58);
    expect(errors).toEqual([]);
  });

  test("[UIX-06] an empty list is one line with what to do, and nothing narrows it", async () => {
    const { ownerEmail } = await console.hub.makeProvider("Tupu");
    const { page } = await console.open({ email: ownerEmail }, { hash: "#/payments", width: 1440 });
    const state = page.locator("payments-page data-table .state");
    await state.waitFor();
    expect((await state.boundingBox())?.height).toBeLessThanOrEqual(90);
    expect(await page.locator("payments-page .narrowing").count()).toBe(0);
    // A list that a filter emptied keeps it: else nobody could take it away.
    await goTo(page, "#/payments?state=failed");
    await page.locator("payments-page .narrowing").waitFor();
    await page.context().close();
  });
});

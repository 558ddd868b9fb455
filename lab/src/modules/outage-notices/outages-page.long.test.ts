/** Outages on the console: planned work is told of, and a customer wishes to hear of it. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chromiumPath, goTo, lookAt } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("outages, in a browser", () => {
  const console = useBusiness("Huduma");

  test("[CUS-09] planned work is shown and can be called off; that a customer wishes to be told is noted on their page", async () => {
    const { siteId, token, customerId, ownerEmail } = console.business;
    const nowMs = console.hub.world.clock.wall().atMs;
    const body = { siteIds: [siteId], fromMs: nowMs + 3_600_000, untilMs: nowMs + 7_200_000, words: "New mast." };
    const headers = { "idempotency-key": "work" };
    const planned = await console.hub.call("POST", "/api/v1/outages", { token, body, headers });
    expect(planned.status, planned.text).toBeLessThan(300);
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: "#/outages" });
    await page.getByRole("button", { name: "Call off" }).waitFor();
    await lookAt(page, "outages");
    await goTo(page, `#/customers/${customerId}`);
    await page.getByRole("button", { name: "The customer wants them" }).click();
    await page.getByText("Wanted (noted by", { exact: false }).waitFor();
    await lookAt(page, "customer-care");
    expect(errors).toEqual([]);
    await page.close();
  }, 120_000);
});

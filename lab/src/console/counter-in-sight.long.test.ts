/** What a seller must see next at the counter is on the screen, on a phone and on a desktop: the new code, the field that is missing, why nothing is sold. */
import { ownerPassword } from "@karibu/cloud/test-hub";
import type { Locator } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, picture } from "./test-console.ts";

const soon = { timeout: 8_000 };

describe.skipIf(chromiumPath === null)("what comes next at the counter, in a browser", () => {
  const console = useBusiness("Mbele");
  beforeAll(async () => {
    // As many packages as are large buttons: the form is longer than a phone.
    const { items: plans } = await console.ask("/plans?limit=100");
    for (let hours = 2; hours < 14 - plans.length; hours++) {
      const body = { name: `${hours} hours`, priceCents: hours * 1500, terms: { validitySeconds: hours * 3600 } };
      const made = await console.hub.call("POST", "/api/v1/plans", { token: console.business.token, body });
      expect(made.status, made.text).toBe(201);
    }
    // It is a busy day: below the form there is a list of what was sold.
    const token = await console.hub.logIn("seller@mbele.test", ownerPassword);
    const [{ planId }] = (await console.ask("/plans")).items;
    for (let sale = 0; sale < 8; sale++) {
      const headers = { "Idempotency-Key": `before-${sale}` };
      const body = { siteId: console.business.siteId, planId, pay: "cash" };
      const sold = await console.hub.call("POST", "/api/v1/payments/purchase", { token, headers, body });
      expect(sold.status, sold.text).toBe(201);
    }
  });

  test("[BEY-07] after a sale on a phone the new code is on the screen, and the focus is at the sale, whose name tells the code", async () => {
    const { page, errors } = await console.open({ email: "seller@mbele.test" }, { hash: "#/sell", width: 390 });
    await page.setViewportSize({ width: 390, height: 844 });
    const sell = page.locator("sell-page");
    await sell.getByLabel("Site").selectOption({ label: "Market square" });
    const button = sell.getByRole("button", { name: "Sell", exact: true });
    await sell
      .locator("action-form")
      .first()
      .evaluate((form) => form.scrollIntoView({ block: "end" }));
    await button.click();
    const code = sell.locator("sale-code .code").first();
    await code.waitFor();
    await expect.poll(() => isInSight(code), soon).toBe(true);
    const shown = ((await code.textContent()) ?? "").trim();
    const sale = sell.getByRole("group", { name: shown });
    await expect
      .poll(() => sale.evaluate((group) => (group.getRootNode() as ShadowRoot).activeElement === group), soon)
      .toBe(true);
    await picture(page, "sell-code-in-sight-390");
    await sell.getByRole("button", { name: "Sell another one" }).click();
    await expect.poll(() => isInSight(sell.locator(".form-card").getByText("Plan", { exact: true })), soon).toBe(true);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

/** The whole of it is on the screen, above the menu at its foot. */
const isInSight = (what: Locator): Promise<boolean> =>
  what.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= window.innerHeight - 68;
  });

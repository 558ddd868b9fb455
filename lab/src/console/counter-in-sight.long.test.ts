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

  test("[UIX-05] a site that was not chosen is said below its field, which nothing lies over; the next visit proposes the site of the last sale", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/sell" });
    const sell = page.locator("sell-page");
    const site = sell.getByLabel("Site");
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.reload();
      expect(await site.inputValue()).toBe("");
      await sell
        .locator("action-form")
        .first()
        .evaluate((form) => form.scrollIntoView({ block: "end" }));
      await sell.getByRole("button", { name: "Sell", exact: true }).click();
      const refusal = sell.getByRole("alert").filter({ hasText: "Site: " });
      await refusal.waitFor();
      await picture(page, `sell-no-site-${width}`);
      await expect.poll(() => isInSight(refusal), soon).toBe(true);
      await expect.poll(() => isInSight(site), soon).toBe(true);
      const [said, field] = [await refusal.boundingBox(), await site.boundingBox()];
      expect(said?.y ?? 0, `${width}`).toBeGreaterThanOrEqual((field?.y ?? 0) + (field?.height ?? 0));
      const over = await sell.locator(".actions.large").boundingBox();
      if (width < 900) expect((said?.y ?? 0) + (said?.height ?? 0)).toBeLessThanOrEqual(over?.y ?? 0);
    }
    await site.selectOption({ label: "Market square" });
    await sell.getByRole("button", { name: "Sell", exact: true }).click();
    await sell.locator("sale-code .code").first().waitFor();
    await page.reload();
    await sell.getByRole("button", { name: "Sell", exact: true }).waitFor();
    expect(await site.locator("option:checked").textContent()).toContain("Market square");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[PAY-21] with an empty float nothing is sold for cash: the button says what is missing, and a prompt can be sent", async () => {
    const { business, hub } = console;
    const body = { email: "mpya@mbele.test", name: "Mpya", role: "seller", password: ownerPassword };
    expect((await hub.call("POST", "/api/v1/users", { token: business.token, body })).status).toBe(201);
    const { page, errors } = await console.open({ email: body.email }, { hash: "#/sell", width: 390 });
    await page.setViewportSize({ width: 390, height: 844 });
    const sell = page.locator("sell-page");
    const button = sell.getByRole("button", { name: "Sell", exact: true });
    await sell.getByText("KSh 0 is left of your float: too little for KSh 20 in cash.", { exact: false }).waitFor(soon);
    expect(await button.isDisabled()).toBe(true);
    await picture(page, "sell-no-float-390");
    await sell.getByLabel("Site").focus();
    const [bar, site] = [
      await sell.locator(".actions.large").boundingBox(),
      await sell.getByLabel("Site").boundingBox(),
    ];
    expect((site?.y ?? 0) + (site?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
    await sell.getByRole("radio", { name: "With a prompt on their phone" }).check();
    await expect.poll(() => button.isEnabled(), soon).toBe(true);
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

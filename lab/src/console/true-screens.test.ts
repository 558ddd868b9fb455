/** A screen shows what the hub has: also where an answer comes late, or not at all, and where somebody else changes the same meanwhile. */
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chromiumPath, goTo } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("what a screen says, in a browser", () => {
  const console = useBusiness("Kweli");
  const owner = useOwner(console);
  const plan = async () => (await console.ask("/plans")).items[0];

  test("[CUS-04] the rules of a plan that can't be read are not those of the plan before, nor can they be saved as its own", async () => {
    const { page } = owner;
    await goTo(page, "#/subscription-rules");
    const edit = page.locator("subscription-rules-page").getByRole("button", { name: "Edit" });
    await edit.waitFor();
    const { planId } = await plan();
    const away = /\/plans\/[^/]+\/subscription-rules$/;
    await page.route(away, (route) => route.abort());
    await page.locator('subscription-rules-page select[name="planId"]').selectOption(planId);
    await page.getByRole("button", { name: "Try again" }).waitFor();
    expect(await edit.count()).toBe(0);
    await page.unroute(away);
    await page.getByRole("button", { name: "Try again" }).click();
    await edit.waitFor();
  });

  test("[CUS-01] a customer who has another number now is shown with its credit, and what can't be looked at anew is not erased", async () => {
    const { page } = owner;
    const { customerId } = console.business;
    await goTo(page, `#/customers/${customerId}`);
    const credit = page.locator("credit-card .big");
    await credit.getByText("KSh 150").waitFor();
    await page.locator("customer-page").getByRole("button", { name: "Edit", exact: true, expanded: false }).click();
    await page.locator("customer-page action-form").getByLabel("Phone").fill("0799000111");
    await page.locator("customer-page action-form").getByRole("button", { name: "Save" }).click();
    await page.locator("customer-page action-form").waitFor({ state: "detached" });
    // Sooner than a page reads anew by itself.
    await expect.poll(() => credit.textContent(), { timeout: 8_000 }).toBe("KSh 0");
    await page.locator("personal-data-card").getByRole("button", { name: "Erase" }).first().click();
    const box = page.locator('erasure-form input[name="number"]');
    await box.waitFor();
    const away = /\/erasure/;
    await page.route(away, (route) => route.abort());
    await box.click();
    await page.locator("erasure-form").getByRole("button", { name: "Try again" }).waitFor();
    expect(await page.locator("erasure-form action-form").count()).toBe(0);
    await page.unroute(away);
  });
});

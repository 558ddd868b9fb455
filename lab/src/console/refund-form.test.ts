/** The forms of refunds ask for what the chosen way needs, and speak of no other. */
import { surePosterOf } from "@karibu/cloud/test-asking";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the forms of refunds, in a browser", () => {
  const console = useBusiness("Fomu");
  const post = surePosterOf(console.hub, () => console.business.token);

  test("[PAY-15] of a code that was sold for cash: whose credit it is, is asked where credit is chosen, and not for cash", async () => {
    const { batchId, ownerEmail } = console.business;
    const { items } = await console.ask(`/vouchers?batchId=${batchId}`);
    await post(`/vouchers/${items[0].voucherId}/declare-sold`);
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: `#/vouchers/${batchId}` });
    await page.getByRole("button", { name: "Request a refund" }).first().click();
    const form = page.locator("voucher-refund action-form");
    await form.getByLabel("Why").waitFor();
    expect(await form.getByLabel("Phone").count()).toBe(0);
    await form.getByLabel("How").selectOption({ label: "To the customer's credit" });
    await form.getByLabel("Phone").waitFor();
    await form.getByLabel("How").selectOption({ label: "In cash" });
    await form.getByLabel("Phone").waitFor({ state: "detached" });
    expect(errors).toEqual([]);
  });

  test("[PAY-15] [VOU-04] the form of a code at the end of a long list comes into view, and the keyboard goes on in it", async () => {
    const { batchId, ownerEmail } = console.business;
    const { items } = await console.ask(`/vouchers?batchId=${batchId}`);
    await post(`/vouchers/${items.at(-1).voucherId}/declare-sold`);
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: `#/vouchers/${batchId}` });
    await page.setViewportSize({ width: 1280, height: 700 });
    const form = page.locator("voucher-refund");
    const isInSight = () =>
      form.locator("section").evaluate((card) => {
        const { top, bottom } = card.getBoundingClientRect();
        return top > -1 && bottom < window.innerHeight + 1;
      });
    await page.getByRole("button", { name: "Request a refund" }).last().click();
    await form.getByLabel("How").waitFor();
    await expect.poll(isInSight).toBe(true);
    await expect
      .poll(() => form.getByLabel("How").evaluate((one) => one === (one.getRootNode() as ShadowRoot).activeElement))
      .toBe(true);
    await form.getByRole("button", { name: "Cancel" }).click();
    // Of one that nobody bought it says so, in sight too.
    await page.getByRole("button", { name: "Request a refund" }).nth(1).click();
    await form.getByText("Nobody bought this code").waitFor();
    await expect.poll(isInSight).toBe(true);
    expect(errors).toEqual([]);
  });

  test("[VOU-04] who finds a code that nobody bought says on its page that it was sold, and reads it there, among its days, and in the log", async () => {
    const { batchId, ownerEmail } = console.business;
    const { items } = await console.ask(`/vouchers?batchId=${batchId}`);
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: `#/vouchers?code=${items[5].code}` });
    const state = page.locator("voucher-search .badge").first();
    await state.getByText("Unsold or unused").waitFor();
    await page.locator("code-sale").getByRole("button", { name: "It was sold for cash" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "It was sold for cash" }).click();
    await state.getByText("Sold, not used yet").waitFor();
    await page.locator("voucher-trace").getByRole("cell", { name: "Sold", exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "It was sold for cash" }).count()).toBe(0);
    // A part goes back, and it can still be used.
    const settings = { refundUsed: "any", twoPersonRefunds: false };
    await console.hub.call("PATCH", "/api/v1/money-settings", { token: console.business.token, body: settings });
    await post("/refunds", {
      voucherId: items[5].voucherId,
      amountCents: 500,
      method: "cash",
      reason: "slow",
      revoke: false,
    });
    await page.reload();
    await page.locator("voucher-search").getByText("Partly refunded").waitFor();
    await page.goto(`${console.url()}/#/audit`);
    const entry = page.getByRole("row").filter({ hasText: "declared sold" }).first();
    await entry.getByText("Plan: 1 hour").waitFor();
    await entry.getByText("Amount: 20").waitFor();
    expect(errors).toEqual([]);
  });

  test("[PAY-15] of a sale for cash without a number: cash is chosen, no phone is asked for, and nothing is said of what channels can't do", async () => {
    const { siteId, ownerEmail } = console.business;
    const [plan] = (await console.ask("/plans")).items;
    const { id } = await post("/payments/purchase", { siteId, planId: plan.planId, pay: "cash" });
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: `#/payments/${id}` });
    await page.getByRole("button", { name: "Request a refund" }).click();
    const form = page.locator("refund-form");
    await form.getByLabel("Why", { exact: true }).waitFor();
    expect(await form.getByLabel("How").inputValue()).toBe("cash");
    expect(await form.getByLabel("Phone").count()).toBe(0);
    expect(await form.getByText("Why are other methods not possible?").count()).toBe(0);
    await form.getByLabel("How").selectOption({ label: "To the customer's credit" });
    await form.getByLabel("Phone").waitFor();
    expect(errors).toEqual([]);
  });
});

/** The forms of refunds ask for what the chosen way needs, and speak of no other. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the forms of refunds, in a browser", () => {
  const console = useBusiness("Fomu");
  let keys = 0;
  const post = async (path: string, body?: object) => {
    const headers = { "Idempotency-Key": `form-${++keys}` };
    const answer = await console.hub.call("POST", `/api/v1${path}`, {
      ...{ token: console.business.token, headers },
      ...(body && { body }),
    });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  };

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

import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, patience } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("money that needs review, in a browser", () => {
  const console = useBusiness("Nyota");

  test("[BEY-06] an account number is added and removed; its money is assigned with the payer's phone; the list reaches zero", async () => {
    const { business, hub } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/sites" });
    const card = page.locator("pay-accounts-card");
    for (const number of ["SHOP 7", "MISTAKE"]) {
      await card.getByRole("button", { name: "Add a number" }).first().click();
      await card.getByLabel("Account number").fill(number);
      await card.getByLabel("Site").selectOption({ index: 1 });
      await card.locator("action-form").getByRole("button", { name: "Add a number" }).click();
      await card.getByRole("row").filter({ hasText: number }).waitFor();
    }
    const mistake = card.getByRole("row").filter({ hasText: "MISTAKE" });
    await mistake.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await mistake.waitFor({ state: "detached" });

    const place = { providerId: business.providerId, channelId: business.channelId };
    await hub.database().asProvider(business.providerId, async (tx) => {
      await tx
        .insertInto("evidence")
        .values({
          ...place,
          evidenceId: "unmatched-2",
          purchaseId: null,
          source: "stk-callback",
          naturalKey: "y",
          bodyHash: "y",
          remoteAddress: "192.0.2.8",
          receivedAtMs: 1,
          state: "unmatched",
          outcome: "not a genuine message: : Invalid input",
        })
        .execute();
      await tx
        .updateTable("receipts")
        .set({ accountText: "shop-7 ", payerHash: null, payerMasked: "2547***199", note: "the payer is hidden" })
        .where("receipt", "=", business.suspenseReceipt)
        .execute();
    });
    await goTo(page, "#/review");
    const row = page.getByRole("row").filter({ hasText: business.suspenseReceipt });
    await row.getByText("M-Pesa hides who paid", { exact: false }).waitFor();
    await row.getByRole("button", { name: "For SHOP 7" }).click();
    await page.getByRole("textbox", { name: "Phone" }).fill("0733000199");
    await page.locator("action-form").getByRole("button", { name: "Give to a phone" }).click();
    await page.getByText("The money has an owner now.").waitFor();
    const callback = page.getByRole("row").filter({ hasText: "M-Pesa's answer to the prompt" });
    await callback.getByText("the body is missing or has another shape", { exact: false }).waitFor();
    expect(await callback.textContent()).not.toContain("192.0.2.8");
    await callback.getByRole("button", { name: "Mark as reviewed" }).click();
    await callback.waitFor({ state: "detached" });
    expect(errors).toEqual([]);
  });

  test("[UIX-03] the list is narrowed by reason, site, channel and days, turned page by page, and its address shows the same to another", async () => {
    const { business, hub } = console;
    const place = { providerId: business.providerId, channelId: business.channelId };
    await hub.database().asProvider(business.providerId, (tx) =>
      tx
        .insertInto("evidence")
        .values(
          Array.from({ length: 120 }, (_, at) => ({
            ...place,
            evidenceId: `flood-${at}`,
            purchaseId: null,
            source: "stk-callback",
            naturalKey: `flood-${at}`,
            bodyHash: "h",
            remoteAddress: null,
            receivedAtMs: Date.now() - at,
            state: "unmatched" as const,
            outcome: "why",
          })),
        )
        .execute(),
    );
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/review" });
    const review = page.locator("review-page");
    const rows = review.locator("data-table").first().getByRole("row");
    await review.getByRole("button", { name: "Next" }).first().click();
    await expect.poll(() => page.url(), patience).toContain("after=50.");
    await review.getByText(/51–100 of \d+/).waitFor(patience);

    await review.getByLabel("Kind").first().selectOption({ label: "Payment" });
    await expect.poll(() => page.url(), patience).toContain("kind=payment");
    await expect.poll(() => rows.filter({ hasText: "M-Pesa's answer to the prompt" }).count(), patience).toBe(0);
    await goTo(page, `#/review?kind=unmatched&channelId=${business.channelId}`);
    await rows.filter({ hasText: "M-Pesa's answer to the prompt" }).first().waitFor(patience);
    const chips = review.getByRole("group", { name: "Filtered by" });
    await chips.getByRole("button", { name: /Unmatched callback/ }).waitFor(patience);
    await review.getByLabel("Site").first().selectOption({ index: 1 });
    await review.getByText("Nothing found.").first().waitFor(patience);
    await page.reload();
    await chips.getByRole("button").first().waitFor(patience);
    expect(errors).toEqual([]);
  });

  test("a paid invoice gets a credit note, and an expense beyond what the books have needs a confirmation", async () => {
    const { business, hub } = console;
    const { page, errors } = await console.open({ email: business.accountantEmail }, { hash: "#/invoices" });
    const row = page.getByRole("row").filter({ hasText: "Lake view guest house" });
    const { items } = await console.ask("/invoices");
    const headers = { "idempotency-key": "paid-for-the-credit-note" };
    const paid = { token: business.token, headers, body: { with: "cash" } };
    expect((await hub.call("POST", `/api/v1/invoices/${items[0].id}/pay`, paid)).status).toBe(200);
    await goTo(page, "#/expenses");
    await goTo(page, "#/invoices");
    await row.getByRole("button", { name: "Issue a credit note" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Issue a credit note" }).click();
    await row.getByText("Void").waitFor();

    await goTo(page, "#/expenses");
    await page.getByRole("button", { name: "Record an expense" }).click();
    const form = page.locator("action-form");
    await form.getByLabel("Kind").fill("A tower");
    await form.getByLabel("Amount (KSh)").fill("1000000");
    const record = async (answer: string) => {
      await form.getByRole("button", { name: "Record an expense" }).click();
      await page.getByRole("dialog").getByText("Record it all the same?", { exact: false }).waitFor();
      await page.getByRole("dialog").getByRole("button", { name: answer }).click();
    };
    await record("Cancel");
    expect(await form.getByLabel("Kind").inputValue()).toBe("A tower");
    await record("Record an expense");
    await page.getByRole("row").filter({ hasText: "A tower" }).waitFor();
    expect(errors).toEqual([]);
  });
});

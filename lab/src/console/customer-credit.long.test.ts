/** What a customer has with the provider, and how it came about, as the office sees it. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("a customer's credit, in a browser", () => {
  const console = useBusiness("Voi");

  test("[PAY-12] a top-up stands on the customer's page with its history and the balance after each line", async () => {
    const { business } = console;
    const { page, errors } = await console.open(
      { email: business.ownerEmail },
      { hash: `#/customers/${business.customerId}` },
    );
    // The sample business has topped it up with 150 shillings.
    const lines = page.locator("credit-lines");
    for (const [amount, balance] of [
      ["70", "KSh 220"],
      ["30", "KSh 250"],
    ] as const) {
      await page.getByRole("button", { name: "Top up with cash" }).click();
      await page.locator("credit-card").getByLabel("Amount", { exact: false }).fill(amount);
      await page.locator("credit-card").getByRole("button", { name: "Top up", exact: true }).click();
      await lines
        .getByRole("row")
        .filter({ hasText: `KSh ${amount}` })
        .filter({ hasText: balance })
        .first()
        .waitFor();
    }
    expect(await lines.getByRole("row").filter({ hasText: "KSh" }).count()).toBe(3);
    expect(errors).toEqual([]);
  });
});

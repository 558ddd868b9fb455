/** Webhooks on the console: what an address hears, a test, and what became of it. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chromiumPath, lookAt } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("webhooks, in a browser", () => {
  const console = useBusiness("Mwangaza");

  test("[SYS-01] [UIX-02] an owner adds one, chooses what it hears, tries it, and reads what was posted", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/webhooks" });
    await page.getByRole("button", { name: "Add a webhook" }).click();
    const form = page.locator("action-form");
    await form.getByRole("textbox", { name: "Name" }).fill("Our books");
    await form.getByLabel("Address").fill("https://books.example.com/in");
    await form.getByLabel("Hears of: Payment received").check();
    await form.getByRole("button", { name: "Add a webhook" }).click();
    await page.getByText("Secret for its signatures").waitFor();
    await page.getByRole("link", { name: "Our books" }).first().click();
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByRole("row").filter({ hasText: "Test" }).first().waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Hears of: Site away").check();
    await page.locator("action-form").getByRole("button", { name: "Save" }).click();
    await page.getByText("Payment received, Site away").first().waitFor();
    await lookAt(page, "webhook");
    await page.goto(`${console.url()}/#/webhooks`);
    await lookAt(page, "webhooks");
    expect(errors).toEqual([]);
  });
});

/** Corrections of the books, in the console: asked for by one person, approved by another, reached from where the mistake is seen. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath } from "./test-console.ts";
import { customerPhone } from "./test-sample-business.ts";

describe.skipIf(chromiumPath === null)("corrections, in a browser", () => {
  const console = useBusiness("Lodwar");

  test("[PAY-12] credit is paid out from the customer's page, and a top-up is taken back from its line", async () => {
    const { business } = console;
    const { page, errors } = await console.open(
      { email: business.ownerEmail },
      { hash: `#/customers/${business.customerId}` },
    );
    // The sample business has topped the customer up with 150 shillings.
    await page.locator("credit-card").getByRole("link", { name: "Pay credit out in cash" }).click();
    const form = page.locator("correction-form");
    await form.getByLabel("Amount (KSh)").fill("30");
    await form.getByLabel("Why").fill("She moves away");
    await form.getByRole("button", { name: "Correct something" }).click();
    const paidOut = page.getByRole("row").filter({ hasText: "She moves away" });
    await paidOut.getByText("Booked").waitFor();
    await paidOut.getByText("KSh 30").waitFor();

    await page.goto(`${page.url().split("#")[0]}#/customers/${business.customerId}`);
    await page.locator("credit-lines").getByRole("link", { name: "Correct this" }).first().click();
    await form.getByLabel("Amount (KSh)").fill("20");
    await form.getByLabel("Why").fill("Typed 20 too much");
    await form.getByRole("button", { name: "Correct something" }).click();
    await page.getByRole("row").filter({ hasText: "Typed 20 too much" }).getByText("Booked").waitFor();
    expect((await console.ask(`/credits?phone=${customerPhone}`)).balanceCents).toBe(10_000);
    expect(errors).toEqual([]);
  });

  test("[PAY-12] where the provider wants two people, who asked waits and another one approves, in Swahili too", async () => {
    const { business } = console;
    const { token } = business;
    await console.hub.call("PATCH", "/api/v1/money-settings", { token, body: { correctionsNeedSecond: true } });
    const asks = await console.open(
      { email: business.accountantEmail },
      { hash: "#/corrections?correct=pay-out-credit" },
    );
    const form = asks.page.locator("correction-form");
    await form.getByLabel("Phone").fill(customerPhone);
    await form.getByLabel("Amount (KSh)").fill("40");
    await form.getByLabel("Why").fill("Asked for it back");
    await form.getByRole("button", { name: "Correct something" }).click();
    const row = asks.page.getByRole("row").filter({ hasText: "Asked for it back" });
    await row.getByText("Waits for a second person").waitFor();
    expect(await row.getByRole("button", { name: "Approve" }).count()).toBe(0);

    const approves = await console.open({ email: business.ownerEmail });
    // Home counts what waits, and leads to where it is decided.
    const home = approves.page
      .locator("waiting-card")
      .getByRole("listitem")
      .filter({ hasText: "Corrections for a second" });
    await home.getByText("1", { exact: true }).waitFor();
    await chooseLanguage(approves.page, "sw");
    await approves.page.getByRole("link", { name: "Amua: Masahihisho ya mtu wa pili" }).click();
    const waiting = approves.page.getByRole("row").filter({ hasText: "Asked for it back" });
    await waiting.getByText("Inasubiri mtu wa pili").waitFor();
    await waiting.getByRole("button", { name: "Idhinisha" }).click();
    await approves.page.locator("ask-dialog").getByRole("button", { name: "Idhinisha" }).click();
    // The list shows what waits: it is decided, and so no longer there.
    await waiting.waitFor({ state: "detached" });
    await approves.page.goto(`${approves.page.url().split("#")[0]}#/corrections`);
    await waiting.getByText("Imeandikwa").waitFor();
    await approves.page.goto(`${approves.page.url().split("#")[0]}#/`);
    await approves.page.locator("waiting-card").waitFor();
    await expect.poll(() => approves.page.getByText("Masahihisho ya mtu wa pili").count(), { timeout: 60_000 }).toBe(0);
    expect(approves.errors).toEqual([]);
  });
});

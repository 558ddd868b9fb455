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

  test("[PAY-12] money that paid the wrong customer's purchase is moved from the payment's page: what it bought ends, and the other customer has the credit", async () => {
    const { token } = console.business;
    const send = (path: string, body: object) =>
      console.hub.call("POST", `/api/v1${path}`, { token, body, headers: { "idempotency-key": `moved${path}` } });
    const channels: { id: string; kind: string }[] = (await console.ask("/channels")).items;
    const plans: { planId: string; priceCents: number; active: boolean }[] = (await console.ask("/plans")).items;
    const plan = plans.find(({ active, priceCents }) => active && priceCents > 0 && priceCents % 100 === 0);
    const [site]: { siteId: string }[] = (await console.ask("/sites")).items;
    const account = { number: "WIFI99", phone: "0712555111", siteId: site?.siteId, planId: plan?.planId };
    expect((await send("/pay-accounts", account)).status).toBe(201);
    const entered = await send("/payments/entered", {
      channelId: channels.find(({ kind }) => kind === "mpesa-paybill")?.id,
      receipt: "UKB10ZDR4F",
      amountCents: plan?.priceCents,
      accountNumber: "WIFI99",
    });
    expect(entered.body).toMatchObject({ outcome: "paid", paymentId: expect.any(String) });
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/payments/${entered.body.paymentId}` },
    );
    await page.getByRole("link", { name: "It was another customer's" }).click();
    const form = page.locator("correction-form");
    await form.getByLabel("Phone of the customer who gets it").fill("0712555222");
    await form.getByLabel("Why").fill("She typed his account");
    await form.getByRole("button", { name: "Correct something" }).click();
    await page.getByRole("row").filter({ hasText: "She typed his account" }).getByText("Booked").waitFor();
    expect((await console.ask("/credits?phone=0712555222")).balanceCents).toBe(plan?.priceCents);
    await page.goto(`${page.url().split("#")[0]}#/payments/${entered.body.paymentId}`);
    await page.getByText("Moved to another customer").first().waitFor();
    await chooseLanguage(page, "sw");
    await page.getByText("Imehamishiwa mteja mwingine").first().waitFor();
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

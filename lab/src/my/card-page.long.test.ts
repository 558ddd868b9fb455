/** A customer pays by card: their own page in one tab, the payment page of the simulated Stripe in the other. */

import { createPaymentLink } from "@karibu/cloud/money/payment-links/payment-links";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, picture } from "../console/test-console.ts";
import { useMyPage } from "./test-my-page.ts";

const phoneWidth = 390;
const patience = { timeout: 30_000 };

describe.skipIf(chromiumPath === null)("a card on the customers' page, in a browser", { timeout: 180_000 }, () => {
  const my = useMyPage();
  beforeAll(() => my.addStripe());
  const fits = (page: Page) =>
    page.waitForFunction((most) => document.documentElement.scrollWidth <= most, phoneWidth, patience);

  /** Opens the payment page from the link that is shown, and pays there. It leads back to the hub by its name, which no browser finds here. */
  async function payThere(page: Page, open: string): Promise<void> {
    const [there] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: open }).click(),
    ]);
    const [back] = await Promise.all([
      there.waitForEvent("requestfailed", (request) => request.url().includes("/hooks/back")),
      there.getByRole("button", { name: "Pay", exact: true }).click(),
    ]);
    expect(back.url()).toBe("http://hub.test/hooks/back");
    expect(await (await fetch(`${my.hub.url()}/hooks/back`)).text()).toContain("Go back to the page where you began");
    await there.close();
  }

  test("[PAY-10] [CUS-06] [CUS-11] pays a line, tops up and pays an invoice by card, at 390 pixels, also by keyboard and in Swahili", async () => {
    const phone = "0712345611";
    await my.newLine("Asha Wanjiku", phone);
    const lines = [{ text: "A router", quantity: 1, unitCents: 450_000 }];
    await my.post("/invoices", { customerName: "Asha Wanjiku", phone, lines });
    const { page, errors } = await my.open(`/my/${my.provider().providerId}/`, { width: phoneWidth });
    await page.getByLabel("Phone number").fill(phone);
    await page.getByRole("button", { name: "Send the code" }).click();
    await page.getByLabel("Code from the SMS").fill(await my.codeFor(phone));
    await page.getByRole("button", { name: "Log in", exact: true }).click();
    const service = page.locator(".service");
    await service.getByRole("button", { name: "Pay now" }).click();
    await service.getByRole("button", { name: "Ask the phone" }).waitFor(patience);
    await fits(page);
    await picture(page, "my-card-ways");
    await service.getByRole("button", { name: "Pay by card" }).click();
    await service.getByRole("link", { name: "Open the payment page" }).waitFor(patience);
    await fits(page);
    await picture(page, "my-card-page");
    await payThere(page, "Open the payment page");
    await service.getByText(/^Paid\. Your service is on until/).waitFor(patience);
    await service.getByText(/^Receipt pi_/).waitFor(patience);
    await fits(page);
    await picture(page, "my-card-paid");
    await service.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => service.locator(".badge").textContent(), patience).toBe("Active");
    await page.getByRole("button", { name: "Top up" }).click();
    await page.getByLabel(/^Amount/).fill("300");
    await page.getByRole("button", { name: "Pay by card" }).click();
    await payThere(page, "Open the payment page");
    await page.getByText("Paid. It is in your credit.").waitFor(patience);
    await page.getByText("KSh 300").first().waitFor(patience);
    await page.getByLabel("Language").selectOption("sw");
    await page.getByRole("link", { name: "Pesa" }).click();
    await page.getByRole("button", { name: "Lipa sasa" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Lipa kwa kadi" }).press("Enter");
    await fits(page);
    await picture(page, "my-card-invoice-sw");
    await payThere(page, "Fungua ukurasa wa malipo");
    await page.getByText("Hii imelipwa. Asante!").waitFor(patience);
    await fits(page);
    expect(errors.filter((error) => !/401|403/.test(error))).toEqual([]);
  });

  test("[PAY-13] whoever has a payment link pays it by card without a phone", async () => {
    const { customerId, subscriptionId } = await my.newLine("Neema Achieng", "0712345612");
    const { providerId } = my.provider();
    const { url } = await my.hub.database().asProvider(providerId, (tx) =>
      createPaymentLink({ world: my.hub.world, publicUrl: "" }, tx, {
        providerId,
        customerId,
        subscriptionId,
        expiresAtMs: my.hub.world.clock.wall().atMs + 86_400_000,
      }),
    );
    const { page, errors } = await my.open(url, { width: phoneWidth, dark: true });
    await page.getByRole("button", { name: "Pay by card" }).click();
    await fits(page);
    await picture(page, "my-card-link-dark");
    await payThere(page, "Open the payment page");
    await page.getByText("This is paid. Thank you!").first().waitFor(patience);
    expect(await page.content()).not.toMatch(/Neema|Achieng|2547|0712345612/);
    expect(errors).toEqual([]);
  });
});

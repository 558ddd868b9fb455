/** Taxes are set, a subscription is charged, its invoice is read, saved, taken back in part, and stands in the customer's statement. */
import { surePosterOf } from "@karibu/cloud/test-asking";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type TestBusiness, useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, type OpenPage, patience, settled } from "./test-console.ts";
import { cutOff, examine } from "./test-page-looks.ts";

describe.skipIf(chromiumPath === null)("documents and taxes, in a browser", () => {
  const console = useBusiness("Hati");
  let owner: OpenPage;
  let documentId = "";
  beforeAll(async () => {
    owner = await console.open({ email: console.business.ownerEmail });
  });

  test("[PAY-24] an owner says how they are taxed; a colour that nobody can read is refused beside its field", async () => {
    const { page, errors } = owner;
    await goTo(page, "#/taxes");
    await settled(page);
    await page.getByLabel("Legal name").fill("Hati Networks Ltd");
    await page.getByLabel("Tax PIN").fill("P051234567X");
    await page.getByLabel("Registered for VAT").check();
    await page.getByLabel("Registered for excise duty").check();
    await page.getByLabel("Report to a tax authority").selectOption("etims");
    await page.getByRole("textbox", { name: "Colour", exact: true }).fill("#ffee99");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Too pale to be read on white paper", { exact: false }).first().waitFor();
    await page.getByRole("textbox", { name: "Colour", exact: true }).fill("#123a6b");
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(async () => (await console.ask("/tax-settings")).vatRegistered, patience).toBe(true);
    await page.getByText("15 %").waitFor();
    // The browser tells of the refusal, and of nothing else.
    expect(errors.splice(0)).toEqual([expect.stringMatching(/400 .*tax-settings$/)]);
  });

  test("[PAY-23] the invoice of a renewal is found, saved as a file, and taken back in part", async () => {
    const { page, errors } = owner;
    documentId = await renew(console);
    await goTo(page, "#/documents");
    await settled(page);
    await page.getByText("INV-", { exact: false }).first().click();
    await page.locator("document-page .big").waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "PDF in English" }).click();
    expect((await saved).suggestedFilename()).toMatch(/^INV-\d{4}-000001\.pdf$/);
    await page.getByRole("button", { name: "Credit note" }).click();
    await page.getByLabel("Amount", { exact: false }).fill("100");
    await page.getByLabel("Reason").fill("A day without service");
    await page.locator("document-page").getByRole("button", { name: "Credit note" }).last().click();
    await page.locator("document-page").getByRole("link", { name: "CN-", exact: false }).waitFor();
    const { leftCents, totalCents } = await console.ask(`/documents/${documentId}`);
    expect(leftCents).toBe(totalCents - 10_000);
    expect(errors).toEqual([]);
  });

  test("[PAY-23] the new pages on a phone and a desktop, in both languages, by day and by night", async () => {
    const { page, errors } = owner;
    const problems: string[] = [];
    for (const address of [
      "taxes",
      "documents",
      `documents/${documentId}`,
      `customers/${console.business.customerId}`,
    ]) {
      await goTo(page, `#/${address}`);
      await page.locator("main h1").first().waitFor();
      await settled(page);
      const name = address.replace(/\/.*/, "-one");
      for (const [language, width, theme] of [
        ["en", 1440, "light"],
        ["en", 360, "light"],
        ["sw", 360, "dark"],
      ] as const) {
        await chooseLanguage(page, language);
        problems.push(...(await cutOff(page, `${language}-${name}`, width)));
        problems.push(...(await examine(page, `${language}-${name}-${width}`, theme)));
      }
      await chooseLanguage(page, "en");
    }
    expect(problems).toEqual([]);
    expect(errors).toEqual([]);
  }, 120_000);
});

/** @returns the invoice of it */
async function renew({ hub, business, ask }: TestBusiness): Promise<string> {
  const { token, siteId, customerId } = business;
  const call = surePosterOf(hub, () => token);
  const { planId } = await call("/plans", { name: "Home 10M", priceCents: 250_000, terms: {} });
  const { accountId } = await call("/accounts", { customerId, username: "hati.home", planId, siteIds: [siteId] });
  const { subscriptionId } = await call("/subscriptions", { customerId, accountId, planId });
  await call(`/subscriptions/${subscriptionId}/renew`, { from: "cash" });
  return vi.waitFor(async () => {
    const { items } = await ask("/documents?kind=tax-invoice");
    expect(items).toHaveLength(1);
    return items[0].documentId;
  }, patience);
}

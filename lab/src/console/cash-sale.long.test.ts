/** A customer lost the code that a seller gave at the site: support finds the sale, and does for it what it does for any other. */
import { createTestIntake } from "@karibu/cloud/test-intake";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, type OpenPage } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("a sale for cash at a site, in a browser", () => {
  const console = useBusiness("Pwani");
  const saleId = "ab".repeat(16);
  const code = "4821993015";
  let owner: OpenPage;

  beforeAll(async () => {
    const { hub, business } = console;
    const { providerId, siteId } = business;
    const [seller] = (await console.ask("/sellers")).items;
    const grant = {
      grantId: `c.${saleId}`,
      origin: "voucher",
      planName: "1 hour",
      terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
      ...notBegun,
    };
    const what = { saleId, sellerId: seller.sellerId, planId: null, priceCents: cents(2000), currency: "KES", code };
    const stamp = { seq: 1, clock: "synced", upMs: 1, atMs: unixMs(hub.world.clock.wall().atMs) };
    const record = { ...stamp, kind: "cash-sale", ...what, grant, phone: "254722000444" };
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const ofFile = { ...record, seq: 2, saleId: "cd".repeat(16), sellerId: "file.front desk", code: "4821993016" };
    const theirs = { ...ofFile, grant: { ...grant, grantId: `c.${ofFile.saleId}` } };
    await intake.take(providerId, { siteId, epoch: "e1", records: [record, theirs] });
    owner = await console.open({ email: business.ownerEmail });
  });

  test.each([code, "0722 000 444"])("[UIX-03] the search finds it by %s, and opens its page", async (typed) => {
    const { page } = owner;
    await goTo(page, "#/payments");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill(typed);
    const found = page.getByRole("option").filter({ hasText: "Cash sale" }).first();
    await found.waitFor();
    await found.click();
    await page.getByRole("heading", { name: "Cash sale …3015" }).waitFor();
    const sale = page.locator("cash-sale-page");
    for (const text of ["482 199 3015", "Akinyi at the market", "Market square", "2547***444", "KSh 20"])
      await sale.getByText(text, { exact: false }).first().waitFor();
  });

  test("[PAY-21] the cash of a seller of the site's own file is handed in, and the file is named as what the site counts by", async () => {
    const { page } = owner;
    await goTo(page, "#/sellers");
    const row = page.getByRole("row").filter({ hasText: "front desk (Market square)" });
    await row.getByText("Owes").waitFor();
    expect(await row.getByRole("button", { name: "Limit" }).count()).toBe(0);
    await row.getByRole("button", { name: "Hand in" }).click();
    await page.getByText("Hand in: front desk (Market square)").waitFor();
    const form = page.locator("sellers-page action-form").first();
    await form.getByText("settledCents", { exact: false }).waitFor();
    await form.getByLabel("Amount").fill("20");
    await form.getByRole("button", { name: "Hand in" }).click();
    await row.getByText("KSh 0").first().waitFor();
  });

  test("[VOU-07] looking up its code leads to it", async () => {
    const { page } = owner;
    await goTo(page, "#/vouchers");
    await page.getByLabel("Look up a code").fill(code);
    await page.locator("voucher-search").getByRole("button", { name: "Search" }).click();
    await page.locator("voucher-search").getByRole("link", { name: "Cash sale" }).click();
    await page.getByRole("heading", { name: "Cash sale …3015" }).waitFor();
  });

  test("[PAY-15] its code is disabled after a question, enabled, sent again, and the cash given back with a reason", async () => {
    const { page, errors } = owner;
    await goTo(page, "#/cash-sales");
    await page.getByRole("link", { name: "…3015" }).first().click();
    const sale = page.locator("cash-sale-page");
    await sale.getByRole("button", { name: "Switch off" }).click();
    await page.getByRole("dialog").getByText("Switch off the code 482 199 3015?", { exact: false }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Switch off: 482 199 3015" }).click();
    await sale.getByText("Switched off", { exact: true }).waitFor();
    await sale.getByRole("button", { name: "Switch on" }).click();
    await sale.getByText("Not used yet").waitFor();

    await sale.getByRole("button", { name: "Send again" }).click();
    await sale.locator("action-form").getByRole("button", { name: "Send again" }).click();
    await page.getByText("Sent again.").waitFor();

    await sale.getByRole("button", { name: "Request a refund" }).click();
    const form = sale.locator("action-form");
    await form.getByLabel("Why").fill("The Wi-Fi was down");
    await form.getByRole("button", { name: "Request a refund" }).click();
    const row = sale.getByRole("row").filter({ hasText: "The Wi-Fi was down" });
    await row.waitFor();
    expect(await row.textContent()).toContain("KSh 20");
    expect(errors).toEqual([]);
  });
});

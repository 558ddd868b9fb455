/** Prices in two currencies, in the console: where a provider has more than one, each price says which. */
import { askerOf } from "@karibu/cloud/test-asking";
import type { TestProvider } from "@karibu/cloud/test-hub";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, goTo, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("prices in two currencies, in a browser", () => {
  const console = useConsole();
  let owner: TestProvider;
  const call = askerOf(console.hub, () => owner.token);
  beforeAll(async () => {
    owner = await console.hub.makeProvider("Malaba", "UGX");
    await call("POST", "/sites", { name: "Border" });
  });

  test("[PLN-04] a provider with one currency is asked for none; with a channel of another one it chooses, for plans and for vouchers, and reports show each by itself", async () => {
    const { page, errors } = await console.open({ email: owner.ownerEmail });
    await goTo(page, "#/plans");
    await page.getByRole("button", { name: "Add a plan" }).click();
    const form = page.locator("action-form").first();
    await form.getByLabel("Price").waitFor();
    expect(await form.getByLabel("Currency").count()).toBe(0);

    const daraja = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
    await call("POST", "/channels", { ...daraja, kind: "mpesa-paybill", shortcode: "600100" });
    await page.reload();
    await page.getByRole("button", { name: "Add a plan" }).click();
    await form.getByLabel("Name").fill("Kenyan hour");
    await form.getByLabel("Price").fill("50");
    await form.getByLabel("Currency").selectOption("KES");
    await form.getByRole("button", { name: "Save" }).click();
    const row = page.getByRole("row").filter({ hasText: "Kenyan hour" });
    await row.getByText("KSh 50").waitFor();

    await goTo(page, "#/vouchers?add=1");
    const batch = page.locator("batch-form");
    await batch.locator("select[name=planId]").selectOption({ label: "Kenyan hour · KSh 50" });
    await batch.getByLabel("How many").fill("3");
    await batch.getByText("More options").click();
    await batch.locator("[name=priceCents]").fill("1500");
    await batch.locator("select[name=currency]").selectOption("UGX");
    await batch.getByRole("button", { name: "Make" }).click();
    await expect
      .poll(async () => (await call("GET", "/vouchers/batches")).body.items, { timeout: 60_000 })
      .toMatchObject([{ priceCents: 150_000, currency: "UGX" }]);

    const { items: plans } = (await call("GET", "/plans")).body as { items: { planId: string; name: string }[] };
    const [site] = (await call("GET", "/sites")).body.items as { siteId: string }[];
    const planId = plans.find(({ name }) => name === "Kenyan hour")?.planId;
    const sale = { siteId: site?.siteId, planId, phone: "256772000111", pay: "cash" };
    expect((await call("POST", "/payments/purchase", sale)).status).toBe(201);
    await goTo(page, "#/reports");
    const charts = page.locator("revenue-card");
    await charts.getByRole("heading", { name: "KSh 50" }).waitFor();
    expect(await charts.getByRole("heading").count()).toBe(2);
    await page.locator("profit-card").getByRole("row").filter({ hasText: "KSh 50" }).first().waitFor();
    expect(errors).toEqual([]);
  });
});

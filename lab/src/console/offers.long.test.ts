/** Prices at places, promotions and codes, in the console of a provider in Uganda. */
import { askerOf } from "@karibu/cloud/test-asking";
import type { TestProvider } from "@karibu/cloud/test-hub";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, goTo, patience, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("offers, in a browser", () => {
  const console = useConsole();
  let owner: TestProvider;
  const call = askerOf(console.hub, () => owner.token);
  beforeAll(async () => {
    owner = await console.hub.makeProvider("Jinja", "UGX");
    for (const name of ["Falls", "Town"]) await call("POST", "/sites", { name });
  });

  test("[PLN-12] a plan gets another price at a site, a code is added, and the counter asks the lowest; also narrow and in the dark", async () => {
    const { page, errors } = await console.open({ email: owner.ownerEmail });
    const picture = async (name: string) => {
      const folder = process.env.KARIBU_TEST_PICTURES;
      if (folder !== undefined) await page.screenshot({ path: `${folder}/offers-${name}.png`, fullPage: true });
    };
    await goTo(page, "#/plans");
    const row = page.getByRole("row").filter({ hasText: "Unlimited Daily" });
    await row.getByRole("button", { name: "Edit" }).click();
    const prices = page.locator("place-prices");
    await prices.getByText("The same price everywhere.").waitFor(patience);
    await prices.getByRole("button", { name: "Add a price" }).click();
    await prices.getByLabel("Where").selectOption({ label: "Falls" });
    await prices.getByLabel("Price").fill("3000");
    await prices.locator("action-form").getByRole("button", { name: "Add a price" }).click();
    await prices.getByRole("row").filter({ hasText: "Falls" }).getByText("USh 3,000").waitFor(patience);
    await picture("prices");

    const promotions = page.locator("promotions-card");
    await promotions.getByRole("button", { name: "Add a promotion" }).click();
    const form = promotions.locator("action-form").first();
    await form.getByLabel("Name").fill("Opening");
    await form.getByLabel("It gives").selectOption({ label: "An amount off the price" });
    await form.locator("[name=amountCents]").fill("500");
    await form.getByLabel("Discount code").fill("open-5");
    await picture("form");
    await form.getByRole("button", { name: "Add a promotion" }).click();
    const made = promotions.getByRole("row").filter({ hasText: "OPEN5" });
    await made.getByText("− USh 500").waitFor(patience);
    await made.getByText("0 used, 0 waiting").waitFor();

    await goTo(page, "#/sell");
    const sell = page.locator("sell-page");
    // The answer for the package comes after the one for its site: the line is slow.
    const { promise: isOvertaken, resolve: overtake } = Promise.withResolvers<void>();
    let answers = 0;
    let asked = 0;
    await page.route("**/api/v1/payments/offer", async (route) => {
      if (++asked === 1) await isOvertaken;
      await route.fulfill({ response: await route.fetch() });
      answers++;
      overtake();
    });
    await sell.getByRole("radio", { name: "Unlimited Daily · USh 2,400" }).check();
    await sell.getByLabel("Site").selectOption({ label: "Falls" });
    await expect.poll(() => answers, patience).toBe(2);
    await sell.locator(".ticket").getByText("USh 3,000").waitFor(patience);
    await sell.getByText("More options").click();
    await sell.getByLabel("Discount code").fill("OPEN5");
    await sell.getByLabel("Discount code").blur();
    await sell.locator(".ticket").getByText("usually USh 3,000").waitFor(patience);
    await picture("sell");
    await sell.getByRole("button", { name: "Sell", exact: true }).click();
    await sell.locator(".sale .big").getByText("USh 2,500").waitFor(patience);
    const [sold] = (await call("GET", "/payments")).body.items;
    expect(sold).toMatchObject({ amountCents: 250_000, currency: "UGX" });

    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: "dark" });
    await goTo(page, "#/plans");
    await page
      .locator("promotions-card")
      .getByRole("row")
      .filter({ hasText: "OPEN5" })
      .getByText("1 used")
      .waitFor(patience);
    await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
    await picture("narrow");
    expect(errors).toEqual([]);
  });

  test("[PLN-12] at a provider's only site the counter shows and asks its price before anything is chosen, and says so when it rose meanwhile", async () => {
    const made = await console.hub.makeProvider("Gulu", "UGX");
    const ask = askerOf(console.hub, () => made.token);
    const { siteId } = (await ask("POST", "/sites", { name: "Stage" })).body.site;
    const { items } = (await ask("GET", "/plans")).body;
    const dearer = async (priceCents: number) => {
      for (const { planId } of items)
        expect(
          (await ask("PATCH", `/plans/${planId}`, { prices: [{ siteId, priceCents, currency: "UGX" }] })).status,
        ).toBe(200);
    };
    await dearer(300_000);
    const { page, errors } = await console.open({ email: made.ownerEmail }, { hash: "#/sell" });
    const sell = page.locator("sell-page");
    await sell.locator(".ticket").getByText("USh 3,000").waitFor(patience);
    await dearer(350_000);
    await sell.getByRole("button", { name: "Sell", exact: true }).click();
    await sell.locator(".ticket").getByText("USh 3,500").waitFor(patience);
    expect((await ask("GET", "/payments")).body.items).toEqual([]);
    await sell.getByRole("button", { name: "Sell", exact: true }).click();
    await sell.locator(".sale .big").getByText("USh 3,500").waitFor(patience);
    expect(errors.filter((error) => !error.includes("409"))).toEqual([]);
  }, 120_000);
});

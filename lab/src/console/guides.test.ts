/** The guides in the console: from the page that they are about, by the search, and without a log-in. */
import { describe, expect, test } from "vitest";
import { chromiumPath, complaintsOf, goTo, lookAt, picture, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the guides, in a browser", () => {
  const console = useConsole();

  test("[SYS-22] a page's “?” opens what is said of it, and the search finds the rest, in both languages", async () => {
    const { ownerEmail } = await console.hub.makeProvider("Nuru");
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: "#/channels" });
    await page.getByRole("link", { name: "Guide to this page" }).click();
    const heading = page.getByRole("heading", { name: "Keys of a payment channel" });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((element) => element.getRootNode() instanceof ShadowRoot)).toBe(true);
    await page.locator("guide-view").getByRole("link", { name: "Payment channels" }).first().click();
    await page.getByRole("heading", { name: "Payment channels", level: 1 }).waitFor();

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill("paste again");
    await page.getByRole("option", { name: /^Paste again/ }).click();
    await page.getByRole("heading", { name: "For installers" }).waitFor();
    await lookAt(page, "guide-installer");

    await goTo(page, "#/guides");
    await page.getByLabel("Search the guides").fill("statement");
    await page.getByRole("link", { name: "Money, once a day" }).waitFor();
    await page.getByLabel("Search the guides").fill("");
    await lookAt(page, "guides");
    await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
    await picture(page, "guides-dark");
    expect(errors).toEqual([]);
  });

  test("[SYS-22] a customer reads theirs without a log-in", async () => {
    const page = await console.browser().newPage({ viewport: { width: 360, height: 800 } });
    const errors = complaintsOf(page);
    await page.goto(`${console.url()}/?lang=sw`);
    await page.getByRole("link", { name: "Miongozo" }).click();
    await page.getByRole("link", { name: "Kwa wateja" }).click();
    await page.getByRole("heading", { name: "Lipa kwa M-Pesa" }).waitFor();
    await picture(page, "guide-customer-guest-360");
    expect(errors).toEqual([]);
  });
});

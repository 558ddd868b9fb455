/** Reports as people read them: each with its picture and table, on a phone and in Swahili, and their files. */
import { reportNames } from "@karibu/protocol/report-names";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, picture } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("reports, in a browser", () => {
  const console = useBusiness("Mwangaza");
  const owner = useOwner(console);

  test("[REP-05] [REP-07] [REP-10] [UIX-10] each report has its title and table, fits a phone, in both languages; files are saved", async () => {
    const { page, errors } = owner;
    for (const language of ["en", "sw"] as const) {
      await goTo(page, "#/reports");
      await chooseLanguage(page, language);
      await page.setViewportSize({ width: 360, height: 800 });
      for (const report of reportNames) {
        await goTo(page, `#/reports?report=${report}`);
        await page.locator("report-view h2").first().waitFor();
        await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
        const folder = process.env.KARIBU_TEST_PICTURES;
        if (folder !== undefined)
          await page.screenshot({ path: `${folder}/report-${report}-${language}.png`, fullPage: true });
      }
    }
    await chooseLanguage(page, "en");
    await page.setViewportSize({ width: 1280, height: 860 });
    await goTo(page, "#/reports?report=revenue&by=plan");
    await page.locator("report-view report-chart svg").waitFor();
    await page
      .getByRole("cell", { name: "Total" })
      .or(page.getByText("Total", { exact: true }))
      .first()
      .waitFor();
    for (const format of ["CSV", "PDF"]) {
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: `Save as ${format}` }).click();
      expect((await saved).suggestedFilename()).toBe(`revenue.${format.toLowerCase()}`);
    }
    expect(errors).toEqual([]);
  }, 180_000);

  test("[UIX-02] on a phone one jumps within a long report: to a day, and back to the top", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail }, { hash: "#/reports?report=revenue" });
    await page.setViewportSize({ width: 390, height: 844 });
    const rows = page.locator("report-view data-table tbody tr");
    await rows.nth(20).waitFor();
    const choice = page.getByLabel("Go to");
    await choice.selectOption({ index: 20 });
    // The first option is none.
    const topOf = () => rows.nth(19).evaluate((row) => row.getBoundingClientRect().top);
    await expect.poll(topOf, { timeout: 8_000 }).toBeLessThan(100);
    expect(await topOf()).toBeGreaterThan(-10);
    const day = (await choice.locator("option").nth(20).textContent()) ?? "";
    expect(await rows.nth(19).textContent()).toContain(day);
    await picture(page, "report-jump-390");
    await page.getByRole("button", { name: "Back to the top" }).click();
    await expect.poll(() => page.evaluate(() => window.scrollY), { timeout: 8_000 }).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });
    await choice.waitFor({ state: "hidden" });
    await page.context().close();
  }, 60_000);

  test("[REP-02] the overview's chart tells of the days that were chosen, and of the last thirty where none were", async () => {
    const { page } = owner;
    const heading = (name: RegExp) => page.locator("revenue-card").getByRole("heading", { name });
    await goTo(page, "#/reports");
    await heading(/^Sold in the last 30 days: /).waitFor();
    await page.getByLabel("Period").selectOption("yesterday");
    await heading(/^Sold \d{1,2} [A-Z][a-z]{2} \d{4}: /).waitFor();
    await page.getByLabel("Period").selectOption("last_month");
    await heading(/^Sold 1 [A-Z][a-z]{2} \d{4} – (28|29|30|31) [A-Z][a-z]{2} \d{4}: /).waitFor();
    const rows = page.locator("revenue-card bar-chart").getByRole("table").first().getByRole("row");
    expect(await rows.count()).toBeGreaterThanOrEqual(28);
    await page.getByLabel("Period").selectOption("");
    await heading(/^Sold in the last 30 days: /).waitFor();
  }, 60_000);

  test("[UIX-06] with the hub away another report says so and offers to try again; the one before does not stand there instead", async () => {
    const { page } = owner;
    await goTo(page, "#/reports?report=revenue");
    await page.locator("report-view h2").first().waitFor();
    await page.context().setOffline(true);
    await goTo(page, "#/reports?report=tax");
    await page.getByRole("alert").first().waitFor();
    expect(await page.locator("report-view report-chart").count()).toBe(0);
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Tax summary" }).waitFor();
  }, 60_000);
});

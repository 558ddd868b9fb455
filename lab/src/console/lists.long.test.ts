/** What every list of the console can do: it stands in its address, its columns and views are remembered, keys move in it. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chromiumPath, goTo, patience, settled } from "./test-console.ts";
import { customerPhone } from "./test-sample-business.ts";

/** Until the list has its rows. */
async function openList(page: Page, hash: string): Promise<void> {
  await goTo(page, hash);
  await page.locator("main h1").first().waitFor();
  await settled(page);
}

describe.skipIf(chromiumPath === null)("the console's lists, in a browser", () => {
  const console = useBusiness("Mwangaza");
  const owner = useOwner(console);

  test("[UIX-03] what narrows a list stands in its address: after a reload, and for who gets the address, it shows the same", async () => {
    const { page, errors } = owner;
    await openList(page, "#/payments");
    await page.getByRole("combobox", { name: "State" }).selectOption({ label: "Paid" });
    await page.getByRole("searchbox", { name: "Phone" }).fill(customerPhone);
    await page.getByRole("searchbox", { name: "Phone" }).press("Enter");
    await page.getByRole("combobox", { name: "Period" }).selectOption({ label: "Last 7 days" });
    await expect
      .poll(() => page.url(), patience)
      .toMatch(/state=paid.*phone=.*from=\d{4}-\d\d-\d\d.*to=\d{4}-\d\d-\d\d/);
    const { items } = await console.ask(`/payments?state=paid&phone=${customerPhone}`);
    await expect.poll(() => page.locator("tbody tr").count(), patience).toBe(items.length);

    await page.reload();
    await page.locator("main h1").first().waitFor();
    await settled(page);
    expect(await page.getByRole("combobox", { name: "State" }).inputValue()).toBe("paid");
    expect(await page.getByRole("searchbox", { name: "Phone" }).inputValue()).toBe(customerPhone);
    expect(await page.getByRole("combobox", { name: "Period" }).inputValue()).toBe("7d");
    await expect.poll(() => page.locator("tbody tr").count(), patience).toBe(items.length);

    await page.getByRole("button", { name: "Remove: State: Paid" }).click();
    await page.getByRole("button", { name: "Clear all" }).click();
    await expect.poll(() => page.url(), patience).toMatch(/#\/payments$/);
    expect(await page.locator(".chip").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("[UIX-03] the order of a list stands in its address too, and one's own days are chosen on a calendar", async () => {
    const { page, errors } = owner;
    await openList(page, "#/sites");
    await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
    await expect.poll(() => page.url(), patience).toContain("sort=name");
    await page.reload();
    await page.locator("main h1").first().waitFor();
    await settled(page);
    expect(await page.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("ascending");

    await openList(page, "#/payments?from=2026-11-03&to=2026-11-05");
    await page.getByRole("button", { name: "Open the calendar" }).click();
    const calendar = page.locator("calendar-range");
    await calendar.locator("calendar-month").first().getByRole("button", { name: "10 November" }).click();
    await calendar.locator("calendar-month").first().getByRole("button", { name: "12 November" }).click();
    await expect.poll(() => page.url(), patience).toContain("from=2026-11-10&to=2026-11-12");
    expect(errors).toEqual([]);
  });

  test("[UIX-03] columns are hidden and shown, and stay so after a reload; the first column always stays", async () => {
    const { page, errors } = owner;
    await openList(page, "#/customers");
    await settled(page);
    const heads = () => page.getByRole("columnheader").allTextContents();
    expect((await heads()).join()).toContain("E-mail");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("menuitemcheckbox", { name: "E-mail" }).click();
    await expect.poll(async () => (await heads()).join(), patience).not.toContain("E-mail");
    expect(await page.getByRole("menuitemcheckbox", { name: "Name" }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.reload();
    await page.locator("main h1").first().waitFor();
    await settled(page);
    expect((await heads()).join()).not.toContain("E-mail");
    expect(errors).toEqual([]);
  });

  test("[UIX-03] a view keeps filters and order under a name, shows them again, and is removed", async () => {
    const { page, errors } = owner;
    await openList(page, "#/customers?q=otieno&sort=name");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Save this view" }).click();
    await page.getByRole("textbox", { name: "Name of the view" }).fill("All Otienos");
    await page.keyboard.press("Enter");
    await page.getByText("The view is saved in this browser.").waitFor();
    await openList(page, "#/customers");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "All Otienos", exact: true }).click();
    await expect.poll(() => page.url(), patience).toMatch(/q=otieno&sort=name/);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Remove the view All Otienos" }).click();
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "None yet.", exact: false }).waitFor();
    expect(errors).toEqual([]);
  });

  test("[UIX-03] arrow keys go from row to row, and Enter opens the row", async () => {
    const { page } = owner;
    await openList(page, "#/sites?sort=name");
    await settled(page);
    const links = page.locator(".card").first().locator("tbody a");
    await links.first().focus();
    await page.keyboard.press("ArrowDown");
    const second = await links.nth(1).getAttribute("href");
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).hash, patience).toBe(second);
  });

  test("[UIX-02] a list with little room has two lines a row, and one with room is a table, in the same window", async () => {
    const { page } = owner;
    await openList(page, "#/customers");
    await settled(page);
    const looks = () =>
      page
        .locator("data-table tbody tr")
        .first()
        .evaluate((row) => getComputedStyle(row).display);
    expect(await looks()).toBe("table-row");
    await page.locator("data-table").evaluate((table) => {
      (table as HTMLElement).style.width = "380px";
    });
    expect(await looks()).toBe("flex");
  });
});

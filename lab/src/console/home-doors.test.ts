/** Where the tiles of Home lead: to what they count. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the doors of Home, in a browser", () => {
  const console = useBusiness("Milango");

  test('[REP-02] "Sales today" opens a list that adds up to the tile: the same day, with what was sold for cash and from credit', async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/" });
    const { sales } = await console.ask("/home");
    expect(sales.cashCents).toBeGreaterThan(0);
    const figure = `KSh ${(sales.todayCents / 100).toLocaleString("en")}`;
    await page.getByRole("link", { name: "Sales today" }).click();
    await page.getByRole("heading", { name: "What was sold" }).waitFor();
    await page.locator("sold-page").getByText("Sold").getByText(figure, { exact: true }).waitFor();
    const rows = await page.locator("sold-page tbody tr").allTextContents();
    expect(rows.length).toBe(sales.todaySales);
    expect(rows.some((row) => row.includes("Cash"))).toBe(true);
    expect(errors).toEqual([]);
  });
});

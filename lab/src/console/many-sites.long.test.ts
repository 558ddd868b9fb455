/** Hundreds of sites in the browser of an operator with a phone: from a file, on the map, and the way to a router in five steps. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, goTo, patience, useConsole } from "./test-console.ts";
import { lookOnPhone } from "./test-page-looks.ts";

describe.skipIf(chromiumPath === null)("many sites, on a phone", () => {
  const console = useConsole();
  let owner: Awaited<ReturnType<typeof console.hub.makeProvider>>;
  const problems: string[] = [];
  beforeAll(async () => {
    owner = await console.hub.makeProvider("Pwani");
  });

  const looks = [
    [390, "light"],
    [1440, "dark"],
  ] as const;
  const look = async (page: Page, name: string) => void problems.push(...(await lookOnPhone(page, name, looks)));

  test("[RTR-02] [RTR-03] a file is tried, mended, done; its sites are on the map, by keys too, narrowed by region; a place is chosen on it", async () => {
    const { page, errors } = await console.open({ email: owner.ownerEmail }, { hash: "#/sites", width: 360 });
    await page.getByRole("button", { name: "Import CSV" }).click();
    const give = async (csv: string) => {
      await page.locator("import-card input[type=file]").setInputFiles({
        name: "sites.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(csv),
      });
      await page.locator("import-card").getByRole("button", { name: "See what would happen" }).click();
    };
    const hostile = "<img src=x onerror=alert(1)>";
    const sites = Array.from(
      { length: 40 },
      (_, at) => `Kiosk ${at},Coast,Mvita,${-4 - at / 1000},${39.6 + at / 1000}`,
    );
    await give(`name,lat,lng\n${hostile},95,1\n,1,2\n`);
    await page.getByText("Line 2, lat: This is not a number from -90 to 90.").waitFor(patience);
    await page.getByText("Line 3, name: A site needs a name.").waitFor();
    await look(page, "import-wrong");
    await give("Router_Name,ip_address,Barabara\nKisumu 1,10.0.0.1,Oginga\n");
    const asked = page.locator("import-card").getByLabel("barabara");
    await asked.waitFor(patience);
    await asked.selectOption("district");
    await look(page, "import-columns");
    await page.locator("import-card form").last().getByRole("button", { name: "See what would happen" }).click();
    await page.getByText("To add: 1, to update: 0, unchanged: 0").waitFor(patience);
    await give(`name,region,district,lat,lng\n${hostile},Nairobi,,-1.29,36.82\n${sites.join("\n")}\n`);
    await page.getByText("To add: 41, to update: 0, unchanged: 0").waitFor(patience);
    await page.locator("import-card").getByText(hostile).first().waitFor();
    await look(page, "import-tried");
    await page.getByRole("button", { name: "Do it" }).click();
    await page.getByText("Added: 41, updated: 0, unchanged: 0").waitFor(patience);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the lines" }).click();
    expect((await saved).suggestedFilename()).toBe("sites-to-set-up.csv");
    await page.getByRole("button", { name: "Import CSV" }).click();

    await page.getByRole("button", { name: "Map", exact: true }).click();
    const map = page.locator("site-map");
    await map.getByRole("link", { name: `${hostile}: ` }).waitFor(patience);
    const cluster = map.getByRole("button", { name: /^Sites here: 40: / });
    await cluster.waitFor();
    await look(page, "map");
    await cluster.focus();
    await page.keyboard.press("Enter");
    await map.getByRole("list", { name: "Sites there" }).getByRole("link").first().waitFor();
    await map.getByRole("group").focus();
    await page.keyboard.press("Home");
    await cluster.waitFor();
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowUp");
    await page.goto(`${page.url().split("#")[0]}#/sites?region=Nairobi`);
    await page.getByRole("button", { name: "Map", exact: true }).waitFor(patience);
    if ((await map.count()) === 0) await page.getByRole("button", { name: "Map", exact: true }).click();
    await expect.poll(() => map.getByRole("link").count(), patience).toBe(1);
    await map.getByRole("link", { name: hostile }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/#\/sites\/[^?]+/);
    await goTo(page, `${new URL(page.url()).hash.split("?")[0]}?tab=settings`);
    await page.locator("place-card").getByRole("button", { name: "Choose on the map" }).click();
    const picking = page.locator("place-card site-map");
    await picking.getByRole("group").focus();
    for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await page.keyboard.press(key);
    await page.locator("place-card").getByRole("button", { name: "Save this place" }).click();
    const placed = async () => {
      const { body } = await console.hub.call("GET", "/api/v1/site-places?region=nairobi", { token: owner.token });
      return body.items[0].longitude;
    };
    await expect.poll(placed, patience).toBeGreaterThan(36.83);
    const test = page.locator("router-test-card");
    await test.getByText("No router has shown the line yet.", { exact: false }).waitFor(patience);
    await look(page, "site-with-place");
    await page.getByRole("button", { name: "Keep as a template" }).click();
    await page.locator("site-page action-form").getByLabel("Name of the template").fill("Kiosk");
    await page.locator("site-page action-form").getByRole("button", { name: "Keep as a template" }).click();
    await page.getByText("Kept: new sites can begin with it.").waitFor(patience);
    await chooseLanguage(page, "sw");
    await page.goto(`${page.url().split("#")[0]}#/sites`);
    await page.getByRole("heading", { name: "Violezo vya vituo" }).waitFor(patience);
    await look(page, "sites-sw");
    expect(problems).toEqual([]);
    expect(errors).toEqual([]);
  }, 120_000);
});

/** The pages that are put together of several parts: none touches the next one. `every-page.test.ts` looks at one in eight of all. */
import { ownerPassword } from "@karibu/cloud/test-hub";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, fits, goTo, type OpenPage, settled } from "./test-console.ts";
import { fillPages } from "./test-full-pages.ts";
import { openIn, touching } from "./test-page-looks.ts";

describe.skipIf(chromiumPath === null)("the parts of a page, in a browser", () => {
  const console = useBusiness("Nafasi");
  let owner: OpenPage;
  beforeAll(async () => {
    await fillPages(console);
    owner = await console.open({ email: console.business.ownerEmail });
  });

  test("[UIX-02] stand at a distance from each other, on a phone and on a desktop", async () => {
    const { page } = owner;
    const { customerId, paymentId, siteId } = console.business;
    const [account] = (await console.ask("/accounts")).items;
    const problems: string[] = [];
    for (const widthPx of [1440, 360]) {
      await page.setViewportSize({ width: widthPx, height: 860 });
      for (const address of [
        "start",
        "people",
        `customers/${customerId}`,
        `payments/${paymentId}`,
        `accounts/${account.accountId}`,
        `routers/${siteId}`,
      ]) {
        await goTo(page, `#/${address}`);
        await page.locator("main h1").first().waitFor();
        await settled(page);
        await fits(page, widthPx);
        problems.push(...(await touching(page, `${address} at ${widthPx}`)));
      }
    }
    expect(problems).toEqual([]);
  }, 120_000);

  test("[UIX-06] a list beside an open thing waits with rows as high as those that come", async () => {
    const { page } = owner;
    await page.setViewportSize({ width: 1440, height: 860 });
    const rowHeight = () =>
      page
        .locator("payments-page data-table tbody tr")
        .first()
        .evaluate((row) => row.getBoundingClientRect().height);
    await goTo(page, "#/plans");
    const { answer } = await openIn(page, `payments/${console.business.paymentId}`, "loading");
    const waiting = await rowHeight();
    await answer();
    await page.locator("payments-page data-table tbody tr a").first().waitFor();
    await settled(page);
    const there = await rowHeight();
    expect(waiting, `${waiting} px, then ${there}`).toBeLessThan(there * 1.7);
    expect(waiting).toBeGreaterThan(there * 0.6);
  }, 60_000);

  test("[CUS-09] on a phone what lets somebody in is named at the left of its card, as every other row is", async () => {
    const { page } = owner;
    await page.setViewportSize({ width: 390, height: 860 });
    await goTo(page, "#/person/254722000111");
    const row = page.getByRole("table", { name: "What lets them in" }).locator("tbody tr").first();
    await row.waitFor();
    const [card, name] = [await row.boundingBox(), await row.locator("td").first().locator("span").boundingBox()];
    expect((name?.x ?? 0) - (card?.x ?? 0)).toBeLessThan(60);
  }, 60_000);

  test("[UIX-02] the menu at the thumb of who has few rooms is as wide as the screen", async () => {
    const { page } = await console.open({ email: "seller@nafasi.test" }, { hash: "#/sell", width: 390 });
    const links = page.locator("main-menu nav.bar a");
    const boxes = await links.evaluateAll((all) => all.map((link) => link.getBoundingClientRect()));
    expect(boxes.length).toBeLessThan(5);
    expect(Math.max(...boxes.map(({ right }) => right))).toBeGreaterThan(385);
    await page.context().close();
  }, 60_000);

  test("[TEN-05] who was invited gets a letter, and who invites is told so beside the link", async () => {
    const { page } = owner;
    await goTo(page, "#/people");
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    const form = page.locator("staff-page action-form");
    await form.getByRole("textbox", { name: "Name" }).fill("Wanjiru");
    await form.getByRole("textbox", { name: "E-mail" }).fill("wanjiru@distances.test");
    await form.getByRole("button", { name: "Invite" }).click();
    const dialog = page.locator("password-dialog");
    await dialog.getByRole("textbox", { name: "Password" }).fill(ownerPassword);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await page
      .getByText("An e-mail with this link is on its way to wanjiru@distances.test.", { exact: false })
      .waitFor();
    await expect
      .poll(() => console.hub.letters().map(({ to }) => to), { timeout: 20_000 })
      .toContain("wanjiru@distances.test");
  }, 60_000);
});

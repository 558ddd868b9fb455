/** How people find their way: rooms, the search for everything, things that open beside their list, addresses that hold a view. */
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chromiumPath, goTo, patience, picture, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("finding one's way on the console, in a browser", () => {
  const console = useBusiness("Mwangaza");
  const owner = useOwner(console);
  const rooms = ["Home", "Sales", "Customers", "Support", "Plans & vouchers", "Sites", "Money", "Settings"];

  test("[UIX-02] an owner sees eight rooms; the pages of the open one are tabs", async () => {
    const { page } = owner;
    const menu = page.locator("nav.side a");
    expect((await menu.allTextContents()).map((text) => text.trim())).toEqual(rooms);
    await menu.filter({ hasText: "Money" }).click();
    const tabs = page.getByRole("navigation", { name: "Money" });
    await tabs.getByRole("link", { name: "Ledger" }).click();
    await page.getByRole("heading", { name: "Ledger", exact: true }).waitFor();
    expect(await tabs.locator("[aria-current]").textContent()).toContain("Ledger");
    expect(await menu.locator("xpath=self::*[@aria-current]").allTextContents()).toHaveLength(1);
  });

  longTest(
    "[UIX-02] a phone shows the four most used rooms, and under More every page; the menu opens where one is and closes behind one",
    async () => {
      const { page } = await console.open({ email: console.business.ownerEmail }, { width: 360, hash: "#/ledger" });
      const bar = page.locator("nav.bar");
      expect((await bar.getByRole("link").allTextContents()).map((text) => text.trim())).toEqual([
        "Home",
        "Sales",
        "Plans & vouchers",
        "Sites",
      ]);
      await bar.getByRole("button", { name: "More" }).click();
      const all = page.getByRole("dialog", { name: "Menu" });
      await all.locator("[aria-current]").getByText("Ledger").waitFor();
      const seen = await all.locator("[aria-current]").evaluate((link) => {
        const { top, bottom } = link.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      });
      expect(seen).toBe(true);
      await picture(page, "menu-360");
      await all.getByRole("link", { name: "Expenses" }).click();
      await all.waitFor({ state: "hidden" });
      await page.getByRole("heading", { name: "Expenses", exact: true }).waitFor();
      await page.context().close();
    },
  );

  test("[UIX-09] home names all that needs a person, each with what to do, and leads a new provider to the first sale", async () => {
    const { page } = owner;
    await goTo(page, "#/");
    const card = page.getByRole("region", { name: "To do" });
    await card.getByText("Money without an owner").waitFor();
    await card.getByText("Failed background work").waitFor();
    await card.getByRole("link", { name: "Decide: Refunds that wait for approval" }).click();
    await page.getByRole("heading", { name: "Refunds", exact: true }).waitFor();
    await goTo(page, "#/");
    await page.getByRole("heading", { name: /^To the first sale: \d of 5 done$/ }).waitFor();
    await page.getByRole("link", { name: "Connect a site (to do)" }).click();
    await page.getByRole("heading", { name: "Sites", exact: true }).waitFor();
    await page.getByRole("button", { name: "Add a site", expanded: true }).waitFor();
    // The same from the search, on the list itself.
    await goTo(page, "#/sites");
    await page.getByRole("button", { name: "Add a site", expanded: true }).click();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill("add a site");
    await page.getByRole("option").filter({ hasText: "Add a site" }).click();
    await page.getByRole("button", { name: "Add a site", expanded: true }).waitFor();
  });

  test("[UIX-11] keys lead to the rooms and to the search, a question mark lists them, and the search does what one may", async () => {
    const { page, errors } = owner;
    await goTo(page, "#/");
    await page.locator("main").focus();
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Customers", exact: true }).waitFor();
    await page.keyboard.press("?");
    const keys = page.locator("keys-dialog");
    await keys.getByText("Plans & vouchers").waitFor();
    await keys.getByRole("button", { name: "Close" }).click();
    await keys.waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.getByRole("combobox", { name: "Find anything" }).fill("theme dark");
    await page.getByRole("option").filter({ hasText: "Theme: Dark" }).click();
    await page.locator("html[data-theme=dark]").waitFor({ state: "attached" });
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill("theme light");
    await page.getByRole("option").filter({ hasText: "Theme: Light" }).click();
    await page.locator("html[data-theme=light]").waitFor({ state: "attached" });
    // In a field the keys are letters.
    await page.getByRole("searchbox").first().focus();
    await page.keyboard.type("gh?");
    expect(await page.getByRole("searchbox").first().inputValue()).toBe("gh?");
    await goTo(page, "#/");
    expect(errors).toEqual([]);
  });

  test("[UIX-11] Escape shuts the thing that is open and keeps what narrows its list; a dialog has it for itself", async () => {
    const { page, errors } = owner;
    await goTo(page, `#/payments/${console.business.paymentId}?state=paid`);
    const detail = page.getByRole("region", { name: "Details" });
    await detail.waitFor();
    await page.keyboard.press("?");
    await page.locator("keys-dialog").getByText("Close what is open, and go back to its list").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("keys-dialog").waitFor({ state: "detached" });
    expect(new URL(page.url()).hash).toContain(console.business.paymentId);
    await page.locator("main").focus();
    await page.keyboard.press("Escape");
    await detail.waitFor({ state: "detached" });
    expect(new URL(page.url()).hash).toBe("#/payments?state=paid");
    expect(errors).toEqual([]);
  });

  test("a receipt is found from any page: Ctrl+K, a few letters, Enter; what was opened is remembered", async () => {
    const { page, errors } = owner;
    const { receipt } = await console.ask(`/payments/${console.business.paymentId}`);
    await goTo(page, "#/staff");
    await goTo(page, "#/people");
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Find anything" });
    await field.fill(receipt);
    const found = page.getByRole("option").filter({ hasText: receipt }).first();
    await found.waitFor();
    await settled(page);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url(), patience).toContain(`#/payments/${console.business.paymentId}`);
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().getByText(receipt).waitFor();
    await page.keyboard.press("Escape");
    expect(errors).toEqual([]);
  });

  longTest("a code is disabled from the search, after a question that names it", async () => {
    const { page } = owner;
    const { items } = await console.ask(`/vouchers?batchId=${console.business.batchId}&limit=3`);
    const { code, voucherId } = items[2];
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill(code);
    await page
      .getByRole("option")
      .filter({ hasText: `Switch off ${code}` })
      .click();
    const question = page.getByRole("dialog").filter({ hasText: `Switch off the code ${code}?` });
    await question.getByRole("button", { name: `Switch off ${code}` }).click();
    await page.getByText(`${code} is switched off.`).waitFor();
    const { items: after } = await console.ask(`/vouchers?batchId=${console.business.batchId}&state=disabled`);
    expect(after.map((voucher: { voucherId: string }) => voucher.voucherId)).toContain(voucherId);
    await page.keyboard.press("Escape");
  });

  longTest(
    "[UIX-03] [VOU-06] a voucher that was found from any page opens with its history, and its address can be shared",
    async () => {
      const { page } = owner;
      const { items } = await console.ask(`/vouchers?batchId=${console.business.batchId}&limit=4`);
      const { code } = items[3];
      await goTo(page, "#/customers");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Find anything" }).fill(code);
      await page.getByRole("option").filter({ hasText: code }).filter({ hasText: "1 hour" }).first().click();
      const trace = page.locator("voucher-trace");
      await trace.getByRole("row").filter({ hasText: "Created" }).waitFor(patience);
      await page.reload();
      await trace.getByRole("row").filter({ hasText: "Created" }).waitFor(patience);
      expect(await page.getByRole("searchbox", { name: "Look up a code" }).inputValue()).toBe(code);
    },
  );

  longTest(
    "[BEY-22] a receipt that is not in the books leads from the search to the form of a customer who paid",
    async () => {
      const { page } = owner;
      await goTo(page, "#/customers");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Find anything" }).fill("ukz0000i1a");
      await page.getByRole("option").filter({ hasText: "Customer already paid: UKZ0000I1A" }).click();
      await expect
        .poll(() => page.locator("review-page textarea[name=receipt]").first().inputValue(), patience)
        .toBe("UKZ0000I1A");
    },
  );

  longTest(
    "[VOU-06] [UIX-09] before there is a site, vouchers lead to adding one instead of a form that would be refused",
    async () => {
      const provider = await console.hub.makeProvider("Bilakituo");
      const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: "#/vouchers?add=1" });
      await page.locator("batch-form").getByRole("link", { name: "Add a site" }).click();
      await page.getByRole("button", { name: "Add a site", expanded: true }).waitFor(patience);
      await goTo(page, "#/");
      await page.getByText("none yet").waitFor(patience);
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );

  longTest(
    "a payment opens beside its list on a wide screen, with its own address; closing it leads back to the same list",
    async () => {
      const { page } = await console.open(
        { email: console.business.ownerEmail },
        { width: 1440, hash: "#/payments?state=paid" },
      );
      await page.locator("payments-page tbody tr").first().waitFor();
      await settled(page);
      await page.locator("payments-page tbody tr").first().click();
      await expect.poll(() => page.url(), patience).toMatch(/#\/payments\/[^?]+\?state=paid$/);
      const thing = page.getByRole("region", { name: "Details" });
      await thing.getByRole("heading").first().waitFor();
      expect(await page.locator("payments-page tbody tr").count()).toBeGreaterThan(1);
      await settled(page);
      await picture(page, "payment-beside-1440");
      await page.reload();
      await thing.getByRole("heading").first().waitFor();
      await thing.getByRole("link", { name: "Close" }).click();
      await expect.poll(() => page.url(), patience).toMatch(/#\/payments\?state=paid$/);
      await thing.waitFor({ state: "detached" });
      await page.context().close();
    },
  );

  test("[UIX-03] what narrows a list stands in its address: a reload and a shared link show the same rows", async () => {
    const { page } = owner;
    await goTo(page, "#/customers");
    await page.getByRole("searchbox", { name: "Search" }).fill("Achieng");
    await page.getByRole("searchbox", { name: "Search" }).press("Enter");
    await expect.poll(() => page.url(), patience).toContain("#/customers?q=Achieng");
    await page.reload();
    await page.getByText("Achieng Otieno").waitFor();
    expect(await page.getByRole("searchbox", { name: "Search" }).inputValue()).toBe("Achieng");
  });

  longTest("[UIX-02] on a phone the filters fold away, and the rows are on the first screen", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail }, { width: 360, hash: "#/payments" });
    const filter = page.getByRole("combobox", { name: /^State/ });
    const row = page.locator("payments-page tbody tr").first();
    await row.waitFor();
    expect(await filter.isVisible()).toBe(false);
    // A list that is drawn anew has no row for a moment.
    await expect.poll(async () => (await row.boundingBox())?.y ?? Infinity, patience).toBeLessThan(640);
    await page.getByRole("button", { name: "Filters", expanded: false }).click();
    await page.getByRole("button", { name: "Filters", expanded: true }).waitFor();
    await filter.selectOption("paid");
    await expect.poll(() => page.url(), patience).toContain("state=paid");
    await page.getByRole("button", { name: /^Remove: / }).waitFor();
    await picture(page, "filters-360");
    await page.setViewportSize({ width: 1280, height: 860 });
    await filter.waitFor();
    expect(await page.getByRole("button", { name: "Filters" }).isVisible()).toBe(false);
    await page.getByRole("button", { name: "Views" }).click();
    await picture(page, "views-1280");
    await page.keyboard.press("Escape");
    await page.getByRole("combobox", { name: /^Period/ }).selectOption("own");
    await page.getByRole("button", { name: /calendar/i }).click();
    await page.locator("day-calendar").waitFor();
    await picture(page, "calendar-1280");
    await page.context().close();
  });

  test("[UIX-03] what is being typed into a search stays while the list comes in", async () => {
    const { page } = owner;
    await goTo(page, "#/");
    const asked = Promise.withResolvers<void>();
    const letIn = Promise.withResolvers<void>();
    await page.route(/\/api\/v1\/customers\?/, async (route) => {
      asked.resolve();
      await letIn.promise;
      await route.continue();
    });
    await goTo(page, "#/customers");
    await asked.promise;
    const search = page.getByRole("searchbox", { name: "Search" });
    await search.pressSequentially("Achi");
    letIn.resolve();
    await page.locator("customers-page tbody tr").first().waitFor();
    expect(await search.inputValue()).toBe("Achi");
    await search.press("Enter");
    await expect.poll(() => page.url(), patience).toContain("#/customers?q=Achi");
    await page.getByText("Achieng Otieno").waitFor();
    await page.unroute(/\/api\/v1\/customers\?/);
  });

  test("[UIX-02] the search of the settings leads on to what is set on another page", async () => {
    const { page, errors } = owner;
    await goTo(page, "#/settings");
    const search = page.getByRole("searchbox", { name: "Search the settings" });
    const place = page.locator("settings-page section", { hasText: "On other pages" });
    for (const typed of [
      "commission till paybill tax logo password sms printer refund float device users".split(" "),
      ["time zone", "language"],
    ].flat()) {
      await search.fill(typed);
      await place.or(page.locator("settings-page .form-card")).first().waitFor(patience);
      expect([typed, await page.getByText("Nothing found.").count()]).toEqual([typed, 0]);
    }
    await search.fill("commission");
    await picture(page, "settings-search-elsewhere");
    await place.getByRole("link", { name: "Payment channels" }).click();
    await page.getByRole("heading", { name: "Payment channels", level: 1 }).waitFor(patience);
    expect(errors).toEqual([]);
  });
});

/** What an accountant and customer service read: the books of a time, reports, and what was written to people. */
import { ownerPassword } from "@karibu/cloud/test-hub";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chromiumPath, goTo, lookAt, settled } from "./test-console.ts";
import { nairobiDay, statement } from "./test-sample-business.ts";

describe.skipIf(chromiumPath === null)("books, reports and mail, in a browser", () => {
  const console = useBusiness("Vitabu");
  const owner = useOwner(console);

  test("[UIX-09] the ledger is read and saved for a time, with what was earned and spent in it", async () => {
    const { page, errors } = owner;
    await goTo(page, "#/ledger");
    await settled(page);
    const profit = page.locator("profit-card tbody tr");
    const { items } = await console.ask("/ledger/profit");
    const shillings = (cents: number) => `${cents < 0 ? "-" : ""}KSh ${(Math.abs(cents) / 100).toLocaleString("en")}`;
    expect((await profit.textContent())?.replaceAll("−", "-")).toContain(shillings(items[0].profitCents));

    // Long before the first sale.
    // The list of all times may still be under way.
    const answer = page.waitForResponse((each) => /\/ledger\/entries\?.*untilMs=/.test(each.url()));
    await goTo(page, "#/ledger?from=2025-01-01&to=2025-01-31");
    const asked = new URL((await answer).url()).searchParams;
    expect(Number(asked.get("untilMs"))).toBe(Date.parse("2025-02-01T00:00:00+03:00"));
    await page.locator("profit-card").getByText("Nothing was earned or spent in this period.").waitFor();
    expect(await page.locator("ledger-page tbody tr").count()).toBe(0);

    const saving = page.waitForRequest((each) => each.url().includes("/ledger/export"));
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export CSV" }).click();
    expect((await saving).url()).toContain(`untilMs=${Date.parse("2025-02-01T00:00:00+03:00")}`);
    expect((await saved).suggestedFilename()).toMatch(/^ledger-.*\.csv$/);
    expect(errors).toEqual([]);
  });

  test("[PAY-18] [UIX-09] one list has every sum that came in, with its total above it, and says how it agrees with the books", async () => {
    const { page, errors } = owner;
    await page.setViewportSize({ width: 1440, height: 900 });
    await goTo(page, "#/money-received");
    await settled(page);
    const { items } = await console.ask("/money-received/sums");
    const [sum] = items as { amountCents: number; currency: string; rows: number }[];
    const shillings = (cents: number) => `KSh ${(cents / 100).toLocaleString("en")}`;
    await page
      .locator("received-page .sums")
      .getByText(shillings(sum?.amountCents ?? 0))
      .first()
      .waitFor();
    await page.getByRole("button", { name: "How this agrees with the books" }).click();
    const sides = page.locator("received-books section");
    await sides.nth(1).waitFor();
    // Where it is, and what it is called.
    for (const side of (await sides.allTextContents()).slice(0, 2))
      expect(side).toContain(shillings(sum?.amountCents ?? 0));
    await lookAt(page, "money-received-agrees");
    // What is chosen narrows rows and sum alike, and stands in the address.
    await goTo(page, "#/money-received?channelId=cash");
    await settled(page);
    const cash = (await console.ask("/money-received/sums?channelId=cash")).items[0];
    await page.locator("received-page .sums").getByText(shillings(cash.amountCents)).first().waitFor();
    const how = await page.locator("received-page tbody tr").allTextContents();
    expect(how).not.toEqual([]);
    expect(how.filter((row) => !row.includes("Cash"))).toEqual([]);
    await lookAt(page, "money-received-cash");
    expect(errors).toEqual([]);
  });

  test("[UIX-09] a sale is positive income, in the entries and on the account's statement", async () => {
    const { page } = owner;
    await goTo(page, "#/ledger");
    await settled(page);
    const { items } = await console.ask("/ledger/entries?kind=receipt");
    const sold = items.find(({ lines }: { lines: { account: string }[] }) =>
      lines.some((line) => line.account === "revenue"),
    );
    expect(sold).toBeDefined();
    const entry = page
      .locator("ledger-page tbody tr")
      .filter({ hasText: "Plans sold" })
      .filter({ has: page.locator(".lines") });
    await entry.first().waitFor();
    const sums = await entry.locator(".lines .number").allTextContents();
    expect(sums.filter((text) => /[-−]/.test(text))).toEqual([]);

    await goTo(page, "#/ledger/revenue%40KES");
    await settled(page);
    const cells = await page.locator("account-statement tbody td.numeric").allTextContents();
    expect(cells.length).toBeGreaterThan(1);
    expect(cells.filter((text) => /[-−]/.test(text))).toEqual([]);
    await goTo(page, "#/ledger");
  });

  test("[UIX-09] the reports under Money show the profit of a time and the revenue day by day", async () => {
    const { page } = owner;
    await goTo(page, "#/expenses");
    await page.getByRole("link", { name: "Reports" }).click();
    await page.getByRole("heading", { name: "Reports", exact: true }).waitFor();
    await page.locator("profit-card tbody tr").waitFor();
    await page.getByRole("heading", { name: "Sold in the last 30 days", exact: false }).waitFor();
    await page.getByRole("combobox", { name: "Period" }).selectOption("today");
    await expect.poll(() => page.url()).toMatch(/reports\?from=/);
  });

  test("what an import found leads to its payment", async () => {
    const { page } = owner;
    const csv = statement([{ receipt: "UKL51ZDR9X", time: `${nairobiDay(0)} 00:00:02`, shillings: 20 }]);
    await goTo(page, "#/reconciliation");
    await page
      .getByLabel("Statement")
      .setInputFiles({ name: "day.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.route("**/api/v1/reconciliation/statements", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const answer = await route.fetch();
      const body = await answer.json();
      // Nobody bought for this money: the hub found it, and it has no payment. A second one has.
      const foundReceipts = [...body.foundReceipts, { receipt: "UKL51ZDR9Y", paymentId: console.business.paymentId }];
      await route.fulfill({ response: answer, json: { ...body, foundReceipts } });
    });
    await page.getByRole("button", { name: "Import" }).click();
    await page.getByRole("listitem").filter({ hasText: "UKL51ZDR9X" }).getByText("no payment yet").waitFor();
    await page.getByRole("link", { name: "UKL51ZDR9Y" }).click();
    await expect.poll(() => page.url()).toContain(console.business.paymentId);
  });

  test("the text of a message and a mail that waits are read by who may, and sent again", async () => {
    const { page } = owner;
    // The mail server of the test has taken it: it is as if it had not.
    await console.hub
      .database()
      .asProvider(console.business.providerId, (tx) =>
        tx.updateTable("mail_outbox").set({ state: "failed", lastError: "the mail server is away" }).execute(),
      );
    await goTo(page, "#/messages");
    const message = page.getByRole("row").filter({ hasText: "2547***678" }).first();
    await message.getByRole("button", { name: "Read" }).click();
    await page.getByText("Welcome back").waitFor();
    const mail = page.locator("mails-card").getByRole("row").filter({ hasText: "new@people.test" });
    await mail.getByRole("button", { name: "Read" }).click();
    // The letter may hold a link that lets its reader in.
    const dialog = page.locator("password-dialog");
    await dialog.getByRole("textbox", { name: "Password" }).fill(ownerPassword);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await page.locator("mails-card section").getByText("#/invitation/", { exact: false }).waitFor();
    await mail.getByRole("button", { name: "Send again" }).click();
    await page.locator("toast-stack .notice").first().waitFor();

    const { page: other } = await console.open({ email: console.business.accountantEmail }, { hash: "#/messages" });
    await other.locator("main h1").waitFor();
    expect(await other.locator("mails-card").count()).toBe(0);
  });
});

/** What an accountant takes home: files of every list with money, whose sums are those of the screens. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, patience } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the accountant's files, in a browser", () => {
  const console = useBusiness("Hesabu");

  test("[REP-02] [UIX-03] invoices, refunds and cash sales at sites go out as CSV and workbook, and sum up to what the list has", async () => {
    const { business, hub } = console;
    const { page, errors } = await console.open({ email: business.accountantEmail }, { hash: "#/invoices" });
    for (const [list, amount, head] of [
      ["invoices", "total", "Total"],
      ["refunds", "amount", "Amount"],
      ["cash-sales", "price", "Price"],
    ] as const) {
      await goTo(page, `#/${list}`);
      const saved = page.waitForResponse((answer) => answer.url().includes(`/api/v1/${list}/export`), patience);
      await page.getByRole("button", { name: "Export CSV" }).first().click();
      expect((await saved).status(), list).toBe(200);

      const csv = await hub.call("GET", `/api/v1/${list}/export`, { token: business.token });
      const [heads = "", ...lines] = csv.text.trimEnd().split("\r\n");
      const column = heads.replace("\uFEFF", "").split(",").indexOf(head);
      expect(column, `${list}: ${heads}`).toBeGreaterThan(-1);
      const written = lines.reduce((sum, line) => sum + Number(cellsOf(line)[column]), 0);
      const { items } = await console.ask(`/${list}?limit=100`);
      const shown = items.reduce((sum: number, item: Record<string, number>) => sum + (item[`${amount}Cents`] ?? 0), 0);
      expect([list, lines.length, written * 100]).toEqual([list, items.length, shown]);
      const book = await hub.call("GET", `/api/v1/${list}/export?format=xlsx`, { token: business.token });
      expect(book.headers.get("content-disposition")).toContain(`filename="${list}.xlsx"`);
    }
    expect(errors).toEqual([]);
  });

  test("[REP-10] [UIX-10] who reads the console in Swahili gets files in Swahili: heads, states and reasons", async () => {
    const { business, hub } = console;
    const { page, errors } = await console.open({ email: business.accountantEmail }, { hash: "#/payments" });
    await chooseLanguage(page, "sw");
    const asked = page.waitForRequest((request) => request.url().includes("/api/v1/payments/export"), patience);
    await page.getByRole("button", { name: "Pakua CSV" }).first().click();
    const { pathname, search } = new URL((await asked).url());
    const file = await hub.call("GET", pathname + search, { token: business.token });
    const [head = "", first = ""] = file.text.split("\r\n");
    expect(head).toContain("Rejeleo,Risiti,Hali,Kiasi,Sarafu");
    expect(first).toMatch(/,(Imelipwa|Haijalipwa|Iko kwenye simu|Inatumwa|Bado haijulikani)[,"]/);
    expect(errors).toEqual([]);
  });

  test("[UIX-03] [PAY-18] above a list of money stands what its rows add up to, and it follows the filters", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.accountantEmail }, { hash: "#/payments" });
    const { total } = await console.ask("/payments?count=true&limit=1");
    const shillings = (cents: number) => `KSh ${(cents / 100).toLocaleString("en")}`;
    const line = page.locator(".sums");
    await line.getByText(`Paid: ${shillings(total.sums[0].amountCents)}`).waitFor(patience);
    expect(total.sums[0].amountCents).toBeGreaterThan(0);
    await goTo(page, "#/payments?state=failed");
    await expect
      .poll(() => line.getByText("Paid: KSh 0").or(page.getByText("Nothing found.")).count(), patience)
      .toBe(1);
    await goTo(page, "#/expenses");
    await line.getByText("Spent: KSh 1,200").waitFor(patience);
    await goTo(page, "#/invoices");
    await line.getByText("Invoiced: KSh 3,000").waitFor(patience);
    await goTo(page, "#/refunds");
    await line.getByText("Under way: KSh 5").waitFor(patience);
    await goTo(page, "#/plans");
    await page.locator("main h1").first().waitFor();
    expect(await line.count()).toBe(0);
    expect(errors).toEqual([]);
  });
});

/** The cells of a line of CSV, where a comma may stand between quotes. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = ""]) => cell);

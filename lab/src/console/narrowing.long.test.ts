/** Which part of a list is shown: its days, sites and reasons, how many rows there are in all, and the same as a workbook. */
import type { Session } from "@karibu/console/data/catalogue/sessions";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chromiumPath, goTo, settled } from "./test-console.ts";

/** By the clock of Nairobi, where the provider is. */
const days = { from: "2026-11-01", to: "2026-11-02" };
const fromMs = Date.parse("2026-11-01T00:00:00+03:00");
const untilMs = Date.parse("2026-11-03T00:00:00+03:00");

/** On a busy machine something else may ask for the whole list meanwhile. */
const narrowedBy = ["fromMs", "sinceMs", "siteId"];

const lists = [
  ["payments", "payments"],
  ["refunds", "refunds"],
  ["invoices", "invoices"],
  ["messages", "messages"],
  ["customers", "customers"],
  ["unmatched-callbacks", "unmatched-callbacks"],
  ["audit", "audit"],
  ["alarms", "alarms"],
  ["jobs", "jobs/dead"],
] as const;

describe.skipIf(chromiumPath === null)("what narrows a list, in a browser", () => {
  const console = useBusiness("Chuja");
  const owner = useOwner(console);

  /** The question that the page asks the hub for its list. */
  async function asked(page: Page, hash: string, list: string): Promise<URLSearchParams> {
    // What the page before it still asks for must not be taken for its own question.
    await goTo(page, "#/account");
    await settled(page);
    const answer = page.waitForResponse((each) => {
      const { pathname, searchParams } = new URL(each.url());
      return pathname === `/api/v1/${list}` && narrowedBy.some((name) => searchParams.has(name));
    });
    await goTo(page, hash);
    const response = await answer;
    expect([hash, response.status()]).toEqual([hash, 200]);
    return new URL(response.url()).searchParams;
  }

  test.each(lists)(
    "[UIX-03] the list of %s is narrowed to days, and tells how many rows there are",
    async (path, list) => {
      const { page, errors } = owner;
      const query = await asked(page, `#/${path}?from=${days.from}&to=${days.to}`, list);
      expect([Number(query.get("fromMs")), Number(query.get("untilMs"))]).toEqual([fromMs, untilMs]);
      expect(query.get("count")).toBe("true");
      await settled(page);
      expect(await page.getByRole("combobox", { name: "Period" }).first().inputValue()).toBe("own");
      expect(errors).toEqual([]);
    },
  );

  test("[UIX-03] the log is narrowed to days by the hub's own names for them", async () => {
    const query = await asked(owner.page, `#/logs?from=${days.from}&to=${days.to}`, "logs");
    expect([Number(query.get("sinceMs")), Number(query.get("untilMs"))]).toEqual([fromMs, untilMs]);
  });

  test("[UIX-03] refunds, customers and alarms are narrowed to a site, payments to why they failed", async () => {
    const { page } = owner;
    const { siteId } = console.business;
    for (const list of ["refunds", "customers", "alarms"])
      expect((await asked(page, `#/${list}?siteId=${siteId}`, list)).get("siteId"), list).toBe(siteId);
    await goTo(page, "#/payments");
    const answer = page.waitForResponse((each) => each.url().includes("reason=no-funds"));
    await page.getByRole("combobox", { name: "Why" }).selectOption({ label: "Not enough money on the phone" });
    expect((await answer).status()).toBe(200);
    await page.getByText("Nothing found.").waitFor();
  });

  test("[UIX-03] the count of a list stands above it, and payments are saved as a workbook", async () => {
    const { page } = owner;
    const { total } = await console.ask("/payments?count=true");
    await goTo(page, "#/payments");
    await page.locator("data-table").getByText(`${total.count} rows`).waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export Excel" }).click();
    expect((await saved).suggestedFilename()).toMatch(/^payments-.*\.xlsx$/);
  });

  test("[UIX-03] the list of sessions says who is online by phone or code, with the plan and the time that is left", async () => {
    const { page } = owner;
    const { siteId } = console.business;
    const sample = { siteId, siteName: "Market square", planName: "1 hour", state: "live", stoppedAtMs: null } as const;
    const items: Partial<Session>[] = [
      {
        ...sample,
        sessionKey: "1",
        mac: "02:00:00:00:00:01",
        phone: "2547***678",
        voucherCode: null,
        secondsLeft: 1500,
      },
      {
        ...sample,
        sessionKey: "2",
        mac: "02:00:00:00:00:02",
        phone: null,
        voucherCode: "4821907736",
        secondsLeft: null,
      },
    ].map((item) => ({
      ...item,
      grantId: null,
      startedAtMs: fromMs,
      inputBytes: 1,
      outputBytes: 2,
      onlineSeconds: 60,
      address: null,
      service: "hotspot",
    }));
    await page.route("**/api/v1/sessions?*", (route) => route.fulfill({ json: { items, nextCursor: null } }));
    await goTo(page, "#/sessions");
    const row = (text: string) => page.getByRole("row").filter({ hasText: text });
    await row("2547***678").getByText("1 hour").waitFor();
    await row("2547***678").getByText("25 min").waitFor();
    await row("4821907736").waitFor();
    await page.unroute("**/api/v1/sessions?*");
  });
});

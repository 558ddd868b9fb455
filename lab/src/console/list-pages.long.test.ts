/** A long list page by page: what is drawn, where one stands, what stays chosen, and the address of a page. */
import { beforeAll, describe, expect, test, vi } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, type OpenPage, patience } from "./test-console.ts";

const codes = 130;
const pageRows = 50;

describe.skipIf(chromiumPath === null)("a long list, in a browser", () => {
  const console = useBusiness("Orodha");
  let owner: OpenPage;
  let address = "";
  /** In the order of the list. */
  const all: string[] = [];

  beforeAll(async () => {
    const { token } = console.business;
    const { items: plans } = await console.ask("/plans");
    const body = { planId: plans[0].planId, quantity: codes, siteId: console.business.siteId };
    const { batchId } = (await console.hub.call("POST", "/api/v1/vouchers/batches", { token, body })).body;
    const state = async () => (await console.ask(`/vouchers/batches/${batchId}`)).state;
    await vi.waitFor(async () => expect(await state()).toBe("ready"), patience);
    for (let cursor = ""; ; ) {
      const { items, nextCursor } = await console.ask(`/vouchers?batchId=${batchId}&limit=100${cursor}`);
      all.push(...items.map(({ voucherId }: { voucherId: string }) => voucherId));
      if (nextCursor === null) break;
      cursor = `&cursor=${nextCursor}`;
    }
    address = `#/vouchers/${batchId}`;
    owner = await console.open({ email: console.business.ownerEmail });
    await goTo(owner.page, address);
  });

  const rows = () => owner.page.locator("batch-codes tbody tr");
  const turn = (to: string) => owner.page.locator("batch-codes").getByRole("button", { name: to, exact: true });
  const stands = (range: string) => owner.page.locator("batch-codes nav").getByText(range, { exact: true }).waitFor();
  const boxes = () => owner.page.locator("batch-codes tbody input[type=checkbox]");

  test("[UIX-03] however often one asks for what follows, no more than one page of rows is drawn; the list ends, and one comes back", async () => {
    const { page } = owner;
    const seen: string[] = [];
    for (const range of ["1–50 of 130", "51–100 of 130", "101–130 of 130"]) {
      await stands(range);
      seen.push(...(await rows().allTextContents()));
      expect(await rows().count()).toBeLessThanOrEqual(pageRows);
      if (await turn("Next").isEnabled()) await turn("Next").click();
    }
    expect([seen.length, new Set(seen).size]).toEqual([codes, codes]);
    expect(await turn("Next").isDisabled()).toBe(true);
    await turn("Previous").click();
    await stands("51–100 of 130");
    await page.goBack();
    await stands("101–130 of 130");
    await turn("First page").click();
    await stands("1–50 of 130");
    expect(await turn("Previous").isDisabled()).toBe(true);
  });

  test("[UIX-03] the address of a page leads to the same rows; another thing of the list begins at its own first row", async () => {
    const { page } = owner;
    await turn("Next").click();
    await stands("51–100 of 130");
    const before = await rows().allTextContents();
    await page.reload();
    await stands("51–100 of 130");
    expect(await rows().allTextContents()).toEqual(before);
    await turn("First page").click();
    await stands("1–50 of 130");
    await turn("Next").click();
    await stands("51–100 of 130");
    await page.goto(`${console.url()}/#/vouchers/${console.business.batchId}`);
    await expect.poll(() => rows().count(), patience).toBe(20);
    await goTo(page, `${address}?its-after=50.made-up`);
    await stands("1–50 of 130");
  });

  test("[UIX-03] [VOU-06] rows that are chosen on several pages are changed together", async () => {
    const { page } = owner;
    await page.route("**/api/v1/vouchers/bulk", (route) => route.fulfill({ status: 202, json: { jobId: "j1" } }));
    await boxes().nth(1).check();
    await turn("Next").click();
    await stands("51–100 of 130");
    await boxes().nth(0).check();
    await page.getByRole("group", { name: "2 selected" }).waitFor();
    await turn("Previous").click();
    await stands("1–50 of 130");
    expect([await boxes().nth(0).isChecked(), await boxes().nth(1).isChecked()]).toEqual([false, true]);
    const asked = page.waitForRequest("**/api/v1/vouchers/bulk");
    await page.getByRole("group", { name: "2 selected" }).getByRole("button", { name: "Switch off" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    const { voucherIds } = (await asked).postDataJSON() as { voucherIds: string[] };
    expect(voucherIds.toSorted()).toEqual([all[1], all[50]].toSorted());
    await expect.poll(() => page.getByRole("group", { name: "selected" }).count(), patience).toBe(0);
    await page.unrouteAll();
  });

  test("[UIX-03] with the keyboard: Enter on Next, and one stands at the first of the next rows", async () => {
    const { page } = owner;
    await page.goto(`${console.url()}/#/account`);
    await goTo(page, address);
    await stands("1–50 of 130");
    await turn("Next").focus();
    await page.keyboard.press("Enter");
    await stands("51–100 of 130");
    await expect.poll(() => page.locator("batch-codes table:focus").count(), patience).toBe(1);
    await page.keyboard.press("Tab");
    await page.locator("batch-codes thead input[type=checkbox]:focus").waitFor();
  });

  test("[UIX-03] turning a page asks the hub for its rows alone, and not for every site's name again", async () => {
    const { page } = owner;
    await page.goto(`${console.url()}/#/account`);
    await goTo(page, address);
    await stands("1–50 of 130");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await turn("Next").click();
    await stands("51–100 of 130");
    await turn("Previous").click();
    await stands("1–50 of 130");
    expect(asked.filter((path) => path === "/api/v1/vouchers").length).toBeGreaterThanOrEqual(2);
    expect(asked.filter((path) => path === "/api/v1/sites")).toEqual([]);
  });

  test("[UIX-03] a press is answered by the next picture: the list says that it is busy before it draws rows, however fast the hub is", async () => {
    const { page } = owner;
    await page.goto(`${console.url()}/#/account`);
    await page.evaluate(answerAtOnceTheSecondTime);
    await goTo(page, address);
    await stands("1–50 of 130");
    await turn("Next").click();
    await stands("51–100 of 130");
    await turn("Previous").click();
    await stands("1–50 of 130");
    const before = await rows().first().textContent();
    const firstPicture = await page.locator("batch-codes").evaluate(async (codes) => {
      const buttons = [...(codes.shadowRoot?.querySelectorAll("nav.pager button") ?? [])] as HTMLElement[];
      const table = codes.shadowRoot?.querySelector("data-table")?.shadowRoot?.querySelector("table");
      buttons.at(-1)?.click();
      await new Promise((drawn) => requestAnimationFrame(drawn));
      return { busy: table?.getAttribute("aria-busy"), row: table?.querySelector("tbody tr")?.textContent };
    });
    expect(firstPicture).toEqual({ busy: "true", row: before });
    await stands("51–100 of 130");
    await page.reload();
  });

  test.each(["en", "sw"] as const)(
    "[UIX-02] beside its list at 1440 px the table of codes is whole, in %s, with its buttons",
    async (language) => {
      const { page } = owner;
      await page.setViewportSize({ width: 1440, height: 860 });
      await chooseLanguage(page, language);
      await page.goto(`${console.url()}/#/account`);
      await goTo(page, address);
      await boxes().first().waitFor();
      const table = page.locator("batch-codes data-table");
      await expect.poll(() => table.evaluate((it) => it.hasAttribute("wide")), patience).toBe(false);
      const lines = await table
        .locator("tbody td button")
        .first()
        .evaluate((it) => it.getClientRects().length + (it.getBoundingClientRect().height > 40 ? 1 : 0));
      expect(lines).toBe(1);
    },
  );
});

/** From now on the page gets the answer to a question that it asked before without any wait, as from a hub that needs no time. */
function answerAtOnceTheSecondTime(): void {
  const known = new Map<string, { readonly status: number; readonly headers: Headers; readonly body: string }>();
  const ask = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const method = init?.method ?? "GET";
    const url = String(input);
    if (method !== "GET" || url.endsWith("/events")) return ask(input, init);
    const before = known.get(url);
    if (before !== undefined) {
      const { status, headers, body } = before;
      return { ok: true, status, headers, text: async () => body, json: async () => JSON.parse(body) } as Response;
    }
    const answer = await ask(input, init);
    const body = await answer.clone().text();
    if (answer.ok) known.set(url, { status: answer.status, headers: answer.headers, body });
    return answer;
  };
}

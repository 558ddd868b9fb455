/** Many vouchers at once, and the questions that are asked before something is taken away. */
import { surePosterOf } from "@karibu/cloud/test-asking";
import type { BulkChange } from "@karibu/console/data/catalogue/vouchers";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, patience, picture } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("many vouchers at once, in a browser", () => {
  const console = useBusiness("Misimbo");
  const owner = useOwner(console);

  test("[UIX-03] [VOU-06] chosen codes of a batch are switched off by one job; one sees how far it is, and what was left", async () => {
    const { page } = owner;
    const asked: { action: string; voucherIds: string[] }[] = [];
    const far: BulkChange = {
      jobId: "j1",
      action: "disable",
      state: "running",
      total: 3,
      done: 1,
      failed: 0,
      problems: [],
      createdAtMs: 1,
      finishedAtMs: null,
    };
    let change = far;
    await page.route("**/api/v1/vouchers/bulk", async (route) => {
      asked.push(route.request().postDataJSON());
      await route.fulfill({ status: 202, json: { jobId: "j1" } });
    });
    await page.route("**/api/v1/vouchers/bulk/j1", (route) => route.fulfill({ json: change }));
    await goTo(page, `#/vouchers/${console.business.batchId}`);
    const boxes = page.locator("batch-codes tbody input[type=checkbox]");
    await boxes.first().waitFor();
    for (const at of [0, 1, 2]) await boxes.nth(at).check();
    await page.getByRole("group", { name: "3" }).getByRole("button", { name: "Switch off" }).click();
    await page.getByText("Switch off 3 codes?").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    await page.getByRole("progressbar", { name: "Switching off 3 codes" }).waitFor();
    const { items } = await console.ask(`/vouchers?batchId=${console.business.batchId}&limit=3`);
    const problem = {
      voucherId: items[1].voucherId,
      code: "refunded",
      detail: "This voucher was refunded; it stays off.",
    };
    expect(asked).toEqual([
      { action: "disable", voucherIds: items.map(({ voucherId }: { voucherId: string }) => voucherId) },
    ]);
    change = { ...far, state: "done", done: 3, failed: 1, problems: [problem] };
    // The live event of any voucher makes the page ask again.
    await console.hub.call("POST", `/api/v1/vouchers/${items[0].voucherId}/disable`, { token: console.business.token });
    await page.getByText("Done: 2 codes changed.").waitFor();
    await page.getByText("Not changed: 1").waitFor();
    // The voucher is named, and the reason has words of both languages.
    const outcome = page.locator("bulk-progress li");
    expect((await outcome.textContent())?.replaceAll(/[\s-]/g, "")).toContain(items[1].code);
    await outcome.getByText("This was refunded, or a refund is on its way.").waitFor();
    await chooseLanguage(page, "sw");
    await outcome.getByText("Hii ilirudishwa, au rejesho liko njiani.").waitFor();
    await chooseLanguage(page, "en");
    expect(await page.locator("batch-codes tbody input[type=checkbox]:checked").count()).toBe(0);
  });

  test("[VOU-06] the hub switches the chosen codes off", async () => {
    const { page } = owner;
    await page.unrouteAll();
    await goTo(page, "#/plans");
    await goTo(page, `#/vouchers/${console.business.batchId}`);
    const { items } = await console.ask(`/vouchers?batchId=${console.business.batchId}&limit=6`);
    const chosen = items.slice(4, 6) as { voucherId: string }[];
    const boxes = page.locator("batch-codes tbody input[type=checkbox]");
    await boxes.nth(5).waitFor();
    for (const at of [4, 5]) await boxes.nth(at).check();
    await page.getByRole("group", { name: "2" }).getByRole("button", { name: "Switch off" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    await page.getByText("Done: 2 codes changed.").waitFor();
    const { items: off } = await console.ask(`/vouchers?batchId=${console.business.batchId}&state=disabled`);
    const ids = off.map(({ voucherId }: { voucherId: string }) => voucherId);
    expect(ids).toEqual(expect.arrayContaining(chosen.map(({ voucherId }) => voucherId)));
  });

  test("[UIX-03] several codes are looked up at once, and can be chosen together", async () => {
    const { page } = owner;
    const { items } = await console.ask(`/vouchers?batchId=${console.business.batchId}&limit=2`);
    await goTo(page, "#/vouchers");
    const codes = items.map(({ code }: { code: string }) => code);
    await page.getByRole("searchbox", { name: "Look up a code" }).fill(codes.join(", "));
    await page.getByRole("button", { name: "Search" }).click();
    await page.locator("voucher-search tbody tr").nth(1).waitFor();
    await page.locator("voucher-search tbody input[type=checkbox]").first().check();
    await page.locator("voucher-search").getByRole("button", { name: "Switch off" }).first().waitFor();
  });

  test("[VOU-06] a lost code that somebody uses is switched off too, after a question that says who goes offline", async () => {
    const { page } = owner;
    const { providerId, batchId, siteId } = console.business;
    const { items } = await console.ask(`/vouchers?batchId=${batchId}&limit=12`);
    const { code, voucherId } = items[11];
    const serial = Number(voucherId.slice(voucherId.lastIndexOf(".") + 1));
    const at = { providerId, siteId, grantId: `v.${batchId}.${serial}`, epoch: "e", seq: 1 };
    const nowMs = Date.now();
    await console.hub.database().asProvider(providerId, async (tx) => {
      await tx
        .insertInto("voucher_redemptions")
        .values({ ...at, batchId, serial })
        .execute();
      const times = {
        startedAtMs: nowMs,
        endsAtMs: nowMs + 3_600_000,
        validUntilMs: null,
        receivedAtMs: nowMs,
      };
      await tx
        .insertInto("grant_starts")
        .values({ ...at, ...times, origin: "voucher", planName: "1 hour" })
        .execute();
    });
    await goTo(page, `#/vouchers?code=${code}`);
    const row = page.locator("voucher-search tbody tr");
    await row.getByText("In use").waitFor(patience);
    await row.getByRole("button", { name: "Switch off" }).click();
    const question = page.getByRole("dialog").filter({ hasText: "who is online with it goes offline" });
    await question.getByRole("button", { name: /^Switch off/ }).click();
    await row.getByText("Switched off").waitFor(patience);
  });

  test("[UIX-05] a plan is archived only after a red question that names it, and a refund is withdrawn likewise", async () => {
    const { page } = owner;
    await goTo(page, "#/plans");
    const row = page.getByRole("row").filter({ hasText: "1 GB Daily" });
    await row.getByRole("button", { name: "Archive" }).click();
    await page.getByText("Archive the plan 1 GB Daily?", { exact: false }).waitFor();
    const archive = page.getByRole("dialog").getByRole("button", { name: "Archive: 1 GB Daily" });
    expect(await archive.getAttribute("class")).toContain("danger");
    await archive.click();
    await row.waitFor({ state: "detached" });

    await goTo(page, "#/refunds");
    await page.getByRole("button", { name: "Withdraw" }).click();
    const withdraw = page.getByRole("dialog").getByRole("button", { name: "Withdraw: KSh 5" });
    expect(await withdraw.getAttribute("class")).toContain("danger");
    await withdraw.click();
    await page.getByRole("row").getByText("Refused", { exact: true }).waitFor();
  });

  test("[VOU-13] the page of all vouchers finds by a part of a code, narrows by batch, sorts by price, and makes one for a customer", async () => {
    const { page, errors } = owner;
    const { items: plans } = await console.ask("/plans");
    const body = {
      planId: plans[0].planId,
      quantity: 2,
      siteId: console.business.siteId,
      priceCents: 100,
      prefix: "BEI",
    };
    const { batchId } = (
      await console.hub.call("POST", "/api/v1/vouchers/batches", { token: console.business.token, body })
    ).body;
    const cheap = (await console.ask(`/vouchers?batchId=${batchId}`)).items[0].code as string;
    await page.setViewportSize({ width: 390, height: 860 });
    await goTo(page, "#/all-vouchers");
    const list = page.locator("all-vouchers");
    const rows = list.locator("tbody tr");
    const one = async (text: string) => {
      await expect.poll(() => rows.count(), patience).toBe(1);
      expect((await rows.first().textContent())?.replaceAll(/[\s-]/g, "")).toContain(text);
    };
    await list.getByPlaceholder("Code, a part of it, or a plan").fill(cheap.slice(4, 11));
    await list.getByPlaceholder("Code, a part of it, or a plan").press("Enter");
    await one(cheap);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await picture(page, "all-vouchers-390");
    await page.setViewportSize({ width: 1280, height: 860 });
    await goTo(page, `#/all-vouchers?sort=price`);
    await expect
      .poll(async () => (await rows.first().textContent())?.replaceAll(/[\s-]/g, ""), patience)
      .toContain(cheap);
    await goTo(page, `#/all-vouchers?batchId=${batchId}`);
    await expect.poll(() => rows.count(), patience).toBe(2);
    await list.getByRole("button", { name: "Voucher for a customer" }).click();
    await list.getByRole("textbox", { name: "Name" }).fill("Baraka Mwangi");
    await list.getByRole("textbox", { name: "Phone" }).fill("0714000999");
    await list.getByLabel("Its time begins now").check();
    await picture(page, "voucher-for-customer");
    await list.locator("form").getByRole("button", { name: "Voucher for a customer" }).click();
    await page.getByText(/^Given: /).waitFor(patience);
    const { items: customers } = await console.ask("/customers?q=Baraka");
    expect((await console.ask(`/customers/${customers[0].customerId}/vouchers`)).items).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  test("[UIX-03] batches of one plan are told apart by site and print, and each code of all by its batch", async () => {
    const { page } = owner;
    const { token } = console.business;
    const send = surePosterOf(console.hub, () => token);
    const { items: plans } = await console.ask("/plans");
    const { site } = await send("/sites", { name: "Kando ya ziwa" });
    const order = { planId: plans[0].planId, quantity: 2 };
    const made: string[] = [];
    for (const siteId of [console.business.siteId, site.siteId])
      made.push((await send("/vouchers/batches", { ...order, siteId })).batchId);
    await send(`/vouchers/batches/${made[1]}/printed`, {});
    await goTo(page, "#/vouchers");
    const cells = (batchId: string | undefined) =>
      page.locator("batch-list tbody tr", { has: page.locator(`a[href="#/vouchers/${batchId}"]`) }).locator("td");
    await expect.poll(() => cells(made[1]).allInnerTexts(), patience).toContain("Kando ya ziwa");
    expect((await cells(made[1]).allInnerTexts()).join()).not.toContain("Not yet");
    expect(await cells(made[0]).allInnerTexts()).toEqual(expect.arrayContaining(["Not yet"]));
    expect((await cells(made[0]).allInnerTexts()).join()).not.toContain("Kando ya ziwa");
    await picture(page, "batches-of-one-plan");
    await goTo(page, "#/all-vouchers");
    const row = page.locator("all-vouchers tbody tr").first();
    await expect
      .poll(() => row.locator(`a[href="#/vouchers/${made[1]}"]`).allInnerTexts(), patience)
      .toEqual([expect.stringContaining("Kando ya ziwa")]);
  });
});

/** Money on the console: refunds, renewals, the comparison of a statement with the books, the close of a day. */

import { withBody } from "@karibu/cloud/money/evidence/test-evidence";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, lookAt } from "./test-console.ts";
import { nairobiDay, statement } from "./test-sample-business.ts";

describe.skipIf(chromiumPath === null)("refunds and renewals, in a browser", () => {
  const console = useBusiness("Rudisha");
  const confirm = (page: Page, name: string) => page.getByRole("dialog").getByRole("button", { name }).click();

  /** All but the first of its batch were sold for cash. */
  beforeAll(async () => {
    const { batchId, token } = console.business;
    const { items } = await console.ask(`/vouchers?batchId=${batchId}`);
    for (const { voucherId } of (items as { voucherId: string }[]).slice(1)) {
      const headers = { "Idempotency-Key": `sold-${voucherId}` };
      const sold = await console.hub.call("POST", `/api/v1/vouchers/${voucherId}/declare-sold`, { token, headers });
      expect(sold.status, sold.text).toBe(201);
    }
  });

  test("[PAY-15] [VOU-04] a code that nobody bought is not refunded: the page says so, and offers to switch it off, or to say first that it was sold", async () => {
    const { batchId, ownerEmail } = console.business;
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: `#/vouchers/${batchId}` });
    const cash = async () => {
      const { items } = await console.ask("/ledger/accounts");
      return items.find(({ account }: { account: string }) => account === "cash").balanceCents as number;
    };
    const before = await cash();
    await page.getByRole("button", { name: "Request a refund" }).first().click();
    await page.getByText("Nobody bought this code", { exact: false }).waitFor();
    const card = page.locator("voucher-refund");
    await card.getByRole("button", { name: "Switch off" }).waitFor();
    expect(await card.getByLabel("Why").count()).toBe(0);
    await lookAt(page, "unsold-code");
    await card.getByRole("button", { name: "It was sold for cash" }).click();
    await confirm(page, "It was sold for cash");
    await card.getByLabel("Why").waitFor();
    await page.getByText("KSh 20, is in the till by the books", { exact: false }).waitFor();
    expect((await cash()) - before).toBe(2000);
    expect(errors).toEqual([]);
  });

  test("a form about one voucher begins with nothing that was typed for another", async () => {
    const owner = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/vouchers/${console.business.batchId}` },
    );
    const { page } = owner;
    const row = (at: number) => page.getByRole("row").filter({ hasText: "Request a refund" }).nth(at);
    for (const at of [0, 1]) {
      const code = (await row(at).getByRole("cell").nth(1).textContent())?.trim() ?? "";
      await row(at).getByRole("button", { name: "Request a refund" }).click();
      await page.getByRole("heading", { name: code }).waitFor();
      expect(await page.getByLabel("Why").inputValue()).toBe("");
      await page.getByLabel("Why").fill("Torn");
    }
  });

  test("[PAY-15] an amount that can't be read is not taken for the whole price", async () => {
    const { page } = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/vouchers/${console.business.batchId}` },
    );
    const before = (await console.ask("/refunds")).items;
    await page.getByRole("button", { name: "Request a refund" }).first().click();
    const form = page.locator("action-form");
    await form.getByLabel("Why").fill("Half of it");
    await form.getByLabel("Amount").pressSequentially("1e");
    await form.getByRole("button", { name: "Request a refund" }).click();
    await form.getByRole("alert").getByText("this can’t be read", { exact: false }).waitFor();
    expect((await console.ask("/refunds")).items).toEqual(before);
  });

  test("[PAY-15] [VOU-04] a voucher is refunded from its batch: one user requests and withdraws, requests again, another refuses, then approves", async () => {
    const owner = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/vouchers/${console.business.batchId}` },
    );
    const { page } = owner;
    const askFor = async (reason: string) => {
      await goTo(page, `#/vouchers/${console.business.batchId}`);
      await page.getByRole("button", { name: "Request a refund" }).first().click();
      await page.getByText("its price goes back", { exact: false }).waitFor();
      await page.getByLabel("Why").fill(reason);
      await page.locator("action-form").getByRole("button", { name: "Request a refund" }).click();
      await page.getByText("Another person must approve it.", { exact: false }).waitFor();
      await goTo(page, "#/refunds");
    };
    const row = (of: Page, text: string) => of.getByRole("row").filter({ hasText: text });
    await goTo(page, `#/vouchers/${console.business.batchId}`);
    await page.getByRole("button", { name: "Request a refund" }).first().click();
    await lookAt(page, "voucher-refund");

    await askFor("Never mind");
    await row(page, "Never mind").getByRole("button", { name: "Withdraw" }).click();
    await confirm(page, "Withdraw");
    await row(page, "Never mind").getByText("Refused", { exact: true }).waitFor();

    await askFor("The code was torn");
    const second = await console.open({ email: console.business.accountantEmail }, { hash: "#/refunds" });
    await row(second.page, "The code was torn").getByRole("button", { name: "Refuse" }).click();
    await confirm(second.page, "Refuse");
    await row(second.page, "The code was torn").getByText("Refused by:", { exact: false }).waitFor();

    await askFor("Sold by mistake");
    await goTo(second.page, "#/payments");
    await goTo(second.page, "#/refunds");
    await lookAt(second.page, "refunds");
    await row(second.page, "Sold by mistake").getByRole("button", { name: "Approve" }).click();
    await confirm(second.page, "Approve");
    await row(second.page, "Sold by mistake").getByText("Refunded", { exact: true }).waitFor();
    const { items } = await console.ask("/refunds");
    const [done] = items as { state: string; amountCents: number; voucherId: string }[];
    expect(done).toMatchObject({ state: "done", amountCents: 2000 });
    const vouchers = (await console.ask(`/vouchers?batchId=${console.business.batchId}`)).items as {
      voucherId: string;
      state: string;
    }[];
    expect(vouchers.find(({ voucherId }) => voucherId === done?.voucherId)?.state).toBe("disabled");
    // It stays off: nobody is offered to switch it on, and the row says why.
    await goTo(page, `#/vouchers/${console.business.batchId}`);
    const refunded = page.getByRole("row").filter({ has: page.getByRole("link", { name: "Refunded" }) });
    await refunded.waitFor();
    expect(await refunded.getByRole("button", { name: "Switch on" }).count()).toBe(0);
    expect([...owner.errors, ...second.errors]).toEqual([]);
  });

  test("[PAY-15] a failed refund is tried again with another method, under the same rule of two people", async () => {
    const why = "The site was away";
    await console.hub
      .database()
      .asProvider(console.business.providerId, (tx) =>
        tx
          .updateTable("refunds")
          .set({ state: "failed", problem: "the channel refused it" })
          .where("reason", "=", why)
          .execute(),
      );
    const { page, errors } = await console.open({ email: console.business.accountantEmail }, { hash: "#/refunds" });
    const failed = page.getByRole("row").filter({ hasText: "the channel refused it" });
    await failed.getByRole("button", { name: "Try again" }).click();
    await page.locator("refund-resolution").getByLabel("How").selectOption({ label: "To the customer's credit" });
    await lookAt(page, "refund-resolution");
    await page.locator("refund-resolution").getByRole("button", { name: "Try again" }).click();
    await page.getByText("Requested. Another person must approve it.").waitFor();
    await failed.getByText("Tried again", { exact: true }).waitFor();
    const { items } = await console.ask("/refunds");
    const [again, before] = (items as { reason: string }[]).filter(({ reason }) => reason === why);
    expect(before).toMatchObject({ state: "failed", resolution: "retried" });
    expect(again).toMatchObject({ state: "asked", method: "credit", amountCents: 500 });

    await goTo(page, `#/payments/${console.business.paymentId}`);
    await page.getByRole("row").filter({ hasText: why }).first().waitFor();
    await lookAt(page, "payment-refunds");
    expect(errors).toEqual([]);
  });

  test("[PAY-15] the code of a sale whose package was ended is not offered any more, to send or to print", async () => {
    const { ownerEmail, paymentId, providerId } = console.business;
    const { page } = await console.open({ email: ownerEmail }, { hash: `#/payments/${paymentId}` });
    await page.getByRole("heading", { name: "Help the customer" }).waitFor();
    const ended = { revokedAtMs: console.hub.world.clock.wall().atMs };
    await console.hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.updateTable("grants").set(ended).where("purchaseId", "=", paymentId).execute(),
      );
    await page.reload();
    await page.locator("payment-page").getByText("Revoked", { exact: true }).waitFor();
    expect(await page.locator("help-customer").count()).toBe(0);
  });

  test("[PAY-15] the owner sets the rule for refunds of used packages", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/channels" });
    const rule = page.getByLabel("Refund of a used package");
    expect(await rule.inputValue()).toBe("unused-part");
    await rule.selectOption({ label: "No refund" });
    await page.locator("money-rules").getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved", { exact: true }).first().waitFor();
    expect(await console.ask("/money-settings")).toMatchObject({ refundUsed: "refuse" });
    await lookAt(page, "money-rules");
    expect(errors).toEqual([]);
  });

  test("[PAY-04] how much unverified money opens packages in an hour is a rule that the owner sets, in shillings", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/channels" });
    const limit = page.getByLabel("Unverified money that opens packages, in an hour (KSh)");
    expect(await limit.inputValue()).toBe("50000");
    await limit.fill("1200.50");
    await page.locator("money-rules").getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved", { exact: true }).first().waitFor();
    expect(await console.ask("/money-settings")).toMatchObject({ unverifiedCentsMax: 120_050 });
    await page.reload();
    expect(await limit.inputValue()).toBe("1200.5");
    expect(errors).toEqual([]);
  });

  test("[PAY-16] a renewal is started on the customer's page, is in the list, and is switched off there", async () => {
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/customers/${console.business.customerId}` },
    );
    await page.getByRole("button", { name: "Renew a plan from their credit" }).first().click();
    const form = page.locator("open-package action-form");
    await form.getByLabel("Plan").locator("option").nth(1).waitFor({ state: "attached" });
    await form.getByLabel("Plan").selectOption({ index: await lastOption(form.getByLabel("Plan")) });
    await form.getByLabel("Site").selectOption({ label: "Market square" });
    await form.getByRole("button", { name: "Renew a plan from their credit" }).click();
    await page.locator("lines-card tbody tr").filter({ hasText: "Package" }).first().waitFor();
    await lookAt(page, "customer-renewals");

    await goTo(page, "#/subscriptions");
    await page.getByLabel("Kind").selectOption({ label: "Package" });
    await page.locator("tbody tr").first().waitFor();
    await lookAt(page, "subscriptions-packages");
    await page.locator("tbody tr a").first().click();
    await page.getByRole("button", { name: "Stop renewing" }).click();
    await confirm(page, "Stop renewing");
    await page.getByText("Switched off", { exact: true }).first().waitFor();
    await lookAt(page, "subscription-of-a-package");
    const { items } = await console.ask("/subscriptions?kind=package");
    expect(items).toMatchObject([{ state: "ended", problem: "switched-off" }]);
    expect(errors).toEqual([]);
  });

  test("[BEY-08] [BEY-09] a difference of a statement stays until it is explained; a day without differences is closed", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/reconciliation" });
    // Between these two the books have a third one, of the sample's own statement.
    const rows = statement([
      { receipt: "UKK41AAAA1", time: `${nairobiDay(1)} 12:00:00`, shillings: 50 },
      { receipt: "UKL41AAAA2", time: `${nairobiDay(0)} 00:00:02`, shillings: 10 },
    ]);
    const period = `From ${nairobiDay(1)} 00:00:00 To ${nairobiDay(0)} 00:00:02`;
    const csv = `Short Code:,600100\nTime Period:,${period}\n${rows}`;
    await page.getByLabel("Statement (CSV, XLS or XLSX)").setInputFiles({
      name: "statement.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(csv),
    });
    await page.getByRole("button", { name: "Import", exact: true }).click();
    // What the statement lacks is missing in its balance, too.
    await page.getByText("Differences: 2", { exact: true }).waitFor();

    await goTo(page, "#/payments");
    await goTo(page, "#/reconciliation");
    const row = page.getByRole("row").filter({ hasText: console.business.suspenseReceipt });
    await row.getByText("Not on the statement").waitFor();
    await lookAt(page, "reconciliation");
    await row.getByRole("button", { name: "Explain" }).click();
    await page.getByLabel("What you found out").fill("The export had lost a line");
    await page.locator("open-differences action-form").getByRole("button", { name: "Explain" }).click();
    await row.waitFor({ state: "detached" });
    const balance = page.getByRole("row").filter({ hasText: "Closing balance" });
    await balance.getByRole("button", { name: "Explain" }).click();
    await page.getByLabel("What you found out").fill("The line that the export had lost");
    await page.locator("open-differences action-form").getByRole("button", { name: "Explain" }).click();
    await page.getByText("No open difference.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Explained" }).click();
    await row.getByText("The export had lost a line").waitFor();

    const days = page.locator("closed-days");
    await days.getByText("No day is closed yet.").waitFor();
    await days.getByRole("button", { name: "Close a day" }).click();
    await page.getByText("is closed: KSh 50.", { exact: false }).waitFor();
    await days.getByRole("row").filter({ hasText: "KSh 50" }).waitFor();
    const { items } = await console.ask("/reconciliation/closed-days");
    expect(items).toMatchObject([{ channelId: console.business.channelId, bookedCents: 5000, lateCount: 0 }]);
    expect(errors).toEqual([]);
  });

  test("[BEY-05] an unmatched callback is listed with its reason and its text, without the payer's number", async () => {
    const evidence = {
      providerId: console.business.providerId,
      evidenceId: "unmatched-1",
      channelId: console.business.channelId,
      source: "c2b-confirmation",
      naturalKey: "x",
      bodyHash: "x",
      remoteAddress: "192.0.2.7",
      receivedAtMs: Date.now(),
      state: "unmatched",
      outcome: "not a genuine message: TransAmount",
    } as const;
    const told = '{"MSISDN":"254712345678","TransAmount":"x"}';
    await console.hub.database().asProvider(console.business.providerId, (tx) =>
      tx
        .insertInto("evidence")
        .values(withBody(console.hub.envelope, evidence, told))
        .execute(),
    );
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: "#/unmatched-callbacks" },
    );
    const row = page.getByRole("row").filter({ hasText: "192.0.2.7" });
    await row.getByText("Not a genuine message from the channel").click();
    await row.locator("pre").getByText("TransAmount").waitFor();
    expect(await row.textContent()).not.toContain("254712345678");
    await lookAt(page, "unmatched-callbacks");
    expect(errors).toEqual([]);
  });
});

/** The last one's place. The options arrive after the form is drawn. */
async function lastOption(select: Locator): Promise<number> {
  const options = select.locator("option");
  await options.nth(1).waitFor({ state: "attached" });
  return (await options.count()) - 1;
}

/** "I already paid", as the office decides about it. */

import type { Party } from "@karibu/cloud/ground/amounts/parties";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, picture } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("a claim that waits for a person, in a browser", () => {
  const console = useBusiness("Kilifi");

  beforeAll(async () => {
    const { hub, business } = console;
    const nowMs = hub.world.clock.wall().atMs;
    const what = { providerId: business.providerId, siteId: business.siteId, purchaseId: null, userId: null };
    const who = { phoneHash: "nobody" as Party, phoneMasked: "2547***333", state: "open" as const };
    const times = { createdAtMs: nowMs, changedAtMs: nowMs, outcome: "no channel can be asked" };
    await hub.database().asProvider(business.providerId, async (tx) => {
      for (const [claimId, receipt, amountCents] of [
        ["claim-1", business.suspenseReceipt, null],
        ["claim-2", "UKL99ZZZZZ", null],
        ["claim-3", "UKL98ZZZZZ", 2000],
      ] as const)
        await tx
          .insertInto("payment_claims")
          .values({ ...what, ...who, ...times, claimId, receipt, amountCents })
          .execute();
    });
  });

  test("[BEY-07] it is turned down with a reason and opened again; money that waits is linked to it after a question", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/review" });
    const claims = page.getByRole("row").filter({ hasText: "Claim" });
    const unknown = claims.filter({ hasText: "UKL99ZZZZZ" });
    await unknown.getByRole("button", { name: "Review" }).click();
    const dialog = page.locator("claim-dialog");
    for (const text of ["2547***333", "No channel can be asked about it", "No money that waits for an owner fits"])
      await dialog.getByText(text, { exact: false }).waitFor();
    expect(await dialog.getByRole("button", { name: "Give the package" }).count(), "nobody can be asked").toBe(0);
    await dialog.getByRole("button", { name: "I have seen this money" }).click();
    expect(await dialog.getByLabel("Receipt").inputValue()).toBe("UKL99ZZZZZ");
    await dialog.getByRole("button", { name: "Turn down" }).click();
    await dialog.getByLabel("Why is it turned down?").fill("The message is a forgery");
    await dialog.locator("action-form").getByRole("button", { name: "Turn down" }).click();
    const turnedDown = page.locator("turned-down-claims");
    await turnedDown.getByText("The message is a forgery").waitFor();
    await turnedDown.getByRole("button", { name: "Open again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Open again" }).click();
    await turnedDown.getByText("The message is a forgery").waitFor({ state: "detached" });
    await unknown.getByRole("button", { name: "Review" }).waitFor();

    const known = claims.filter({ hasText: business.suspenseReceipt });
    await known.getByRole("button", { name: "Review" }).click();
    await dialog.getByRole("button", { name: "It is this money" }).click();
    const question = page.locator("ask-dialog");
    await question.getByText(`Give ${business.suspenseReceipt}`, { exact: false }).waitFor();
    await question.getByRole("button", { name: "It is this money" }).click();
    await known.waitFor({ state: "detached" });
    expect((await console.ask("/claims/claim-1")).state).toBe("settled");
    expect(errors).toEqual([]);
  });

  test("[PAY-21] [BEY-07] money that was seen where no channel can be asked is entered: the claim is settled, the payment pending, and its history says who entered it", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/review", width: 360 });
    await page.getByText("UKL98ZZZZZ").waitFor();
    await page.getByRole("row").filter({ hasText: "UKL98ZZZZZ" }).getByRole("button", { name: "Review" }).click();
    const dialog = page.locator("claim-dialog");
    await dialog.getByText("Amount, said by the customer").waitFor();
    await dialog.getByRole("button", { name: "I have seen this money" }).click();
    const form = dialog.locator("action-form");
    expect(await form.getByLabel("Receipt").inputValue()).toBe("UKL98ZZZZZ");
    expect(await form.getByLabel("Amount (KSh)").inputValue()).toBe("20");
    const send = form.getByRole("button", { name: "I have seen this money" });
    await form.getByLabel("Receipt").fill("UKL98");
    await send.click();
    await form.getByRole("alert").getByText("ten letters and digits", { exact: false }).waitFor();
    await form.getByLabel("Receipt").fill("UKL98ZZZZZ");
    await form.getByText("More options").click();
    await form.getByLabel("Why is it entered?").fill("Seen on the till's phone");
    await picture(page, "claim-entered-360");
    await send.click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("it pays for a package", { exact: false }).waitFor();
    expect((await console.ask("/claims/claim-3")).state).toBe("settled");
    const { paymentId } = await receiptOf("UKL98ZZZZZ");
    await goTo(page, `#/payments/${paymentId}`);
    await page.getByText("Seen on the till's phone").waitFor();
    await page.getByText("Entered by staff").waitFor();
    await page.getByText("Entered by a person").waitFor();
    await page.getByText("Not confirmed yet").waitFor();
    expect(errors.filter((error) => !error.includes("/payments/entered"))).toEqual([]);
  });

  test("[PAY-21] [PAY-25] money without a claim is entered on the page of payments, typed or by M-Pesa's message; what is in the books says so", async () => {
    const { business } = console;
    const { page } = await console.open({ email: business.ownerEmail }, { hash: "#/payments" });
    const form = page.locator("action-form");
    const enter = async (receipt: string) => {
      await page.getByRole("button", { name: "Enter a payment" }).first().click();
      await form.getByLabel("Receipt").fill(receipt);
      await form.getByLabel("Amount (KSh)").fill("20");
      await form.getByRole("button", { name: "Enter a payment" }).click();
      await form.waitFor({ state: "detached" });
    };
    await enter("UKL97ZZZZZ");
    await page.getByText("it waits for an owner", { exact: false }).waitFor();
    expect(await receiptOf("UKL97ZZZZZ")).toMatchObject({ state: "suspense", provenance: "entered" });
    await enter("UKL97ZZZZZ");
    await page.getByText("in the books already", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Enter a payment" }).first().click();
    await form.getByLabel("Receipt").fill("UKL96ZZZZZ Confirmed. Ksh1,020.00 sent to SHOP for account wifi.");
    await form.getByRole("button", { name: "Enter a payment" }).click();
    await form.waitFor({ state: "detached" });
    expect(await receiptOf("UKL96ZZZZZ")).toMatchObject({ amountCents: 102_000, accountText: "wifi" });
  });

  async function receiptOf(receipt: string) {
    const { items } = await console.ask("/receipts");
    return items.find((one: { receipt: string }) => one.receipt === receipt);
  }
});

/** A customer without a phone at the office's counter: the sale is made for cash, and its code is shown and printed. */

import { ownerPassword } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, patience, picture } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("a sale over the counter, in a browser", () => {
  const console = useBusiness("Kaunta");

  test("[PAY-18] [BEY-07] cash needs no phone: the code stands large on the screen and on paper, and the sale is on today's list", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/sell" });
    const sell = page.locator("sell-page");
    const phone = sell.getByRole("textbox", { name: "Phone" });
    await sell.getByRole("radio", { name: "Out of their credit" }).check();
    await sell.getByRole("radio", { name: "With a prompt on their phone" }).check();
    await expect.poll(() => phone.evaluate((input: HTMLInputElement) => input.required), patience).toBe(true);
    await sell.getByRole("radio", { name: "In cash, to you" }).check();
    await expect.poll(() => phone.evaluate((input: HTMLInputElement) => input.required), patience).toBe(false);
    await sell.getByText("Without one no message is sent", { exact: false }).waitFor();
    if ((await sell.getByLabel("Site").inputValue()) === "") await sell.getByLabel("Site").selectOption({ index: 1 });
    await sell.getByRole("button", { name: "Sell", exact: true }).click();

    const shown = ((await sell.locator("sale-code .code").first().textContent()) ?? "").trim();
    expect(shown).toMatch(/^[2-9B-DF-HJKMNP-TV-Z]{4}-[2-9B-DF-HJKMNP-TV-Z]{4}$/);
    await sell.getByText("No number was given, so no message was sent", { exact: false }).waitFor();
    expect(await sell.getByRole("button", { name: "Send again" }).count()).toBe(0);
    await sell.getByText("Your sales today").waitFor();
    await sell.locator("li", { hasText: `…${shown.slice(-4)}` }).waitFor();

    await sell.getByRole("button", { name: "Show large" }).click();
    const large = sell.getByRole("dialog");
    const { height = 0 } = (await large.locator(".code").boundingBox()) ?? {};
    expect(height).toBeGreaterThan(90);
    await page.keyboard.press("Escape");
    await large.waitFor({ state: "hidden" });

    await page.evaluate(() => {
      window.print = () => {};
    });
    await sell.getByRole("button", { name: "Print" }).click();
    const slips = page.locator("body > dialog.slips");
    await slips.getByText(shown).waitFor();
    await slips.getByRole("button", { name: "Print" }).click();
    await page.emulateMedia({ media: "print" });
    await page.locator("body > .slips-paper").getByText(shown).waitFor();
    expect(await sell.isVisible()).toBe(false);
    await page.emulateMedia({ media: null });
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    await slips.getByRole("button", { name: "Close" }).click();
    await sell.getByRole("link", { name: "Open the payment" }).click();
    await page.locator("payment-page").getByText("None was given").waitFor();
    expect(errors).toEqual([]);
  });

  longTest(
    "[PAY-18] [BEY-22] a seller who sees no other payments opens an own sale of today again, and today's cash is what is in the till",
    async () => {
      const { business, hub } = console;
      const { page, errors } = await console.open({ email: "seller@kaunta.test" }, { hash: "#/sell", width: 390 });
      const sell = page.locator("sell-page");
      // Credit is the customer's: who may only sell is not offered it.
      await sell.getByText("The customer pays you in cash, or on their phone.").waitFor(patience);
      const ways = async () =>
        (await sell.getByRole("group", { name: "Pays" }).locator("label").allTextContents()).map((way) => way.trim());
      await expect.poll(ways, patience).toEqual(["In cash, to you", "With a prompt on their phone"]);
      if ((await sell.getByLabel("Site").inputValue()) === "") await sell.getByLabel("Site").selectOption({ index: 1 });
      await sell.getByRole("button", { name: "Sell", exact: true }).click();
      const shown = ((await sell.locator("sale-code .code").first().textContent()) ?? "").trim();
      await sell.getByRole("button", { name: "Sell another one" }).click();
      const row = sell.locator("li", { hasText: `…${shown.slice(-4)}` });
      await row.getByRole("button", { name: /^Show: / }).click();
      await sell.locator("sale-code .code").first().getByText(shown).waitFor(patience);

      const { items } = await console.ask("/payments?limit=1");
      const order = { paymentId: items[0].id, method: "cash", reason: "The wrong plan" };
      const headers = { "Idempotency-Key": "till" };
      const settings = { token: business.token, body: { twoPersonRefunds: false } };
      expect((await hub.call("PATCH", "/api/v1/money-settings", settings)).status).toBe(200);
      const refund = await hub.call("POST", "/api/v1/refunds", { token: business.token, headers, body: order });
      expect(refund).toMatchObject({ status: 201, body: { state: "done" } });
      await page.reload();
      await sell.getByText("of it was refunded in cash: KSh 0 is left in the till", { exact: false }).waitFor(patience);
      await sell
        .locator("li", { hasText: `…${shown.slice(-4)}` })
        .getByText("Refunded")
        .waitFor(patience);
      expect(errors).toEqual([]);
    },
  );

  longTest(
    "[PAY-18] a seller finds what they sold to a number, of any day, and opens it; what another one sold to it is not there",
    async () => {
      const { business, hub } = console;
      const token = await hub.logIn("seller@kaunta.test", ownerPassword);
      const [{ siteId }] = (await console.ask("/sites")).items;
      const [{ planId }] = (await console.ask("/plans")).items;
      const sell = async (by: string, phone: string) => {
        const headers = { "Idempotency-Key": `sold-${phone}` };
        const body = { siteId, planId, pay: "cash", phone };
        const sold = await hub.call("POST", "/api/v1/payments/purchase", { token: by, headers, body });
        expect(sold.status, sold.text).toBe(201);
        return sold.body.payment as { id: string; code: string };
      };
      const theirs = await sell(token, "0733456789");
      const ofOwner = await sell(business.token, "0733456788");
      await hub.database().asProvider(business.providerId, (tx) =>
        tx
          .updateTable("purchases")
          .set({ createdAtMs: Date.now() - 3 * 86_400_000 })
          .where("purchaseId", "=", theirs.id)
          .execute(),
      );
      const { page, errors } = await console.open({ email: "seller@kaunta.test" }, { hash: "#/sell", width: 390 });
      const before = page.locator("sell-page details", { hasText: "A customer comes back" });
      await before.locator("summary").click();
      const look = async (phone: string) => {
        await before.getByLabel("The customer's number").fill(phone);
        await before.getByRole("button", { name: "Look up" }).click();
      };
      await look("0733 456 788");
      await before.getByText("You sold nothing to this number.", { exact: false }).waitFor(patience);
      expect(ofOwner.code).not.toBe("");
      await look("0733 456 789");
      const row = before.locator("li", { hasText: `…${theirs.code.slice(-4)}` });
      await row.waitFor(patience);
      expect(await row.textContent()).not.toContain("733456789");
      await picture(page, "sell-customer-comes-back");
      await row.getByRole("button", { name: /^Show: / }).click();
      const shown = `${theirs.code.slice(0, 4)}-${theirs.code.slice(4)}`;
      await page.locator("sell-page sale-code .code").first().getByText(shown).waitFor(patience);
      expect(errors).toEqual([]);
    },
  );

  longTest(
    "[PAY-21] a new seller reads before the first sale that the float is empty, and the owner's page of staff leads to the top-up",
    async () => {
      const { business, hub } = console;
      const body = { email: "mpya@kaunta.test", name: "Mpya", role: "seller", password: ownerPassword };
      expect((await hub.call("POST", "/api/v1/users", { token: business.token, body })).status).toBe(201);
      const { page, errors } = await console.open({ email: body.email }, { hash: "#/sell", width: 390 });
      const notice = page.locator("sell-page").getByRole("status").filter({ hasText: "Your float is empty" });
      await notice.waitFor(patience);
      expect(await notice.getByRole("link").count(), "a page that the seller can't open").toBe(0);
      await picture(page, "sell-no-float");
      const owner = await console.open({ email: business.ownerEmail }, { hash: "#/people" });
      const row = owner.page.getByRole("row").filter({ hasText: "mpya@kaunta.test" });
      await row.waitFor(patience);
      await picture(owner.page, "staff-with-invitation");
      await row.getByRole("link", { name: "Top up a float" }).click();
      await owner.page
        .getByRole("row")
        .filter({ hasText: "Mpya" })
        .getByRole("button", { name: "Top up" })
        .waitFor(patience);
      expect([...errors, ...owner.errors]).toEqual([]);
    },
  );

  longTest(
    "[PAY-15] [UIX-09] a seller asks for a refund of an own sale, it stands on the owner's Home, and the seller sees that it was approved",
    async () => {
      const { business } = console;
      const { page, errors } = await console.open({ email: "seller@kaunta.test" }, { hash: "#/sell", width: 390 });
      const sell = page.locator("sell-page");
      if ((await sell.getByLabel("Site").inputValue()) === "") await sell.getByLabel("Site").selectOption({ index: 1 });
      await sell.getByRole("button", { name: "Sell", exact: true }).click();
      await sell.getByRole("button", { name: "Request a refund" }).click();
      await sell.getByText("Hand nothing back yet", { exact: false }).waitFor(patience);
      await sell.getByLabel("Why").fill("Chose the wrong plan");
      await sell.locator("action-form").getByRole("button", { name: "Request a refund" }).click();
      const asked = sell.locator("own-refunds li", { hasText: "Chose the wrong plan" });
      await asked.getByText("Waits for approval").waitFor(patience);
      await expect.poll(() => sell.getByRole("button", { name: "Request a refund" }).count(), patience).toBe(0);

      const owner = await console.open({ email: business.ownerEmail }, { hash: "#/" });
      const waits = owner.page
        .locator("waiting-card li, waiting-card tr, waiting-card a")
        .filter({ hasText: "Refunds that wait for approval" });
      await waits.first().waitFor(patience);
      await goTo(owner.page, "#/refunds?state=asked");
      const row = owner.page.getByRole("row").filter({ hasText: "Chose the wrong plan" });
      await row.getByText("Juma Ali").waitFor(patience);
      await row.getByRole("button", { name: "Approve" }).click();
      await owner.page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
      await owner.page.getByText("Refunded.").first().waitFor(patience);

      await page.reload();
      await asked.getByText("Refunded").waitFor(patience);
      expect([...errors, ...owner.errors]).toEqual([]);
    },
  );

  longTest(
    "[MSG-02] [MSG-03] after a sale the counter says whether the SMS waits, went out or failed, and sends it again",
    async () => {
      const { business, hub } = console;
      const { page, errors } = await console.open({ email: "seller@kaunta.test" }, { hash: "#/sell", width: 390 });
      const sell = page.locator("sell-page");
      if ((await sell.getByLabel("Site").inputValue()) === "") await sell.getByLabel("Site").selectOption({ index: 1 });
      await sell.getByRole("textbox", { name: "Phone" }).fill("0712345678");
      await sell.getByRole("button", { name: "Sell", exact: true }).click();
      const line = sell.locator(".sms");
      await line.getByText("The SMS to 2547***678 waits to be sent.").waitFor(patience);
      const { items } = await console.ask("/payments?limit=1");
      const becomes = (state: "sending" | "failed" | "delivered") =>
        hub
          .database()
          .asProvider(business.providerId, (tx) =>
            tx.updateTable("messages").set({ state }).where("eventKey", "like", `payment/${items[0].id}/%`).execute(),
          );
      const said = async (state: "failed" | "delivered") => {
        await becomes(state);
        return line.textContent();
      };
      // Who looks in the moment of sending is told the end too.
      const readStates: unknown[] = [];
      page.on("response", async (answer) => {
        if (answer.url().includes(`/own-sales/${items[0].id}`)) readStates.push((await answer.json()).message?.state);
      });
      await expect.poll(() => becomes("sending").then(() => readStates), patience).toContain("sending");
      await expect
        .poll(() => said("failed"), patience)
        .toContain("could not be sent: tell the code, or send it again.");
      await sell.getByRole("button", { name: "Send again" }).click();
      await line.getByText("waits to be sent.").waitFor(patience);
      await expect.poll(() => said("delivered"), patience).toContain("The SMS to 2547***678 has arrived.");
      expect(errors).toEqual([]);
    },
  );
});

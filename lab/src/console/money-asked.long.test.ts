/** The office asks a phone for an invoice, and the owner's phone forwards M-Pesa's messages: set up and seen in the console. */
import { beforeAll, describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, goTo, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("invoices by prompt and forwarded messages, in a browser", () => {
  const console = useConsole();
  let email = "";
  let channelId = "";
  let keys = 0;
  let call: (method: string, path: string, body?: object) => ReturnType<typeof console.hub.call>;
  beforeAll(async () => {
    const made = await console.hub.makeProvider("Lamu");
    email = made.ownerEmail;
    call = (method, path, body) =>
      console.hub.call(method, `/api/v1${path}`, {
        token: made.token,
        headers: { "idempotency-key": `lamu-${++keys}` },
        ...(body === undefined ? {} : { body }),
      });
    const daraja = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
    channelId = (await call("POST", "/channels", { ...daraja, kind: "mpesa-paybill", shortcode: "600100" })).body.id;
    const lines = [{ text: "A router", quantity: 1, unitCents: 5000 }];
    await call("POST", "/invoices", { customerName: "Achieng", phone: "0712000900", lines });
  });

  test("[PAY-11] [PAY-12] from the page of invoices the phone that was entered with one is asked, and the row says what became of it, in Swahili too", async () => {
    const { page, errors } = await console.open({ email });
    await goTo(page, "#/invoices");
    const row = page.getByRole("row").filter({ hasText: "Achieng" });
    await row.getByRole("button", { name: "Ask the phone" }).click();
    const form = page.locator("action-form").filter({ hasText: "2547***900" });
    await form.getByRole("button", { name: "Ask the phone" }).click();
    // Nobody answers in this hub: it may be on the phone.
    await row.getByText("Asked, no answer yet").waitFor();
    await chooseLanguage(page, "sw");
    await row.getByText("Imeulizwa, hakuna jibu bado").waitFor();
    expect((await call("GET", "/invoices")).body.items).toMatchObject([{ prompt: { state: "unknown" } }]);
    expect(errors).toEqual([]);
  });

  test("[PAY-25] on the channel's page an address for forwarded messages is made, replaced and switched off; a message that comes there is money", async () => {
    const { page, errors } = await console.open({ email }, { hash: `#/channels/${channelId}` });
    const card = page.locator("forwarded-messages");
    await card.getByRole("button", { name: "Make an address" }).click();
    await card.getByText("Nothing received yet").waitFor();
    const url = (await card.locator("code").first().textContent()) ?? "";
    const text = "UKL80ZDR4F Confirmed. Ksh20.00 received for account SHOP7.";
    const answer = await fetch(`${console.hub.url()}${new URL(url).pathname}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ from: "MPESA", text }),
    });
    expect(await answer.json()).toEqual({ ok: true, money: true });
    await expect
      .poll(async () => (await call("GET", "/receipts")).body.items, { timeout: 60_000 })
      .toMatchObject([{ receipt: "UKL80ZDR4F", provenance: "told" }]);
    await page.reload();
    await card.getByText("last received").waitFor();
    await card.getByRole("button", { name: "New address" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "New address" }).click();
    await expect.poll(() => card.locator("code").count(), { timeout: 60_000 }).toBe(2);
    await chooseLanguage(page, "sw");
    await card.getByRole("button", { name: "Zima" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Zima" }).click();
    await card.getByRole("button", { name: "Tengeneza anwani" }).waitFor();
    expect(await card.locator("code").count()).toBe(0);
    expect(errors).toEqual([]);
  });
});

/** A customer who pays cash, on real processes and in real browsers: from the counter to being online, and what staff do afterwards. */
import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { hasTool } from "../ci/tools.ts";
import { logIns, sampleSeller } from "./sample.ts";
import { openPhone, phoneScreen, picture, useDemo } from "./test-demo.ts";
import { openPhoneProxy } from "./test-phone-proxy.ts";

describe.skipIf(!hasTool("chromium"))("a customer who pays cash", () => {
  const demo = useDemo();
  const url = (name: "hub" | "hotspot" | "sms", path = "/") => `http://127.0.0.1:${demo.current().ports[name]}${path}`;
  let office: Page;

  test("[BEY-07] gets in with the text message that the counter's sale sent: pasted into 'I already paid'", async () => {
    const { browser } = demo.current();
    office = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await office.goto(url("hub", "/#/sell"));
    await office.getByLabel("E-mail").fill(logIns.owner.email);
    await office.getByLabel("Password").fill(logIns.owner.password);
    await office.getByRole("button", { name: "Log in" }).click();
    await office.getByRole("radio", { name: "1 hour · KSh 20" }).check();
    await office.getByRole("textbox", { name: "Phone" }).fill("0722 000 333");
    await office.getByRole("button", { name: "Sell", exact: true }).click();
    const code = ((await office.locator("sale-code .code").first().textContent()) ?? "").trim();
    expect(code).toMatch(/^[2-9B-DF-HJKMNP-TV-Z]{4}-[2-9B-DF-HJKMNP-TV-Z]{4}$/);
    await picture(office, "console-sold");

    const { page: inbox } = await openPhone(browser);
    await inbox.goto(url("sms"));
    const message = inbox.locator("article.message", { hasText: code.replace("-", "") });
    await message.waitFor();
    const text = (await message.locator("p").nth(1).textContent()) ?? "";
    await office.getByRole("button", { name: "Send again" }).click();
    await office.getByText("Sent again.").waitFor();
    await expect.poll(() => message.count(), { timeout: 20_000 }).toBe(2);

    const { page, errors } = await openPhone(browser);
    await page.goto(url("hotspot", "/some/page"));
    await page.getByRole("button", { name: "I already paid" }).click();
    await page.getByLabel("Code, or the whole message").fill(text);
    // A site that has not heard of the sale yet refuses the first time: customers tap again.
    const isOnline = async () => {
      const find = page.getByRole("button", { name: "Find my payment" });
      if (await find.isEnabled({ timeout: 500 }).catch(() => false)) await find.click();
      return page.getByRole("heading", { name: "You are online" }).isVisible();
    };
    await expect.poll(isOnline, { timeout: 25_000, interval: 2000 }).toBe(true);
    expect(errors).toEqual([]);
  });

  test("[BEY-19] the seller that npm start prints sells at the kiosk's own page, and the office sees and switches off the code", async () => {
    const { page } = await openPhone(demo.current().browser);
    await page.goto(`http://127.0.0.1:${demo.current().ports.agent}/sell`);
    await page.getByLabel("Your name").fill(sampleSeller.name);
    await page.getByLabel("Your PIN").fill(sampleSeller.pin);
    await page.getByRole("button", { name: "Start selling" }).click();
    await page.locator("label.ticket", { hasText: "1 hour" }).click();
    await page.getByRole("button", { name: /make the code/ }).click();
    const code = ((await page.locator("#code").textContent()) ?? "").replaceAll(" ", "");
    expect(code).toMatch(/^[0-9A-Z]{6,16}$/);

    const found = async () => {
      await office.keyboard.press("Control+K");
      await office.getByRole("combobox", { name: "Find anything" }).fill(code);
      return office.getByRole("option", { name: `Switch off …${code.slice(-4)}` });
    };
    // The sale comes with the site's journal.
    await vi.waitFor(async () => (await found()).waitFor({ timeout: 2000 }), { timeout: 60_000 });
    await (await found()).click();
    await office.getByRole("button", { name: `Switch off …${code.slice(-4)}` }).click();
    await office.getByText(`…${code.slice(-4)} is switched off.`).waitFor();
    await office.keyboard.press("Escape");
  });

  test("the sale's page says who sold it, where and for cash; it asks no channel", async () => {
    await office.getByRole("link", { name: "Open the payment" }).click();
    await office.getByText("Sold for cash").waitFor();
    await office.getByText("By Hotspot owner, at Market square").waitFor();
    await office.getByText("A device went online with it").waitFor();
    expect(await office.getByRole("button", { name: "Ask the channel" }).count()).toBe(0);
    expect(await office.getByText("Verified", { exact: true }).count()).toBe(0);
    await picture(office, "console-cash-sale");
  });

  test("staff move the sale to another phone, which stands at the portal and goes online without a tap", async () => {
    const other = await openPhoneProxy("127.0.0.3");
    const context = await demo.current().browser.newContext({ viewport: phoneScreen, proxy: other.proxy });
    try {
      const page = await context.newPage();
      await page.goto(url("hotspot"));
      await page.getByRole("button", { name: "I already paid" }).waitFor();
      await office.getByRole("button", { name: "Put a device online" }).click();
      const row = office.locator("help-customer tbody tr", { hasText: "10.5.51.3" });
      await row.getByText("Not online").waitFor();
      await picture(office, "console-put-online");
      await row.getByRole("button", { name: /^Put online/ }).click();
      await office.getByText("All its devices are taken: move it instead.").waitFor();
      await row.getByRole("button", { name: /^Move here/ }).click();
      await office.getByText("The device is online.").waitFor();
      await page.getByRole("heading", { name: "You are online" }).waitFor();
    } finally {
      await context.close();
      other.close();
    }
  });
});

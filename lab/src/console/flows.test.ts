import { readFile } from "node:fs/promises";
import { totpCode, totpStep } from "@karibu/cloud/identity/credentials/totp";
import { admin } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseInMenu, chromiumPath, goTo, patience } from "./test-console.ts";
import { customerPhone } from "./test-sample-business.ts";

describe.skipIf(chromiumPath === null)("what people do on the console, in a browser", () => {
  const console = useBusiness("Mwangaza");

  test("[PAY-15] a refund takes two people: one asks on the payment's page, another approves, and the first can't", async () => {
    const owner = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/payments/${console.business.paymentId}` },
    );
    await owner.page.getByRole("button", { name: "Request a refund" }).click();
    const form = owner.page.locator("refund-form");
    await form.getByLabel("How").selectOption({ label: "In cash" });
    await form.getByLabel("Amount (KSh)").fill("7.50");
    await form.getByLabel("Why").fill("Paid for the wrong plan");
    await form.getByRole("button", { name: "Request a refund" }).click();
    await owner.page.getByText("Another person must approve it.", { exact: false }).waitFor();

    await goTo(owner.page, "#/refunds");
    const asked = (page: Page) => page.getByRole("row").filter({ hasText: "Paid for the wrong plan" });
    await asked(owner.page).getByText("Waits for approval").waitFor();
    await asked(owner.page).getByText("You requested it").waitFor();
    expect(await asked(owner.page).getByRole("button", { name: "Approve" }).count()).toBe(0);

    const second = await console.open({ email: console.business.accountantEmail }, { hash: "#/refunds" });
    await asked(second.page).getByRole("button", { name: "Approve" }).click();
    await second.page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await asked(second.page).getByText("Refunded").waitFor();
    await goTo(owner.page, "#/payments");
    await goTo(owner.page, "#/refunds");
    await asked(owner.page).getByText("Refunded").waitFor();
    const { items } = await console.ask("/refunds");
    expect(items.find((row: { amountCents: number }) => row.amountCents === 750)).toMatchObject({ state: "done" });
    expect([...owner.errors, ...second.errors]).toEqual([]);
  });

  longTest(
    "money without an owner is assigned to a customer's phone on the review list, and leaves the list",
    async () => {
      const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/review" });
      const row = page.getByRole("row").filter({ hasText: console.business.suspenseReceipt });
      await row.getByText("No owner").waitFor();
      await row.getByRole("button", { name: "Give to a phone" }).click();
      await page.getByRole("textbox", { name: "Phone" }).fill("0733000126");
      await page.locator("action-form").getByRole("button", { name: "Give to a phone" }).click();
      await page.getByText("The money has an owner now.").waitFor();
      await row.waitFor({ state: "detached" });
      expect(await console.ask("/credits?phone=0733000126")).toEqual({
        balanceCents: 2000,
        heldCents: 0,
        toldCents: 0,
        owesCents: 0,
        owesFromBeforeCents: 0,
        currency: "KES",
      });
      expect(errors).toEqual([]);
    },
  );

  longTest("a top-up whose answer was lost is tried again with the same key: the money moves once", async () => {
    const { page } = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/customers/${console.business.customerId}` },
    );
    await page.locator("credit-card").getByText("KSh 150").waitFor();
    await page.getByRole("button", { name: "Top up with cash" }).click();
    await page.getByLabel("Amount (KSh)").fill("25");
    const keys: string[] = [];
    await page.route("**/api/v1/credits", async (route) => {
      keys.push((await route.request().allHeaders())["idempotency-key"] as string);
      if (keys.length > 1) return route.continue();
      await route.fetch(); // the hub has done it
      await route.abort();
    });
    await page.getByRole("button", { name: "Top up", exact: true }).click();
    await page.getByText("The hub does not answer. Check your connection.").waitFor();
    await page.getByRole("button", { name: "Top up", exact: true }).click();
    await page.getByText("Balance now: KSh 175").waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  longTest(
    "two people change one thing: the second sees a notice, reloads, and changes the newest version",
    async () => {
      const { page } = await console.open(
        { email: console.business.ownerEmail },
        { hash: `#/sites/${console.business.siteId}?tab=settings` },
      );
      await page.getByRole("button", { name: "Edit" }).first().click();
      const form = page.locator("site-page action-form").first();
      await form.getByLabel("District").fill("Milimani");
      const change = { token: console.business.token, body: { note: "Key at the chemist" } };
      await console.hub.call("PATCH", `/api/v1/sites/${console.business.siteId}`, change);
      await form.getByRole("button", { name: "Save" }).click();
      await form.getByText("Somebody changed this in the meantime.", { exact: false }).waitFor();
      await form.getByRole("button", { name: "Reload" }).click();
      await expect.poll(() => form.getByLabel("Note").inputValue(), patience).toBe("Key at the chemist");
      await form.getByLabel("District").fill("Milimani");
      await form.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved").waitFor();
      expect(await console.ask(`/sites/${console.business.siteId}`)).toMatchObject({
        district: "Milimani",
        note: "Key at the chemist",
      });
    },
  );

  longTest(
    "a second factor is set up with the app's code; log-in then asks for it, and a recovery code opens too",
    async () => {
      const { page, errors } = await console.open({ email: console.business.accountantEmail }, { hash: "#/account" });
      const card = page.locator("second-factor-card");
      await card.getByRole("button", { name: "Set up" }).click();
      await card.getByLabel("Current password").fill("the-owner-password");
      await card.getByRole("button", { name: "Continue" }).click();
      await card.getByRole("img", { name: "Scan this" }).waitFor();
      const secret = fromBase32(((await card.locator(".secret").textContent()) as string).replaceAll(/\s/g, ""));
      await card.getByLabel("The code that the app shows now").fill(totpCode(secret, totpStep(Date.now())));
      await card.getByRole("button", { name: "Switch on" }).click();
      const codes = ((await card.locator("pre").textContent()) as string).trim().split("\n");
      expect(codes).toHaveLength(8);
      await card.getByText("Recovery codes left: 8").waitFor();
      expect(errors).toEqual([]);

      await chooseInMenu(page, "log-out");
      await page.getByLabel("E-mail").fill(console.business.accountantEmail);
      await page.getByLabel("Password").fill("the-owner-password");
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByText("Type the code that your authenticator app shows.").waitFor();
      await page.getByLabel("Code").fill(codes[0] as string);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByText("Recovery codes left: 7").waitFor();
    },
  );

  longTest(
    "a platform admin has support access: the banner says so all the time, nothing can be changed, and the provider sees it",
    async () => {
      const hash = `#/providers/${console.business.providerId}`;
      const { page } = await console.open({ email: admin.email, password: admin.password }, { hash });
      await page.getByRole("button", { name: "Support access" }).click();
      await page.getByLabel("Why").fill("A call about a refund");
      await page.locator("action-form").getByRole("button", { name: "Start support access" }).click();
      const banner = page.getByText("Support access to Mwangaza: A call about a refund", { exact: false });
      await banner.waitFor();
      await goTo(page, "#/plans");
      await page.getByText("1 GB Daily").waitFor();
      await page.getByRole("button", { name: "Archive", exact: true }).first().click();
      await page.getByRole("dialog").getByRole("button", { name: "Archive: " }).click();
      await page.getByText("This support access is read-only.").waitFor();
      await banner.waitFor();
      await page.reload();
      await banner.waitFor();
      await page.getByRole("button", { name: "End", exact: true }).click();
      await banner.waitFor({ state: "detached" });
      await page.getByRole("heading", { name: "Home" }).waitFor();

      const owner = await console.open({ email: console.business.ownerEmail }, { hash: "#/audit" });
      const visit = owner.page
        .locator("support-access-card")
        .getByRole("row")
        .filter({ hasText: "A call about a refund" });
      await visit.getByText("Ended").waitFor();
    },
  );

  longTest("[SYS-04] a failed job is read, and tried again", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail }, { hash: "#/jobs" });
    const row = page.getByRole("row").filter({ hasText: "Ask a channel about a payment" });
    await row.getByText("It failed").click();
    await row.getByText("the channel did not answer").waitFor();
    await row.getByText(console.business.paymentId).waitFor();
    await row.getByRole("button", { name: "Try again" }).click();
    await row.waitFor({ state: "detached" });
  });

  test("[TEN-08] a seller opens only the page Sell, sells for a site by its name, sees the float go down, and sees nothing else", async () => {
    const { page, errors } = await console.open({ email: "seller@mwangaza.test" });
    await page.getByRole("heading", { name: "Sell", exact: true }).waitFor();
    const menu = await page.locator("nav.side a").allTextContents();
    expect(menu.map((text) => text.trim())).toEqual(["Sell", "Plans", "My account"]);
    const float = page.locator(".tile").filter({ hasText: "Your float" });
    await float.getByText("KSh 5,000", { exact: true }).waitFor();
    await page.getByRole("radio", { name: "1 hour · KSh 20" }).check();
    await page.getByRole("textbox", { name: "Phone" }).fill("0722000333");
    await page.locator('select[name="siteId"]').selectOption({ label: "Market square" });
    await page.getByRole("button", { name: "Sell", exact: true }).click();
    await page.getByText("Sold: 1 hour for KSh 20.").waitFor();
    // KSh 5,000 paid ahead, less the sale, and five per cent of it earned.
    await float.getByText("KSh 4,981", { exact: true }).waitFor();
    expect(await page.getByRole("link", { name: "Open the payment" }).count()).toBe(0);
    expect(errors).toEqual([]);
  });

  longTest(
    "payments are saved as CSV with the filters that are shown; a refused export says so and can be tried again",
    async () => {
      const { page } = await console.open({ email: console.business.ownerEmail }, { hash: "#/payments" });
      const phone = page.getByRole("searchbox", { name: "Phone" });
      await phone.fill(customerPhone);
      await phone.press("Enter");
      await page.getByRole("combobox", { name: "State" }).selectOption("paid");
      await page.route("**/payments/export?*", (route) => route.abort(), { times: 1 });
      await page.getByRole("button", { name: "Export CSV" }).click();
      await page.getByRole("alert").getByText("The hub does not answer.", { exact: false }).waitFor();
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: "Export CSV" }).click();
      const file = await saved;
      expect(file.suggestedFilename()).toMatch(/^payments-\d{4}-\d\d-\d\d\.csv$/);
      const [head = "", ...lines] = (await readFile(await file.path(), "utf8")).trimEnd().split("\r\n");
      expect(head).toMatch(/^Made \(UTC\),Made \(local\),Reference,Receipt,State,Amount,Currency,/);
      const { items } = await console.ask(`/payments?state=paid&phone=${customerPhone}`);
      expect(lines.map((line) => line.split(",")[2])).toEqual(
        items.map((item: { reference: string }) => item.reference),
      );
      await page.getByText(" saved", { exact: false }).waitFor();
    },
  );

  longTest(
    "a site's payment channel stands as it was chosen, and sites are chosen among which bought plans work",
    async () => {
      const { page, errors } = await console.open(
        { email: console.business.ownerEmail },
        { hash: `#/sites/${console.business.siteId}?tab=settings` },
      );
      const card = page.locator("site-channel");
      await card.getByLabel("Channel").selectOption(console.business.channelId);
      await card.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved").waitFor();
      await page.reload();
      await expect.poll(() => card.getByLabel("Channel").inputValue(), patience).toBe(console.business.channelId);
      // A customer on the portal can't pay at the office.
      const offered = async () =>
        (await card.getByLabel("Channel").locator("option").allTextContents()).map((text) => text.trim());
      await expect.poll(offered, patience).toEqual(["The newest one that sells", "M-Pesa 600100"]);

      await goTo(page, "#/sites");
      const roaming = page.locator("roaming-card");
      await roaming.getByText("Bought plans work where they were bought").click();
      for (const box of await roaming.getByRole("checkbox").all()) await box.check();
      await roaming.getByRole("button", { name: "Save" }).click();
      await roaming.getByText("Bought plans also work at other sites: 2").waitFor();
      expect((await console.ask("/roaming-sites")).siteIds).toContain(console.business.siteId);
      expect(errors).toEqual([]);
    },
  );

  longTest(
    "a channel whose keys are refused says that it sells nothing, why, and sells after a check that finds them right",
    async () => {
      const { channelId, providerId, siteId, ownerEmail } = console.business;
      const why = "Daraja gives no token: HTTP 400. Check the consumer key and secret.";
      await console.hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.updateTable("channels").set({ keysProblem: why }).where("channelId", "=", channelId).execute(),
        );
      const { page, errors } = await console.open({ email: ownerEmail }, { hash: `#/sites/${siteId}?tab=settings` });
      await page.locator("site-channel").getByText("M-Pesa 600100 does not sell now").waitFor();
      await goTo(page, "#/channels");
      await page.getByRole("row").filter({ hasText: "Not selling: keys refused" }).getByText("M-Pesa 600100").click();
      await page.getByText("In its own words").click();
      await page.getByText(why).waitFor();
      await page.getByRole("button", { name: "Check the keys" }).click();
      await page.getByText("Accepted: Consumer key, Consumer secret.", { exact: false }).waitFor();
      await page.getByText(why).waitFor({ state: "hidden" });
      expect((await console.ask(`/channels/${channelId}`)).sells).toBe(true);
      expect(errors).toEqual([]);
    },
  );

  longTest("a seller at the sites gets another site and another limit; the rest stays", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/sellers" });
    const row = page.locator("site-sellers").getByRole("row").filter({ hasText: "Akinyi at the market" });
    await row.getByRole("button", { name: "Edit" }).click();
    const form = page.locator("seller-form");
    await form.getByLabel("Market square (KSh)").fill("7500");
    await form.getByLabel("Add a site").selectOption({ label: "Lake view guest house with a very long name" });
    await form.getByRole("button", { name: "Save" }).click();
    await row.filter({ hasText: "Lake view" }).waitFor();
    const { items } = await console.ask("/sellers");
    expect(items[0]).toMatchObject({ name: "Akinyi at the market", commissionPermille: 50 });
    const limits = items[0].sites.map(({ siteId, floatCents }: Record<string, unknown>) => [siteId, floatCents]);
    expect(limits).toContainEqual([console.business.siteId, 750_000]);
    expect(limits.map(([, floatCents]: unknown[]) => floatCents)).toContain(null);
    expect(errors).toEqual([]);
  });

  longTest(
    "a platform admin adds a host, sees its token once, and revokes it; a site without a host shows why",
    async () => {
      const { page } = await console.open({ email: admin.email, password: admin.password }, { hash: "#/hosts" });
      await page.getByRole("button", { name: "Add a host" }).click();
      await page.getByLabel("Name").fill("Nairobi 1");
      await page.locator("action-form").getByRole("button", { name: "Add a host" }).click();
      const row = page.getByRole("row").filter({ hasText: "Nairobi 1" });
      await row.getByText("Not yet connected").waitFor();
      const first = await page.locator("hosts-page .secret").textContent();
      await row.getByRole("button", { name: "New token: Nairobi 1" }).click();
      await expect.poll(() => page.locator("hosts-page .secret").textContent(), patience).not.toBe(first);
      await row.getByRole("button", { name: "Revoke: Nairobi 1" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
      await row.getByText("Revoked", { exact: true }).waitFor();

      const owner = await console.open(
        { email: console.business.ownerEmail },
        { hash: `#/sites/${console.business.siteId}?tab=settings` },
      );
      const card = owner.page.locator("hosting-card");
      await card.getByText("On its own router").waitFor();
      await card.getByRole("button", { name: "Run it beside the hub" }).click();
      await owner.page.getByRole("dialog").getByRole("button", { name: "Run it beside the hub" }).click();
      await owner.page.getByRole("alert").waitFor();
    },
  );

  longTest(
    "[SYS-17] a line of the log leads to everything of its request, for a provider in their own slice",
    async () => {
      const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/logs" });
      await page.getByLabel("Severity").selectOption("debug");
      // The list is live: which request is the first may change until the click.
      await page.getByRole("button", { name: "Everything of request" }).first().click();
      const request = page.getByLabel("Request", { exact: true });
      await expect.poll(() => request.inputValue(), patience).toMatch(/^[0-9a-f-]{36}$/);
      const id = await request.inputValue();
      const { items } = await console.ask(`/logs?requestId=${id}`);
      expect(items.length).toBeGreaterThan(0);
      await expect.poll(() => page.locator("tbody tr").count(), patience).toBe(items.length);
      expect(errors).toEqual([]);
    },
  );

  longTest("a new business signs up, and its e-mailed link opens it", async () => {
    const page = await console.browser().newPage();
    await page.goto(`${console.url()}/#/sign-up`);
    await page.getByLabel("Name of the business").fill("Nuru Wi-Fi");
    await page.getByLabel("Your name").fill("Zawadi");
    await page.getByLabel("E-mail").fill("zawadi@nuru.test");
    await page.getByLabel("Password").fill("a-long-password");
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByText("We sent an e-mail with a link to zawadi@nuru.test.", { exact: false }).waitFor();
    const token = await console.hub.mailedToken("zawadi@nuru.test");
    await page.goto(`${console.url()}/#/sign-up/${token}`);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Nuru Wi-Fi").first().waitFor();
  });
});

/** @see RFC 4648 §6 */
function fromBase32(text: string): Buffer {
  const bits = [...text].map((sign) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign).toString(2).padStart(5, "0"));
  return Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

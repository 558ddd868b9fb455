/** How the console behaves around its pages: notices, the way back, counts, empty beginnings, questions before something stops. */
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, patience, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the console's manners, in a browser", () => {
  const console = useBusiness("Adabu");
  const owner = useOwner(console);
  const post = (path: string, body: object) =>
    console.hub.call("POST", `/api/v1${path}`, { token: console.business.token, body });

  longTest(
    "[UIX-05] a notice goes with the page that it belongs to; a success that leads to another page stays",
    async () => {
      const { page } = owner;
      const { body: customer } = await post("/customers", { name: "Short Visit" });
      await goTo(page, `#/sites/${console.business.siteId}?tab=settings`);
      await page.getByRole("button", { name: "Edit", exact: true, expanded: false }).click();
      await page.locator("site-page action-form").first().getByRole("button", { name: "Save" }).click();
      await page.locator("toast-stack .notice").filter({ hasText: "Saved" }).waitFor();
      await goTo(page, "#/customers");
      await page.getByRole("heading", { name: "Customers", exact: true }).waitFor();
      expect(await page.locator("toast-stack .notice").count()).toBe(0);

      await goTo(page, `#/customers/${customer.customerId}`);
      await page.locator("customer-page").getByRole("button", { name: "Remove" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^Remove/ })
        .click();
      await expect.poll(() => new URL(page.url()).hash, patience).toBe("#/customers");
      await page.locator("toast-stack .notice").filter({ hasText: "Saved" }).waitFor();
    },
  );

  test("[UIX-01] the way back names each place once", async () => {
    const { page } = owner;
    const crumbs = () => page.locator("nav.crumbs li").allTextContents();
    await goTo(page, `#/sites/${console.business.siteId}`);
    await page.locator("nav.crumbs").waitFor();
    expect((await crumbs()).map((each) => each.trim())).toEqual(["Sites"]);
    await goTo(page, `#/channels/${console.business.channelId}`);
    await page.locator("channel-page").waitFor();
    expect((await crumbs()).map((each) => each.trim())).toHaveLength(2);
  });

  longTest("[UIX-10] one row is called a row, in both languages", async () => {
    const { page } = owner;
    await goTo(page, "#/customers?q=achieng");
    await settled(page);
    await page.getByText("1 row", { exact: true }).waitFor();
    await goTo(page, "#/sites");
    await settled(page);
    await page.getByText("2 rows", { exact: true }).waitFor();
    await chooseLanguage(page, "sw");
    await page.getByText("Mistari 2", { exact: true }).waitFor();
    await goTo(page, "#/customers?q=achieng");
    await settled(page);
    await page.getByText("Mstari 1", { exact: true }).waitFor();
    await chooseLanguage(page, "en");
  });

  test("[UIX-02] on a phone, a sentence that stands as a badge wraps: the page of a payment never scrolls sideways", async () => {
    const { page } = owner;
    const { providerId, paymentId } = console.business;
    const review = (value: "paid-twice" | null) =>
      console.hub.database().asProvider(providerId, async (tx) => {
        await tx.updateTable("purchases").set({ review: value }).where("purchaseId", "=", paymentId).execute();
      });
    await review("paid-twice");
    await page.setViewportSize({ width: 390, height: 860 });
    await goTo(page, `#/payments/${paymentId}`);
    await page.getByText("It was paid twice: the rest is the customer's credit").waitFor();
    const past = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(past).toBeLessThanOrEqual(0);
    await review(null);
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  test("[UIX-05] what stops selling or logging in is red, asks first, and names what it stops", async () => {
    const { page } = owner;
    const { channelId } = console.business;
    const channel = () => console.ask(`/channels/${channelId}`);
    const stops = async (hash: string, within: string, row: string | null, isOff: () => Promise<boolean>) => {
      await goTo(page, hash);
      const part = page.locator(within);
      const place = row === null ? part : part.getByRole("row").filter({ hasText: row });
      const name = row ?? (await channel()).name;
      const button = place.getByRole("button", { name: "Switch off" });
      await button.waitFor();
      expect(await button.getAttribute("class"), within).toContain("danger");
      await button.click();
      const yes = page.getByRole("dialog").getByRole("button", { name: `Switch off: ${name}` });
      await yes.waitFor();
      expect(await isOff(), within).toBe(false);
      await yes.click();
      await place.getByRole("button", { name: "Switch on" }).waitFor();
      expect(await isOff(), within).toBe(true);
    };
    await goTo(page, `#/channels/${channelId}`);
    await page.getByRole("button", { name: "Check the keys" }).waitFor();
    await stops(`#/channels/${channelId}`, "channel-page", null, async () => !(await channel()).active);
    const sellers = async () => (await console.ask("/sellers")).items;
    await stops("#/sellers", "site-sellers", "Akinyi at the market", async () => !(await sellers())[0].active);
    const staff = async () => (await console.ask("/users?sort=name")).items;
    await stops("#/people", "staff-page", "Wanjiru Kamau", async () => {
      const one = (await staff()).find((each: { name: string }) => each.name === "Wanjiru Kamau");
      return !one.active;
    });
  });

  longTest(
    "[PAY-15] a refunded payment says so in its list and on its page, and offers what is left of it, or nothing",
    async () => {
      const { page, errors } = owner;
      // What the tests before have left: a customer who is gone can't be read.
      errors.length = 0;
      const { business } = console;
      const call = (path: string, body: object, key: string) =>
        console.hub.call("POST", `/api/v1${path}`, {
          token: business.token,
          headers: { "Idempotency-Key": key },
          body,
        });
      await console.hub.call("PATCH", "/api/v1/money-settings", {
        token: business.token,
        body: { twoPersonRefunds: false },
      });
      const plan = (await console.ask("/plans?q=1%20hour")).items[0];
      const sale = { siteId: business.siteId, planId: plan.planId, phone: "0722000777", pay: "cash" };
      const { id } = (await call("/payments/purchase", sale, "to-refund")).body;
      const refund = (amountCents: number) =>
        call(
          "/refunds",
          { paymentId: id, method: "cash", amountCents, reason: "Did not work" },
          `refund-${amountCents}`,
        );
      const button = page.locator("payment-page").getByRole("button", { name: "Request a refund" });

      expect((await refund(500)).body).toMatchObject({ state: "done" });
      await goTo(page, `#/payments/${id}`);
      await page.locator("payment-page .badge").getByText("Partly refunded", { exact: true }).waitFor();
      await button.first().click();
      await page.locator("refund-form").getByText("KSh 15", { exact: false }).first().waitFor();

      expect((await refund(1500)).body).toMatchObject({ state: "done" });
      await goTo(page, "#/");
      await goTo(page, `#/payments/${id}`);
      await page.locator("payment-page .badge").getByText("Refunded", { exact: true }).first().waitFor();
      expect(await button.count()).toBe(0);
      await goTo(page, "#/payments?phone=0722000777");
      await page.getByRole("row").filter({ hasText: "Refunded" }).first().waitFor();
      expect(errors).toEqual([]);
    },
  );

  longTest(
    "[UIX-02] beside its list, a payment shows all of its sessions' table; its evidence, and its site's link, in words",
    async () => {
      const { page, errors } = owner;
      // What the tests before have left: a customer who is gone can't be read.
      errors.length = 0;
      const { providerId, siteId, paymentId } = console.business;
      const payment = await console.ask(`/payments/${paymentId}`);
      const nowMs = console.hub.world.clock.wall().atMs;
      await console.hub.database().asProvider(providerId, async (tx) => {
        const ids = { providerId, siteId, sessionKey: "of-sale", grantId: payment.grantId };
        const device = { mac: "AA:BB:CC:DD:EE:09", username: "BCDFGHJK", address: "10.5.50.99" };
        await tx
          .insertInto("sessions")
          .values({ ...ids, ...device, startedAtMs: nowMs, receivedAtMs: nowMs })
          .execute();
      });
      await page.setViewportSize({ width: 1440, height: 860 });
      await goTo(page, `#/payments/${paymentId}`);
      const table = page.locator("payment-page .sessions data-table").first().locator("table");
      await table.getByText("AA:BB:CC:DD:EE:09").waitFor();
      const cut = await table.evaluate((each) => {
        const { host } = each.getRootNode() as ShadowRoot;
        return each.getBoundingClientRect().right - host.getBoundingClientRect().right;
      });
      expect(cut).toBeLessThanOrEqual(1);

      await goTo(page, `#/sites/${siteId}?tab=settings`);
      const link = page.locator("site-link-card");
      await link.getByText("Connection details").waitFor();
      expect(await link.getByText("Records read").isVisible()).toBe(false);
      await link.getByText("Connection details").click();
      await link.getByText("Records read").waitFor();
      await page.setViewportSize({ width: 1280, height: 860 });
      expect(errors).toEqual([]);
    },
  );

  longTest("[TEN-09] a sign-up leaves the time zone to the currency: the browser's may be another", async () => {
    const page = await console.browser().newPage({ timezoneId: "UTC" });
    await page.goto(`${console.url()}/#/sign-up`);
    await page.getByLabel("Name of the business").fill("Kigali Net");
    await page.getByLabel("Your name").fill("Uwase");
    await page.getByLabel("E-mail").fill("uwase@kigali.test");
    await page.getByLabel("Password").fill("a long password of hers");
    await page.getByLabel("Currency").selectOption("RWF");
    const sent = page.waitForRequest("**/api/v1/sign-up");
    await page.getByRole("button", { name: "Sign up" }).click();
    const order = (await sent).postDataJSON();
    expect(order).toMatchObject({ currency: "RWF" });
    expect(order).not.toHaveProperty("utcOffsetMinutes");
    await page.close();
  });

  longTest(
    "[UIX-06] [RTR-01] without a site, Sell leads to adding one, and that to the line for its router",
    async () => {
      const { ownerEmail, token } = await console.hub.makeProvider("Mwanzo");
      await console.hub.call("POST", "/api/v1/plans", {
        token,
        body: { name: "1 hour", priceCents: 2000, terms: { validitySeconds: 3600 } },
      });
      const { page, errors } = await console.open({ email: ownerEmail }, { hash: "#/sell" });
      await page.getByText("There is no site to sell for yet.").waitFor();
      await page.locator("sell-page").getByRole("link", { name: "Add a site" }).click();
      await expect.poll(() => new URL(page.url()).hash, patience).toMatch(/^#\/sites/);
      await page.getByRole("button", { name: "Add a site" }).click();
      await page.locator("sites-page action-form").getByRole("textbox", { name: /^Name/ }).fill("First shop");
      await page.locator("sites-page action-form").getByRole("button", { name: "Add a site" }).click();
      const made = async () => (await console.hub.call("GET", "/api/v1/sites", { token })).body.items[0];
      await page.locator("line-card pre").waitFor();
      await expect.poll(() => new URL(page.url()).hash, patience).toBe(`#/set-up/${(await made()).siteId}`);
      await page.getByRole("link", { name: "First shop" }).click();
      await expect.poll(() => new URL(page.url()).hash, patience).toBe(`#/sites/${(await made()).siteId}`);
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );

  test("[UIX-05] the question for the password closes with its page, and nothing was done", async () => {
    const { page } = owner;
    await goTo(page, "#/plans");
    await goTo(page, "#/people");
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    const form = page.locator("staff-page action-form");
    await form.getByRole("textbox", { name: "Name" }).fill("Nobody");
    await form.getByRole("textbox", { name: "E-mail" }).fill("nobody@adabu.test");
    await form.getByRole("button", { name: "Invite" }).click();
    const dialog = page.locator("password-dialog");
    await dialog.getByRole("textbox", { name: "Password" }).fill("half a pass");
    await page.goBack();
    await page.getByRole("heading", { name: "Plans", exact: true }).waitFor();
    await expect.poll(() => dialog.count(), { timeout: 8_000 }).toBe(0);
    await page.getByRole("button", { name: "Add a plan" }).click();
    const { items } = await console.ask("/invitations");
    expect(items.map(({ email }: { email: string }) => email)).not.toContain("nobody@adabu.test");
  });
});

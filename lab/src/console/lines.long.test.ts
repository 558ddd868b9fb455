/** Lines of customers on the console: opened in few steps, paid, suspended, and who had an address. */

import { accountGrantId } from "@karibu/protocol/grant-id";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, lookAt } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("customers' lines, in a browser", () => {
  const console = useBusiness("Nyumbani");

  test("[CUS-14] [CUS-04] a line is opened on three screens with eight fields, and paid; it is suspended, and stands in both lists; its log tells all", async () => {
    const owner = await console.open({ email: console.business.ownerEmail }, { hash: "#/accounts" });
    const { page, errors } = owner;
    // An empty list leads to where the first one is made.
    for (const list of ["#/accounts", "#/subscriptions"]) {
      await goTo(page, list);
      await page.getByRole("link", { name: "Choose a customer" }).click();
      await page.getByRole("heading", { name: "Customers", level: 1 }).waitFor();
    }
    let fields = 0;
    const form = () => page.locator("action-form").last();
    const fill = async (label: string, text: string) => {
      fields += 1;
      await form().getByLabel(label).first().fill(text);
    };
    const choose = async (label: string, at: number) => {
      fields += 1;
      await form().getByLabel(label).first().selectOption({ index: at });
    };
    await page.getByRole("button", { name: "Add a customer" }).click();
    await fill("Name", "Wanjiru Kamau");
    await fill("Phone", "0711000077");
    await fill("E-mail", "wanjiru@home.test");
    await fill("Note", "Plot 7");
    await page.locator("action-form button.primary").click();

    await page.getByRole("button", { name: "Open a line" }).click();
    await choose("Plan", 1);
    await choose("Site", 1);
    await choose("Service", 0);
    await lookAt(page, "line-service");
    await page.getByRole("button", { name: "Next: the log-in" }).click();
    await fill("User name", "home.wanjiru");
    await page.locator("open-line action-form button.primary").click();
    const secret = page.locator("open-line pre.secret");
    await secret.waitFor();
    expect(await secret.textContent()).toMatch(/^home\.wanjiru {2}[a-z2-9]{10}$/);
    expect(fields).toBeLessThanOrEqual(8);
    await page.locator("lines-card").getByText("home.wanjiru").first().waitFor();
    await lookAt(page, "line-opened");
    await page.locator("open-line").getByRole("button", { name: "Close" }).click();

    await page.locator("lines-card").getByText("Not paid").first().click();
    await page.getByRole("button", { name: "Renew", exact: true }).click();
    await page.locator("action-form button.primary").click();
    await page.locator("subscription-page .badge.good").first().waitFor();
    await page.getByRole("button", { name: "Suspend", exact: true }).click();
    await page.getByLabel("Why").fill("The cheque bounced");
    await page.locator("action-form button.primary").click();
    await page.getByText("The cheque bounced").first().waitFor();
    await lookAt(page, "subscription");
    await page
      .getByRole("button", { name: "Activate" })
      .or(page.getByRole("button", { name: "Reactivate" }))
      .first()
      .click();
    await page.getByText("No longer suspended").waitFor();

    // Who asks why a line is off sees when it was on: on the customer's page, by the line's name.
    const { providerId, siteId } = console.business;
    const nowMs = console.hub.world.clock.wall().atMs;
    const dialled = { mac: "AA:BB:CC:DD:EE:77", username: "home.wanjiru", address: "100.64.3.9" };
    const [{ accountId }] = (await console.ask(`/accounts?q=${dialled.username}`)).items;
    const grant = { grantId: accountGrantId(accountId, undefined), siteId };
    const seen = { ...dialled, ...grant, sessionKey: "line", startedAtMs: nowMs, receivedAtMs: nowMs };
    await console.hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("sessions")
        .values({ providerId, ...seen })
        .execute(),
    );
    await page.getByRole("link", { name: "Wanjiru Kamau", exact: true }).click();
    await page.locator("customer-page").getByText(dialled.mac).first().waitFor();

    for (const list of ["subscriptions", "accounts"]) {
      await goTo(page, `#/${list}`);
      await page.getByText("home.wanjiru").first().waitFor();
      await lookAt(page, list);
    }
    await page.getByText("home.wanjiru").first().click();
    // Who edits before the page has read its own change again is told that it was changed meanwhile.
    const isReading = (url: string) => /\/api\/v1\/accounts\/[\w-]+$/.test(url);
    const read = page.waitForResponse((answer) => answer.request().method() === "GET" && isReading(answer.url()));
    await page.getByRole("button", { name: "New password" }).click();
    await page.locator("customer-account-page pre.secret").waitFor();
    await read;
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Static address").fill("100.64.3.7");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("customer-account-page dl").getByText("100.64.3.7").waitFor();
    await lookAt(page, "account");
    expect(errors).toEqual([]);
  }, 240_000);

  test("[CUS-04] a fee whose answer was lost is charged once, and a change of plan that nobody wanted for its price is not said to be saved", async () => {
    const { token, siteId } = console.business;
    let asked = 0;
    const call = async (path: string, body: object) =>
      (
        await console.hub.call("POST", `/api/v1${path}`, {
          token,
          headers: { "Idempotency-Key": `line-of-fees-${++asked}` },
          body,
        })
      ).body;
    const { planId } = await call("/plans", { name: "Home", priceCents: 250_000, terms: {} });
    const { customerId } = await call("/customers", { name: "Otieno Were", phone: "0711000078" });
    const account = { customerId, username: "home.otieno", planId, siteIds: [siteId] };
    const { accountId } = await call("/accounts", account);
    const { subscriptionId } = await call("/subscriptions", { customerId, accountId, planId });
    await call(`/subscriptions/${subscriptionId}/renew`, { from: "cash" });
    const { page } = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/subscriptions/${subscriptionId}` },
    );
    const form = page.locator("subscription-page action-form");
    await page.getByRole("button", { name: "Change plan", exact: true }).click();
    await form.getByLabel("Plan").selectOption({ index: 1 });
    await form.locator("button.primary").click();
    await page.locator("ask-dialog").getByRole("button", { name: "Cancel" }).click();
    await page.locator("ask-dialog").waitFor({ state: "detached" });
    await form.locator("button.primary").waitFor();
    expect(await form.count()).toBe(1);
    expect(await page.getByText("Saved", { exact: true }).count()).toBe(0);
    await form.getByRole("button", { name: "Cancel" }).click();

    // The hub did it, and its answer never came.
    let isLost = false;
    await page.route("**/items", async (route) => {
      if (isLost || route.request().method() !== "POST") return route.continue();
      isLost = true;
      await route.fetch();
      await route.abort();
    });
    await page.getByRole("button", { name: "Fee, deposit, add-on", exact: true }).click();
    await form.getByLabel("Name").fill("New cable");
    await form.getByLabel("Amount").fill("500");
    await form.locator("button.primary").click();
    await form.getByRole("alert").waitFor();
    await form.locator("button.primary").click();
    await page.getByText("Saved", { exact: true }).waitFor();
    const { items } = await console.ask(`/subscriptions/${subscriptionId}/items`);
    expect(items.filter(({ name }: { name: string }) => name === "New cable")).toHaveLength(1);
  }, 120_000);

  test("[CUS-14] a line that was given up half-way lends its log-in to no other one", async () => {
    const { token } = console.business;
    const { customerId } = (
      await console.hub.call("POST", "/api/v1/customers", { token, body: { name: "Moraa", phone: "0711000079" } })
    ).body;
    const { page } = await console.open({ email: console.business.ownerEmail }, { hash: `#/customers/${customerId}` });
    let isRefused = true;
    await page.route("**/api/v1/subscriptions", (route) =>
      isRefused && route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    const line = page.locator("open-line");
    const open = async (username: string) => {
      await line.getByRole("button", { name: "Open a line" }).click();
      await line.getByLabel("Plan").first().selectOption({ index: 1 });
      await line.getByLabel("Site").first().selectOption({ index: 1 });
      await line.getByRole("button", { name: "Next: the log-in" }).click();
      await line.getByLabel("User name").fill(username);
      await line.locator("action-form button.primary").click();
    };
    await open("moraa.shop");
    await line.getByRole("alert").waitFor();
    await line.getByRole("button", { name: "Cancel" }).click();
    isRefused = false;
    await open("moraa.home");
    await line.getByRole("button", { name: "Open a line" }).waitFor();
    const { items } = await console.ask(`/subscriptions?customerId=${customerId}`);
    expect(items.map(({ username }: { username: string }) => username)).toEqual(["moraa.home"]);
  }, 120_000);

  test("[CUS-05] [CUS-18] [CUS-19] grace, late fee, promise and pause are set on one page, for all plans and for one", async () => {
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: "#/subscription-rules" },
    );
    const set = async (days: string, way: string, fee: string) => {
      await page.getByRole("button", { name: "Edit" }).click();
      await page.locator("action-form input").first().fill(days);
      await page.locator("action-form").getByLabel("After the grace").selectOption({ label: way });
      await page.locator("action-form").getByLabel("Late fee").fill(fee);
      await page.getByRole("button", { name: "Save" }).click();
      await page.locator("dl").getByText(way).waitFor();
    };
    await page.getByLabel("Rules of").waitFor();
    await set("0", "Slower, and no page", "100");
    await lookAt(page, "subscription-rules");
    expect(await console.ask("/subscription-rules")).toMatchObject({ afterWay: "slower", lateFeeCents: 10_000 });
    await page.getByLabel("Rules of").selectOption({ index: 1 });
    await page.locator("dl").getByText("Slower, and no page").waitFor();
    await set("0", "Off", "250.50");
    const planId = await page.getByLabel("Rules of").inputValue();
    expect(await console.ask(`/plans/${planId}/subscription-rules`)).toMatchObject({
      afterWay: "cut",
      lateFeeCents: 25_050,
    });
    expect(await console.ask("/subscription-rules")).toMatchObject({ afterWay: "slower" });
    expect(errors).toEqual([]);

    // A colleague changed another of them since this page was opened: who saves an old page is told.
    await page.getByLabel("Rules of").selectOption({ index: 0 });
    await page.locator("dl").getByText("Slower, and no page").waitFor();
    const rules = await console.ask("/subscription-rules");
    const { token } = console.business;
    const body = { ...rules, graceSeconds: 3 * 86_400 };
    const put = await console.hub.call("PUT", "/api/v1/subscription-rules", { token, body });
    expect(put.status, put.text).toBe(200);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.locator("action-form").getByLabel("Late fee").fill("300");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("action-form").getByRole("alert").waitFor();
    expect((await console.ask("/subscription-rules")).graceSeconds).toBe(3 * 86_400);
  }, 240_000);

  test("[RTR-33] who had an address at a time is found on one page", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/address-holders" });
    await page.getByLabel("IP address").fill("100.64.200.200");
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.getByText("Nobody we know of had it then.").waitFor();
    await lookAt(page, "address-holders");
    expect(errors).toEqual([]);
  }, 120_000);
});

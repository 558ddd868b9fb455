/** A screen shows what the hub has: also where an answer comes late, or not at all, and where somebody else changes the same meanwhile. */
import { surePosterOf } from "@karibu/cloud/test-asking";
import type { Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chromiumPath, goTo, patience, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("what a screen says, in a browser", () => {
  const console = useBusiness("Kweli");
  const owner = useOwner(console);
  const post = surePosterOf(console.hub, () => console.business.token);
  const plan = async () => (await console.ask("/plans")).items[0];

  /** Answers to `path` wait until they are let go. */
  async function held(path: RegExp): Promise<{ readonly routes: Route[]; free(): Promise<void> }> {
    const routes: Route[] = [];
    await owner.page.route(path, (route) => void routes.push(route));
    return { routes, free: () => owner.page.unroute(path) };
  }

  test("[PAY-17] a report about money is dropped for the reason that was typed at it, though another one comes above it meanwhile", async () => {
    const { providerId, siteId, channelId } = console.business;
    const report = (evidenceId: string, receivedAtMs: number) =>
      console.hub.database().asProvider(providerId, (tx) =>
        tx
          .insertInto("evidence")
          .values({
            ...{ providerId, evidenceId, channelId, receivedAtMs, naturalKey: evidenceId, bodyHash: evidenceId },
            ...{ source: "pull", state: "unmatched", outcome: `could not be judged: ${evidenceId}` },
          })
          .execute(),
      );
    const { page } = owner;
    await report("first", 1);
    await goTo(page, "#/unmatched-callbacks");
    await page.getByText("Not read or not judged: first").click();
    await page.getByLabel("Why it is dropped").fill("it was a test");
    await report("second", 2);
    // What is sold says that there is something to read.
    await post("/payments/purchase", { siteId, planId: (await plan()).planId, pay: "cash" });
    await page.getByText("Not read or not judged: second").waitFor();
    await page.getByRole("button", { name: "Drop it" }).click();
    await page.getByText("Not read or not judged: first").waitFor({ state: "detached" });
    const rows = await console.hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("evidence").select(["evidenceId", "state"]).where("source", "=", "pull").execute(),
      );
    expect(Object.fromEntries(rows.map((row) => [row.evidenceId, row.state]))).toMatchObject({
      first: "done",
      second: "unmatched",
    });
  });

  test("[UIX-03] what money received adds up to is of the filters that are set: the late answer to others takes the place of none", async () => {
    const { page } = owner;
    await goTo(page, "#/money-received");
    await settled(page);
    const sums = page.locator("received-page .sums");
    await sums.waitFor();
    const late = await held(/\/money-received\/sums\?.*kind=credit/);
    await goTo(page, "#/money-received?kind=credit");
    await expect.poll(() => late.routes.length, patience).toBe(1);
    await goTo(page, "#/money-received?kind=purchase");
    await settled(page);
    const told = await sums.textContent();
    await late.routes[0]?.continue();
    await page.waitForResponse(/\/money-received\/sums\?.*kind=credit/);
    await late.free();
    // As many drawings as a late answer takes.
    await page.evaluate(() => new Promise((drawn) => setTimeout(drawn, 300)));
    expect(await sums.textContent()).toBe(told);
  });

  test("[CUS-04] the rules of a plan that can't be read are not those of the plan before, nor can they be saved as its own", async () => {
    const { page } = owner;
    await goTo(page, "#/subscription-rules");
    const edit = page.locator("subscription-rules-page").getByRole("button", { name: "Edit" });
    await edit.waitFor();
    const { planId } = await plan();
    const away = /\/plans\/[^/]+\/subscription-rules$/;
    await page.route(away, (route) => route.abort());
    await page.locator('subscription-rules-page select[name="planId"]').selectOption(planId);
    await page.getByRole("button", { name: "Try again" }).waitFor();
    expect(await edit.count()).toBe(0);
    await page.unroute(away);
    await page.getByRole("button", { name: "Try again" }).click();
    await edit.waitFor();
  });

  test("[PLN-12] a price of another site that somebody else has set meanwhile is not taken away by who adds theirs", async () => {
    const { page } = owner;
    const { planId } = await plan();
    const { siteId, token } = console.business;
    await goTo(page, "#/plans");
    await page.getByRole("row").filter({ hasText: "1 hour" }).getByRole("button", { name: "Edit" }).click();
    const prices = page.locator("place-prices");
    await prices.getByRole("button", { name: "Add a price" }).first().click();
    const theirs = { siteId, priceCents: 3_000, currency: "KES" };
    const body = { prices: [theirs] };
    expect((await console.hub.call("PATCH", `/api/v1/plans/${planId}`, { token, body })).status).toBe(200);
    await prices.getByLabel("Price").fill("40");
    await prices.getByLabel("Where").selectOption({ label: "Lake view guest house with a very long name" });
    await prices.locator("action-form button.primary").click();
    await prices.getByRole("alert").waitFor();
    expect((await console.ask(`/plans/${planId}`)).prices).toMatchObject([theirs]);
  });

  test("[PAY-24] a plan is shown as the hub taxes it: what was refused is not chosen", async () => {
    const { page } = owner;
    await goTo(page, "#/taxes");
    const select = page.locator("taxes-page").getByLabel("1 hour");
    await select.waitFor();
    const before = await select.inputValue();
    await page.route("**/api/v1/plan-taxes/*", (route) => route.abort());
    await select.selectOption({ index: 1 });
    expect(before).not.toBe(await select.locator("option").nth(1).getAttribute("value"));
    await expect.poll(() => select.inputValue(), patience).toBe(before);
    await page.unroute("**/api/v1/plan-taxes/*");
  });

  test("[UIX-03] a statement that is one page says so, whichever page of their messages is open beside it", async () => {
    const { page } = owner;
    await goTo(page, `#/customers/${console.business.customerId}?its-after=50.none`);
    const statement = page.locator("statement-card");
    await statement.locator("data-table table").last().waitFor();
    await settled(page);
    expect(await statement.getByRole("navigation").count()).toBe(0);
  });

  test("[VOU-04] of two codes that are looked up soon after each other, the last one's answer stands", async () => {
    const { page } = owner;
    const { items } = await console.ask(`/vouchers?batchId=${console.business.batchId}`);
    const [one, two] = items.map(({ code }: { readonly code: string }) => code);
    const late = await held(new RegExp(`/api/v1/vouchers\\?.*code=${one}`));
    await goTo(page, `#/vouchers?code=${one}`);
    await expect.poll(() => late.routes.length, patience).toBe(1);
    await goTo(page, `#/vouchers?code=${two}`);
    await late.routes[0]?.continue();
    await late.free();
    const shown = page.locator("voucher-search data-table td strong").first();
    await expect.poll(async () => (await shown.textContent())?.replaceAll(" ", ""), patience).toBe(two);
  });

  test("[CUS-01] a customer who has another number now is shown with its credit, and what can't be looked at anew is not erased", async () => {
    const { page } = owner;
    const { customerId } = console.business;
    await goTo(page, `#/customers/${customerId}`);
    const credit = page.locator("credit-card .big");
    await credit.getByText("KSh 150").waitFor();
    await page.locator("customer-page").getByRole("button", { name: "Edit", exact: true, expanded: false }).click();
    await page.locator("customer-page action-form").getByLabel("Phone").fill("0799000111");
    await page.locator("customer-page action-form").getByRole("button", { name: "Save" }).click();
    await page.locator("customer-page action-form").waitFor({ state: "detached" });
    // Sooner than a page reads anew by itself.
    await expect.poll(() => credit.textContent(), { timeout: 8_000 }).toBe("KSh 0");
    await page.locator("personal-data-card").getByRole("button", { name: "Erase" }).first().click();
    const box = page.locator('erasure-form input[name="number"]');
    await box.waitFor();
    const away = /\/erasure/;
    await page.route(away, (route) => route.abort());
    await box.click();
    await page.locator("erasure-form").getByRole("button", { name: "Try again" }).waitFor();
    expect(await page.locator("erasure-form action-form").count()).toBe(0);
    await page.unroute(away);
  });

  test("[PLN-12] where a site's own price is not read, nothing is sold for more than stands beside the form", async () => {
    const { page } = owner;
    const { planId } = await plan();
    const { siteId, token } = console.business;
    const body = { prices: [{ siteId, priceCents: 9_000, currency: "KES" }] };
    expect((await console.hub.call("PATCH", `/api/v1/plans/${planId}`, { token, body })).status).toBe(200);
    const [{ id: last }] = (await console.ask("/payments?limit=1")).items;
    const offers = "**/api/v1/payments/offer";
    await page.route(offers, (route) => route.abort());
    await goTo(page, "#/sell");
    const sell = page.locator("sell-page");
    await sell.locator(".ticket").getByText("KSh 20").waitFor();
    await sell.getByLabel("Site").selectOption({ label: "Market square" });
    const [answer] = await Promise.all([
      page.waitForResponse("**/api/v1/payments/purchase"),
      sell.getByRole("button", { name: "Sell", exact: true }).click(),
    ]);
    expect([answer.status(), (await answer.json()).code]).toEqual([409, "price-changed"]);
    expect((await console.ask("/payments?limit=1")).items[0].id).toBe(last);
    await page.unroute(offers);
  });

  test("[CUS-22] who takes customers over and loses the answer asks again, and is told their new passwords", async () => {
    const { page } = owner;
    await goTo(page, "#/takeover");
    const takeovers = page.locator("customer-takeovers");
    const csv = ["name,phone,username,password,plan,paid_until,balance", "Kiptoo,0744000002,kiptoo.home,,1 hour,,0"];
    const buffer = Buffer.from(csv.join("\n"));
    await takeovers.locator('input[type="file"]').setInputFiles({ name: "c.csv", mimeType: "text/csv", buffer });
    await takeovers.getByLabel("Site where they log in").selectOption("Market square");
    await takeovers.getByRole("button", { name: "Try it", exact: true }).click();
    await page.route("**/api/v1/customer-takeovers", async (route) => {
      if (route.request().method() !== "POST") return route.fallback();
      await route.fetch();
      return route.abort();
    });
    const take = takeovers.getByRole("button", { name: "Take the customers over" });
    await take.click();
    await page.locator("toast-stack .notice").first().waitFor();
    await page.unroute("**/api/v1/customer-takeovers");
    await take.click();
    await takeovers.getByRole("button", { name: "Save the new passwords (1)" }).waitFor();
  });

  test("[UIX-06] what was typed into a field stays, though what the field was made of changes meanwhile", async () => {
    const { page } = owner;
    await goTo(page, `#/vouchers/${console.business.batchId}`);
    await page.locator("batch-codes").waitFor();
    const values = await page.evaluate(async () => {
      await customElements.whenDefined("action-form");
      const form = document.createElement("action-form") as HTMLElement & {
        fields: unknown;
        updateComplete: Promise<boolean>;
      };
      const fields = (cents: number) =>
        ["typed", "untouched"].map((name) => ({ name, label: name, type: "money", value: cents }));
      form.fields = fields(40_000);
      document.body.append(form);
      await form.updateComplete;
      const input = (name: string) => form.shadowRoot?.querySelector(`[name=${name}]`) as HTMLInputElement;
      input("typed").value = "150";
      form.fields = fields(70_000);
      await form.updateComplete;
      const read = [input("typed").value, input("untouched").value];
      form.remove();
      return read;
    });
    expect(values).toEqual(["150", "700"]);
  });
});

/** One log-in for all tabs of a browser: a new tab is in at once, and logging out in one ends all. */

import { ownerPassword } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chooseInMenu, chromiumPath, lookAt, patience, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("two tabs of one browser", () => {
  const console = useConsole();
  let email = "";
  beforeAll(async () => {
    email = (await console.hub.makeProvider("Tabs")).ownerEmail;
  });
  const isIn = (page: Page) => page.locator("account-menu button");

  longTest(
    "[TEN-08] a second tab opens without a log-in, both go on working, and logging out in one ends the other",
    async () => {
      const { page: first } = await console.open({ email });
      const second = await first.context().newPage();
      await second.goto(`${console.url()}/#/plans`);
      await isIn(second).waitFor(patience);
      expect(await second.getByLabel("Password").count()).toBe(0);
      await first.reload();
      await isIn(first).waitFor(patience);
      expect(
        await first.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])),
      ).not.toMatch(/[0-9a-f]{64}/);

      await first.keyboard.press("Control+k");
      await first.getByRole("combobox", { name: "Find anything" }).fill("Staff");
      await first.getByRole("option").filter({ hasText: "Staff" }).first().click();
      const recent = () => Object.keys(localStorage).filter((key) => key.startsWith("karibu-recent"));
      expect(await first.evaluate(recent)).toHaveLength(1);

      await chooseInMenu(second, "log-out");
      await second.getByLabel("Password").waitFor(patience);
      await first.getByLabel("Password").waitFor(patience);
      // What was looked at is nobody else's on a shared computer.
      await expect.poll(() => first.evaluate(recent), patience).toEqual([]);
      await first.reload();
      await first.getByLabel("Password").waitFor(patience);
      const { body } = await console.hub.call("GET", "/api/v1/user/logins", {
        token: await console.hub.logIn(email, ownerPassword),
      });
      expect(body.items.filter((login: { inBrowser: boolean }) => login.inBrowser)).toEqual([]);
      await first.context().close();
    },
  );

  longTest(
    "[SYS-01] whose role is changed sees at once what is open to them now, and who is switched off is logged out",
    async () => {
      const { hub } = console;
      const owner = await hub.logIn(email, ownerPassword);
      const person = { email: "counter@tabs.test", name: "Counter", role: "support", password: ownerPassword };
      const { body: user } = await hub.call("POST", "/api/v1/users", { token: owner, body: person });
      const change = (body: object) => hub.call("PATCH", `/api/v1/users/${user.userId}`, { token: owner, body });
      const { page } = await console.open({ email: person.email });
      const customers = page.getByRole("link", { name: "Customers", exact: true });
      await customers.first().waitFor(patience);
      await change({ role: "installer" });
      await page.getByText("Your permissions have changed.", { exact: false }).waitFor(patience);
      expect(await customers.count()).toBe(0);
      await lookAt(page, "role-changed");
      await change({ active: false });
      await page.getByText("You were logged out. Log in again.").waitFor(patience);
      await page.context().close();
    },
  );

  longTest(
    "[SYS-01] a role that is changed while the live stream is not there yet is noticed when it begins",
    async () => {
      const { hub } = console;
      const owner = await hub.logIn(email, ownerPassword);
      const person = { email: "early@tabs.test", name: "Early", role: "support", password: ownerPassword };
      const { body: user } = await hub.call("POST", "/api/v1/users", { token: owner, body: person });
      const { page } = await console.open({ email: person.email });
      const isChanged = Promise.withResolvers<void>();
      await page.route("**/api/v1/events", (route) => isChanged.promise.then(() => route.continue()));
      await page.reload();
      await page.getByRole("link", { name: "Customers", exact: true }).first().waitFor(patience);
      await hub.call("PATCH", `/api/v1/users/${user.userId}`, { token: owner, body: { role: "installer" } });
      isChanged.resolve();
      await page.getByText("Your permissions have changed.", { exact: false }).waitFor(patience);
      await page.context().close();
    },
  );

  test("a tab that slept while another person logged in shows that person's pages, not a mix of both", async () => {
    const other = await console.hub.makeProvider("Others");
    const { page: first } = await console.open({ email });
    const asleep = await first.context().newPage();
    // As a frozen tab: it does not hear what the others say.
    await asleep.addInitScript(() => {
      Object.assign(window, { BroadcastChannel: EventTarget });
    });
    await asleep.goto(`${console.url()}/#/plans`);
    await asleep.getByText("Tabs", { exact: true }).first().waitFor({ state: "attached" });
    // Nor does it ask the hub for anything: its stream ends with the log-out, and a tab that is awake would see that at once.
    const wake = Promise.withResolvers<void>();
    await asleep.route("**/api/**", (route) => wake.promise.then(() => route.continue()));

    await chooseInMenu(first, "log-out");
    await first.getByLabel("E-mail").fill(other.ownerEmail);
    await first.getByLabel("Password").fill(ownerPassword);
    await first.getByRole("button", { name: "Log in" }).click();
    await isIn(first).waitFor(patience);

    wake.resolve();
    await asleep.goto(`${console.url()}/#/customers`);
    await expect.poll(() => asleep.getByText("Others", { exact: true }).count(), patience).toBeGreaterThan(0);
    expect(await asleep.getByText("Tabs", { exact: true }).count()).toBe(0);
    await first.context().close();
  });
});

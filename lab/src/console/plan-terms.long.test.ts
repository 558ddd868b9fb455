/** Fair use, burst and special hours of a plan, in the console. */

import { staffDeviceRequests } from "@karibu/agent/access/other-devices/staff-devices";
import { createTestSite } from "@karibu/agent/access/test-site";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { listGuests } from "@karibu/protocol/rpc/admit-device";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openContractSite } from "../link/test-contract-site.ts";
import { chromiumPath, goTo, lookAt, patience, picture, useConsole } from "./test-console.ts";

/** Until the list is read again, the plan's row is not in it, and another plan's is the first. */
const editOf = (page: Page, plan: string) =>
  page.getByRole("row").filter({ hasText: plan }).getByRole("button", { name: "Edit" }).first();

describe.skipIf(chromiumPath === null)("what a plan does besides its limits, in a browser", () => {
  const console = useConsole();

  test("[PLN-10] the form says in words and as a picture of the week what is typed; the plan keeps it, and takes it away again", async () => {
    const { ownerEmail: email, token } = await console.hub.makeProvider("Kisumu");
    const { page, errors } = await console.open({ email }, { width: 360 });
    const plans = async () => (await console.hub.call("GET", "/api/v1/plans", { token })).body.items;
    await goTo(page, "#/plans?add=1");
    const form = page.locator("action-form").first();
    await form.locator("[name=name]").fill("Night owl");
    await form.locator("[name=priceCents]").fill("100");
    await form.locator("[name=downKbps]").fill("4");
    await form.locator("[name=upKbps]").fill("1");
    await form.getByText("More options").click();
    await form.locator("[name=fairUse]").selectOption("day");
    await form.locator("[name=quotaBytes]").fill("500");
    await form.locator("[name=slowDown]").fill("1");
    await form.locator("[name=burstDown]").fill("8");
    await form.locator("[name=days1]").selectOption("work");
    await form.locator("[name=from1]").selectOption({ label: "22:00" });
    await form.locator("[name=to1]").selectOption({ label: "05:00" });
    await form.locator("[name=free1]").check();
    const week = page.locator("plan-week");
    await week.getByText("Monday to Friday 22:00–05:00: free data").waitFor();
    await week.getByText("500 MB a day at full speed, then 1 Mbps until midnight").waitFor();
    // Five evenings, and five mornings after them.
    await expect.poll(() => week.locator(".span").count()).toBe(10);
    await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
    await picture(page, "plan-terms-form");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await page.getByText("500 MB a day at full speed").waitFor();
    const saved = async () => (await plans()).find((one: { name: string }) => one.name === "Night owl")?.terms;
    expect(await saved()).toMatchObject({
      fairUse: { period: "day", quotaBytes: 500_000_000, downKbps: 1000, upKbps: 512, utcOffsetMinutes: 180 },
      burst: { downKbps: 8000, thresholdDownKbps: 4000, seconds: 8 },
      hours: { windows: [{ days: [1, 2, 3, 4, 5], fromMinute: 1320, toMinute: 1740, isFree: true }] },
    });
    await editOf(page, "Night owl").click();
    await form.locator("[name=fairUse]").selectOption("");
    await form.locator("[name=days1]").selectOption("");
    await form.getByRole("button", { name: "Save" }).click();
    await expect.poll(saved).toMatchObject({ fairUse: null, hours: null, burst: { downKbps: 8000 } });
    expect(errors).toEqual([]);
  });

  test("[PLN-07] time online comes with an idle time-out of ten minutes, or of what is typed at 360 px", async () => {
    const { ownerEmail: email, token } = await console.hub.makeProvider("Idle form");
    const { page, errors } = await console.open({ email }, { width: 360 });
    await goTo(page, "#/plans?add=1");
    const form = page.locator("action-form").first();
    await form.locator("[name=name]").fill("45 minutes");
    await form.locator("[name=priceCents]").fill("20");
    await form.locator("[name=useSeconds]").fill("1");
    await form.getByText("Empty: 10 minutes if time online is counted, else never").waitFor();
    expect(await form.locator('[name="idleTimeoutSeconds:unit"]').inputValue()).toBe("minutes");
    await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
    await form.locator("[name=idleTimeoutSeconds]").scrollIntoViewIfNeeded();
    await picture(page, "plan-idle-time-out");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    const terms = async () =>
      (await console.hub.call("GET", "/api/v1/plans", { token })).body.items.find(
        (one: { name: string }) => one.name === "45 minutes",
      )?.terms;
    expect(await terms()).toMatchObject({ useSeconds: 3600, idleTimeoutSeconds: 600 });
    await editOf(page, "45 minutes").click();
    await form.locator("[name=idleTimeoutSeconds]").fill("20");
    await form.getByRole("button", { name: "Save" }).click();
    await expect.poll(terms, { timeout: 20_000 }).toMatchObject({ useSeconds: 3600, idleTimeoutSeconds: 1200 });
    expect(errors).toEqual([]);
  });

  test("[BEY-21] staff give a guest an hour more, pause them, and give everybody at a site an hour, counted first", async () => {
    const { ownerEmail: email, token, providerId } = await console.hub.makeProvider("Mombasa");
    const made = await console.hub.call("POST", "/api/v1/sites", { token, body: { name: "Harbour" } });
    const { siteId } = made.body.site as { siteId: string };
    const nowMs = Date.now();
    for (const [at, grantId] of ["v.b.1", "v.b.2"].entries())
      await console.hub.database().asProvider(providerId, async (tx) => {
        const place = { providerId, siteId, grantId, receivedAtMs: nowMs };
        const times = { startedAtMs: nowMs, endsAtMs: nowMs + 3_600_000, validUntilMs: null };
        const start = {
          ...place,
          ...times,
          origin: "voucher" as const,
          planName: "1 hour",
          epoch: "e",
          seq: at + 1,
        };
        await tx.insertInto("grant_starts").values(start).execute();
        const counted = { inputBytes: 0, outputBytes: 0, onlineSeconds: 0 };
        const ends = { startedAtMs: nowMs, stoppedAtMs: null, cause: null };
        const device = {
          sessionId: `${at}`,
          nas: "nas",
          mac: `AA:BB:CC:DD:EE:0${at}`,
          address: null,
          username: "u",
        };
        const session = { ...place, ...counted, ...ends, ...device, sessionKey: `s${at}` };
        await tx.insertInto("sessions").values(session).execute();
      });
    const { page, errors } = await console.open({ email });
    await goTo(page, `#/sessions?siteId=${siteId}`);
    await page.getByRole("button", { name: "Time and data" }).first().click();
    const card = page.locator("grant-card");
    await card.getByText("Nobody has changed it.").waitFor();
    await card.getByRole("button", { name: "Give", exact: true }).click();
    await card.locator("[name=seconds]").fill("1");
    await card.locator("[name=reason]").fill("The mast fell");
    await card.locator("action-form").getByRole("button", { name: "Give" }).click();
    await card.getByText("1 h more").waitFor();
    await card.getByRole("button", { name: "Pause" }).click();
    await card.locator("[name=reason]").fill("Away until Monday");
    await card.locator("action-form").getByRole("button", { name: "Pause" }).click();
    await card.getByText("Away until Monday").waitFor();
    await page.getByRole("button", { name: "Give to everybody here" }).click();
    const gift = page.locator("gift-card");
    await gift.getByText("To everybody whose package is running at Harbour: 2.").waitFor();
    await gift.locator("[name=seconds]").fill("6");
    await gift.locator("[name=reason]").fill("Outage of Sunday");
    await picture(page, "grant-gift");
    // The answer is lost, and somebody else comes online: pressed again it is the same gift.
    let isLost = false;
    await page.route("**/grant-gifts/preview*", (route) =>
      isLost ? route.fulfill({ json: { count: 3, most: 5000 } }) : route.continue(),
    );
    await page.route("**/grant-gifts", async (route) => {
      if (isLost) return route.continue();
      isLost = true;
      await route.fetch();
      await route.abort();
    });
    await gift.getByRole("button", { name: "Give" }).click();
    await gift.getByRole("alert").waitFor();
    await gift.getByRole("button", { name: "Give" }).click();
    await gift.getByText("Given to 2.").waitFor();
    const ends = async () => {
      const { items } = (await console.hub.call("GET", "/api/v1/grants", { token })).body;
      return items.map(({ endsAtMs }: { endsAtMs: number }) => Math.round((endsAtMs - nowMs) / 3_600_000)).sort();
    };
    // One was given an hour before; its pause gives back nothing before it goes on.
    await expect.poll(ends).toEqual([7, 8]);
    await picture(page, "grant-given");
    expect(errors.filter((error) => !error.includes("ERR_FAILED"))).toEqual([]);
  });

  test("[CUS-16] staff put a television online at an account by its typed MAC, and take it off again: on a phone, in both languages", async () => {
    const provider = await console.hub.makeProvider("Lamu");
    const { token, ownerEmail: email } = provider;
    const agent = createTestSite(console.hub.world);
    const seen = [{ mac: "AC:BB:CC:DD:EE:09", address: "10.5.50.9", online: false }];
    const site = await openContractSite(console.hub, provider, "Old Town", [
      ...staffDeviceRequests(agent.operators.devices),
      serve(listGuests, async () => ({ guests: seen })),
    ]);
    try {
      const post = async (path: string, body: object) =>
        (await console.hub.call("POST", `/api/v1${path}`, { token, body })).body;
      const { planId } = await post("/plans", { name: "Home", priceCents: 100_000, terms: { devices: 2 } });
      const { customerId } = await post("/customers", { name: "Mary", phone: "0711000009" });
      const order = { customerId, planId, siteIds: [site.siteId], billing: "free", freeReason: "Our own office" };
      const { accountId } = await post("/accounts", { ...order, username: "mary", service: "hotspot" });
      const { page, errors } = await console.open({ email }, { hash: `#/accounts/${accountId}`, width: 360 });
      const card = page.locator("grant-devices");
      await card.getByRole("button", { name: "Put a device online" }).click();
      await card.getByText("The site does not have it yet", { exact: false }).waitFor(patience);
      const terms = { ...unlimitedTerms, devices: 2 };
      const line = {
        accountId,
        username: "mary",
        service: "hotspot",
        ntHash: "0".repeat(32),
        planName: "Home",
        terms,
      };
      agent.put({ kind: "customer-account", key: accountId, body: { ...line, active: true } });
      await card.getByRole("button", { name: "Try again" }).click();
      await card.getByText("0 of 2 places taken.").waitFor(patience);
      await card.getByText("AC:BB:CC:DD:EE:09").waitFor();
      await card.locator("[name=mac]").fill("ac-bb-cc-dd-ee-02");
      await card.locator("action-form").getByRole("button", { name: "Put online" }).click();
      await card.getByText("1 of 2 places taken.").waitFor(patience);
      await lookAt(page, "grant-devices");
      await card.getByRole("button", { name: "Remove: AC:BB:CC:DD:EE:02" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
      await card.getByText("0 of 2 places taken.").waitFor(patience);
      await site.cut();
      await page.reload();
      await card.getByRole("button", { name: "Put a device online" }).click();
      await card.getByText("The site is offline now.").waitFor(patience);
      expect(errors.filter((text) => !/50[0-9]/.test(text))).toEqual([]);
    } finally {
      await site.link.stop();
    }
  });

  test("[CUS-18] the rule against theft is chosen at the settings; a code at the counter is found, and its customer's pause and PIN are lifted", async () => {
    const { ownerEmail: email, token, providerId } = await console.hub.makeProvider("Malindi");
    const call = async (method: string, path: string, body?: object) =>
      (await console.hub.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) })).body;
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).site as { siteId: string };
    const [{ planId }] = (await call("GET", "/plans")).items as [{ planId: string }];
    const { batchId } = await call("POST", "/vouchers/batches", { planId, quantity: 1, siteId });
    await expect.poll(async () => (await call("GET", `/vouchers/batches/${batchId}`)).state).toBe("ready");
    const [{ code }] = (await call("GET", `/vouchers?batchId=${batchId}`)).items as [{ code: string }];
    const nowMs = Date.now();
    await console.hub.database().asProvider(providerId, async (tx) => {
      const place = { providerId, siteId, grantId: `v.${batchId}.0` };
      const where = { epoch: "e", seq: 1 };
      const times = {
        startedAtMs: nowMs,
        endsAtMs: nowMs + 3_600_000,
        validUntilMs: null,
        receivedAtMs: nowMs,
      };
      await tx
        .insertInto("grant_starts")
        .values({ ...place, ...where, ...times, origin: "voucher" as const, planName: "1 hour" })
        .execute();
      await tx
        .insertInto("voucher_redemptions")
        .values({ ...place, ...where, batchId, serial: 0 })
        .execute();
      const pin = { pinSalt: "00".repeat(16), pinHash: "00".repeat(32), liftedAtMs: null };
      await tx
        .insertInto("code_guards")
        .values({ ...place, ...pin, guardId: "g", paused: true, guardedAtMs: nowMs })
        .execute();
    });
    const { page, errors } = await console.open({ email }, { width: 360 });
    await goTo(page, "#/settings?subject=codes");
    await page.locator("[name=codePause]").check();
    await page.locator("[name=codePin]").check();
    await page.locator("[name=codeMovesPerDay]").fill("3");
    await picture(page, "guard-rule");
    await page
      .locator("action-form")
      .filter({ has: page.locator("[name=codePause]") })
      .getByRole("button", { name: "Save" })
      .click();
    await expect
      .poll(async () => (await call("GET", "/settings")).codeGuard)
      .toEqual({ mayPause: true, mayPin: true, movesPerDay: 3 });
    await goTo(page, "#/vouchers");
    await page.getByRole("searchbox", { name: "Look up a code" }).fill(code);
    await page.getByRole("button", { name: "Search" }).click();
    const card = page.locator("grant-card");
    await card.getByText("Paused by the customer at the site since").waitFor();
    await card.getByRole("button", { name: "Lift pause and PIN" }).click();
    await card.locator("[name=reason]").fill("Forgot it; showed the paper");
    await picture(page, "grant-guard");
    await card.locator("action-form").getByRole("button", { name: "Lift pause and PIN" }).click();
    await card.getByText("Pause and PIN of the customer lifted").waitFor();
    expect(errors).toEqual([]);
  });
});

/** Tickets, installations, stock and outages on the console: a customer is answered, a line is made at the house on a phone. */

import { pngOf } from "@karibu/cloud/tenancy/pictures/test-png";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, picture, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("care for customers, in a browser", () => {
  const console = useBusiness("Huduma");
  let keys = 0;
  let technicianId = "";
  let store = "";
  const technician = { email: "fundi@huduma.test", password: "some-long-password" };

  const call = async (method: string, path: string, body?: object) => {
    const headers = { "idempotency-key": `support-${++keys}` };
    const answer = await console.hub.call(method, `/api/v1${path}`, { token: console.business.token, body, headers });
    expect([200, 201, 202], answer.text).toContain(answer.status);
    return answer.body;
  };

  /** At the width of a phone and of a desktop, in both languages: nothing wider than the screen. */
  async function look(page: Page, name: string): Promise<void> {
    for (const language of ["sw", "en"] as const) {
      await chooseLanguage(page, language);
      for (const width of [360, 1440]) {
        await page.setViewportSize({ width, height: 860 });
        await settled(page);
        await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, width, { timeout: 10_000 });
        await picture(page, `${name}-${language}-${width}`);
      }
    }
  }

  beforeAll(async () => {
    const { siteId } = console.business;
    const person = { ...technician, name: "Otieno Fundi", role: "installer" };
    technicianId = (await call("POST", "/users", person)).userId;
    store = (await call("POST", "/stock-stores", { name: "Duka kuu" })).storeId;
    const { kindId } = await call("POST", "/stock-kinds", { name: "SXT Lite5" });
    const cable = (await call("POST", "/stock-kinds", { name: "Kebo", hasSerials: false, unit: "m" })).kindId;
    await call("POST", "/stock-items/receive", {
      kindId,
      place: `van:${technicianId}`,
      serials: "HE508A1B2\nHE508A1B3",
    });
    const received = { kindId: cable, from: "supplier", to: `store:${store}`, quantity: 305, why: "received" };
    await call("POST", "/stock-movements", received);
    const { customerId } = console.business;
    const ticket = {
      subject: "Mtandao haupo tangu jana jioni",
      kind: "connection",
      text: "Taa nyekundu inawaka.",
      customerId,
      siteId,
    };
    await call("POST", "/tickets", { ...ticket, priority: "urgent" });
    await call("POST", "/canned-answers", { name: "Restart", text: "Dear {name}, please restart the router. {staff}" });
    const nowMs = console.hub.world.clock.wall().atMs;
    const work = { siteIds: [siteId], fromMs: nowMs + 3_600_000, untilMs: nowMs + 7_200_000, words: "New mast." };
    await call("POST", "/outages", work);
  });

  test("[CUS-09] a ticket is found among those that are open, taken, answered with a ready answer, noted on, and solved", async () => {
    const owner = await console.open({ email: console.business.ownerEmail }, { hash: "#/tickets" });
    const { page, errors } = owner;
    await page.getByText("Mtandao haupo").first().waitFor();
    await look(page, "tickets");
    await page.getByText("Mtandao haupo").first().click();
    await page.getByText("Taa nyekundu inawaka.").waitFor();
    await page.getByRole("button", { name: "Take it" }).click();
    await page.getByText("changed with").waitFor();
    await page.getByRole("button", { name: "Answer the customer" }).click();
    await page.getByRole("button", { name: "Restart" }).click();
    expect(await page.locator("ticket-page textarea").inputValue()).toMatch(/^Dear \S.*, please restart the router\./);
    await look(page, "ticket-answer");
    await page.getByRole("button", { name: "Send the answer" }).click();
    await page.locator("ticket-page .badge", { hasText: "Waits for the customer" }).waitFor();
    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByLabel("Note", { exact: false }).last().fill("<b>He moved</b> the router");
    await page.locator("ticket-page action-form button.primary").click();
    await page.getByText("<b>He moved</b> the router").waitFor(); // text, and no element
    await look(page, "ticket");
    await page.getByRole("button", { name: "Solved", exact: true }).click();
    await page.locator("ticket-page .badge.good").first().waitFor();
    await goTo(page, "#/ticket-settings");
    await page.getByText("Ready answers").waitFor();
    await look(page, "ticket-settings");
    await goTo(page, "#/outages");
    await page.getByRole("button", { name: "Call off" }).waitFor();
    await look(page, "outages");
    await goTo(page, `#/customers/${console.business.customerId}`);
    await page.getByRole("button", { name: "The customer wishes them" }).click();
    await page.getByText("Wishes them (noted by", { exact: false }).waitFor();
    await look(page, "customer-care");
    // A customer calls: the ticket is theirs from the first line on.
    await page.locator("care-card").getByRole("button", { name: "Open a ticket" }).click();
    await page.locator("care-card").getByLabel("Subject").fill("Slow since noon");
    await page.locator("care-card").getByLabel("What is it about?").fill("Calls break off.");
    await look(page, "customer-ticket");
    await page.locator("care-card action-form button.primary").click();
    await page.getByText("Calls break off.").waitFor();
    const theirs = (await call("GET", `/tickets?customerId=${console.business.customerId}`)).items;
    expect(theirs.map(({ subject }: { subject: string }) => subject)).toContain("Slow since noon");
    expect(errors).toEqual([]);
    await page.close();
  }, 180_000);

  test("[CUS-21] the office plans a visit; at the house, on a phone with a bad line, the technician ticks off, puts up, and makes the line once", async () => {
    const { siteId } = console.business;
    const [{ planId }] = (await call("GET", "/plans")).items;
    const { installationId } = await call("POST", "/installations", {
      ...{
        name: "Wanjiku Mwangi",
        phone: "0712 000 333",
        placeNote: "Nyumba ya kijani nyuma ya kanisa",
        planId,
        siteId,
      },
      latitude: -1.2921,
      longitude: 36.8219,
    });
    const owner = await console.open({ email: console.business.ownerEmail }, { hash: "#/installations" });
    await owner.page.getByText("Wanjiku Mwangi").first().waitFor();
    await owner.page.getByRole("button", { name: "Add a lead" }).click();
    await look(owner.page, "installations");
    await goTo(owner.page, `#/installations/${installationId}`);
    await owner.page.getByRole("button", { name: "Edit" }).click();
    await owner.page.getByLabel("Technician").last().selectOption({ label: "Otieno Fundi" });
    await owner.page.getByLabel("Day of the visit").last().fill("2030-01-02");
    await owner.page.getByRole("button", { name: "Save", exact: true }).click();
    await owner.page.locator("installation-page .badge", { hasText: "Visit planned" }).waitFor();
    await owner.page.close();

    const { page, errors } = await console.open(technician, { hash: "#/installations" });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByText("Wanjiku Mwangi").first().click();
    await page.getByRole("checkbox").first().check();
    await page.getByText("1 of 5").waitFor();
    const photo = {
      name: "mast.png",
      mimeType: "image/png",
      buffer: pngOf(640, 480, (x, y) => [x % 255, y % 255, 90, 255]),
    };
    await page.locator(".photo-button input").setInputFiles(photo);
    await page.locator(".photos img").waitFor();
    await page.getByRole("button", { name: "Install it" }).click();
    await page.getByLabel("Serial number").fill("he508 a1b2");
    await page.locator("action-form button.primary").click();
    await page.getByText("SXT Lite5 HE508A1B2").waitFor();
    for (const button of await page.locator(".big-buttons > *").all())
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(56);
    await page.getByRole("button", { name: "Done: make the line" }).click();
    await page.getByLabel("User name").fill("wanjiku.home");
    await look(page, "installation-phone");
    await page.setViewportSize({ width: 360, height: 740 });
    // The line breaks: what was typed stays, also when the phone closes the page.
    await page.context().setOffline(true);
    await page.locator("action-form button.primary").click();
    await page.getByText("The hub does not answer.", { exact: false }).first().waitFor();
    expect(await page.getByLabel("User name").inputValue()).toBe("wanjiku.home");
    await page.context().setOffline(false);
    await page.reload();
    await page.getByRole("button", { name: "Done: make the line" }).click();
    expect(await page.getByLabel("User name").inputValue()).toBe("wanjiku.home");
    await page.locator("action-form button.primary").click();
    const secret = page.locator("installation-page pre.secret");
    await secret.waitFor();
    expect(await secret.textContent()).toMatch(/^wanjiku\.home {2}[a-z2-9]{10}$/);
    await picture(page, "installation-done-360");
    const { items } = await call("GET", "/customers?q=Wanjiku");
    expect(items).toHaveLength(1);
    expect((await call("GET", `/customers/${items[0].customerId}/equipment`)).items).toMatchObject([
      { serial: "HE508A1B2" },
    ]);
    expect(errors.filter((error) => !/ERR_INTERNET_DISCONNECTED/.test(error))).toEqual([]);
    await page.close();
  }, 180_000);

  test("[CUS-21] serial numbers are pasted, looked at, and received; each thing tells where it was", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/stock" });
    await page.getByRole("button", { name: "Receive", exact: true }).click();
    await page.getByLabel("Into").selectOption({ label: "Duka kuu" });
    await page.getByLabel("Serial numbers").fill("HE508C001\nHE508C002\nHE508A1B3");
    await page.getByRole("button", { name: "Check them" }).click();
    await page.getByText("In stock already: HE508A1B3").waitFor();
    await look(page, "stock-receive");
    await page.getByRole("button", { name: "Receive 2" }).click();
    await page.getByText("2 received.").waitFor();
    await page.getByText("HE508C001").first().click();
    await page.getByText("Supplier", { exact: false }).first().waitFor();
    await look(page, "stock-item");
    expect(errors).toEqual([]);
    await page.close();
  }, 120_000);
});

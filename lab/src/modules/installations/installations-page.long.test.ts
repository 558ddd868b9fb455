/** Installations and stock on the console: a line is made at the house on a phone. */
import { readFile } from "node:fs/promises";
import { pngOf } from "@karibu/cloud/tenancy/pictures/test-png";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chromiumPath, goTo, lookAt, patience, picture } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("from a lead to a line, in a browser", () => {
  const console = useBusiness("Huduma");
  let technicianId = "";
  let store = "";
  const technician = { email: "fundi@huduma.test", password: "some-long-password" };

  const call = sureAskerOf(console.hub, () => console.business.token);

  beforeAll(async () => {
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
  });

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
    await lookAt(owner.page, "installations");
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
    await lookAt(page, "installation-phone");
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
    await lookAt(page, "stock-receive");
    await page.getByRole("button", { name: "Receive 2" }).click();
    await page.getByText("2 received.").waitFor();
    await page.getByText("HE508C001").first().click();
    await page.getByText("Supplier", { exact: false }).first().waitFor();
    await lookAt(page, "stock-item");
    expect(errors).toEqual([]);
    await page.close();
  }, 120_000);

  test("[CUS-17] who only asked for a line is saved as a file and erased, where the job is read", async () => {
    const { token } = console.business;
    const lead = { name: "Nafula Wekesa", phone: "0733000777", placeNote: "Behind the well" };
    const headers = { "idempotency-key": "lead" };
    const made = await console.hub.call("POST", "/api/v1/installations", { token, body: lead, headers });
    expect(made.status, made.text).toBe(201);
    const id = made.body.installationId;
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/installations/${id}`, width: 360 },
    );
    const card = page.locator("personal-data-card");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      card.getByRole("button", { name: "Save all data as a file" }).click(),
    ]);
    expect(JSON.parse(await readFile(await saved.path(), "utf8"))).toMatchObject({ installationId: id });
    await card.getByRole("button", { name: "Erase for ever" }).first().click();
    const form = card.locator("erasure-form");
    await form.getByRole("textbox").waitFor(patience);
    await lookAt(page, "lead-data");
    await form.getByRole("textbox").fill(lead.name);
    await form.getByRole("button", { name: "Erase for ever" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Erase for ever" }).click();
    await expect.poll(() => page.evaluate(() => location.hash), patience).toMatch(/^#\/installations($|\?)/);
    expect(await console.ask(`/installations/${id}`)).toMatchObject({ name: "–", phone: null, placeNote: null });
    expect(errors).toEqual([]);
  });
});

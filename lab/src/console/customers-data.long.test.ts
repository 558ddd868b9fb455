/** Customers' data, as the owner sees it: taken over from another system and back, one person's saved as a file, and erased after a look at what goes. */

import { readFile } from "node:fs/promises";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, lookAt, patience } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("customers' data, in a browser", () => {
  const console = useBusiness("Faragha");

  test("[CUS-17] an owner saves all that is held about a customer, looks at what an erasure takes, types the name, is asked once more, and the customer is gone", async () => {
    const { business } = console;
    const customer = { name: "Njeri Kamau", phone: "0733000444", email: "njeri@mail.test", note: "The blue gate" };
    const made = await console.hub.call("POST", "/api/v1/customers", { token: business.token, body: customer });
    const { customerId } = made.body;
    for (const [path, body] of [
      ["credits", { phone: customer.phone, amountCents: 22_000 }],
      ["messages", { phone: customer.phone, text: "Karibu" }],
    ] as const) {
      const headers = { "idempotency-key": path };
      const answer = await console.hub.call("POST", `/api/v1/${path}`, { token: business.token, body, headers });
      expect(answer.status, answer.text).toBeLessThan(300);
    }
    // The number that she had before is hers; the one between is another customer's since.
    const own = { token: business.token };
    for (const phone of ["0733000555", "0733000666"])
      await console.hub.call("PATCH", `/api/v1/customers/${customerId}`, { ...own, body: { phone } });
    const other = { name: "Otieno", phone: "0733000555" };
    expect((await console.hub.call("POST", "/api/v1/customers", { ...own, body: other })).status).toBe(201);
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: `#/customers/${customerId}` });
    const card = page.locator("personal-data-card");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      card.getByRole("button", { name: "Save all data as a file" }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe(`personal-data-${customerId}.json`);
    const file = JSON.parse(await readFile(await saved.path(), "utf8"));
    expect(file.tables.customers[0]).toMatchObject({ name: customer.name, email: customer.email });

    await card.getByRole("button", { name: "Erase for ever" }).first().click();
    await card.getByText("KSh 220").waitFor();
    const [before, anothers] = await card.getByRole("checkbox").all();
    expect([await before?.isChecked(), await anothers?.isChecked(), await anothers?.isDisabled()]).toEqual([
      true,
      false,
      true,
    ]);
    await before?.uncheck();
    await card.getByText("KSh 220").waitFor({ state: "detached" });
    await before?.check();
    await card.getByText("KSh 220").waitFor();
    await lookAt(page, "personal-data");
    const form = card.locator("erasure-form");
    await form.getByRole("textbox").fill("Njeri");
    await form.getByRole("button", { name: "Erase for ever" }).click();
    const dialog = page.locator("ask-dialog");
    await dialog.getByText("Nobody can bring it back.").waitFor();
    await dialog.getByRole("button", { name: "Erase for ever" }).click();
    await form.getByText("This is not the customer's name.").waitFor();
    await form.getByRole("textbox").fill(customer.name);
    await form.getByRole("button", { name: "Erase for ever" }).click();
    await dialog.getByRole("button", { name: "Erase for ever" }).click();
    await expect.poll(() => page.evaluate(() => location.hash), patience).toMatch(/^#\/customers($|\?)/);
    expect(await console.ask(`/customers/${customerId}`)).toMatchObject({ code: "not-found" });
    // Told live that the customer is gone, the open page asks once more, and hears so.
    expect(errors.filter((text) => !/ 40[04] /.test(text))).toEqual([]);
  });

  test("[PLN-11] who tried for nothing is listed with what came of it: counted, filtered, saved as a file", async () => {
    const { providerId, siteId } = console.business;
    const grantId = `f.trial.plan.${"ab".repeat(16)}`;
    await console.hub.database().asProvider(providerId, async (tx) => {
      await sql`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
        values (${providerId}, ${grantId}, ${siteId}, 'purchase', 'Half an hour', 1000, 2000, 'trials', 1, 1)`.execute(
        tx,
      );
      await sql`insert into trial_claims (provider_id, party, phone_masked, plan_id, site_id, grant_id, claimed_at_ms)
        values (${providerId}, 'party', '2547***321', 'plan', ${siteId}, ${grantId}, 900)`.execute(tx);
    });
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/trials" });
    const trials = page.locator("trials-page");
    await trials.getByText("2547***321").waitFor();
    await trials.locator(".tile", { hasText: "Trials given" }).getByText("1", { exact: true }).waitFor();
    await lookAt(page, "trials");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      trials.getByRole("button", { name: "CSV" }).click(),
    ]);
    expect(await readFile(await saved.path(), "utf8")).toContain("2547***321");
    await page.evaluate(() => (location.hash = "#/trials?converted=true"));
    await trials.getByText("2547***321").waitFor({ state: "detached" });
    expect(errors).toEqual([]);
  });

  test("[CUS-22] customers come from a CSV file: tried with each error named, taken over with new passwords told once, and undone", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/takeover" });
    const takeovers = page.locator("customer-takeovers");
    const csv = [
      "name,phone,username,password,plan,paid_until,balance",
      // A day that does not come: once it is over, her credit pays for the next month, and nothing is undone any more.
      "Mueni Mutua,0744000001,mueni.home,her-password,1 hour,2099-12-01,1250",
      "Kiptoo,0744000002,kiptoo.home,,1 hour,,0",
      "Nobody,0744000003,nobody.home,,No such plan,,",
    ].join("\n");
    const file = { name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(csv) };
    await takeovers.locator('input[type="file"]').setInputFiles(file);
    await takeovers.getByRole("button", { name: "Try it", exact: true }).click();
    await takeovers.getByText("Site where they log in: ", { exact: false }).waitFor(); // it is not chosen by itself
    await takeovers.getByLabel("Site where they log in").selectOption("Market square");
    await takeovers.getByRole("button", { name: "Try it", exact: true }).click();
    await takeovers.getByText("There is no plan with this name here", { exact: false }).waitFor();
    await takeovers.getByText("Mueni Mutua", { exact: true }).waitFor();
    await lookAt(page, "customer-takeover");
    await takeovers.getByRole("button", { name: "Take the customers over" }).click();
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      takeovers.getByRole("button", { name: "Save the new passwords (1)" }).click(),
    ]);
    expect(await readFile(await saved.path(), "utf8")).toMatch(/^username,password\r\nkiptoo\.home,[a-z2-9]{10}\r\n$/);
    await lookAt(page, "customer-takeover-done");
    const names = async () =>
      (await console.ask("/customers?limit=100")).items.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(expect.arrayContaining(["Mueni Mutua", "Kiptoo"]));
    await takeovers.getByRole("button", { name: "Undo all of it" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Undo all of it" }).click();
    await takeovers.getByText("Undone", { exact: true }).waitFor();
    expect(await names()).not.toContain("Mueni Mutua");
    expect(errors).toEqual([]);
  });

  test("[CUS-22] lines of a router, on a phone: what their plans cost is asked, passwords stay, and weak ones are marked", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/takeover", width: 360 });
    const takeovers = page.locator("customer-takeovers");
    const lines = [
      "# 2026-11-22 10:00:00 by RouterOS 7.16.2",
      "/ppp profile",
      "add name=nyumbani rate-limit=5M/10M",
      "/ppp secret",
      "add name=moraa.home password=moraa.home profile=nyumbani service=pppoe",
      "add name=office password=abcd1234 service=l2tp",
    ].join("\n");
    const file = { name: "router.rsc", mimeType: "text/plain", buffer: Buffer.from(lines) };
    await takeovers.locator('input[type="file"]').setInputFiles(file);
    await takeovers.getByLabel("Site where they log in").selectOption("Market square");
    await takeovers.getByRole("button", { name: "Try it", exact: true }).click();
    await takeovers.getByText("A VPN log-in", { exact: false }).waitFor();
    await takeovers.getByText("Passwords that are kept but easily guessed: 1", { exact: false }).waitFor();
    await takeovers.getByLabel("Price of nyumbani").fill("1500");
    await takeovers.getByRole("button", { name: "Try it with these prices" }).click();
    await takeovers.getByRole("button", { name: "Take the customers over" }).waitFor();
    await lookAt(page, "router-lines");
    await takeovers.getByRole("button", { name: "Take the customers over" }).click();
    await takeovers.getByRole("button", { name: "Undo all of it" }).first().waitFor();
    const { items } = await console.ask("/accounts?weakPassword=true");
    expect(items).toMatchObject([{ username: "moraa.home", planName: "nyumbani", weakPassword: true }]);
    expect(errors).toEqual([]);
  });

  test("[CUS-22] an owner brings a file of any system, on a phone: says what its columns are, is told what is missing, and finds it remembered", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/takeover", width: 360 });
    const takeovers = page.locator("customer-takeovers");
    // As a spreadsheet saves it: Windows-1252, semicolons, a comma before the cents.
    const csv = [
      "Mteja wetu;Namba;Bal;Mwisho",
      "<b>Zoë</b> Mutua;744 000 011;(1.250,50);05/12/2026",
      "Kiptoo;0744000012;30,5;06/12/2026",
    ].join("\r\n");
    const file = { name: "wateja.csv", mimeType: "text/csv", buffer: Buffer.from(csv, "latin1") };
    await takeovers.locator('input[type="file"]').setInputFiles(file);
    await takeovers.getByLabel("Site where they log in").selectOption("Market square");
    await takeovers.getByRole("button", { name: "Try it", exact: true }).click();
    await takeovers.getByText("No column is the customer's name", { exact: false }).waitFor();
    await takeovers.getByText("<b>Zoë</b> Mutua · Kiptoo", { exact: true }).waitFor();
    await lookAt(page, "customer-columns");
    const column = (name: string) => takeovers.locator(`select[name="${name}"]`);
    const again = takeovers.getByRole("button", { name: "Try it with these columns" });
    await column("column-0").selectOption("Name");
    await column("column-1").selectOption("Name");
    await again.click();
    await takeovers.getByText("Two columns are this", { exact: false }).waitFor();
    await column("column-1").selectOption("Phone");
    await column("column-2").selectOption("Balance: plus is their credit");
    await column("column-3").selectOption("Paid until");
    await again.click();
    await takeovers.getByText("It could be two different days", { exact: false }).first().waitFor();
    await column("dateOrder").selectOption("Day first");
    await again.click();
    await takeovers.getByRole("button", { name: "Take the customers over" }).waitFor();
    await takeovers.getByText("owes KSh 1,250.50").waitFor();
    await lookAt(page, "customer-columns-chosen");
    // The next file of that system needs no word.
    await takeovers.getByRole("button", { name: "Try it", exact: true }).click();
    await takeovers.getByText("Chosen before", { exact: false }).waitFor({ state: "attached" });
    await takeovers.getByRole("button", { name: "Take the customers over" }).click();
    await takeovers.getByRole("heading", { name: "Customers from a CSV file Done", exact: true }).waitFor();
    const { items } = await console.ask("/customers?limit=100");
    expect(items.map(({ name }: { name: string }) => name)).toContain("<b>Zoë</b> Mutua");
    expect(await console.ask("/credits?phone=0744000011")).toMatchObject({ owesCents: 125_050 });
    expect(errors).toEqual([]);
  });
});

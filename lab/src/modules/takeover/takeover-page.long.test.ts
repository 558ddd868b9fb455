/** The takeover of another system, as an owner does it: what is in a file of Mikhmon's router, who stays behind, the total, and a statement's own question. */

import { readFile } from "node:fs/promises";
import { json } from "@karibu/cloud/ground/db/json";
import { describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chromiumPath, lookAt } from "../../console/test-console.ts";

const files = new URL("./files/", import.meta.url);

describe.skipIf(chromiumPath === null)("a takeover, in a browser", () => {
  const console = useBusiness("Hamia");

  test("[RTR-31] an owner tries a router's export: each list is counted, each row that stays behind is named, and the total says whose used time nobody knows", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/takeover" });
    const buffer = await readFile(new URL("hotspot-of-mikhmon.rsc", files));
    const takeover = page.locator("takeover-page");
    await takeover
      .locator('input[type="file"]')
      .first()
      .setInputFiles({ name: "karibu.rsc", mimeType: "text/plain", buffer });
    await takeover.getByRole("button", { name: "Try it", exact: true }).first().click();
    await takeover.getByText("Found: Mikhmon").waitFor();
    // Its tables are cards on a phone, where a caption is not seen.
    for (const name of ["What was in it", "Plans", "Users"])
      await takeover.getByRole("heading", { name, exact: true }).waitFor();
    await takeover.getByRole("cell", { name: "Users of the hotspot" }).waitFor();
    await takeover.getByText("A statement that can't be read:", { exact: false }).waitFor();
    await lookAt(page, "takeover-trial");
    const total = page.locator("takeover-total");
    await total.locator("select").first().selectOption("Market square");
    await total.getByLabel("The money of unused codes").selectOption("Taken there: not booked here");
    await total.getByRole("button", { name: "Show the total" }).click();
    await total.getByText("With their full time and data again", { exact: false }).waitFor();
    await lookAt(page, "takeover-total");
    expect(errors).toEqual([]);
  });

  test("[RTR-31] before an owner takes a database's codes over, the page says what the file can't know of the time until the switch", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/takeover" });
    const buffer = await readFile(new URL("radiusdesk.sql", files));
    const takeover = page.locator("takeover-page");
    const file = { name: "rd.sql", mimeType: "application/sql", buffer };
    await takeover.locator('input[type="file"]').first().setInputFiles(file);
    await takeover.getByRole("button", { name: "Try it", exact: true }).first().click();
    await takeover.getByText("Found: FreeRADIUS").waitFor();
    const total = page.locator("takeover-total");
    await total.locator("select").first().selectOption("Market square");
    await total.getByRole("button", { name: "Show the total" }).click();
    await total.getByText("make the file in the hour in which the router begins", { exact: false }).waitFor();
    await lookAt(page, "takeover-of-radiusdesk");
    expect(errors).toEqual([]);
  });

  test("[RTR-31] a takeover from FreeRADIUS shows neither trial run nor switch, but how its router begins to ask Karibu", async () => {
    const { business, hub } = console;
    await hub.database().asProvider(business.providerId, (tx) =>
      tx
        .insertInto("takeovers")
        .values({
          ...{
            providerId: business.providerId,
            takeoverId: "t-radius",
            siteId: business.siteId,
            source: "radius",
          },
          ...{ state: "applied", planIds: json([]), utcOffsetMinutes: 180, startedBy: "Anna", createdAtMs: 1 },
          totals: json({
            ...{ codes: 900, running: 40, withSecondWord: 0, left: 3, accounts: 0, plansMade: 2 },
            ...{ worthCents: 4_500_000, currency: "KES" },
          }),
        })
        .execute(),
    );
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/takeover" });
    const card = page.locator("takeover-card");
    await card.getByText("so there is no trial run and no switch", { exact: false }).waitFor();
    expect(await card.getByRole("button").allInnerTexts()).toEqual(["Withdraw"]);
    await lookAt(page, "takeover-from-freeradius");
    expect(errors).toEqual([]);
  });

  test("[CUS-22] an owner tries PHPNuxBill's back-up: its customers and its vouchers are told apart, each on the half of the page that takes them", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/takeover" });
    const buffer = await readFile(new URL("phpnuxbill-backup.json", files));
    const file = { name: "phpnuxbill.json", mimeType: "application/json", buffer };
    const customers = page.locator("customer-takeovers");
    await customers.locator('input[type="file"]').setInputFiles(file);
    await customers.getByLabel("Site where they log in").selectOption("Market square");
    await customers.getByRole("button", { name: "Try it", exact: true }).click();
    await customers.getByText("Found: PHPNuxBill").waitFor();
    await customers.getByText("Zoë Nyumba", { exact: true }).waitFor();
    await customers.getByText("A VPN log-in, not PPPoE", { exact: false }).waitFor();
    await lookAt(page, "takeover-of-phpnuxbill");
    expect(errors).toEqual([]);
  });
});

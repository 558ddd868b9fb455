// Settings with their checks, as an owner sees them in a browser.

import { admin } from "@karibu/cloud/test-hub";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, lookInThemes, patience, picture } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("settings in a browser", () => {
  const console = useBusiness("Voi", {
    dns: { txt: async () => [], addresses: async () => ["192.0.2.1"] },
    openMailServer: () => async () => {
      throw new Error("wrong-log-in");
    },
  });

  test("[TEN-10] [POR-01] an owner tries the senders, and reads what happened", async () => {
    const { business } = console;
    const { page, errors } = await console.open(
      { email: business.ownerEmail },
      { hash: "#/settings?subject=all", width: 360 },
    );
    const checks = page.locator("checks-card");
    await checks.getByRole("button", { name: "Check: E-mail" }).click();
    await checks.getByText("it accepted the e-mail to", { exact: false }).waitFor(patience);
    const server = page.locator("mail-server-card");
    await server.getByLabel("Mail server").fill("smtp.voi.test");
    await server.getByLabel("Log-in").fill("voi");
    await server.getByLabel("Password").fill("a-long-password");
    await server.getByLabel("Sender's address").fill("hello@voi.test");
    await server.getByRole("button", { name: "Save" }).click();
    await server.getByText("smtp.voi.test sends your e-mails", { exact: false }).waitFor(patience);
    await checks.getByRole("button", { name: "Check: E-mail" }).click();
    await checks.getByText("it refused log-in and password", { exact: false }).waitFor(patience);
    await checks.getByRole("button", { name: "Check: Time zone" }).click();
    await checks.getByText("At your business it is", { exact: false }).waitFor(patience);
    await checks.getByLabel("Your phone").fill("0712345678");
    await checks.getByRole("button", { name: "Check: SMS" }).click();
    await checks.getByRole("status").nth(1).getByText(/./).first().waitFor(patience);
    await checks.getByRole("button", { name: "Check: Tunnel to routers" }).click();
    await checks.getByText("This platform has no tunnel", { exact: false }).waitFor(patience);

    await checks.getByRole("button", { name: "Check: Your people's own address" }).click();
    await checks.getByText("You have no such name", { exact: false }).waitFor(patience);
    await checks.getByRole("button", { name: "Check: Credit for outages" }).click();
    await checks.getByText("Outages are not credited. With 10 minutes", { exact: false }).waitFor(patience);

    const site = page.locator("site-check");
    await site.getByRole("button", { name: "Check: Router and RADIUS" }).click();
    await site.getByText("Look here").waitFor(patience);
    await site.getByRole("button", { name: "Check: RADIUS by a packet" }).click();
    await site.getByText("Look here").nth(1).waitFor(patience);

    await page.getByLabel("Credit outages that last at least (minutes)").fill("10");
    await page.getByLabel("Your address on the platform").fill("voi-wifi");
    // A language that the console itself does not speak.
    await page.getByLabel("Portal's language").selectOption("fr");
    const saveGroupOf = (field: string) =>
      page
        .locator("settings-page action-form")
        .filter({ has: page.locator(`[name=${field}]`) })
        .getByRole("button", { name: "Save" })
        .click();
    await saveGroupOf("outageMinMinutes");
    await expect.poll(async () => (await console.ask("/settings")).outageCredit?.minSeconds, patience).toBe(600);
    // What was typed in another group is still there.
    await saveGroupOf("subdomain");
    await expect
      .poll(() => console.ask("/settings"), patience)
      .toMatchObject({
        subdomain: "voi-wifi",
        portalLanguage: "fr",
        outageCredit: { minSeconds: 600, maxSeconds: 86_400 },
      });
    await page.reload();
    await expect.poll(() => page.getByLabel("Portal's language").inputValue(), patience).toBe("fr");
    await lookInThemes(page, "settings-checks");
    await chooseLanguage(page, "sw");
    await page.setViewportSize({ width: 360, height: 860 });
    await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
    await picture(page, "settings-checks-sw-360");
    expect(errors).toEqual([]);
  });

  test("[TEN-10] the platform tries other times and tries of a queue, and reads what they would change", async () => {
    const { page, errors } = await console.open(
      { email: admin.email, password: admin.password },
      { hash: "#/jobs", width: 360 },
    );
    const card = page.locator("queue-check-card");
    await card.getByLabel("Queue").selectOption("sms");
    await card.getByLabel("Seconds for one try").fill("40");
    await card.getByLabel("Tries").fill("5");
    await card.getByRole("button", { name: "Check" }).click();
    await card.getByText("KARIBU_QUEUES=sms=40/5").waitFor(patience);
    await lookInThemes(page, "queue-check");
    await chooseLanguage(page, "sw");
    await card.getByText("Ili iwe hivyo", { exact: false }).waitFor(patience);
    await page.setViewportSize({ width: 360, height: 860 });
    await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
    await picture(page, "queue-check-sw-360");
    expect(errors).toEqual([]);
  });
});

/** What providers pay the platform, in a browser: an admin makes a plan, a provider chooses it, owes, and sees how to pay. */
import { admin } from "@karibu/cloud/test-hub";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { chromiumPath, goTo, lookAt, settled, useConsole } from "../../console/test-console.ts";
import { cutOff, examine } from "../../console/test-page-looks.ts";

describe.skipIf(chromiumPath === null)("the subscription of providers to the platform", () => {
  const console = useConsole();

  test("[TEN-06] an admin makes a plan, the provider chooses it, reads what it owes and until when, and the admin sees who owes and takes cash", async () => {
    const { ownerEmail, providerId, token } = await console.hub.makeProvider("Soko");
    const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const paybill = { kind: "mpesa-paybill", environment: "sandbox", shortcode: "600100", ...keys };
    const adminToken = await console.hub.adminToken();
    expect((await console.hub.call("POST", "/api/v1/channels", { token: adminToken, body: paybill })).status).toBe(201);
    const platform = await console.open({ email: admin.email, password: admin.password }, { hash: "#/billing" });
    const problems: string[] = [];
    await platform.page.getByText("There is no plan: providers use the hub free of charge.").waitFor();
    await platform.page.getByRole("button", { name: "Add a plan for providers" }).click();
    const form = platform.page.locator("billing-page action-form");
    await form.getByLabel("Name").fill("Small");
    await form.getByLabel("Price").fill("1000");
    await form.getByLabel("Days of trial").fill("0");
    await form.getByLabel("Sites", { exact: false }).first().fill("5");
    await form.getByRole("button", { name: "Save" }).click();
    await platform.page.getByRole("cell", { name: "Small" }).waitFor();

    const owner = await console.open({ email: ownerEmail }, { hash: "#/karibu-plan" });
    await owner.page.getByText("You have no plan, and owe nothing.").waitFor();
    await owner.page.getByRole("button", { name: "Choose" }).click();
    await owner.page
      .locator("ask-dialog")
      .getByRole("button", { name: /^Choose: / })
      .click();
    await owner.page.getByText("Your plan", { exact: true }).waitFor();
    // Its limits stand at once, not after a reload.
    await owner.page
      .locator("quota-card")
      .getByText(/ of 5$/)
      .waitFor();
    await owner.page.getByText("Pay KSh 1,000").waitFor();
    await console.hub.database().asPlatform("test", async (tx) => {
      await sql`update platform_charges set due_at_ms = due_at_ms - 30 * 86400000::bigint where provider_id = ${providerId}`.execute(
        tx,
      );
      await sql`insert into platform_notices select provider_id, period, n, due_at_ms + n from platform_charges, generate_series(1, 3) n
        where provider_id = ${providerId}`.execute(tx);
    });
    await owner.page.reload();
    await owner.page.getByText("You owe KSh 1,000. Notice 3 of 3 was sent.").waitFor();
    await owner.page.getByText("your sites stop selling online", { exact: false }).waitFor();
    // Above every page.
    await goTo(owner.page, "#/customers");
    const band = owner.page.locator("subscription-band");
    await band.getByText("KSh 1,000 for Karibu is not paid.", { exact: false }).waitFor();
    await lookAt(owner.page, "arrears-band");
    await band.getByRole("link", { name: "Karibu plan" }).click();
    await owner.page.getByText("You owe KSh 1,000. Notice 3 of 3 was sent.").waitFor();
    for (const { page, name } of [
      { page: owner.page, name: "karibu-plan" },
      { page: platform.page, name: "billing" },
    ]) {
      await page.reload();
      await page.locator("main h1").first().waitFor();
      await settled(page);
      problems.push(...(await cutOff(page, name, 360)), ...(await examine(page, `${name}-360`, "light")));
      await page.setViewportSize({ width: 1280, height: 860 });
    }
    await platform.page.getByText("providers: 1").waitFor();
    if (process.env.KARIBU_TEST_PICTURES !== undefined) {
      await lookAt(owner.page, "karibu-plan");
      await lookAt(platform.page, "billing");
      await platform.page.setViewportSize({ width: 1280, height: 860 });
    }
    await platform.page.getByRole("link", { name: "Soko" }).first().click();
    const card = platform.page.locator("provider-plan-card");
    await card.getByRole("button", { name: "Paid by hand" }).click();
    await platform.page
      .locator("ask-dialog")
      .getByRole("button", { name: /^Paid by hand: / })
      .click();
    await card.getByText("Paid", { exact: true }).waitFor();
    const own = await console.hub.call("GET", "/api/v1/platform-subscription", { token });
    expect(own.body).toMatchObject({ subscription: { state: "active", owedCents: 0 }, charges: [{ state: "paid" }] });
    expect(problems).toEqual([]);
    expect([...owner.errors, ...platform.errors]).toEqual([]);
  }, 90_000);
});

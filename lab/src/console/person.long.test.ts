/** Why somebody is not online, found by their phone number: what support does while they are on the phone. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, type OpenPage, patience, picture, settled } from "./test-console.ts";
import { customerPhone } from "./test-sample-business.ts";

describe.skipIf(chromiumPath === null)("somebody by phone number, in a browser", () => {
  const console = useBusiness("Mwangaza");

  /** Both widths, both themes. */
  async function lookAtPerson({ page }: OpenPage, name: string): Promise<void> {
    for (const width of [390, 1440])
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height: 860 });
        await page.emulateMedia({ colorScheme });
        await settled(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await picture(page, `person-${name}-${width}-${colorScheme}`);
      }
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.emulateMedia({ colorScheme: "light" });
  }

  test("[UIX-03] [CUS-09] Ctrl+K and a number lead to who never registered: what they bought, one sentence on why they are not online, one button that helps", async () => {
    const open = await console.open({ email: console.business.ownerEmail });
    const { page, errors } = open;
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill("0722000111");
    await page.getByRole("option").filter({ hasText: "Why not online?" }).click();
    await page.getByRole("heading", { name: "Why not online?" }).waitFor(patience);
    const verdict = page.getByRole("region", { name: "Why not online?" });
    await verdict.getByText("The hub has not heard from the site Market square yet.").waitFor(patience);
    await page.getByText("No customer is registered with this number.").waitFor();
    await page.getByRole("table", { name: "Purchases" }).getByText("1 hour").waitFor();
    await lookAtPerson(open, "stranger");
    await verdict.getByRole("link", { name: "Look at the site" }).click();
    await expect.poll(() => page.url(), patience).toContain(`#/sites/${console.business.siteId}`);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[CUS-09] a customer's page leads there; a number that nobody has heard of says so, and leads to a sale with the number in it", async () => {
    const open = await console.open({ email: console.business.ownerEmail });
    const { page, errors } = open;
    await goTo(page, `#/customers/${console.business.customerId}`);
    await page.getByRole("link", { name: "Why not online?" }).click();
    await page.getByRole("link", { name: "Achieng Otieno" }).waitFor(patience);
    await lookAtPerson(open, "customer");
    await goTo(page, "#/person");
    await page.getByLabel("Phone").fill("0700 999 888");
    await page.getByRole("button", { name: "Look up" }).click();
    const verdict = page.getByRole("region", { name: "Why not online?" });
    await verdict.getByText("Nothing is known of this number: nothing bought, given or used.").waitFor(patience);
    await lookAtPerson(open, "unknown");
    await verdict.getByRole("link", { name: "Sell" }).click();
    await page.getByRole("heading", { name: "Sell", exact: true }).waitFor(patience);
    await expect.poll(() => page.getByRole("textbox", { name: /^Phone/ }).inputValue(), patience).toBe("254700999888");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[CUS-09] the hour ended: the sentence says when, and another one is sold to the same number", async () => {
    const { hub, business } = console;
    await hub.database().asPlatform("test-ended", async (tx) => {
      const { grantId } = await tx
        .selectFrom("grants")
        .select("grantId")
        .where("purchaseId", "=", business.paymentId)
        .executeTakeFirstOrThrow();
      const nowMs = Date.now();
      const times = { startedAtMs: nowMs - 7_200_000, endsAtMs: nowMs - 3_600_000, receivedAtMs: nowMs };
      await tx
        .insertInto("grant_starts")
        .values({
          providerId: business.providerId,
          grantId,
          siteId: business.siteId,
          origin: "purchase",
          planName: "1 hour",
          epoch: "e1",
          seq: 1,
          ...times,
        })
        .execute();
    });
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: `#/person/${customerPhone}` });
    const verdict = page.getByRole("region", { name: "Why not online?" });
    await verdict.getByText(/^1 hour ended /).waitFor(patience);
    await verdict.getByRole("link", { name: "Sell" }).waitFor();
    await page.getByRole("table", { name: "Messages to them" }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[CUS-03] a customer's page disconnects them everywhere, says who is not online, and names a site that did not answer", async () => {
    const { hub, business } = console;
    const open = await console.open({ email: business.ownerEmail });
    const { page, errors } = open;
    await goTo(page, `#/customers/${business.customerId}`);
    const disconnect = async (said: string) => {
      await page.getByRole("button", { name: "Disconnect" }).click();
      const asked = page.getByRole("dialog");
      await asked.getByText(/on all devices and at all sites/).waitFor(patience);
      await asked.getByRole("button", { name: "Disconnect" }).click();
      await page.getByText(said).waitFor(patience);
    };
    await disconnect("Achieng Otieno is not online.");
    const { grantId } = await console.ask(`/payments/${business.paymentId}`);
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().asPlatform("test", (tx) =>
      tx
        .insertInto("sessions")
        .values({
          providerId: business.providerId,
          siteId: business.siteId,
          sessionKey: "of-achieng",
          grantId,
          mac: "AA:BB:CC:00:00:07",
          startedAtMs: nowMs - 4000,
          receivedAtMs: nowMs,
        })
        .execute(),
    );
    await page.setViewportSize({ width: 390, height: 860 });
    await disconnect("0 sessions end; 1 may continue: Market square did not answer.");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await picture(page, "customer-disconnect-390");
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

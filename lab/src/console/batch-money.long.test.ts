/** What a batch of printed vouchers brings, in the console: how it counts, what was sold, and the cash that comes to the till. */
import { createTestIntake } from "@karibu/cloud/test-intake";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, goTo, lookAt, patience, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the money of a batch, in a browser", () => {
  const console = useConsole();

  test("[VOU-21] a batch says how its money counts; its page and Home show what was used as cash, and the cash comes to the till", async () => {
    const { ownerEmail: email, token, providerId } = await console.hub.makeProvider("Kisumu");
    const call = async (method: string, path: string, body?: object) =>
      (await console.hub.call(method, `/api/v1${path}`, { token, ...(body ? { body } : {}) })).body;
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).site;
    await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: { validitySeconds: 3600 } });
    const { page, errors } = await console.open({ email });

    await goTo(page, "#/vouchers?add=1");
    const form = page.locator("action-form").first();
    await form.locator("[name=quantity]").fill("20");
    await lookAt(page, "batch-form");
    await form.locator("[name=booking][value=first-use]").waitFor(patience);
    expect(await form.locator("[name=booking]").count()).toBe(4);
    expect(await form.locator("[name=booking]:checked").getAttribute("value")).toBe("first-use");
    await form.locator("[name=booking][value=given-away]").check();
    await form.getByRole("button", { name: "Make vouchers" }).click();
    const card = page.locator("batch-money");
    await card.getByText("Never: nobody pays for these vouchers.").waitFor(patience);
    const { items } = await call("GET", "/vouchers/batches");
    const { batchId } = items[0];
    expect(items[0].booking).toBe("given-away");

    await card.getByRole("button", { name: "Change" }).click();
    await card.locator("[name=booking][value=first-use]").check();
    await card.getByRole("button", { name: "Save" }).click();
    await card.getByText("When a code is first used.").first().waitFor(patience);

    const nowMs = console.hub.world.clock.wall().atMs;
    const used = (serial: number) => ({
      ...{ seq: serial + 1, atMs: unixMs(nowMs), clock: "synced", upMs: 1, kind: "grant-started" },
      grant: {
        ...{ grantId: `v.${batchId}.${serial}`, origin: "voucher", planName: "Hour", unverified: false },
        ...{ startedAtMs: unixMs(nowMs), endsAtMs: null, revokedAtMs: null, terms: unlimitedTerms },
      },
      voucher: { batchId, serial },
    });
    const intake = createTestIntake(console.hub.world, console.hub.database());
    await intake.take(providerId, { siteId, epoch: "e1", records: [used(0), used(1), used(2)] } as never);
    await page.reload();
    await card.getByText("3 for KSh 60").waitFor(patience);
    await lookAt(page, "batch-money");
    await chooseLanguage(page, "en");
    await card.getByRole("button", { name: "Cash came to the till" }).click();
    await card.locator("[name=amountCents]").fill("45");
    await card.locator("action-form").getByRole("button", { name: "Cash came to the till" }).click();
    await card.getByText("KSh 15", { exact: true }).waitFor(patience);

    await goTo(page, "#/");
    await page.getByText("KSh 60 in cash").waitFor(patience);
    await lookAt(page, "home-with-paper");
    await chooseLanguage(page, "en");
    await goTo(page, "#/money-received");
    await page.getByText("KSh 60").first().waitFor(patience);
    await lookAt(page, "received-with-paper");
    expect(errors).toEqual([]);
  }, 180_000);
});

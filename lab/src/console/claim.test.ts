/** "I already paid", as the office decides about it. */
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("a claim that waits for a person, in a browser", () => {
  const console = useBusiness("Kilifi");

  beforeAll(async () => {
    const { hub, business } = console;
    const nowMs = hub.world.clock.wall().atMs;
    const what = { provider_id: business.providerId, site_id: business.siteId, intent_id: null, user_id: null };
    const who = { phone_hash: "nobody", phone_masked: "2547***333", state: "open" as const };
    const times = { created_at_ms: nowMs, changed_at_ms: nowMs, outcome: "no channel can be asked" };
    await hub.database().asProvider(business.providerId, async (tx) => {
      for (const [claim_id, receipt] of [
        ["claim-1", business.suspenseReceipt],
        ["claim-2", "UKL99ZZZZZ"],
      ] as const)
        await tx
          .insertInto("payment_claims")
          .values({ ...what, ...who, ...times, claim_id, receipt, amount_cents: null })
          .execute();
    });
  });

  test("[BEY-07] it is turned down with a reason and opened again; money that waits is linked to it after a question", async () => {
    const { business } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/review" });
    const claims = page.getByRole("row").filter({ hasText: "Claim" });
    const unknown = claims.filter({ hasText: "UKL99ZZZZZ" });
    await unknown.getByRole("button", { name: "Decide" }).click();
    const dialog = page.locator("claim-dialog");
    for (const text of ["2547***333", "No channel can be asked about it", "No money that waits for an owner fits"])
      await dialog.getByText(text, { exact: false }).waitFor();
    await dialog.getByRole("button", { name: "Give the package" }).click();
    expect(await dialog.getByLabel("Receipt").inputValue()).toBe("UKL99ZZZZZ");
    await dialog.getByRole("button", { name: "Turn down" }).click();
    await dialog.getByLabel("Why is it turned down?").fill("The message is a forgery");
    await dialog.locator("action-form").getByRole("button", { name: "Turn down" }).click();
    const turnedDown = page.locator("turned-down-claims");
    await turnedDown.getByText("The message is a forgery").waitFor();
    await turnedDown.getByRole("button", { name: "Open again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Open again" }).click();
    await turnedDown.getByText("The message is a forgery").waitFor({ state: "detached" });
    await unknown.getByRole("button", { name: "Decide" }).waitFor();

    const known = claims.filter({ hasText: business.suspenseReceipt });
    await known.getByRole("button", { name: "Decide" }).click();
    await dialog.getByRole("button", { name: "It is this money" }).click();
    const question = page.locator("ask-dialog");
    await question.getByText(`Give ${business.suspenseReceipt}`, { exact: false }).waitFor();
    await question.getByRole("button", { name: "It is this money" }).click();
    await known.waitFor({ state: "detached" });
    expect((await console.ask("/claims/claim-1")).state).toBe("settled");
    expect(errors).toEqual([]);
  });
});

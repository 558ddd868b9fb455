/** The owners of places on the console: what each has to get, and what they were paid. */
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chromiumPath } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("owners of places, in a browser", () => {
  const console = useBusiness("Mwenyeji");
  let venueId = "";
  const call = sureAskerOf(console.hub, () => console.business.token);
  const open = () => console.open({ email: console.business.ownerEmail }, { hash: `#/venues/${venueId}`, width: 1440 });

  /** Its till is empty: what it holds is spent. */
  beforeAll(async () => {
    const { siteId } = console.business;
    const [plan] = (await console.ask("/plans")).items;
    venueId = (await call("POST", "/venues", { name: "Hoteli ya Baraka" })).venueId;
    await call("PUT", `/venues/${venueId}/shares`, { shares: [{ siteId, planId: null, permille: 500 }] });
    console.hub.moveClock(1000);
    await call("POST", "/payments/purchase", { siteId, planId: plan.planId, phone: "0712345678", pay: "cash" });
    const [till] = (await console.ask("/expenses/paid-from")).items;
    const { balanceCents: amountCents } = till.balances[0];
    await call("POST", "/expenses", { category: "Rent", amountCents, spentOn: "2026-01-05" });
  });

  test("[TEN-16] who pays more than the till holds is asked; the list beside the form then says what is left", async () => {
    const { page, errors } = await open();
    const due = page.locator("venues-page").getByText("KSh 10", { exact: true });
    await due.waitFor();
    await page.getByRole("button", { name: "Record a payment" }).first().click();
    const form = page.locator("venue-page action-form");
    await form.getByLabel(/^Amount/).fill("4");
    await form.getByRole("button", { name: "Record a payment" }).click();
    const question = page.getByText("The books have KSh 0 there, and this is KSh 4. Record it all the same?");
    await question.waitFor();
    await page.getByRole("button", { name: "Cancel" }).last().click();
    await question.waitFor({ state: "detached" });
    expect(await form.getByLabel(/^Amount/).inputValue(), "nothing was paid, and nothing is lost").toBe("4");
    expect((await console.ask(`/venues/${venueId}/statement`)).payOuts).toEqual([]);
    await form.getByRole("button", { name: "Record a payment" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Record a payment" }).click();
    await page.locator("venues-page").getByText("KSh 6", { exact: true }).waitFor();
    expect(errors).toEqual([]);
  });

  test("[TEN-16] of several sites a share is of none until one is chosen", async () => {
    const { page, errors } = await open();
    await page.getByRole("button", { name: "Add or change a share" }).click();
    const form = page.locator("venue-page action-form");
    expect(await form.getByLabel("Site").inputValue()).toBe("");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Site: ").waitFor();
    await form.getByLabel("Site").selectOption({ index: 1 });
    await form.getByRole("button", { name: "Save" }).click();
    await form.waitFor({ state: "detached" });
    const chosen = (await console.ask(`/venues/${venueId}`)).shares.map(({ siteId }: { siteId: string }) => siteId);
    expect(new Set(chosen).size).toBe(2);
    expect(errors).toEqual([]);
  });
});

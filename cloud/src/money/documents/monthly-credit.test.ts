/** A month's invoice to somebody of whom nothing but a phone is known, or who is a customer no more: what goes back of it is taken off that invoice. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { createEmit } from "../../ground/events/record.ts";
import { askerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { channelList } from "../channel-list.ts";
import { createChannelKinds } from "../channels/channel-kinds.ts";
import { issueMonths } from "./issue-charges.ts";

const monthMs = 32 * 86_400_000;

hubSuite("monthly documents", { timeout: 120_000 }, (hub) => {
  async function openShop(name: string) {
    const { providerId, ownerEmail, token: first } = await hub.makeProvider(name);
    let token = first;
    const call = askerOf(hub, () => token);
    const ok = async (method: string, path: string, body?: object) => {
      const answer = await call(method, path, body);
      expect(answer.status, `${path} ${answer.text}`).toBeLessThan(300);
      return answer.body;
    };
    const { country: _, ...settings } = await ok("GET", "/tax-settings");
    await ok("PUT", "/tax-settings", { ...settings, subscriptionDocuments: "monthly", vatRegistered: true });
    const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds: createChannelKinds(channelList) };
    return {
      call,
      ok,
      /** An invoice that was paid in cash. */
      paid: async (unitCents: number, phone = "0712345678") => {
        const lines = [{ text: "A mast", quantity: 1, unitCents }];
        const { id } = await ok("POST", "/invoices", { customerName: "Juma", phone, lines });
        await ok("POST", `/invoices/${id}/pay`, { with: "cash" });
        return id as string;
      },
      /** The month is over, and its documents are issued. */
      endMonth: async () => {
        hub.moveClock(monthMs);
        await inDatabase((tx) => issueMonths(parts, tx, providerId));
        token = await hub.logIn(ownerEmail, ownerPassword);
      },
      documents: async (kind: string) =>
        (await ok("GET", `/documents?kind=${kind}&sort=issued`)).items as {
          documentId: string;
          totalCents: number;
        }[],
      cash: async () =>
        (await ok("GET", "/ledger/accounts")).items.find((one: { account: string }) => one.account === "cash")
          ?.balanceCents as number,
    };
  }

  test("[PAY-11] [PAY-24] of somebody known by a phone alone: an invoice that is taken back is off the month's, and its money goes back once", async () => {
    const { call, ok, paid, endMonth, documents, cash } = await openShop("Phones Net");
    const [mast, router] = [await paid(90_000), await paid(20_000)];
    await endMonth();
    const [whole, ...others] = await documents("tax-invoice");
    expect([whole?.totalCents, others]).toEqual([110_000, []]);
    await ok("POST", `/invoices/${mast}/credit-note`, { reason: "It fell down" });
    expect((await ok("GET", `/documents/${whole?.documentId}`)).leftCents).toBe(20_000);
    const back = { amountCents: 90_000, give: "cash", reason: "It fell down" };
    expect(await call("POST", `/documents/${whole?.documentId}/credit-notes`, back)).toMatchObject({
      status: 409,
      body: { code: "more-than-left" },
    });
    await endMonth();
    expect(await documents("credit-note")).toMatchObject([{ totalCents: -90_000 }]);
    await ok("POST", `/invoices/${router}/credit-note`, { reason: "It never came" });
    expect(await cash()).toBe(0);
    await endMonth();
    expect((await documents("credit-note")).map((one) => one.totalCents)).toEqual([-90_000, -20_000]);
    hub.moveClock(-3 * monthMs);
  });

  longTest(
    "[PAY-11] [PAY-24] of a customer who was deleted since, and of one with a later invoice: the credit note names the invoice that had it",
    async () => {
      const { ok, paid, endMonth, documents } = await openShop("Leavers Net");
      const phone = "0722000111";
      const { customerId } = await ok("POST", "/customers", { name: "Juma", phone });
      const [mast, router] = [await paid(90_000, phone), await paid(20_000, phone)];
      await endMonth();
      const [first] = await documents("tax-invoice");
      await paid(200_000, phone);
      await paid(1000, phone);
      await endMonth();
      await ok("POST", `/invoices/${mast}/credit-note`, { reason: "It fell down" });
      await ok("DELETE", `/customers/${customerId}`);
      await ok("POST", `/invoices/${router}/credit-note`, { reason: "It never came" });
      await endMonth();
      const notes = await documents("credit-note");
      expect(notes.map((one) => one.totalCents).toSorted()).toEqual([-20_000, -90_000]);
      for (const { documentId } of notes)
        expect((await ok("GET", `/documents/${documentId}`)).refersTo.documentId).toBe(first?.documentId);
      hub.moveClock(-3 * monthMs);
    },
  );

  test("[PAY-24] of a customer whose phone was written down after they had paid an invoice by it: that is documented once, and taken back once", async () => {
    const { call, ok, paid, endMonth, documents } = await openShop("Late Phones Net");
    const phone = "0733000222";
    const { siteId } = (await ok("POST", "/sites", { name: "Harbour" })).site;
    const { planId } = await ok("POST", "/plans", { name: "Home", priceCents: 250_000, terms: {} });
    const { customerId } = await ok("POST", "/customers", { name: "Juma", phone: null });
    const logIn = { customerId, username: "late.phone", planId, siteIds: [siteId] };
    const { accountId } = await ok("POST", "/accounts", logIn);
    const line = await ok("POST", "/subscriptions", { customerId, accountId, planId });
    await ok("POST", `/subscriptions/${line.subscriptionId}/renew`, { from: "cash" });
    const mast = await paid(90_000, phone);
    expect((await call("PATCH", `/customers/${customerId}`, { phone })).status).toBe(200);
    await ok("POST", `/invoices/${mast}/credit-note`, { reason: "It fell down" });
    await endMonth();
    const totals = (await documents("tax-invoice")).map((one) => one.totalCents);
    expect(totals.toSorted((one, other) => one - other)).toEqual([90_000, 250_000]);
    expect(await documents("credit-note")).toMatchObject([{ totalCents: -90_000 }]);
    hub.moveClock(-monthMs);
  });

  test("[PAY-24] the credit note takes the lines of what is taken back, with their tax, and not those that stand first", async () => {
    const { ok, paid, endMonth, documents } = await openShop("Two Taxes Net");
    const phone = "0733000333";
    const { siteId } = (await ok("POST", "/sites", { name: "Harbour" })).site;
    const { planId } = await ok("POST", "/plans", { name: "School", priceCents: 250_000, terms: {} });
    await ok("PUT", `/plan-taxes/${planId}`, { treatment: "exempt" });
    const { customerId } = await ok("POST", "/customers", { name: "Juma", phone });
    const logIn = { customerId, username: "two.taxes", planId, siteIds: [siteId] };
    const { accountId } = await ok("POST", "/accounts", logIn);
    const line = await ok("POST", "/subscriptions", { customerId, accountId, planId });
    await ok("POST", `/subscriptions/${line.subscriptionId}/renew`, { from: "cash" });
    const mast = await paid(116_000, phone);
    await endMonth();
    const [whole] = await documents("tax-invoice");
    await ok("POST", `/invoices/${mast}/credit-note`, { reason: "It fell down" });
    await endMonth();
    const [note] = await documents("credit-note");
    const { vatCents, totalCents } = await ok("GET", `/documents/${note?.documentId}`);
    expect([whole?.totalCents, totalCents, vatCents]).toEqual([366_000, -116_000, -16_000]);
    hub.moveClock(-2 * monthMs);
  });

  test("[PAY-11] [PAY-24] what a note of a month's invoice took back of one invoice is not given back by that invoice too, however much is left of others", async () => {
    const { call, ok, paid, endMonth, documents, cash } = await openShop("Big Others Net");
    const [mast, router] = [await paid(90_000), await paid(300_000)];
    await endMonth();
    const [whole] = await documents("tax-invoice");
    const back = { amountCents: 90_000, give: "cash", reason: "It fell down" };
    await ok("POST", `/documents/${whole?.documentId}/credit-notes`, back);
    const reason = "It fell down";
    expect(await call("POST", `/invoices/${mast}/credit-note`, { reason })).toMatchObject({
      status: 409,
      body: { code: "more-than-left" },
    });
    await ok("POST", `/invoices/${router}/credit-note`, { reason });
    expect(await cash()).toBe(0);
    hub.moveClock(-monthMs);
  });
});

/** Credit is spent first, and the prompt on the customer's phone asks for the rest: with real HTTP between hub and channel. */
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { freeCreditOf } from "@karibu/cloud/money/ledger/credit";
import { transferEntry } from "@karibu/cloud/money/ledger/entries";
import { createLedgerWriter } from "@karibu/cloud/money/ledger/post-entry";
import { expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import { realWorld } from "../world/real-world.ts";
import { addPlan, eventually, quickAsk } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

const customer = "254712000900";

engineSuite("credit at the portal", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  async function openTown(creditCents: number) {
    const options: DarajaOptions = { resultMs: 20, confirmsPush: () => "never" };
    const town = await startPayments(database.current(), options, { ask: quickAsk });
    const { daraja, hub, shop, books } = town;
    const { providerId, siteId, planId } = shop;
    const party = testParties.ofPhone(providerId, customer);
    const ledger = createLedgerWriter({ world: realWorld(), onCredit: async () => {} });
    await database.current().asProvider(providerId, async (tx) => {
      const topUp = { from: "credit", to: "cash", amountCents: creditCents, currency: "KES" } as const;
      await ledger.post(tx, { providerId, purchaseId: null, party }, transferEntry("top-up:1", "top-up", topUp));
    });
    const order = (key: string, phone = customer, plan = planId) =>
      hub.rpc(
        "start-purchase",
        { providerId, siteId },
        { idempotencyKey: key, planId: plan, phone, spendsCredit: true },
      );
    return {
      hub,
      daraja,
      shop,
      order: async (key: string, phone?: string, plan?: string) =>
        (await order(key, phone, plan)) as { purchaseId: string; state: { state: string } },
      state: async (purchaseId: string) =>
        (await hub.rpc("purchase-state", shop, { purchaseId })) as { state: string; creditLeftCents?: number },
      books,
      free: () => database.current().asProvider(providerId, (tx) => freeCreditOf(tx, providerId, party, "KES")),
      /** As a package that renews itself spends it. */
      spend: (key: string, plan = planId) =>
        hub.payments.purchases.start({ ...shop, planId: plan, phone: customer, idempotencyKey: key, pay: "credit" }),
    };
  }

  test("[PAY-12] the prompt asks for the rest of the price, and the PIN on that phone spends the credit", async () => {
    const town = await openTown(2000);
    const { purchaseId } = await town.order("one");
    expect(town.daraja.prompts()).toMatchObject([{ msisdn: customer, amount: 30 }]);
    const before = await town.books();
    expect(before.accounts).toEqual({ cash: 2000, credit: -2000 });
    expect(await town.free()).toBe(0);
    town.daraja.act(customer, { kind: "pay", pin: "1234" });
    await eventually(
      () => town.state(purchaseId),
      (state) => expect(state).toMatchObject({ state: "paid", creditLeftCents: 0 }),
    );
    // A question may be answered before the callback with the receipt is judged.
    await eventually(town.books, ({ accounts }) =>
      expect(accounts).toEqual({ cash: 2000, clearing: 3000, revenue: -5000 }),
    );
    const { purchases, grants } = await town.books();
    expect(purchases).toMatchObject([{ state: "paid", amountCents: 5000, askedCents: 3000 }]);
    expect(grants).toHaveLength(1);
  });

  test("[PAY-12] who only types somebody's number spends nothing: without a PIN the credit is free again at once, and the answer does not say that there is any", async () => {
    const town = await openTown(9000);
    const started = await town.order("stranger");
    // The smallest prompt asks for the proof; the credit is held, and not spent.
    expect(town.daraja.prompts()).toMatchObject([{ msisdn: customer, amount: 1 }]);
    // Any digits may stand in the id.
    expect(JSON.stringify({ ...started, purchaseId: "" })).not.toMatch(/credit|49|100\b/i);
    expect(await town.free()).toBe(9000 - 4900);
    town.daraja.act(customer, { kind: "cancel" });
    await eventually(
      () => town.state(started.purchaseId),
      (state) => expect(state).toMatchObject({ state: "failed" }),
    );
    expect(await town.free()).toBe(9000);
    const { accounts, grants } = await town.books();
    expect(accounts).toEqual({ cash: 9000, credit: -9000 });
    expect(grants).toEqual([]);
  });

  test("[PAY-12] what an open prompt holds is spent by nothing else meanwhile, and by what waits for it afterwards", async () => {
    const town = await openTown(6000);
    const { purchaseId } = await town.order("one");
    expect(await town.free()).toBe(6000 - 4900);
    expect(await town.spend("renewal")).toMatchObject({ kind: "refused", reason: "no-credit" });
    town.daraja.act(customer, { kind: "cancel" });
    await eventually(
      () => town.state(purchaseId),
      (state) => expect(state).toMatchObject({ state: "failed" }),
    );
    expect(await town.spend("renewal")).toMatchObject({ kind: "started" });
    expect((await town.books()).accounts).toEqual({ cash: 6000, credit: -1000, revenue: -5000 });
  });

  test("[PAY-12] an agent whose page does not say so prompts for the whole price", async () => {
    const town = await openTown(2000);
    const { providerId, siteId, planId } = town.shop;
    await town.hub.rpc("start-purchase", { providerId, siteId }, { idempotencyKey: "old", planId, phone: customer });
    expect(town.daraja.prompts()).toMatchObject([{ amount: 50 }]);
    expect(await town.free()).toBe(2000);
  });

  test("[PAY-12] money that is paid after the credit went elsewhere is credit, and a person is asked; nothing is lost", async () => {
    const town = await openTown(2000);
    const { purchaseId } = await town.order("one");
    const [prompt] = town.daraja.prompts();
    town.daraja.act(customer, { kind: "cancel" });
    await eventually(
      () => town.state(purchaseId),
      (state) => expect(state).toMatchObject({ state: "failed" }),
    );
    const twenty = await addPlan(database.current(), town.shop.providerId, 2000);
    expect(await town.spend("meanwhile", twenty)).toMatchObject({ kind: "started" });
    if (prompt === undefined) throw new Error("no prompt");
    const late = callbackBody(prompt, { code: "0", text: "ok", receipt: "UKK0000009" });
    const headers = { "content-type": "application/json" };
    expect((await fetch(prompt.callbackUrl, { method: "POST", body: late, headers })).status).toBe(200);
    const { accounts } = await eventually(town.books, ({ receipts }) =>
      expect(receipts.some(({ receipt }) => receipt === "UKK0000009")).toBe(true),
    );
    expect(accounts).toEqual({ cash: 2000, clearing: 3000, revenue: -2000, credit: -3000 });
    const first = (await town.books()).purchases.find((row) => row.purchaseId === purchaseId);
    expect(first).toMatchObject({ state: "failed", review: "underpaid" });
  });
});

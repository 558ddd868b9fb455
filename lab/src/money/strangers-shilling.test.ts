/** Somebody begins a purchase with another customer's number, whose credit would pay most of it, and pays the rest himself. */
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { freeCreditOf } from "@karibu/cloud/money/ledger/credit";
import { transferEntry } from "@karibu/cloud/money/ledger/entries";
import { createLedgerWriter } from "@karibu/cloud/money/ledger/post-entry";
import { expect, test } from "vitest";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { realWorld } from "../world/real-world.ts";
import { eventually, silentAsk } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

const [owner, stranger] = ["254712000900", "254799000111"];

engineSuite("a stranger's shilling", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);

  test.each([
    ["while the prompt is open", false],
    ["after the owner refused the prompt", true],
  ])("[PAY-12] spends none of the owner's credit %s: it is the stranger's own credit", async (_, isRefused) => {
    const options: DarajaOptions = { resultMs: 20, confirmsPush: () => "never", promptMs: 600_000 };
    const town = await startPayments(database.current(), options, { ask: silentAsk });
    const { daraja, hub, shop, register, books } = town;
    const { providerId, planId } = shop;
    const partyOf = (phone: string) => testParties.ofPhone(providerId, phone);
    const party = partyOf(owner);
    const inDatabase = database.current().asProvider;
    const free = (phone: string) => inDatabase(providerId, (tx) => freeCreditOf(tx, providerId, partyOf(phone), "KES"));
    await register();
    const ledger = createLedgerWriter({ world: realWorld(), onCredit: async () => {} });
    await inDatabase(providerId, async (tx) => {
      const topUp = { from: "credit", to: "cash", amountCents: 4000, currency: "KES" } as const;
      await ledger.post(tx, { providerId, purchaseId: null, party }, transferEntry("top-up:1", "top-up", topUp));
    });
    const paid = daraja.organisation.payBill({
      shortcode: sampleApp.shortcode,
      msisdn: stranger,
      amount: 1,
      account: "zzz",
    });
    const { receipt } = (await paid) as { receipt: string };
    await eventually(books, ({ receipts }) =>
      expect(receipts.find((each) => each.receipt === receipt)?.state).toBe("suspense"),
    );
    const order = { idempotencyKey: "k", planId, phone: owner, spendsCredit: true };
    const { purchaseId } = (await hub.rpc("start-purchase", shop, order)) as { purchaseId: string };
    expect(daraja.prompts()).toMatchObject([{ msisdn: owner, amount: 10 }]);
    const state = () => hub.rpc("purchase-state", shop, { purchaseId }) as Promise<{ state: string }>;
    if (isRefused) {
      daraja.act(owner, { kind: "cancel" });
      await eventually(state, (now) => expect(now.state).toBe("failed"));
    }
    await hub.rpc("claim-payment", shop, { receipt, phone: stranger, purchaseId });
    const { grants, purchases } = await books();
    expect(grants).toEqual([]);
    expect(purchases.map((each) => each.state)).not.toContain("paid");
    expect(await free(stranger)).toBe(100);
    if (isRefused) expect(await free(owner)).toBe(4000);
    else {
      // And the owner's PIN buys it as it would have.
      daraja.act(owner, { kind: "pay", pin: "1234" });
      await eventually(state, (now) => expect(now.state).toBe("paid"));
      expect(await free(owner)).toBe(0);
    }
  });
});

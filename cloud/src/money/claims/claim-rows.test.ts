/** Claims as they stand on the review list, and what a payment says of where its proof came from. */
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openClaimShop } from "./test-claim-shop.ts";

hubSuite("a claim on the review list", (hub) => {
  test("[BEY-07] made again from one device is one row, with how often, and with the amount that the customer says", async () => {
    const shop = await openClaimShop(hub, "Again");
    const purchaseId = await shop.prompted("254722000333");
    const said = { receipt: "UKL80ZDR4F", phone: "0722000333", amountCents: 2000 };
    await shop.claim({ ...said, purchaseId });
    await shop.claim({ ...said, purchaseId }); // the page, by itself
    expect(await shop.waiting()).toMatchObject([{ what: "UKL80ZDR4F: no channel can be asked", amountCents: 2000 }]);
    hub.moveClock(12 * 60_000);
    // The prompt is over by now: the page names no purchase any more.
    expect(await shop.claim({ receipt: said.receipt, phone: said.phone })).toEqual({ kind: "asked", noted: true });
    const [item, ...others] = await shop.waiting();
    expect([item?.what, others]).toEqual(["UKL80ZDR4F ×2: no channel can be asked", []]);
    expect(await shop.read(`/claims/${item?.id}`)).toMatchObject({
      times: 2,
      amountCents: 2000,
      paymentId: purchaseId,
    });
    await shop.post("/review/resolve", { kind: "claim", id: item?.id, note: "asked the customer" });
    expect(await shop.waiting()).toEqual([]);
    hub.moveClock(12 * 60_000);
    await shop.claim({ ...said, purchaseId });
    expect(await shop.waiting(), "who comes again is seen again").toMatchObject([{ id: item?.id }]);
    await shop.claim({ ...said, phone: "0722000334" });
    expect(await shop.waiting(), "another phone is another claim").toHaveLength(2);
  });

  test("[BEY-07] [SYS-09] counts for the platform's people as a payment to review, until somebody has decided", async () => {
    const shop = await openClaimShop(hub, "Counted");
    const undecided = async () => {
      const token = await hub.adminToken();
      return (await hub.call("GET", "/api/v1/platform/statistics", { token })).body.health.undecidedPayments as number;
    };
    const before = await undecided();
    await shop.claim({ receipt: "UKL81ZDR4F", phone: "0722000333" });
    expect(await undecided()).toBe(before + 1);
    const [item] = await shop.waiting();
    await shop.post(`/claims/${item?.id}/turn-down`, { reason: "a forgery" });
    expect(await undecided()).toBe(before);
  });

  test("[PAY-18] a payment whose money a statement showed says so, also when a person said whose the money is", async () => {
    const shop = await openClaimShop(hub, "Shown");
    const paymentId = await shop.prompted("254722000333");
    const atMs = hub.world.clock.wall().atMs;
    await shop.statement({ receipt: "UKL82ZDR4F", atMs, phone: "254733000999" });
    expect((await shop.post("/receipts/UKL82ZDR4F/assign", { paymentId })).status).toBe(200);
    const payment = await shop.read(`/payments/${paymentId}`);
    expect(payment).toMatchObject({ state: "paid", verified: true, provenance: "proved", provedBy: "statement" });
    const sources = payment.evidence.map(({ source }: { source: string }) => source);
    expect(sources).toEqual(["statement", "operator"]);
  });

  test("[BEY-07] [PAY-12] the receipt of a prompt that its channel called paid without one is that purchase's: who shows it gets no second package", async () => {
    const shop = await openClaimShop(hub, "Hidden");
    const purchaseId = await shop.prompted("254722000333");
    await shop.inDatabase((tx) =>
      tx
        .updateTable("purchases")
        .set({ state: "paid_unreceipted", unreceipted: true, corroborated: true })
        .where("purchaseId", "=", purchaseId)
        .execute(),
    );
    const hidden = { MSISDN: "2547 ***** 333", BillRefNumber: "" };
    expect(await shop.confirm("UKL83ZDR4F", hidden)).toMatchObject({ state: "suspense" });
    await shop.claim({ receipt: "UKL83ZDR4F", phone: "0722000333" });
    expect(await shop.receiptRow("UKL83ZDR4F")).toMatchObject({ paymentId: purchaseId, planCents: 2000 });
    // What is paid by hand twenty minutes later is for another one.
    hub.moveClock(20 * 60_000);
    expect(await shop.confirm("UKL84ZDR4F", hidden)).toMatchObject({ state: "suspense" });
    await shop.claim({ receipt: "UKL84ZDR4F", phone: "0722000333" });
    const second = await shop.receiptRow("UKL84ZDR4F");
    expect(second).toMatchObject({ paymentId: expect.any(String), planCents: 2000 });
    expect(second.paymentId).not.toBe(purchaseId);
  });
});

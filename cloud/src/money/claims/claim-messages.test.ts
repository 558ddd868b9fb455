/** Who hears of money that a claim found: the page that waits, and the phone that paid or claimed. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openClaimShop } from "./test-claim-shop.ts";

hubSuite("money that a claim found", (hub) => {
  longTest(
    "[BEY-07] [MSG-01] is told to who claimed it once a person links it, and the page that claims again gets the package",
    async () => {
      const shop = await openClaimShop(hub, "Linked");
      const said = { receipt: "UKL51ZDR4X", phone: "0722000333" };
      expect(await shop.claim(said)).toEqual({ kind: "asked", noted: true });
      expect(await shop.confirm("UKL51ZDR4F", { MSISDN: "254733000999" })).toMatchObject({ state: "suspense" });
      const [item] = await shop.waiting();
      const id = item?.id as string;
      const linked = await shop.post(`/claims/${id}/link`, { receipt: "UKL51ZDR4F" });
      expect(linked).toMatchObject({ status: 200, body: { claim: { state: "settled" } } });
      const { paymentId } = linked.body;
      expect(await shop.read(`/payments/${paymentId}`)).toMatchObject({ state: "paid", planId: shop.planId });
      expect(await shop.toldTo()).toEqual(["2547***333"]);
      const settled = { kind: "settled", purchaseId: paymentId, planId: shop.planId };
      expect(await shop.claim(said), "the page sends it again").toEqual(settled);
      expect(await shop.claim({ ...said, receipt: "UKL51ZDR4F" }), "with the right code, later").toEqual(settled);
      expect(await shop.waiting()).toEqual([]);
      expect((await shop.read(`/claims/${id}`)).state).toBe("settled");
      hub.moveClock(2 * 3_600_000);
      expect(await shop.claim(said), "two hours later").toEqual(settled);
    },
  );

  test("[BEY-07] [MSG-01] by staff's own answer buys the package at the customer's site, is told to the customer, and the page gets it", async () => {
    const shop = await openClaimShop(hub, "Answered");
    const said = { receipt: "UKL56ZDR4X", phone: "0722000333" };
    await shop.claim(said);
    await shop.confirm("UKL56ZDR4F", { MSISDN: "254733000999" });
    const [item] = await shop.waiting();
    const answer = await shop.post("/payments/claims", { receipt: "UKL56ZDR4F", claimId: item?.id });
    expect(answer.body).toMatchObject({ outcome: "settled", paymentId: expect.any(String) });
    const { paymentId } = answer.body;
    expect(await shop.toldTo()).toEqual(["2547***333"]);
    expect(await shop.claim(said)).toEqual({ kind: "settled", purchaseId: paymentId, planId: shop.planId });
  });

  longTest(
    "[BEY-07] [MSG-01] with a friend's receipt settles the prompt that is open at a mistyped number, and is told to who claimed, never to that number",
    async () => {
      const shop = await openClaimShop(hub, "Mistyped");
      const purchaseId = await shop.prompted("254711000111");
      expect(await shop.confirm("UKL52ZDR4F", { MSISDN: "254722000333" })).toMatchObject({ state: "suspense" });
      expect(await shop.claim({ receipt: "UKL52ZDR4F", phone: "0722000333", purchaseId })).toMatchObject({
        kind: "settled",
        purchaseId,
      });
      expect(await shop.toldTo()).toEqual(["2547***333"]);
      expect((await shop.post(`/payments/${purchaseId}/code`, null)).status).toBe(200);
      expect((await shop.post(`/payments/${purchaseId}/send`, {})).status).toBe(202);
      expect(await shop.toldTo(), "the code, sent again").toEqual(["2547***333", "2547***333"]);
    },
  );

  longTest(
    "[PAY-04] [MSG-01] that staff give to a payment is told to who paid; where nobody shows who paid, to nobody",
    async () => {
      const shop = await openClaimShop(hub, "Assigned");
      const [stranger, hidden, own] = [
        await shop.prompted("254711000111"),
        await shop.prompted("254711000112"),
        await shop.prompted("254711000113"),
      ];
      const give = async (receipt: string, paymentId: string, payer: string) => {
        expect(await shop.confirm(receipt, { MSISDN: payer })).toMatchObject({ state: "suspense" });
        expect((await shop.post(`/receipts/${receipt}/assign`, { paymentId })).status).toBe(200);
        expect((await shop.read(`/payments/${paymentId}`)).state).toBe("paid");
      };
      await give("UKL53ZDR4F", stranger, "254722000333");
      expect(await shop.toldTo()).toEqual(["2547***333"]);
      await give("UKL54ZDR4F", hidden, "2547 ***** 999");
      expect(await shop.toldTo()).toEqual(["2547***333"]);
      expect(await shop.post(`/payments/${hidden}/send`, {}), "nobody's number is known").toMatchObject({
        body: { code: "phone-hidden" },
      });
      await give("UKL55ZDR4F", own, "2547 ***** 113");
      expect((await shop.toldTo()).toSorted()).toEqual(["2547***113", "2547***333"]);
    },
  );
});

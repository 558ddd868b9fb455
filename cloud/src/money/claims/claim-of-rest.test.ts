/** A claim of money that pays no purchase, because a part of it went back or it is less than the price: it is the customer's credit. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openClaimShop } from "./test-claim-shop.ts";

hubSuite("a claim of money of which a part went back", (hub) => {
  const phone = "254712000001";

  /** 20 came in and 5 of it went back, as a statement tells it; a person has looked at it. */
  async function openShopWithRest(name: string, receipt: string) {
    const shop = await openClaimShop(hub, name);
    expect(await shop.confirm(receipt, { MSISDN: phone })).toMatchObject({ state: "suspense" });
    await shop.inDatabase((tx) =>
      sql`update receipts set state = 'frozen', note = 'a part went back', suspense_cents = 1500, returned_cents = 500,
          corroborated = true, proved_by = 'statement'`.execute(tx),
    );
    expect((await shop.post("/review/resolve", { kind: "frozen", id: receipt, note: "fine" })).status).toBe(200);
    return shop;
  }

  test.each(["receipt", "amount"])(
    "[BEY-07] the rest is credit and the answer names no payment, by the %s: the open purchase waits on, and none is made",
    async (by) => {
      const receipt = by === "receipt" ? "QC77ABCDEF" : "QC78ABCDEF";
      const shop = await openShopWithRest(`Rest by ${by}`, receipt);
      const purchaseId = await shop.prompted(phone);
      const said = by === "receipt" ? { receipt } : { amountCents: 2000 };
      const answer = await shop.post("/payments/claims", { ...said, phone });
      expect(answer, answer.text).toMatchObject({ status: 201, body: { outcome: "settled", paymentId: null } });
      expect(await shop.receiptRow(receipt)).toMatchObject({ state: "credit" });
      const given = await shop.inDatabase((tx) =>
        tx.selectFrom("ledger_postings").select("amountCents").where("account", "=", "credit").execute(),
      );
      expect(given).toEqual([{ amountCents: -1500 }]);
      expect((await shop.read("/payments")).items).toMatchObject([{ id: purchaseId, state: "prompted" }]);
      const logged = await shop.inDatabase((tx) =>
        tx.selectFrom("payment_claims").select(["state", "outcome"]).execute(),
      );
      expect(logged).toEqual([{ state: "settled", outcome: "a part of it went back; the rest: to customer credit" }]);
    },
  );

  test("[BEY-07] less than the price is credit: the page of who claims it is not told of a purchase that nobody opened", async () => {
    const shop = await openClaimShop(hub, "Too little");
    await shop.prompted(phone);
    const { reference } = await shop.inDatabase((tx) =>
      tx.selectFrom("purchases").select("reference").executeTakeFirstOrThrow(),
    );
    const less = { MSISDN: phone, BillRefNumber: reference, TransAmount: "15.00" };
    expect(await shop.confirm("QC79ABCDEF", less)).toMatchObject({ state: "booked", creditCents: 1500 });
    expect(await shop.claim({ receipt: "QC79ABCDEF", phone })).toEqual({ kind: "settled", purchaseId: null });
  });
});

/** "I already paid", said with what we sent ourselves: the code of a counter sale. */
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";

hubSuite("a customer who paid cash", (hub) => {
  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name);
    return {
      ...kiosk,
      sell: async () => (await kiosk.sell({ phone: "0722000333", pay: "cash" })).body.payment,
      claim: (params: object) => kiosk.asSite("claim-payment", params),
    };
  }

  test("[BEY-07] has a code, and pasting our message with it, from any phone, finds the sale", async () => {
    const { sell, claim, planId } = await openShop("Cash");
    const { id, code } = await sell();
    expect(code).toMatch(/^[2-9B-DF-HJKMNP-TV-Z]{8}$/);
    const settled = { kind: "settled", purchaseId: id, planId };
    const message = `Cash: you paid KES 20 for 1 hour. Your code is ${code}. Type it on the Wi-Fi page, also if you lose the connection.`;
    expect(await claim({ receipt: message, phone: "0799111222" })).toEqual(settled);
    expect(await claim({ receipt: code.toLowerCase(), phone: "0722000333" })).toEqual(settled);
  });

  test("[BEY-07] and has only the receipt: it counts with the number that bought, and with no other", async () => {
    const { sell, claim, planId } = await openShop("Receipts");
    const { id, receipt } = await sell();
    expect(await claim({ receipt, phone: "0799111222" })).toMatchObject({ kind: "refused", reason: "another-payer" });
    expect(await claim({ receipt, phone: "0722000333" })).toEqual({ kind: "settled", purchaseId: id, planId });
  });

  test("reads that a code which nobody has is unknown; tries are counted", async () => {
    const { claim } = await openShop("Guessed");
    const guess = (index: number) =>
      claim({ receipt: `BCDFGH${20 + index}`.replaceAll("1", "9"), phone: "0722000333" });
    for (const index of [2, 3, 4, 5, 6]) {
      expect(await guess(index)).toEqual({ kind: "refused", reason: "unknown-receipt" });
    }
    expect(await guess(7)).toEqual({ kind: "refused", reason: "too-many" });
  });

  test("of a refunded sale reads that it is over", async () => {
    const { post, sell, claim } = await openShop("Refunded");
    const { id, code } = await sell();
    const refund = { paymentId: id, method: "cash", reason: "does not want it", revoke: true };
    expect((await post("/refunds", refund)).status).toBeLessThan(300);
    expect(await claim({ receipt: code, phone: "0722000333" })).toMatchObject({
      kind: "refused",
      because: "given-back",
    });
  });

  test("[BEY-07] of a sale of which a part was given back and whose package stays finds the sale by its receipt; of a refunded one it does not", async () => {
    const { ask, post, sell, claim, planId } = await openShop("Goodwill");
    await ask("PATCH", "/money-settings", { refundUsed: "any" });
    const { id, receipt } = await sell();
    const refund = { paymentId: id, method: "cash", reason: "the line was slow" };
    const asked = await post("/refunds", { ...refund, amountCents: 500, revoke: false });
    expect(asked.status, asked.text).toBeLessThan(300);
    const said = { receipt, phone: "0722000333" };
    expect(await claim(said)).toEqual({ kind: "settled", purchaseId: id, planId });
    const rest = await post("/refunds", { ...refund, amountCents: 1500, revoke: true });
    expect(rest.status, rest.text).toBeLessThan(300);
    expect(await claim(said)).toMatchObject({ kind: "refused", because: "given-back" });
  });

  test("[BEY-07] of a sale whose package is so long over that its site has forgotten it reads that it has run out", async () => {
    const { sell, claim } = await openShop("Forgotten");
    const { id, code, receipt } = await sell();
    await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.updateTable("grants").set({ retiredAtMs: 1 }).where("purchaseId", "=", id).execute(),
      );
    for (const proof of [code, receipt])
      expect(await claim({ receipt: proof, phone: "0722000333" })).toEqual({
        kind: "refused",
        reason: "unknown-receipt",
        because: "expired",
      });
  });

  test("[BEY-07] where no channel can be asked, the answer to the site says so", async () => {
    const { claim } = await openShop("Alone");
    const answer = await claim({ receipt: "QQQ123456A", phone: "0722000333" });
    expect(answer).toEqual({ kind: "asked", noted: true });
  });
});

/** Staff and customers who claim or enter what is not theirs, and addresses that nobody should call. */

import { sha256Hex } from "@karibu/protocol/hash";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { openClaimShop } from "./test-claim-shop.ts";

engineSuite("at a shop", { timeout: 200_000 }, (engine) => {
  const calls: string[] = [];
  const hub = useHub(engine, {
    http: async ({ url }) => {
      calls.push(url);
      if (/oauth\/v1\/generate|oauth2\/token/.test(url))
        return { status: 200, body: '{"access_token":"t","expires_in":"3599"}' };
      if (/RequestToken/.test(url)) return { status: 200, body: '{"token":"t","status":"200"}' };
      throw new Error(`nobody at ${url}`);
    },
  });
  const minuteAgo = () => Math.floor(hub.world.clock.wall().atMs / 1000) * 1000 - 60_000;

  async function staff(shop: Awaited<ReturnType<typeof openClaimShop>>, role: "manager" | "support") {
    const email = `${role}@${shop.providerId}.test`;
    const made = await shop.post("/users", { email, name: role, role, password: ownerPassword });
    expect(made.status, made.text).toBe(201);
    return hub.logIn(email, ownerPassword);
  }

  longTest("[PAY-21] the payer that a person typed gives way to the one that the statement names", async () => {
    const shop = await openClaimShop(hub, "Typed");
    const atMs = minuteAgo();
    const [receipt, typed, real] = ["UKL70ZDR4F", "0733000444", "254722000333"];
    const entered = { channelId: shop.paybill, amountCents: 2000, receipt, phone: typed, paidAtMs: atMs };
    expect((await shop.post("/payments/entered", entered)).status).toBe(201);
    await shop.statement({ receipt, atMs, phone: real });
    expect(await shop.claim({ receipt, phone: typed })).toMatchObject({ kind: "refused" });
    expect(await shop.claim({ receipt, phone: real })).not.toMatchObject({ kind: "refused" });
  });

  test("[PAY-21] what a person entered above the limit opens nothing because the same person claims or assigns it", async () => {
    const shop = await openClaimShop(hub, "Alone");
    await shop.send("PATCH", "/money-settings", { unverifiedCentsMax: 0 });
    const manager = await staff(shop, "manager");
    const enter = async (receipt: string) => {
      const entered = { channelId: shop.paybill, amountCents: 2000, receipt };
      expect((await shop.post("/payments/entered", entered, manager)).status).toBe(201);
    };
    await enter("UKL80ZDR4F");
    const claimed = await shop.prompted("254733000444");
    const claim = { receipt: "UKL80ZDR4F", phone: "0733000444", paymentId: claimed };
    await shop.post("/payments/claims", claim, manager);
    await enter("UKL81ZDR4F");
    const assigned = await shop.prompted("254733000555");
    await shop.post("/receipts/UKL81ZDR4F/assign", { paymentId: assigned }, manager);
    await enter("UKL82ZDR4F");
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId }, manager);
    await shop.post("/receipts/UKL82ZDR4F/assign", { accountNumber: "SHOP 7", phone: "0733000666" }, manager);
    const { items } = await shop.read("/payments");
    expect(items.filter(({ state }: { state: string }) => state === "paid")).toEqual([]);
  });

  longTest("[PAY-11] an invoice's account number can't be taken back or taken over", async () => {
    const shop = await openClaimShop(hub, "Squatter");
    const manager = await staff(shop, "manager");
    const lines = [{ text: "Router", quantity: 1, unitCents: 2000 }];
    const invoice = await shop.post("/invoices", { customerName: "Juma", phone: "0722000333", lines });
    const number = invoice.body.accountNumber;
    expect((await shop.send("DELETE", `/pay-accounts/${number}`, undefined, manager)).status).toBe(409);
    for (const wanted of [number, "INV 999", "a/c inv-999"]) {
      const taken = await shop.post("/pay-accounts", { number: wanted, phone: "0733000444" }, manager);
      expect(taken.status, wanted).toBe(409);
    }
    await shop.confirm("UKL72ZDR4F", { BillRefNumber: number });
    expect((await shop.read("/credits?phone=0733000444")).items ?? []).toEqual([]);
  });

  test("[PAY-18] who may not move money claims as the customer does: another phone than the payer's gets nothing", async () => {
    const shop = await openClaimShop(hub, "Support");
    const support = await staff(shop, "support");
    const receipt = "UKL75ZDR4F";
    await shop.confirm(receipt, { MSISDN: sha256Hex("254711000777") });
    const other = await shop.post("/payments/claims", { receipt, phone: "0733000999" }, support);
    expect(other.status, other.text).toBeGreaterThanOrEqual(400);
    expect(await shop.receiptRow(receipt)).toMatchObject({ state: "suspense" });
    const payer = await shop.post("/payments/claims", { receipt, phone: "0711000777" }, support);
    expect(payer.status, payer.text).toBeLessThan(300);
  });

  test("[PAY-18] a phone and an amount said before the money is seen give it to that very phone; other money waits for a person", async () => {
    const shop = await openClaimShop(hub, "Before");
    const [early, other] = ["254711000777", "254722000888"];
    expect(await shop.claim({ amountCents: 2000, phone: early })).toMatchObject({ kind: "asked" });
    const atMs = minuteAgo();
    await shop.statement({ receipt: "UKL90ZDR4F", atMs, phone: early }, { receipt: "UKL91ZDR4F", atMs, phone: other });
    await shop.statement({ receipt: "UKL92ZDR4F", atMs, phone: early, shillings: 35 });
    const balance = async (phone: string) => (await shop.read(`/credits?phone=${phone}`)).balanceCents ?? 0;
    expect([await balance(early), await balance(other)]).toEqual([2000, 0]);
    const states = ["UKL90ZDR4F", "UKL91ZDR4F", "UKL92ZDR4F"].map(
      async (receipt) => (await shop.receiptRow(receipt)).state,
    );
    expect(await Promise.all(states)).toEqual(["credit", "suspense", "suspense"]);
    expect(await shop.waiting(), "the claim is settled").toEqual([]);
  });

  test("[PAY-18] what a phone paid by hand and claims pays no purchase that another number has begun", async () => {
    const shop = await openClaimShop(hub, "Begun by another");
    const others = await shop.prompted("254733000444");
    const [receipt, phone] = ["UKL95ZDR4F", "254711000777"];
    await shop.statement({ receipt, atMs: minuteAgo(), phone });
    expect(await shop.claim({ receipt, phone })).toMatchObject({ kind: "settled" });
    const ofReceipt = await shop.inDatabase((tx) =>
      tx.selectFrom("receipts").select("purchaseId").where("receipt", "=", receipt).execute(),
    );
    expect(ofReceipt).toEqual([{ purchaseId: expect.any(String) }]);
    expect(ofReceipt[0]?.purchaseId).not.toBe(others);
    expect((await shop.read(`/payments/${others}`)).state).not.toBe("paid");
  });

  test("[PAY-18] a phone and an amount that anybody may type give money to that phone's own purchase, and name it to nobody who did not", async () => {
    const shop = await openClaimShop(hub, "Typed by anybody");
    const phone = "254711000777";
    expect(await shop.confirm("UKL96ZDR4F", { MSISDN: phone })).toMatchObject({ state: "suspense" });
    const own = await shop.prompted(phone);
    expect(await shop.claim({ amountCents: 2000, phone })).toEqual({ kind: "settled", purchaseId: null });
    expect((await shop.read(`/payments/${own}`)).state).toBe("paid");
  });

  test("[PAY-18] a site names no other site's purchase: what is claimed there does not pay it", async () => {
    const shop = await openClaimShop(hub, "Two places");
    const { siteId } = (await shop.post("/sites", { name: "Elsewhere" })).body.site;
    const [here, there] = [await shop.prompted("254733000444"), await shop.prompted("254733000555")];
    await shop.inDatabase((tx) =>
      tx.updateTable("purchases").set({ siteId }).where("purchaseId", "=", there).execute(),
    );
    const phone = "254711000777";
    for (const [receipt, purchaseId] of [
      ["UKL97ZDR4F", there],
      ["UKL98ZDR4F", here],
    ] as const) {
      expect(await shop.confirm(receipt, { MSISDN: phone })).toMatchObject({ state: "suspense" });
      expect(await shop.claim({ receipt, phone, purchaseId })).toMatchObject({ kind: "settled" });
    }
    const stateOf = async (id: string) => (await shop.read(`/payments/${id}`)).state;
    expect([await stateOf(there), await stateOf(here)]).toEqual(["prompted", "paid"]);
  });

  test("[PAY-18] what was said of a phone and an amount two days ago takes no money that comes now", async () => {
    const shop = await openClaimShop(hub, "Long ago");
    const phone = "254711000777";
    for (const cents of [2000, 3000])
      expect(await shop.claim({ amountCents: cents, phone })).toMatchObject({ kind: "asked" });
    const days = (count: number) => hub.world.clock.wall().atMs - count * 86_400_000;
    await shop.inDatabase((tx) =>
      tx
        .updateTable("payment_claims")
        .set({ createdAtMs: days(2) })
        .where("amountCents", "=", 2000)
        .execute(),
    );
    expect(await shop.confirm("UKL93ZDR4F", { MSISDN: phone })).toMatchObject({ state: "suspense" });
    expect(await shop.confirm("UKL94ZDR4F", { MSISDN: phone, TransAmount: "30.00" })).toMatchObject({
      state: "credit",
    });
    const claims = await shop.inDatabase((tx) =>
      tx.selectFrom("payment_claims").select(["amountCents", "state"]).orderBy("amountCents").execute(),
    );
    expect(claims).toEqual([
      { amountCents: 2000, state: "refused" },
      { amountCents: 3000, state: "settled" },
    ]);
  });

  test("[PAY-18] who has used up a number's tries hears of nobody's money by it; its payer has what they paid, and an hour later anybody may try again", async () => {
    const shop = await openClaimShop(hub, "Used up");
    const [other, phone] = ["254733000999", "254711000777"];
    for (let n = 0; n < 5; n++) await shop.claim({ receipt: `UKM${n + 10}ZDR4F`, phone: other });
    const receipt = "UKL79ZDR4F";
    await shop.statement({ receipt, atMs: minuteAgo(), phone });
    const miss = { kind: "refused", reason: "too-many" };
    expect(await shop.claim({ receipt: "UKM20ZDR4F", phone: other })).toEqual(miss);
    expect(await shop.claim({ receipt, phone: other }), "the books tell another payer nothing").toEqual(miss);
    expect(await shop.claim({ receipt, phone })).toMatchObject({ kind: "settled" });
    hub.moveClock(3_600_001);
    expect(await shop.claim({ receipt: "UKM21ZDR4F", phone: other })).toMatchObject({ kind: "asked" });
  });

  longTest(
    "[PAY-18] false claims that use up the tries of a site, or of a number, stop nobody whose receipt shows that they paid",
    async () => {
      const shop = await openClaimShop(hub, "Crowd");
      const claim = (receipt: string, phone: string) => shop.claim({ receipt, phone });
      for (let n = 0; n < 60; n++) await claim(`UKM${n + 10}ZDR4F`, `07220${n + 10_000}`);
      const [receipt, phone] = ["UKL76ZDR4F", "254711000777"];
      await shop.statement({ receipt, atMs: minuteAgo(), phone });
      const miss = await claim("UKL77ZDR4F", phone);
      expect(miss).toEqual({ kind: "refused", reason: "too-many" });
      expect(await claim(receipt, "254733000999"), "the books tell another payer nothing").toEqual(miss);
      expect(await claim(receipt, phone)).toMatchObject({ kind: "settled" });

      const second = await openClaimShop(hub, "Number");
      for (let n = 0; n < 5; n++) await second.claim({ receipt: `UKM${n + 10}ZDR4F`, phone });
      expect(await second.claim({ receipt: "UKM20ZDR4F", phone })).toEqual(miss);
      await second.statement({ receipt: "UKL78ZDR4F", atMs: minuteAgo(), phone });
      expect(await second.claim({ receipt: "UKL78ZDR4F", phone })).toMatchObject({ kind: "settled" });
    },
  );

  longTest(
    "[PAY-21] a receipt entered with O for 0 and then told as it is: one of them gives something, the other waits for a person",
    async () => {
      const shop = await openClaimShop(hub, "Twice");
      const atMs = minuteAgo();
      await shop.claim({ receipt: "UKL7OZDR4F", phone: "0722000333" });
      const [item] = await shop.waiting();
      const entered = { channelId: shop.paybill, claimId: item?.id, receipt: "UKL7OZDR4F", amountCents: 2000 };
      expect((await shop.post("/payments/entered", { ...entered, paidAtMs: atMs })).status).toBe(201);
      await shop.statement({ receipt: "UKL70ZDR4F", atMs, phone: "254722000333" });
      expect(await shop.receiptRow("UKL70ZDR4F")).toMatchObject({ state: "frozen" });
      await shop.claim({ phone: "0722000333", amountCents: 2000 });
      await shop.claim({ receipt: "UKL70ZDR4F", phone: "0722000333" });
      expect(await shop.receiptRow("UKL70ZDR4F")).toMatchObject({ state: "frozen" });
    },
  );

  test("[PAY-22] a channel of another country asks that country's host", async () => {
    const { token } = await hub.makeProvider("Uganda", "UGX");
    calls.length = 0;
    const body = { kind: "airtel-money", environment: "production", country: "UG", clientId: "a", clientSecret: "b" };
    const made = await hub.call("POST", "/api/v1/channels", { token, body });
    expect(made.status, made.text).toBe(201);
    // A message of the test before may still be on its way.
    const hosts = calls.map((url) => new URL(url).host).filter((host) => host.includes("airtel"));
    expect(hosts).toEqual(["openapi.airtel.ug"]);
  });

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "[SYS-15] a callback of the kind %s is answered 404, and the hub lives",
    async (kind) => {
      const rejected: unknown[] = [];
      const hear = (error: unknown) => void rejected.push(error);
      process.on("unhandledRejection", hear);
      try {
        const { token } = await hub.makeProvider(`Letters ${kind}`);
        const body = { kind: "pesapal", environment: "sandbox", consumerKey: "k", consumerSecret: "s" };
        const made = await hub.call("POST", "/api/v1/channels", { token, body });
        const path = new URL(made.body.noticeUrl).pathname.replace(/\/n$/, `/${kind}`);
        for (const method of ["GET", "POST", "PUT"])
          expect([method, (await hub.call(method, path)).status]).toEqual([method, 404]);
        expect((await hub.call("POST", `${path}/secret`)).status).toBe(404);
        expect(rejected).toEqual([]);
      } finally {
        process.off("unhandledRejection", hear);
      }
    },
  );
});

/** Account numbers that people type at the paybill, through the API and the C2B path: the money finds its owner, or says why not. */
import { describe, expect, test, vi } from "vitest";
import { engines, isAbsent } from "../db/test-databases.ts";
import { useHub } from "../test-hub.ts";
import { hashOf } from "./channels.ts";

describe.each(engines)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("money at an account number", () => {
    const hub = useHub(engine);
    let keys = 0;

    async function openShop(name: string) {
      const { token, providerId } = await hub.makeProvider(name);
      const send = (method: string, path: string, body?: object) =>
        hub.call(method, `/api/v1${path}`, {
          ...{ token, headers: { "idempotency-key": `key-${++keys}` } },
          ...(body === undefined ? {} : { body }),
        });
      const post = (path: string, body: object = {}) => send("POST", path, body);
      const read = async (path: string) => (await send("GET", path)).body;
      const { siteId } = (await post("/sites", { name: "Kiosk" })).body.site as { siteId: string };
      const { planId } = (await post("/plans", { name: "Hour", priceCents: 2000, terms: {} })).body as {
        planId: string;
      };
      const app = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
      const channel = { ...app, kind: "mpesa-paybill", shortcode: "600100", passkey: "passkey" };
      const paybill = (await post("/channels", channel)).body.id as string;
      await hub.database().asProvider(providerId, (tx) =>
        tx
          .updateTable("channels")
          .set({ hook_token_hash: hashOf(paybill) })
          .where("channel_id", "=", paybill)
          .execute(),
      );
      const receiptRow = async (receipt: string) =>
        (await read("/receipts")).items.find((one: { receipt: string }) => one.receipt === receipt);
      /** A confirmation, and what became of its money. */
      const confirm = async (account: string, msisdn = "2547 ***** 126", shillings = "20.00") => {
        const receipt = `QP${String(++keys).padStart(2, "0")}ABCDEF`;
        const message = { TransID: receipt, TransAmount: shillings, BusinessShortCode: "600100", MSISDN: msisdn };
        await hub.call("POST", `/hooks/k/${paybill}/c`, { body: { ...message, BillRefNumber: account } });
        return vi.waitFor(
          async () => {
            const row = await receiptRow(receipt);
            expect(row).toBeDefined();
            return row;
          },
          { timeout: 30_000 },
        );
      };
      const reviewed = async (receipt: string) =>
        (await read("/review?kind=suspense")).items.find((one: { id: string }) => one.id === receipt);
      return { siteId, planId, paybill, send, post, read, confirm, reviewed, receiptRow };
    }

    test("[BEY-06] at a site's number, from a payer whose number is hidden: the review list names the account, and one tap gives it", async () => {
      const shop = await openShop("Masked");
      await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
      for (const [typed, because] of [
        ["shop-7 ", "its account"],
        ["shop7", "its account"],
        ["SH0P7", "look-alike letters"],
        ["SHOPP7", "one letter apart"],
      ]) {
        const { receipt, state } = await shop.confirm(typed as string);
        expect([typed, state]).toEqual([typed, "suspense"]);
        expect(await shop.reviewed(receipt), typed).toMatchObject({
          reason: because === "one letter apart" ? "no account fits" : "the payer is hidden",
          accounts: [{ number: "SHOP 7", siteId: shop.siteId, planId: shop.planId, because, needsPhone: true }],
        });
      }
      const { receipt } = await shop.confirm("shop 7");
      const give = (owner: object) => shop.post(`/receipts/${receipt}/assign`, owner);
      expect(await give({ accountNumber: "shop 8" })).toMatchObject({ status: 404, body: { field: "accountNumber" } });
      expect(await give({ accountNumber: "shop-7" })).toMatchObject({ status: 400, body: { field: "phone" } });
      const given = await give({ accountNumber: "shop-7", phone: "0712345126" });
      expect(given).toMatchObject({ status: 200, body: { state: "booked" } });
      expect(await shop.read(`/payments/${given.body.paymentId}`)).toMatchObject({
        ...{ state: "paid", siteId: shop.siteId, planId: shop.planId },
      });
      // From now on there is one customer whose number looks like that: a tap is enough.
      const again = await shop.confirm("shop 7");
      const { accounts } = await shop.reviewed(again.receipt);
      expect(accounts).toMatchObject([{ number: "SHOP 7", needsPhone: false }]);
      const tapped = await shop.post(`/receipts/${again.receipt}/assign`, { accountNumber: accounts[0].number });
      expect(tapped).toMatchObject({ status: 200, body: { state: "booked" } });
      const [one, other] = await Promise.all(
        [given, tapped].map(({ body }) => shop.read(`/payments/${body.paymentId}`)),
      );
      expect(other.phone).toBe(one.phone);
    });

    test("[BEY-06] at a customer's own number the money is theirs at once, whoever's number is hidden", async () => {
      const shop = await openShop("Own");
      const { siteId, planId } = shop;
      await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678", siteId, planId });
      await shop.post("/pay-accounts", { number: "JUMA 2", phone: "0712345678" });
      const bought = await shop.confirm("juma-1");
      expect(bought).toMatchObject({ state: "booked" });
      expect(await shop.read(`/payments/${bought.paymentId}`)).toMatchObject({ state: "paid", siteId, planId });
      expect(await shop.confirm("juma-1", undefined, "15.00")).toMatchObject({ state: "credit" });
      expect(await shop.confirm("juma 2")).toMatchObject({ state: "credit" });
      expect(await shop.read("/credits?phone=0712345678")).toMatchObject({ balanceCents: 3500 });
    });

    test("[BEY-06] at a site's number, the plan is bought when a later witness shows the payer", async () => {
      const shop = await openShop("Later");
      await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
      const { receipt } = await shop.confirm("shop7");
      const at = new Date(hub.world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
      const csv = [
        "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn",
        `${receipt},${at},Pay Bill from 254712345126 - JUMA ALI Acc. shop7,Completed,20.00,`,
      ].join("\n");
      await shop.post("/reconciliation/statements", { channelId: shop.paybill, csv });
      const row = await shop.receiptRow(receipt);
      expect(row).toMatchObject({ state: "booked" });
      expect(await shop.read(`/payments/${row.paymentId}`)).toMatchObject({ state: "paid", siteId: shop.siteId });
    });

    test("[BEY-07] who shows the receipt of money at a site's number gets that number's plan, also where two cost the same", async () => {
      const shop = await openShop("Claimed");
      await shop.post("/plans", { name: "Other hour", priceCents: 2000, terms: {} });
      await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
      const { receipt } = await shop.confirm("shop7");
      const claimed = await shop.post("/payments/claims", { receipt, phone: "0712345126" });
      expect(claimed).toMatchObject({ status: 201, body: { outcome: "settled" } });
      expect(await shop.read(`/payments/${claimed.body.paymentId}`)).toMatchObject({
        ...{ state: "paid", siteId: shop.siteId, planId: shop.planId },
      });
    });

    test("numbers are listed, and one that was mistyped is deleted and free again", async () => {
      const shop = await openShop("Lists");
      const { siteId } = shop;
      await shop.post("/pay-accounts", { number: "SHOP 7", siteId, planId: shop.planId });
      await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678" });
      expect((await shop.post("/pay-accounts", { number: "shop-7", siteId })).status).toBe(409);
      expect((await shop.read("/pay-accounts?sort=number")).items).toMatchObject([
        { number: "JUMA 1", kind: "customer", siteId: null, planId: null },
        { number: "SHOP 7", kind: "site", siteId, planId: shop.planId },
      ]);
      expect((await shop.read(`/pay-accounts?siteId=${siteId}`)).items).toHaveLength(1);
      expect((await shop.send("DELETE", `/pay-accounts/${encodeURIComponent("shop 7")}`)).status).toBe(204);
      expect((await shop.send("DELETE", "/pay-accounts/SHOP7")).status).toBe(404);
      expect((await shop.post("/pay-accounts", { number: "shop-7", siteId })).status).toBe(201);
    });
  });
});

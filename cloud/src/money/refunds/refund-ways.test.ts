/** Which ways there are to give a payment back, and how one that went wrong comes to an end. */

import { generateKeyPairSync } from "node:crypto";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { ownerPassword, type TestHub, useHub } from "../../test-hub.ts";
import { hashOf } from "../channels/channels.ts";
import { pullJob } from "../channels/pull-job.ts";
import { insertEntry } from "../ledger/test-entry.ts";
import { sweepJob } from "../sweep/money-sweep.ts";
import { type RefundFacts, refundWays, unproven } from "./refund-ways.ts";
import { refundJob } from "./send-refund.ts";

const daraja = { hasAsyncCalls: true, missing: null, refunds: false, wholeOnly: false };
const mpesa: RefundFacts = {
  isVoucher: false,
  isProven: true,
  receiptCents: 5000,
  amountCents: 5000,
  hasPhone: true,
  channel: daraja,
  channelCents: 5000,
  isLastPart: false,
};
const lastPart: RefundFacts = {
  ...mpesa,
  isLastPart: true,
  receiptCents: 2000,
  channelCents: 2000,
  amountCents: 2000,
};
const page = { hasAsyncCalls: false, missing: null, refunds: true, wholeOnly: false };
const immediate = { hasAsyncCalls: false, missing: null, refunds: false, wholeOnly: false };

test.each<[string, RefundFacts, string[]]>([
  ["M-Pesa, the whole of it", mpesa, ["reversal", "payout", "credit", "cash"]],
  ["M-Pesa, a part", { ...mpesa, amountCents: 2000 }, ["payout", "credit", "cash"]],
  ["M-Pesa, not in whole shillings", { ...mpesa, amountCents: 2050 }, ["credit", "cash"]],
  ["M-Pesa, the payer is a hash", { ...mpesa, hasPhone: false }, ["reversal", "credit", "cash"]],
  ["M-Pesa without an initiator", { ...mpesa, channel: { ...daraja, missing: "no initiator" } }, ["credit", "cash"]],
  ["nobody but a callback told of it", { ...mpesa, isProven: false }, []],
  ["a channel with a page", { ...mpesa, channel: page }, ["channel", "credit", "cash"]],
  [
    "a channel that gives back whole payments alone, a part",
    { ...mpesa, channel: { ...page, wholeOnly: true }, amountCents: 2000 },
    ["credit", "cash"],
  ],
  ["the last of several payments, more than it", { ...lastPart, amountCents: 5000 }, ["credit", "cash"]],
  ["the last of several payments, all of it", lastPart, ["payout", "credit", "cash"]],
  ["cash that staff took", { ...mpesa, channel: immediate }, ["credit", "cash"]],
  ["a voucher", { ...mpesa, isVoucher: true, channel: null, receiptCents: null }, ["credit", "cash"]],
])("[PAY-15] %s", (_, facts, possible) => {
  const ways = Object.entries(refundWays(facts));
  expect(ways.filter(([, problem]) => problem === null).map(([way]) => way)).toEqual(possible);
});

const initiator = {
  initiatorName: "teller",
  initiatorPassword: "lab-initiator-1",
  certificate: generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" }),
};
const orderId = "9f2c77ab-order";

/** M-Pesa, which pays each name once; and Pesapal, which knows a payment by its confirmation code alone. */
function channelOwners() {
  const payouts: { readonly OriginatorConversationID: string; readonly ResultURL: string }[] = [];
  const pesapal = { statusCode: 1, reference: "", refunds: [] as object[] };
  const http: HttpCall = async ({ url, body = "{}" }) => {
    const say = (fields: object, status = 200) => ({ status, body: JSON.stringify(fields) });
    const fields = url.includes("/oauth/") ? {} : JSON.parse(body);
    if (url.includes("/oauth/")) return say({ access_token: "token", expires_in: "3599" });
    if (url.includes("/RequestToken")) return say({ token: "token", error: null, status: "200" });
    if (url.includes("/b2c/")) {
      const isKnown = payouts.some((one) => one.OriginatorConversationID === fields.OriginatorConversationID);
      payouts.push(fields);
      const duplicate = { errorCode: "500.002.1001", errorMessage: "Duplicate OriginatorConversationID" };
      return isKnown ? say(duplicate, 500) : say({ ResponseCode: "0" });
    }
    if (url.includes("/GetTransactionStatus")) {
      const money = { amount: 50, currency: "KES", merchant_reference: pesapal.reference };
      return say({ ...money, status_code: pesapal.statusCode, confirmation_code: "6513008693", status: "200" });
    }
    if (url.includes("/RefundRequest")) {
      pesapal.refunds.push(fields);
      const isRight = fields.confirmation_code === "6513008693";
      const refusal = { error: { error_type: "api_error", code: "invalid_confirmation_code" }, status: "500" };
      return say(isRight ? { status: "200", message: "Refund request successfully" } : refusal);
    }
    // A list without an end.
    if (url.includes("/pulltransactions/")) return say({ ResponseCode: "1000", Response: [[{ amount: "1" }]] });
    throw new Error(`nobody answers ${url}`);
  };
  return { http, payouts, pesapal };
}

engineSuite("refunds of money from a channel", (engine) => {
  const { http, payouts, pesapal } = channelOwners();
  const warnings: string[] = [];
  const note = (event: string) => void warnings.push(event);
  const log = { debug() {}, info() {}, warn: note, error: note };
  let isClockDoubted = false;
  const hub: TestHub = useHub(engine, { http, log, isClockDoubted: () => isClockDoubted });
  let keys = 0;

  async function openShop(name: string, isPesapal = false) {
    const { token, providerId, ownerEmail } = await hub.makeProvider(name);
    const postAnew = async (path: string, body: object) => {
      const anew = await hub.logIn(ownerEmail, ownerPassword);
      return hub.call("POST", path, { token: anew, body, headers: { "idempotency-key": `key-${++keys}` } });
    };
    const post = (path: string, body: object = {}, key = `key-${++keys}`) =>
      hub.call("POST", path, { token, body, headers: { "idempotency-key": key } });
    const { siteId } = (await post("/api/v1/sites", { name: "Kiosk" })).body.site;
    const secrets = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const { passkey: _, ...pair } = secrets;
    const kind = isPesapal ? { kind: "pesapal", ...pair } : { kind: "mpesa-paybill", shortcode: "600100", ...secrets };
    const { body: channel } = await post("/api/v1/channels", { environment: "sandbox", ...kind });
    const channelId = channel.id as string;
    const rail = isPesapal ? "pesapal" : "mpesa";
    const noticeUrl = channel.noticeUrl as string;
    const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
    /** A payment as callbacks and questions would have left it. */
    const paid = (corroborated: boolean, lastCents = 5000) =>
      inDatabase(async (tx) => {
        const [purchaseId, receipt] = [
          `purchase-${++keys}`,
          isPesapal ? orderId.toUpperCase() : `QK${String(keys).padStart(3, "0")}BCDEF`,
        ];
        pesapal.reference = `R${keys}`;
        const place = { providerId, channelId, currency: "KES" };
        const party = hub.hub().parties.ofPhone(providerId, "254712345678");
        const phone = { phoneHash: party, phoneMasked: "2547***678" };
        const sealed = hub.envelope.seal(Buffer.from("254712345678"), `phone/${providerId}/${purchaseId}`);
        const times = { createdAtMs: 1, changedAtMs: 1 };
        await tx
          .insertInto("purchases")
          .values({
            ...place,
            ...phone,
            ...times,
            purchaseId,
            siteId,
            planId: "p",
            planName: "Day",
            terms: json(unlimitedTerms),
            amountCents: 5000,
            phoneSealed: sealed,
            idempotencyKey: purchaseId,
            reference: `R${keys}`,
            secretHash: purchaseId,
            state: "paid",
            receipt,
            corroborated,
            ...(isPesapal ? { requestId: orderId } : {}),
          })
          .execute();
        const accounts = [`clearing:${channelId}`, "revenue"] as const;
        await insertEntry(tx, { providerId, entryId: purchaseId, kind: "receipt", accounts, cents: 5000 });
        await tx
          .insertInto("receipts")
          .values({
            ...place,
            rail,
            receipt,
            purchaseId,
            amountCents: lastCents,
            planCents: lastCents,
            creditCents: 0,
            entryId: purchaseId,
            bookedAtMs: 1,
            corroborated: false,
          } as never)
          .execute();
        return purchaseId;
      });
    const refund = (body: object) => post("/api/v1/refunds", { reason: "did not work", ...body });
    const balance = async (account: string) => {
      const { items } = (await hub.call("GET", "/api/v1/ledger/accounts", { token })).body;
      return items.find((one: { account: string }) => one.account === account)?.balanceCents ?? 0;
    };
    /** One that was possible when it was asked for, and that M-Pesa would not pay. */
    const payout = (paymentId: string, state: "approved" | "failed" | "unknown" | "sent") =>
      inDatabase(async (tx) => {
        const refundId = `refund-${++keys}`;
        await tx
          .insertInto("refunds")
          .values({
            providerId,
            refundId,
            idempotencyKey: refundId,
            purchaseId: paymentId,
            channelId,
            method: "payout",
            amountCents: 5000,
            currency: "KES",
            reason: "slow",
            state,
            problem: "2040",
            askedBy: "me",
            createdAtMs: 1,
            changedAtMs: 1,
          } as never)
          .execute();
        return refundId;
      });
    const read = async (path: string) => (await hub.call("GET", path, { token })).body;
    const refundNow = async (id: string) =>
      (await read("/api/v1/refunds")).items.find((one: { id: string }) => one.id === id);
    const becomes = (id: string, expected: object) =>
      vi.waitFor(async () => expect(await refundNow(id)).toMatchObject(expected), { timeout: 20_000 });
    /** A payment whose payout is on its way. */
    const sentPayout = async () => {
      await post(`/api/v1/channels/${channelId}/keys`, initiator);
      const paymentId = await paid(true);
      const { id } = (await refund({ paymentId, method: "payout" })).body;
      await becomes(id, { state: "sent" });
      return { paymentId, id: id as string };
    };
    /** M-Pesa's result over the newest payout. */
    const result = (ResultCode: string, TransactionID?: string) =>
      hub.call("POST", new URL(payouts.at(-1)!.ResultURL).pathname, {
        body: { Result: { ResultCode, ResultDesc: "?", TransactionID } },
      });
    /** M-Pesa's answer to a question about a payout of this refund. */
    const saidOf = async (subject: string, told: object) => {
      const secret = `the-secret-of-question-${++keys}`;
      const call = { providerId, channelId, callId: secret, subject, secretHash: hashOf(secret) };
      await inDatabase((tx) =>
        tx
          .insertInto("channel_calls")
          .values({ ...call, kind: "payout-status", state: "accepted", askedAtMs: 1 })
          .execute(),
      );
      const said = { DebitPartyName: "600100 - Shop", Amount: 50, ...told };
      const ResultParameter = Object.entries(said).map(([Key, Value]) => ({ Key, Value }));
      const path = new URL(payouts.at(-1)!.ResultURL).pathname.replace(/[^/]+$/, secret);
      await hub.call("POST", path, { body: { Result: { ResultCode: 0, ResultParameters: { ResultParameter } } } });
    };
    /** A statement that says that a payout came back, under the name of the second receipt. */
    const cameBack = async (of: string, receipt: string, shillings = 50) => {
      const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Linked Transaction ID";
      const csv = `${head}\n${receipt},2026-11-20 12:00:00,Reversal of payment,Completed,${shillings}.00,,${of}`;
      return (await post("/api/v1/reconciliation/statements", { channelId, csv })).body;
    };
    const hoursAgo = (refundId: string) =>
      inDatabase((tx) => tx.updateTable("refunds").set({ changedAtMs: 1 }).where("refundId", "=", refundId).execute());
    /** A statement that says that the money of this payment, or a part of it, went back to its payer. */
    const reverse = async (paymentId: string, shillings = 50) => {
      const { receipt } = await read(`/api/v1/payments/${paymentId}`);
      const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Linked Transaction ID";
      const csv = `${head}\nRV${++keys}ABCDEF,2026-11-20 12:00:00,Reversal,Completed,,${shillings}.00,${receipt}`;
      expect((await post("/api/v1/reconciliation/statements", { channelId, csv })).body).toMatchObject({
        reversed: 1,
      });
    };
    const books = async () => {
      const names = ["clearing", "refunds", "credit", "cash", "debts"];
      const cents = await Promise.all(
        names.map((name) => balance(name === "clearing" ? `clearing:${channelId}` : name)),
      );
      return Object.fromEntries(names.map((name, index) => [name, cents[index]]));
    };
    const twice = async () =>
      (await read("/api/v1/review?kind=payment")).items.map(
        ({ id, what, amountCents }: { id: string; what: string; amountCents: number }) => ({ id, what, amountCents }),
      );
    return {
      channelId,
      providerId,
      noticeUrl,
      inDatabase,
      hoursAgo,
      post,
      postAnew,
      paid,
      refund,
      balance,
      payout,
      read,
      becomes,
      sentPayout,
      result,
      reverse,
      cameBack,
      saidOf,
      books,
      twice,
    };
  }

  longTest(
    "[PAY-15] a result that nobody knows is no failure; after a person's word the payout is tried again under its first name",
    async () => {
      const shop = await openShop("Codes");
      await shop.post(`/api/v1/channels/${shop.channelId}/keys`, initiator);
      const asked = await shop.refund({ paymentId: await shop.paid(true), method: "payout" });
      const { id } = asked.body;
      await shop.becomes(id, { state: "sent" });
      const notPaid = (of: string) =>
        shop.post(`/api/v1/refunds/${of}/resolve`, { outcome: "not-paid", note: "looked" });
      expect(await notPaid(id)).toMatchObject({ status: 409, body: { code: "on-its-way" } });
      await shop.result("4242");
      await shop.becomes(id, { state: "unknown", problem: "4242 ?" });
      const { items } = await shop.read("/api/v1/review?kind=unread");
      expect(items).toMatchObject([{ what: expect.stringContaining("result code 4242") }]);
      const retry = (of: string) => shop.post(`/api/v1/refunds/${of}/retry`);
      expect(await retry(id)).toMatchObject({ status: 409, body: { code: "decided" } });
      // Nobody knows what became of it, and it may still arrive: for an hour no word makes it "not paid".
      expect(await notPaid(id)).toMatchObject({ status: 409, body: { code: "on-its-way" } });
      await shop.hoursAgo(id);
      expect((await notPaid(id)).body).toMatchObject({ state: "failed" });
      const again = (await retry(id)).body.id;
      await shop.becomes(again, { state: "unknown", problem: expect.stringContaining("an earlier try") });

      const other = (await shop.refund({ paymentId: await shop.paid(true), method: "payout" })).body.id;
      await shop.becomes(other, { state: "sent" });
      await shop.result("1");
      await shop.becomes(other, { state: "failed" });
      await shop.becomes((await retry(other)).body.id, { state: "sent" });
      const names = payouts.map((one) => one.OriginatorConversationID);
      expect(names[1]).toBe(names[0]);
      expect(new Set(names).size).toBe(3);
    },
  );

  test("[PAY-15] while nobody knows what became of a payout, no other refund of its payment is made in any way", async () => {
    const shop = await openShop("Undecided");
    const { paymentId, id } = await shop.sentPayout();
    await shop.result("4242");
    await shop.becomes(id, { state: "unknown" });
    for (const method of ["cash", "credit", "payout"])
      expect(await shop.refund({ paymentId, method }), method).toMatchObject({ body: { code: "too-much" } });
  });

  test("[PAY-15] one that is tried again under the key of its first try is made; the key of another order is refused", async () => {
    const shop = await openShop("Keys");
    const paymentId = await shop.paid(true);
    const failed = await shop.payout(paymentId, "failed");
    const again = await shop.post(`/api/v1/refunds/${failed}/retry`, { method: "credit" }, failed);
    expect(again).toMatchObject({ status: 201, body: { state: "done", retryOf: failed } });
    const order = { paymentId, method: "cash", reason: "slow" };
    expect(await shop.post("/api/v1/refunds", order, failed)).toMatchObject({
      status: 409,
      body: { code: "key-reused" },
    });
  });

  test("[PAY-15] a payment that was refunded and is reversed besides comes out of its customer's credit, or is their debt", async () => {
    const shop = await openShop("Twice");
    const credited = await shop.paid(true);
    await shop.refund({ paymentId: credited, method: "credit" });
    await shop.reverse(credited);
    expect(await shop.books()).toEqual({ clearing: 0, refunds: 5000, credit: 0, cash: 0, debts: 0 });
    const handed = await shop.paid(true);
    await shop.refund({ paymentId: handed, method: "cash", amountCents: 2000 });
    await shop.reverse(handed);
    expect(await shop.books()).toEqual({ clearing: 0, refunds: 10_000, credit: 0, cash: -2000, debts: 2000 });
    expect(await shop.twice()).toEqual([
      { id: handed, what: "given-back-twice", amountCents: 2000 },
      { id: credited, what: "given-back-twice", amountCents: 5000 },
    ]);
    const once = await shop.paid(true);
    await shop.reverse(once);
    expect((await shop.twice())[0]).toEqual({ id: once, what: "reversed", amountCents: 5000 });
  });

  longTest(
    "[PAY-15] a part that went back at the channel besides a refund is no refund beyond the price: it is the customer's debt",
    async () => {
      const shop = await openShop("Parts Back");
      const paymentId = await shop.paid(true);
      await shop.refund({ paymentId, method: "cash", amountCents: 4000 });
      await shop.reverse(paymentId, 30);
      expect(await shop.books()).toEqual({ clearing: 2000, refunds: 5000, credit: 0, cash: -4000, debts: 2000 });
      expect(await shop.twice()).toEqual([{ id: paymentId, what: "given-back-twice", amountCents: 2000 }]);
      // And the rest of it too.
      await shop.reverse(paymentId, 20);
      expect(await shop.books()).toEqual({ clearing: 0, refunds: 5000, credit: 0, cash: -4000, debts: 4000 });
      expect(await shop.twice()).toEqual([{ id: paymentId, what: "given-back-twice", amountCents: 4000 }]);
    },
  );

  longTest(
    "[PAY-15] a payout on its way when a part of its payment is reversed is a debt beyond the price, and a person is told",
    async () => {
      const shop = await openShop("Part Underway");
      const { paymentId, id } = await shop.sentPayout();
      await shop.reverse(paymentId, 30);
      await shop.result("0");
      await shop.becomes(id, { state: "done" });
      expect(await shop.books()).toEqual({ clearing: -3000, refunds: 5000, credit: 0, cash: 0, debts: 3000 });
      expect(await shop.twice()).toEqual([{ id: paymentId, what: "given-back-twice", amountCents: 3000 }]);
      await shop.reverse(paymentId, 20);
      expect(await shop.books()).toEqual({ clearing: -5000, refunds: 5000, credit: 0, cash: 0, debts: 5000 });
    },
  );

  longTest(
    "[PAY-15] a reversal that an operator asked for is nothing to look at, whoever tells first that it is done",
    async () => {
      const shop = await openShop("Asked");
      for (const isOnStatement of [false, true]) {
        const paymentId = await shop.paid(true);
        const { receipt } = await shop.read(`/api/v1/payments/${paymentId}`);
        const refundId = await shop.payout(paymentId, "unknown");
        await shop.inDatabase((tx) =>
          tx
            .updateTable("refunds")
            .set({ method: "reversal", receipt, rail: "mpesa" })
            .where("refundId", "=", refundId)
            .execute(),
        );
        if (isOnStatement) await shop.reverse(paymentId);
        const said = { outcome: "paid", note: "seen at the portal" };
        expect((await shop.post(`/api/v1/refunds/${refundId}/resolve`, said)).status).toBe(200);
        expect(await shop.read(`/api/v1/payments/${paymentId}`)).toMatchObject({ state: "reversed" });
        expect(await shop.twice()).toEqual([]);
      }
    },
  );

  test("[PAY-15] a payout on its way when its payment is reversed is a debt; one that has not left yet is not sent", async () => {
    const shop = await openShop("Underway");
    const { paymentId, id } = await shop.sentPayout();
    await shop.reverse(paymentId);
    expect(await shop.twice()).toEqual([{ id: paymentId, what: "reversed", amountCents: 5000 }]);
    await shop.result("0");
    await shop.becomes(id, { state: "done" });
    expect(await shop.books()).toEqual({ clearing: -5000, refunds: 5000, credit: 0, cash: 0, debts: 5000 });
    expect(await shop.twice()).toEqual([{ id: paymentId, what: "given-back-twice", amountCents: 5000 }]);

    const [other, sentBefore] = [await shop.paid(true), payouts.length];
    const waiting = await shop.payout(other, "approved");
    await shop.reverse(other);
    await shop.inDatabase((tx) =>
      sendToOutbox(hub.world)(tx, refundJob, { providerId: shop.providerId, refundId: waiting }),
    );
    await shop.becomes(waiting, { state: "failed", problem: expect.stringContaining("reversed") });
    expect(payouts).toHaveLength(sentBefore);
  });

  longTest(
    "[PAY-15] a result that comes after its payout was settled by hand and came back changes nothing, and is judged once",
    async () => {
      const shop = await openShop("Late Result");
      const { id } = await shop.sentPayout();
      await shop.hoursAgo(id);
      const said = { outcome: "paid", note: "seen at the portal", receipt: "qkl1abcdef" };
      expect((await shop.post(`/api/v1/refunds/${id}/resolve`, said)).status).toBe(200);
      expect(await shop.cameBack("QKL1ABCDEF", "QKL2ABCDEF")).toMatchObject({ returned: 1 });
      await shop.result("0");
      const unjudged = () =>
        shop.inDatabase((tx) => tx.selectFrom("evidence").select("source").where("state", "=", "new").execute());
      await vi.waitFor(async () => expect(await unjudged()).toEqual([]), { timeout: 20_000 });
      await shop.becomes(id, { state: "returned" });
      expect(await shop.books()).toEqual({ clearing: 5000, refunds: 0, credit: 0, cash: 0, debts: 0 });
      // The customer has nothing yet: it is open again, whatever was said of it before.
      expect((await shop.read("/api/v1/review?kind=refund")).items).toMatchObject([{ id }]);
      const again = await shop.post(`/api/v1/refunds/${id}/retry`, { method: "credit" });
      expect(again).toMatchObject({ status: 201, body: { state: "done" } });
    },
  );

  test("[PAY-15] a payout of which M-Pesa says, asked about it, that it was declined is sent again under a name of its own", async () => {
    const shop = await openShop("Declined");
    const { id: subject } = await shop.sentPayout();
    // What another one's payment became says nothing; a till pays from its head office's number too.
    const declined = { ReceiptNo: "QKN1ABCDEF", TransactionStatus: "Declined" };
    await shop.saidOf(subject, { ...declined, DebitPartyName: "600777 - Another" });
    await shop.becomes(subject, { state: "unknown" });
    await shop.inDatabase((tx) =>
      tx.updateTable("channels").set({ storeNumber: "600777" }).where("channelId", "=", shop.channelId).execute(),
    );
    await shop.saidOf(subject, { ...declined, DebitPartyName: "600777 - Shop" });
    await shop.becomes(subject, { state: "failed" });
    await shop.becomes((await shop.post(`/api/v1/refunds/${subject}/retry`)).body.id, { state: "sent" });
  });

  test("[PAY-15] a payout that came back is sent again under a name of its own: M-Pesa takes each name once", async () => {
    const shop = await openShop("Not Taken");
    const { id } = await shop.sentPayout();
    await shop.result("0", "QKM1ABCDEF");
    await shop.becomes(id, { state: "done" });
    expect(await shop.cameBack("QKM1ABCDEF", "QKM4ABCDEF", 20), "of another sum it is not this one").toMatchObject({
      returned: 0,
    });
    expect(await shop.books()).toMatchObject({ clearing: 0, refunds: 5000 });
    expect(await shop.cameBack("QKM1ABCDEF", "QKM2ABCDEF")).toMatchObject({ returned: 1 });
    const again = (await shop.post(`/api/v1/refunds/${id}/retry`)).body.id;
    await shop.becomes(again, { state: "sent" });
    await shop.result("0", "QKM3ABCDEF");
    await shop.becomes(again, { state: "done" });
    expect(await shop.books()).toEqual({ clearing: 0, refunds: 5000, credit: 0, cash: 0, debts: 0 });
  });

  test("[PAY-15] NO-SILENCE: a payout of this minute is on its way, and who knows how old one is while the clock is in doubt?", async () => {
    const shop = await openShop("Ahead");
    const { id } = await shop.sentPayout();
    const said = { outcome: "not-paid", note: "they have nothing" };
    const onItsWay = { status: 409, body: { code: "on-its-way" } };
    expect(await shop.post(`/api/v1/refunds/${id}/resolve`, said)).toMatchObject(onItsWay);
    hub.moveClock(61 * 60_000);
    isClockDoubted = true;
    // A log-in lives an hour.
    expect(await shop.postAnew(`/api/v1/refunds/${id}/resolve`, said)).toMatchObject(onItsWay);
    isClockDoubted = false;
    expect((await shop.postAnew(`/api/v1/refunds/${id}/resolve`, said)).body).toMatchObject({ state: "failed" });
    hub.moveClock(-61 * 60_000);
  });

  test("[PAY-15] NO-SILENCE: a payout that a person settled as paid stays in the books when M-Pesa says that it failed, and a person is told", async () => {
    const shop = await openShop("Denied");
    const { paymentId, id } = await shop.sentPayout();
    const said = { outcome: "paid", note: "the customer says so" };
    expect((await shop.post(`/api/v1/refunds/${id}/resolve`, said)).body).toMatchObject({ state: "done" });
    const before = await shop.books();
    expect(await shop.twice()).toEqual([]);
    await shop.result("2040");
    await vi.waitFor(
      async () => expect(await shop.twice()).toEqual([{ id: paymentId, what: "refund-denied", amountCents: 5000 }]),
      { timeout: 20_000 },
    );
    expect(await shop.books()).toEqual(before);
    expect((await shop.post(`/api/v1/payments/${paymentId}/resolve`, { note: "paid it again" })).status).toBe(200);
    expect(await shop.twice()).toEqual([]);
  });

  test("[PAY-15] a payout that a person settled as paid has the receipt that M-Pesa names for it, whatever the person typed, and what came back of it is its own", async () => {
    const shop = await openShop("Named Late");
    const receiptOf = (refundId: string) =>
      shop.inDatabase(async (tx) => {
        const row = tx.selectFrom("refunds").select("resultReceipt").where("refundId", "=", refundId);
        return (await row.executeTakeFirstOrThrow()).resultReceipt;
      });
    const names = async (refundId: string, receipt: string) =>
      vi.waitFor(async () => expect(await receiptOf(refundId)).toBe(receipt), { timeout: 20_000 });
    const { id } = await shop.sentPayout();
    const said = { outcome: "paid", note: "the customer says so" };
    expect((await shop.post(`/api/v1/refunds/${id}/resolve`, said)).body).toMatchObject({ state: "done" });
    await shop.result("0", "QKV1ABCDEF");
    await names(id, "QKV1ABCDEF");
    const { id: mistyped } = await shop.sentPayout();
    await shop.post(`/api/v1/refunds/${mistyped}/resolve`, { ...said, receipt: "QKV9ABCDEF" });
    const before = await shop.books();
    expect(await shop.cameBack("QKV2ABCDEF", "QKV3ABCDEF")).toMatchObject({ returned: 0 });
    await shop.result("0", "QKV2ABCDEF");
    await shop.becomes(mistyped, { state: "returned", resolution: null });
    expect(await receiptOf(mistyped)).toBe("QKV2ABCDEF");
    expect(await shop.books()).toEqual({ ...before, clearing: before.clearing + 5000, refunds: before.refunds - 5000 });
  });

  test("[PAY-15] NO-SILENCE: a payout that a person settled as paid, and that came back since, stands among what needs a person again", async () => {
    const shop = await openShop("Seen And Back");
    const { id } = await shop.sentPayout();
    const said = { outcome: "paid", note: "the customer says so", receipt: "QKU1ABCDEF" };
    expect((await shop.post(`/api/v1/refunds/${id}/resolve`, said)).body).toMatchObject({ resolution: "paid" });
    expect((await shop.read("/api/v1/review?kind=refund")).items).toEqual([]);
    expect(await shop.cameBack("QKU1ABCDEF", "QKU2ABCDEF")).toMatchObject({ returned: 1 });
    await shop.becomes(id, { state: "returned", resolution: null });
    expect((await shop.read("/api/v1/review?kind=refund")).items).toMatchObject([{ id }]);
    await shop.becomes((await shop.post(`/api/v1/refunds/${id}/retry`)).body.id, { state: "sent" });
  });

  test("[PAY-15] an earlier try that M-Pesa paid after all, and said so twice, is one payout in the books, of one refund", async () => {
    const shop = await openShop("One Name");
    const { id } = await shop.sentPayout();
    const firstPath = new URL(payouts.at(-1)!.ResultURL).pathname;
    await shop.hoursAgo(id);
    await shop.post(`/api/v1/refunds/${id}/resolve`, { outcome: "not-paid", note: "looked at the wrong day" });
    const again = (await shop.post(`/api/v1/refunds/${id}/retry`)).body.id;
    await shop.becomes(again, { state: "unknown", problem: expect.stringContaining("an earlier try") });
    const said = { Result: { ResultCode: "0", ResultDesc: "?", TransactionID: "QKR1ABCDEF" } };
    await hub.call("POST", firstPath, { body: said });
    await shop.becomes(id, { state: "done" });
    await shop.saidOf(again, { ReceiptNo: "QKR1ABCDEF", TransactionStatus: "Completed" });
    await shop.becomes(again, { state: "failed", problem: expect.stringContaining("QKR1ABCDEF") });
    expect(await shop.books()).toEqual({ clearing: 0, refunds: 5000, credit: 0, cash: 0, debts: 0 });
  });

  test("[PAY-15] a payout that a statement saw come back before anybody knew of it is not with its customer", async () => {
    const shop = await openShop("Known Late");
    const { id } = await shop.sentPayout();
    expect(await shop.cameBack("QKP1ABCDEF", "QKP2ABCDEF")).toMatchObject({ returned: 0 });
    await shop.result("0", "QKP1ABCDEF");
    await shop.becomes(id, { state: "returned" });
    expect(await shop.books()).toEqual({ clearing: 5000, refunds: 0, credit: 0, cash: 0, debts: 0 });
  });

  test("[PAY-15] a payout that comes back after M-Pesa reversed the payment besides leaves its customer no debt", async () => {
    const shop = await openShop("Reversed Besides");
    const { paymentId, id } = await shop.sentPayout();
    await shop.result("0", "QKS1ABCDEF");
    await shop.becomes(id, { state: "done" });
    await shop.reverse(paymentId);
    expect(await shop.books()).toEqual({ clearing: -5000, refunds: 5000, credit: 0, cash: 0, debts: 5000 });
    expect(await shop.cameBack("QKS1ABCDEF", "QKS2ABCDEF")).toMatchObject({ returned: 1 });
    expect(await shop.books()).toEqual({ clearing: 0, refunds: 5000, credit: 0, cash: 0, debts: 0 });
  });

  test("[PAY-15] a payout that arrives after another refund was made in its place takes that one back, and a person is told", async () => {
    const shop = await openShop("Mistaken");
    const { paymentId, id } = await shop.sentPayout();
    await shop.inDatabase((tx) => tx.updateTable("refunds").set({ changedAtMs: 1 }).execute()); // hours ago
    await shop.post(`/api/v1/refunds/${id}/resolve`, { outcome: "not-paid", note: "looked at the wrong day" });
    await shop.post(`/api/v1/refunds/${id}/retry`, { method: "credit" });
    expect(await shop.twice()).toEqual([]);
    await shop.result("0");
    await shop.becomes(id, { state: "done", resolution: "retried" });
    expect(await shop.books()).toEqual({ clearing: 0, refunds: 5000, credit: 0, cash: 0, debts: 0 });
    expect(await shop.twice()).toEqual([{ id: paymentId, what: "given-back-twice", amountCents: 5000 }]);
    // And M-Pesa reverses it on top of all that.
    await shop.reverse(paymentId);
    expect(await shop.books()).toEqual({ clearing: -5000, refunds: 5000, credit: 0, cash: 0, debts: 5000 });
  });

  longTest(
    "[PAY-15] Pesapal is asked by its confirmation code, and a payment reversed there is in the books once",
    async () => {
      const shop = await openShop("Page", true);
      const paymentId = await shop.paid(true);
      expect(await shop.refund({ paymentId, method: "channel", amountCents: 2000 })).toMatchObject({ status: 422 });
      const { id } = (await shop.refund({ paymentId, method: "channel" })).body;
      await shop.becomes(id, { state: "sent" });
      expect(pesapal.refunds).toMatchObject([{ confirmation_code: "6513008693", amount: "50.00" }]);
      pesapal.statusCode = 3;
      const notice = { OrderTrackingId: orderId, OrderMerchantReference: pesapal.reference };
      await hub.call("POST", new URL(shop.noticeUrl).pathname, { body: notice });
      await shop.becomes(id, { state: "done" });
      expect(await shop.balance(`clearing:${shop.channelId}`)).toBe(0);
      expect(await shop.balance("refunds")).toBe(5000);
    },
  );

  longTest(
    "[PAY-18] a certificate that can't be read is refused by name; a list without an end disproves nothing",
    async () => {
      const shop = await openShop("Lists");
      const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
      const keysPath = `/api/v1/channels/${shop.channelId}/keys`;
      expect(await shop.post(keysPath, { ...initiator, certificate })).toMatchObject({
        status: 400,
        body: { field: "certificate" },
      });
      const data = { providerId: shop.providerId, channelId: shop.channelId, backMs: 3_600_000 };
      await hub.database().asProvider(shop.providerId, (tx) => sendToOutbox(hub.world)(tx, pullJob, data));
      await vi.waitFor(() => expect(warnings).toContain("pull-too-long"), { timeout: 60_000 });
      const spans = hub
        .database()
        .asProvider(shop.providerId, (tx) => tx.selectFrom("pull_spans").selectAll().execute());
      expect(await spans).toEqual([]);
    },
  );

  longTest(
    "[PAY-18] one provider's keys that can't be opened keep nobody else's channel from being looked at",
    async () => {
      const [broken, well] = [await openShop("Broken"), await openShop("Well")];
      await broken.paid(false);
      const nowMs = hub.world.clock.wall().atMs;
      await hub.database().asProvider(broken.providerId, async (tx) => {
        await tx.updateTable("purchases").set({ corroborated: false }).execute();
        await tx
          .updateTable("receipts")
          .set({ bookedAtMs: nowMs - 20 * 60_000 })
          .execute();
        await tx
          .updateTable("channels")
          .set({ keysSealed: Buffer.from("torn") })
          .execute();
      });
      await hub.database().asProvider(well.providerId, async (tx) => {
        await tx
          .updateTable("channels")
          .set({ passwordSetAtMs: nowMs - 85 * 86_400_000 })
          .execute();
        await sendToOutbox(hub.world)(tx, sweepJob, {});
      });
      // In which order channels are looked at is nobody's promise.
      const both = ["initiator-password-ends", "money-sweep-failed"];
      await vi.waitFor(() => expect(warnings).toEqual(expect.arrayContaining(both)), { timeout: 60_000 });
    },
  );

  test("[PAY-15] a way that is impossible is refused by name, before anything is revoked, and the page of ways says why", async () => {
    const shop = await openShop("Ways");
    const paymentId = await shop.paid(true);
    const options = await shop.read(`/api/v1/refunds/options?paymentId=${paymentId}`);
    expect(options).toMatchObject({ leftCents: 5000, currency: "KES" });
    const possible = options.methods.filter(({ problem }: { problem: string | null }) => problem === null);
    expect(possible.map(({ method }: { method: string }) => method)).toEqual(["credit", "cash"]);
    for (const method of ["payout", "reversal", "channel"]) {
      expect(await shop.refund({ paymentId, method })).toMatchObject({
        status: 422,
        body: { code: "method-impossible", field: "method" },
      });
    }
    expect((await shop.read("/api/v1/refunds")).items).toEqual([]);
  });

  test("[PAY-15] money that nobody but a callback told of is given back in no way", async () => {
    const shop = await openShop("Unproven");
    const paymentId = await shop.paid(false);
    for (const method of ["cash", "credit"]) {
      expect(await shop.refund({ paymentId, method })).toMatchObject({ status: 409, body: { code: "unproven" } });
    }
    const { methods } = await shop.read(`/api/v1/refunds/options?paymentId=${paymentId}`);
    expect(methods.find(({ method }: { method: string }) => method === "cash").problem).toBe(unproven.text);
  });

  test("[PAY-15] a package that was paid in two parts is given back as a whole, and no more of it than its price", async () => {
    const shop = await openShop("Parts");
    const paymentId = await shop.paid(true, 2000);
    const { leftCents, methods } = await shop.read(`/api/v1/refunds/options?paymentId=${paymentId}`);
    expect(leftCents).toBe(5000);
    const possible = methods.filter(({ problem }: { problem: string | null }) => problem === null);
    expect(possible.map(({ method }: { method: string }) => method)).toEqual(["credit", "cash"]);
    const given = await shop.refund({ paymentId, method: "credit" });
    expect(given).toMatchObject({ status: 201, body: { state: "done", amountCents: 5000 } });
    expect(await shop.refund({ paymentId, method: "cash", amountCents: 100 })).toMatchObject({ status: 409 });
  });

  test("[PAY-15] a refund that failed is made in another way, once, and leaves the review list; the payment's page shows both", async () => {
    const shop = await openShop("Retry");
    const paymentId = await shop.paid(true);
    const failed = await shop.payout(paymentId, "failed");
    const waiting = async () =>
      (await shop.read("/api/v1/review?kind=refund")).items.map(({ id }: { id: string }) => id);
    expect(await waiting()).toEqual([failed]);
    expect(await shop.post(`/api/v1/refunds/${failed}/retry`)).toMatchObject({
      status: 422,
      body: { field: "method" },
    });
    const again = await shop.post(`/api/v1/refunds/${failed}/retry`, { method: "credit" });
    expect(again).toMatchObject({ status: 201, body: { state: "done", amountCents: 5000, retryOf: failed } });
    expect(await waiting()).toEqual([]);
    expect((await shop.post(`/api/v1/refunds/${failed}/retry`, { method: "cash" })).body.code).toBe("decided");
    const payment = await shop.read(`/api/v1/payments/${paymentId}`);
    expect(payment).toMatchObject({ refundedCents: 5000, refunds: [{ state: "done" }, { state: "failed" }] });
    expect((await shop.read("/api/v1/payments")).items[0]).toMatchObject({ refundedCents: 5000 });
  });

  longTest('[PAY-15] who says "I already paid" with a receipt whose money was given back is told so', async () => {
    const shop = await openShop("Claimed");
    const paymentId = await shop.paid(true);
    const { receipt } = await shop.read(`/api/v1/payments/${paymentId}`);
    const claim = () => shop.post("/api/v1/payments/claims", { receipt, phone: "0712345678" });
    expect(await claim()).toMatchObject({ status: 201, body: { outcome: "known", paymentId } });
    expect((await shop.refund({ paymentId, method: "cash" })).status).toBe(201);
    expect(await claim()).toMatchObject({ status: 409, body: { code: "given-back", field: "receipt" } });
  });

  test("[PAY-18] a receipt is proved with the purchase that it paid for, and a payment says what kind of channel it came through", async () => {
    const shop = await openShop("Verified");
    const proved = async (paymentId: string) => {
      const { items } = await shop.read("/api/v1/receipts");
      return items.find((one: { paymentId: string }) => one.paymentId === paymentId).verified;
    };
    expect([await proved(await shop.paid(true)), await proved(await shop.paid(false))]).toEqual([true, false]);
    expect((await shop.read("/api/v1/payments")).items[0].channelKind).toBe("mpesa-paybill");
  });

  test("[PAY-14] an expense is paid from the till or from a channel that holds money, and from no other", async () => {
    const shop = await openShop("Spending");
    const { items } = await shop.read("/api/v1/expenses/paid-from");
    expect(items).toMatchObject([
      { channelId: null, account: "cash", name: "Cash" },
      { channelId: shop.channelId, account: `clearing:${shop.channelId}` },
    ]);
    const spend = (channelId: string | null) =>
      shop.post("/api/v1/expenses", {
        category: "power",
        amountCents: 100,
        spentOn: "2026-01-01",
        ...(channelId === null ? {} : { channelId, reference: "QK88XXYYZZ" }),
      });
    for (const { channelId } of items) expect((await spend(channelId)).status).toBe(201);
    expect(await spend("none")).toMatchObject({ status: 404, body: { field: "channelId" } });
  });

  test("[PAY-15] one that nobody had an answer for is settled by who has looked: paid is booked once, not paid may be tried again", async () => {
    const shop = await openShop("Unknown");
    const say = (id: string, outcome: string) =>
      shop.post(`/api/v1/refunds/${id}/resolve`, { outcome, note: "asked M-Pesa", receipt: "QK99XXYYZZ" });
    const arrived = await shop.payout(await shop.paid(true), "unknown");
    const done = { state: "done", resolution: "paid", note: "asked M-Pesa" };
    expect(await say(arrived, "paid")).toMatchObject({ status: 200, body: done });
    expect(await shop.balance("refunds")).toBe(5000);
    expect(await shop.balance(`clearing:${shop.channelId}`)).toBe(5000 - 5000);
    expect((await say(arrived, "paid")).body.code).toBe("decided");

    const lost = await shop.payout(await shop.paid(true), "sent");
    // One receipt of M-Pesa's is one payout: the other customer has nothing yet.
    expect(await say(lost, "paid")).toMatchObject({
      status: 409,
      body: { code: "reference-taken", field: "receipt" },
    });
    expect(await say(lost, "given-up")).toMatchObject({ status: 409, body: { code: "decided" } });
    expect(await say(lost, "not-paid")).toMatchObject({ status: 200, body: { state: "failed", resolution: null } });
    expect(await say(lost, "given-up")).toMatchObject({ body: { state: "failed", resolution: "given-up" } });
    expect((await shop.read("/api/v1/review?kind=refund")).items).toEqual([]);
    expect(await shop.balance("refunds")).toBe(5000);
  });

  test("[PAY-15] an approved refund whose job was lost is sent by the sweep, and one that was under way becomes undecided", async () => {
    const shop = await openShop("Forgotten");
    await shop.post(`/api/v1/channels/${shop.channelId}/keys`, initiator);
    const sentBefore = payouts.length;
    const refundId = await shop.payout(await shop.paid(true), "approved");
    const broken = await shop.payout(await shop.paid(true), "approved");
    const hoursAgo = (id: string, state: "approved" | "sending") =>
      shop.inDatabase((tx) =>
        tx.updateTable("refunds").set({ state, changedAtMs: 1 }).where("refundId", "=", id).execute(),
      );
    await hoursAgo(refundId, "approved");
    await hoursAgo(broken, "sending");
    await shop.inDatabase((tx) => sendToOutbox(hub.world)(tx, sweepJob, {}));
    await shop.becomes(refundId, { state: "sent" });
    await shop.becomes(broken, { state: "unknown", problem: expect.stringContaining("interrupted") });
    expect(payouts).toHaveLength(sentBefore + 1);
  });
});

/** A purchase that credit paid in part, lost by a restore and given back by its site: its channel is asked about its part alone. */
import { unlimitedTerms } from "@karibu/protocol/plan";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { engineSuite, realWorld } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { createInProcessQueue } from "../../ground/jobs/in-process.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { askerOf } from "../../test-asking.ts";
import { keysAccepted, useHub } from "../../test-hub.ts";
import { makeSecretItsId } from "../channels/test-hooks.ts";
import { stamp } from "../reconciliation/test-office.ts";
import { adoptPurchase } from "./adopt-purchase.ts";
import { sealPhone } from "./purchase-rows.ts";
import { readSoldNote, soldNote } from "./sold-note.ts";

const reference = "WLT7ABCDE";
const receipt = "QP77ABCDEF";
const patience = { timeout: 20_000 };

/** M-Pesa says that its prompt was paid, and of another one that it was not; Airtel names the receipt, too, and neither says how much. */
const http: HttpCall = async (request) => {
  if (request.url.includes("stkpushquery")) {
    const isPaid = String(request.body).includes("ws_CO_77");
    const verdict = isPaid
      ? { CheckoutRequestID: "ws_CO_77", ResultCode: "0", ResultDesc: "done" }
      : { CheckoutRequestID: "ws_CO_78", ResultCode: "1032", ResultDesc: "Request cancelled by user" };
    const answer = { ResponseCode: "0", ...verdict };
    return { status: 200, body: JSON.stringify(answer) };
  }
  if (request.url.includes("/auth/oauth2/token"))
    return { status: 200, body: '{"access_token":"t","expires_in":"3600"}' };
  if (request.url.includes("/payments/")) {
    const transaction = { id: reference, status: "TS", airtel_money_id: receipt };
    const answer = { data: { transaction }, status: { success: true, response_code: "DP00800001001" } };
    return { status: 200, body: JSON.stringify(answer) };
  }
  return keysAccepted(request);
};

const kinds = {
  "mpesa-paybill": { consumerKey: "k", consumerSecret: "s", passkey: "p", shortcode: "600100", requestId: "ws_CO_77" },
  "airtel-money": { country: "KE", clientId: "c", clientSecret: "s", requestId: reference },
} as const;
type Kind = keyof typeof kinds;

engineSuite("a purchase of 100, 40 of it out of credit, that a restore lost", (engine) => {
  const hub = useHub(engine, { http, masterKeys: [realWorld().random.bytes(32)] });

  /** @param creditCents what the back-up has of the customer's credit */
  /** @param before what the hub hears of it before its site gives it back */
  async function restore(
    name: string,
    kind: Kind,
    creditCents: number,
    asked: string = kinds[kind].requestId,
    before: "nothing" | "its money" | "its statement" = "nothing",
    jobs: JobQueue = { send: async () => {} } as never,
  ) {
    const { token, providerId } = await hub.makeProvider(name);
    const call = askerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "Town" })).body.site;
    const { planId } = (await call("POST", "/plans", { name: "Day", priceCents: 10_000, terms: {} })).body;
    const { requestId: _, ...secrets } = kinds[kind];
    const channel = await call("POST", "/channels", { kind, environment: "sandbox", ...secrets });
    expect(channel.status, channel.text).toBe(201);
    const channelId = channel.body.id as string;
    await call("POST", "/credits", { phone: "0712000001", amountCents: creditCents });
    const purchaseId = `lost-${name.toLowerCase()}`;
    const ids = { providerId, purchaseId };
    const lost = {
      ...{ ...ids, channelId, planId, amountCents: 10_000, askedCents: 6000, currency: "KES" },
      ...{ reference, requestId: asked, idempotencyKey: "asked", createdAtMs: hub.world.clock.wall().atMs - 120_000 },
      ...{ phoneSealed: sealPhone(hub.envelope, ids, "254712000001"), promotionId: null },
    };
    const note = readSoldNote(hub.envelope, providerId, purchaseId, soldNote(hub.envelope, lost as never));
    if (note === null) throw new Error("the note does not open");
    const parts = { world: hub.world, envelope: hub.envelope, parties: hub.hub().parties, emit: async () => {} };
    const purchase = { providerId, purchaseId, siteId, planName: "Day", terms: unlimitedTerms, note };
    await hub.database().asProvider(providerId, (tx) => makeSecretItsId(tx, channelId));
    const confirm = () => {
      const paid = { TransAmount: "60.00", TransTime: "", BillRefNumber: reference, MSISDN: "254712000001" };
      const body = { TransID: receipt, BusinessShortCode: "600100", ...paid };
      return hub.call("POST", `/hooks/k/${channelId}/c`, { body });
    };
    const readStatement = () => {
      const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn";
      const row = `${receipt},${stamp(hub.world.clock.wall().atMs)},Pay Bill from 254712****01 - X Acc. ${reference},Completed,60.00,`;
      return call("POST", "/reconciliation/statements", { channelId, csv: [head, row].join("\n") });
    };
    if (before !== "nothing") {
      await (before === "its money" ? confirm() : readStatement());
      await expect
        .poll(async () => (await call("GET", "/receipts?state=suspense")).body.items?.length, patience)
        .toBe(1);
    }
    await hub.database().asProvider(providerId, async (tx) => {
      await adoptPurchase({ ...parts, jobs }, tx, purchase);
    });
    await call("POST", `/payments/${purchaseId}/verify`);
    const payment = async () => (await call("GET", `/payments/${purchaseId}`)).body;
    const books = () =>
      hub.database().asProvider(providerId, async (tx) => {
        const { rows } = await sql<{ account: string; cents: number }>`
            select split_part(account, ':', 1) as account, sum(amount_cents)::int as cents from ledger_postings
            group by 1 having sum(amount_cents) <> 0`.execute(tx);
        return Object.fromEntries(rows.map((row) => [row.account, row.cents]));
      });
    // Another number that the statement's half hidden one fits: what the money names counts for more than who shows it.
    const claim = () => call("POST", "/payments/claims", { receipt, phone: "0712000101" });
    return { payment, books, confirm, readStatement, claim, purchaseId };
  }

  test("[BEY-29] [PAY-12] what M-Pesa was asked for joins its receipt, and the credit pays the rest once more: nothing is left to spend", async () => {
    const { payment, books, confirm } = await restore("Mpesa", "mpesa-paybill", 4000);
    await expect.poll(async () => (await payment()).state, patience).toBe("paid_unreceipted");
    expect(await books()).toEqual({ cash: 4000, unreceipted: 6000, revenue: -10_000 });
    expect((await confirm()).status).toBe(200);
    await expect.poll(async () => (await payment()).state, patience).toBe("paid");
    expect(await books()).toEqual({ cash: 4000, clearing: 6000, revenue: -10_000 });
  });

  test("[BEY-29] [PAY-12] Airtel does not say how much was paid: that is what it was asked for, not the price", async () => {
    const { payment, books } = await restore("Airtel", "airtel-money", 4000);
    await expect.poll(async () => (await payment()).state, patience).toBe("paid");
    expect(await books()).toEqual({ cash: 4000, clearing: 6000, revenue: -10_000 });
  });

  test("[BEY-29] [PAY-12] where the back-up has less credit than it took, a person looks, and what was paid is credit", async () => {
    const { payment, books, confirm } = await restore("Gone", "mpesa-paybill", 1000);
    await expect.poll(async () => (await payment()).review, patience).toBe("underpaid");
    expect(await books()).toEqual({ cash: 1000, credit: -1000 });
    expect((await confirm()).status).toBe(200);
    await expect.poll(books, patience).toEqual({ cash: 1000, clearing: 6000, credit: -7000 });
  });

  test("[BEY-29] a prompt that nobody paid is for a person to look at: its package is used", async () => {
    const { payment, books, confirm } = await restore("Denied", "mpesa-paybill", 4000, "ws_CO_78");
    await expect.poll(async () => (await payment()).state, patience).toBe("failed");
    expect((await payment()).review).toBe("denied");
    expect(await books()).toEqual({ cash: 4000, credit: -4000 });
    // Its payer paid by hand instead.
    expect((await confirm()).status).toBe(200);
    await expect.poll(books, patience).toMatchObject({ clearing: 6000 });
  });

  test("[BEY-29] [PAY-12] money that came before its purchase was given back joins it by its reference, once it is proved: it is in the books once", async () => {
    const { payment, books, readStatement } = await restore("Early", "mpesa-paybill", 4000, "ws_CO_77", "its money");
    await expect.poll(async () => (await payment()).state, patience).toBe("paid_unreceipted");
    expect(await books()).toEqual({ cash: 4000, clearing: 6000, suspense: -6000, unreceipted: 6000, revenue: -10_000 });
    expect((await readStatement()).body.failures).toEqual([]);
    await expect.poll(async () => (await payment()).state, patience).toBe("paid");
    expect(await books()).toEqual({ cash: 4000, clearing: 6000, revenue: -10_000 });
  });

  test("[BEY-29] [PAY-12] money that a statement brought before its purchase was given back joins it, though nothing more is told of it", async () => {
    const queue = createInProcessQueue(hub.world, hub.database());
    const { payment, books } = await restore("Read", "mpesa-paybill", 4000, "ws_CO_77", "its statement", queue);
    await expect.poll(async () => (await payment()).state, patience).toBe("paid");
    expect(await books()).toEqual({ cash: 4000, clearing: 6000, revenue: -10_000 });
  });

  test("[BEY-29] [PAY-12] who shows the receipt of such money gets the purchase that it names, and no second one", async () => {
    const { payment, books, claim, purchaseId } = await restore(
      "Shown",
      ...(["mpesa-paybill", 4000, "ws_CO_77", "its statement"] as const),
    );
    await expect.poll(async () => (await payment()).state, patience).toBe("paid_unreceipted");
    expect((await claim()).body).toMatchObject({ outcome: "settled", paymentId: purchaseId });
    expect((await payment()).state).toBe("paid");
    expect(await books()).toEqual({ cash: 4000, clearing: 6000, revenue: -10_000 });
  });
});

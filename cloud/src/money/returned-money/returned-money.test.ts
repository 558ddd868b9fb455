/** Money that went back without an order of ours: in the channel's dashboard, by a dispute; and refunds whose answer was lost. */

import { createHmac, generateKeyPairSync } from "node:crypto";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { useHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { sweepJob } from "../sweep/money-sweep.ts";

const patience = { timeout: 60_000, interval: 30 };
const minuteMs = 60_000;
const stripeKeys = { kind: "stripe", environment: "sandbox", secretKey: "sk_test_1", webhookSecret: "whsec_1" };
const pesapalKeys = { kind: "pesapal", environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
const certificate = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
  type: "spki",
  format: "pem",
});
const mpesaKeys = {
  kind: "mpesa-paybill",
  environment: "sandbox",
  shortcode: "600100",
  passkey: "pass key",
  consumerKey: "consumer key",
  consumerSecret: "consumer secret",
  initiatorName: "teller",
  initiatorPassword: "lab-initiator-1",
  certificate,
};

/** Stripe, Pesapal and M-Pesa, as far as these tests need them. */
function channelOwners() {
  const stripe = {
    reference: "",
    refunds: [] as object[],
    disputes: [] as object[],
    /** The answer to a refund. Null: it is lost. */
    refundAnswer: null as object | null,
    /** What the key may not read. */
    forbidden: [] as string[],
  };
  const pesapal = { orders: 0, references: [] as string[], statusCodes: [] as number[] };
  const mpesa = { pushes: [] as { CallBackURL: string }[], lost: [] as object[], statuses: [] as Status[] };
  const http: HttpCall = async ({ url, method, body = "" }) => {
    const say = (fields: object) => ({ status: 200, body: JSON.stringify(fields) });
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith("/oauth/v1/generate")) return say({ access_token: "t", expires_in: "3599" });
    if (pathname.endsWith("/RequestToken")) return say({ token: "t", status: "200" });
    if (pathname.endsWith("/RegisterIPN")) return say({ ipn_id: "ipn", error: null, status: "200" });
    if (pathname === "/v1/balance") return say({});
    if (pathname === "/v1/refunds" && method === "POST") {
      if (stripe.refundAnswer === null) throw new Error("the answer is lost");
      return say(stripe.refundAnswer);
    }
    if (stripe.forbidden.includes(pathname)) {
      const message = "The provided key 'rk_test_***1' does not have the required permissions for this endpoint.";
      return { status: 403, body: JSON.stringify({ error: { type: "invalid_request_error", message } }) };
    }
    const sinceSeconds = Number(searchParams.get("created[gte]") ?? 0);
    const listed = (all: readonly { readonly created?: number }[]) =>
      say({ data: all.filter(({ created = sinceSeconds }) => created >= sinceSeconds), has_more: false });
    if (pathname === "/v1/refunds") return listed(stripe.refunds);
    if (pathname === "/v1/disputes") return listed(stripe.disputes);
    if (pathname === "/v1/checkout/sessions") {
      stripe.reference = new URLSearchParams(body).get("client_reference_id") ?? "";
      return say({ id: "cs_1", url: "https://checkout.stripe.test/cs_1" });
    }
    if (pathname.startsWith("/v1/checkout/sessions/")) {
      const paid = { payment_status: "paid", status: "complete", payment_intent: "pi_1", amount_total: 5000 };
      return say({ id: "cs_1", client_reference_id: stripe.reference, currency: "kes", ...paid });
    }
    if (pathname.endsWith("/SubmitOrderRequest")) {
      pesapal.references.push(JSON.parse(body).id);
      const id = `order-${pesapal.orders++}`;
      return say({ order_tracking_id: id, redirectUrl: "https://pay.test/", error: null, status: "200" });
    }
    if (pathname.endsWith("/GetTransactionStatus")) {
      const index = Number(searchParams.get("orderTrackingId")?.split("-")[1]);
      const money = { amount: 50, currency: "KES", merchant_reference: pesapal.references[index] };
      const status_code = pesapal.statusCodes[index] ?? 0;
      return say({ ...money, status_code, confirmation_code: `6513${index}`, status: "200" });
    }
    if (pathname.endsWith("/stkpush/v1/processrequest")) {
      mpesa.pushes.push(JSON.parse(body));
      return say({ ResponseCode: "0", CheckoutRequestID: `ws_CO_${mpesa.pushes.length}` });
    }
    if (pathname.endsWith("/b2c/v3/paymentrequest")) {
      mpesa.lost.push(JSON.parse(body));
      throw new Error("cut off");
    }
    if (pathname.endsWith("/transactionstatus/v1/query")) {
      mpesa.statuses.push(JSON.parse(body));
      return say({ ResponseCode: "0" });
    }
    throw new Error(`nobody answers ${pathname}`);
  };
  return { http, stripe, pesapal, mpesa };
}

interface Status {
  readonly OriginalConversationID?: string;
  readonly TransactionID?: string;
  readonly ResultURL: string;
}

engineSuite("money that went back", (engine) => {
  const { http, stripe, pesapal, mpesa } = channelOwners();
  const hub = useHub(engine, { http });
  let keys = 0;

  async function openShop(name: string, channel: object) {
    const day = { name: "Day", priceCents: 5000, terms: {} };
    const { providerId, planId, ask, post, read, asSite } = await openKiosk(hub, name, day);
    const { id: channelId, noticeUrl } = (await post("/channels", channel)).body;
    const switchOff = () => ask("PATCH", `/channels/${channelId}`, { active: false });
    const payment = (id: string) => read(`/payments/${id}`);
    const becomes = async (id: string, state: string) =>
      vi.waitFor(async () => expect((await payment(id)).state).toBe(state), patience);
    return {
      providerId,
      channelId,
      post,
      read,
      payment,
      becomes,
      switchOff,
      notify: (body: object, headers: Record<string, string> = {}) =>
        hub.call("POST", new URL(noticeUrl).pathname, { body, headers }),
      async buy(phone = "0712345678"): Promise<string> {
        const params = { idempotencyKey: `buy-${++keys}`, planId, phone };
        return ((await asSite("start-purchase", params)) as { purchaseId: string }).purchaseId;
      },
      account: async (account: string) => {
        const { items } = await read("/ledger/accounts");
        return items.find((one: { account: string }) => one.account === account)?.balanceCents ?? 0;
      },
      sweep: () => hub.database().asPlatform("test", (tx) => sendToOutbox(hub.world)(tx, sweepJob, {})),
    };
  }

  function stripeEvent(type: string, object: object) {
    const body = { id: `evt_${++keys}`, type, data: { object } };
    const stamp = Math.floor(hub.world.clock.wall().atMs / 1000);
    const hash = createHmac("sha256", stripeKeys.webhookSecret).update(`${stamp}.${JSON.stringify(body)}`);
    return [body, { "stripe-signature": `t=${stamp},v1=${hash.digest("hex")}` }] as const;
  }

  async function openStripe(name: string) {
    const shop = await openShop(name, stripeKeys);
    const id = await shop.buy();
    await shop.notify(...stripeEvent("checkout.session.completed", { id: "cs_1" }));
    await shop.becomes(id, "paid");
    const clearing = () => shop.account(`clearing:${shop.channelId}`);
    expect(await clearing()).toBe(5000);
    stripe.refunds = [];
    stripe.disputes = [];
    stripe.refundAnswer = null;
    stripe.forbidden = [];
    return { ...shop, id, clearing };
  }
  const back = (id: string, amount: number, fields: object = {}) => ({
    id,
    amount,
    currency: "kes",
    payment_intent: "pi_1",
    status: "succeeded",
    metadata: {},
    ...fields,
  });

  test("[PAY-10] a refund made in Stripe's dashboard is booked when its notice comes, a part as a part, each once", async () => {
    const shop = await openStripe("Dashboard");
    stripe.refunds = [back("re_1", 2000)];
    const charge = { id: "ch_1", payment_intent: "pi_1" };
    await shop.notify(...stripeEvent("charge.refunded", charge));
    await vi.waitFor(async () => expect(await shop.clearing()).toBe(3000), patience);
    expect(await shop.payment(shop.id)).toMatchObject({ state: "paid", review: "partly-reversed" });
    stripe.refunds = [back("re_2", 3000), back("re_1", 2000)];
    await shop.notify(...stripeEvent("charge.refunded", charge));
    await shop.becomes(shop.id, "reversed");
    expect(await shop.clearing()).toBe(0);
    // All of it is back with the customer: nothing of it is their credit besides.
    expect(await shop.account("credit")).toBe(0);
    expect(await shop.account("refunds")).toBe(5000);
  });

  test("[PAY-10] what goes back at a channel that is switched off by then is booked as well", async () => {
    const shop = await openStripe("Switched off");
    expect((await shop.switchOff()).status).toBe(200);
    stripe.refunds = [back("re_off", 2000)];
    await shop.notify(...stripeEvent("charge.refunded", { id: "ch_1", payment_intent: "pi_1" }));
    await vi.waitFor(async () => expect(await shop.clearing()).toBe(3000), patience);
  });

  test("[PAY-15] what went back at the channel is not refunded once more: only the rest can be", async () => {
    const shop = await openStripe("Rest");
    stripe.refunds = [back("re_11", 2000)];
    await shop.sweep();
    await vi.waitFor(async () => expect(await shop.clearing()).toBe(3000), patience);
    expect(await shop.read(`/refunds/options?paymentId=${shop.id}`)).toMatchObject({ leftCents: 3000 });
    const order = { paymentId: shop.id, method: "cash", reason: "slow" };
    expect((await shop.post("/refunds", { ...order, amountCents: 5000 })).status).toBe(409);
    expect((await shop.post("/refunds", order)).body).toMatchObject({ state: "done", amountCents: 3000 });
    expect(await shop.account("refunds")).toBe(5000);
  });

  test("[PAY-10] without a notice the sweep finds it in the list; a refund that failed, and one that is pending, are no money", async () => {
    const shop = await openStripe("Unheard");
    stripe.refunds = [back("re_5", 5000, { status: "failed" }), back("re_6", 5000, { status: "pending" })];
    await shop.sweep();
    stripe.refunds = [...stripe.refunds, back("re_7", 1000)];
    await shop.sweep();
    await vi.waitFor(async () => expect(await shop.clearing()).toBe(4000), patience);
    stripe.refunds = [back("re_6", 4000)];
    await shop.sweep();
    await shop.becomes(shop.id, "reversed");
  });

  test("[PAY-10] a dispute takes the money away, and gives it back when it is won", async () => {
    const shop = await openStripe("Disputed");
    stripe.disputes = [back("dp_1", 5000, { status: "warning_needs_response" })];
    await shop.notify(...stripeEvent("charge.dispute.created", { id: "dp_1", payment_intent: "pi_1" }));
    stripe.disputes = [back("dp_1", 5000, { status: "needs_response" })];
    await shop.notify(...stripeEvent("charge.dispute.funds_withdrawn", { id: "dp_1", payment_intent: "pi_1" }));
    await shop.becomes(shop.id, "reversed");
    expect(await shop.clearing()).toBe(0);
    stripe.disputes = [back("dp_1", 5000, { status: "won" })];
    await shop.notify(...stripeEvent("charge.dispute.closed", { id: "dp_1", payment_intent: "pi_1" }));
    await vi.waitFor(async () => expect(await shop.clearing()).toBe(5000), patience);
    expect(await shop.account("suspense")).toBe(-5000);
    await shop.sweep();
    await shop.notify(...stripeEvent("charge.dispute.closed", { id: "dp_1", payment_intent: "pi_1" }));
    const waiting = (await shop.read("/review")).items.filter(({ id }: { id: string }) => id === "dp_1");
    expect(waiting).toHaveLength(1);
    expect(await shop.clearing()).toBe(5000);
  });

  test("[PAY-15] a refund of ours at Stripe whose answer was lost is found in the list, and booked once", async () => {
    const shop = await openStripe("Lost");
    const made = await shop.post("/refunds", { paymentId: shop.id, method: "channel", reason: "slow" });
    const refund = async () =>
      (await shop.read("/refunds")).items.find(({ id }: { id: string }) => id === made.body.id);
    await vi.waitFor(async () => expect(await refund()).toMatchObject({ state: "unknown" }), patience);
    stripe.refunds = [back("re_9", 5000, { metadata: { refund: made.body.id } })];
    await shop.sweep();
    await vi.waitFor(async () => expect(await refund()).toMatchObject({ state: "done" }), patience);
    await shop.sweep();
    const [body, headers] = stripeEvent("charge.refunded", { id: "ch_1", payment_intent: "pi_1" });
    await shop.notify(body, headers);
    expect(await shop.clearing()).toBe(0);
    expect((await shop.payment(shop.id)).state).toBe("paid");
  });

  async function refundAtStripe(shop: Awaited<ReturnType<typeof openStripe>>, amountCents: number): Promise<string> {
    stripe.refundAnswer = { id: "re_own", status: "pending" };
    const order = { paymentId: shop.id, method: "channel", reason: "slow", amountCents };
    const made = await shop.post("/refunds", order);
    const isDone = async () =>
      (await shop.read("/refunds")).items.find(({ id }: { id: string }) => id === made.body.id)?.state;
    await vi.waitFor(async () => expect(await isDone()).toBe("done"), patience);
    expect(await shop.clearing()).toBe(5000 - amountCents);
    return made.body.id;
  }

  test("[PAY-10] [PAY-15] a dispute of what a refund of ours had left ends the package: all of its price is back with the customer", async () => {
    const shop = await openStripe("What was left");
    await refundAtStripe(shop, 2000);
    stripe.disputes = [back("dp_5", 3000, { status: "needs_response" })];
    await shop.sweep();
    await shop.becomes(shop.id, "reversed");
    expect(await shop.payment(shop.id)).toMatchObject({ review: "reversed" });
    expect(await shop.clearing()).toBe(0);
    expect([await shop.account("credit"), await shop.account("refunds")]).toEqual([0, 5000]);
    const grants = await hub
      .database()
      .asProvider(shop.providerId, (tx) => tx.selectFrom("grants").select("revokedAtMs").execute());
    expect(grants).toEqual([{ revokedAtMs: expect.any(Number) }]);
  });

  longTest(
    "[PAY-15] a refund of ours that fails at Stripe days later is money again, and a person decides",
    async () => {
      const shop = await openStripe("Bounced");
      const refund = await refundAtStripe(shop, 5000);
      // The list shows it under the day of its making.
      const created = Math.floor(hub.world.clock.wall().atMs / 1000) - 30 * 86_400;
      stripe.refunds = [back("re_own", 5000, { status: "failed", metadata: { refund }, created })];
      await shop.sweep();
      await vi.waitFor(async () => expect(await shop.clearing()).toBe(5000), patience);
      await shop.sweep();
      await shop.notify(...stripeEvent("charge.refund.updated", { id: "ch_1", payment_intent: "pi_1" }));
      // As with a payout of M-Pesa's that came back: nobody is told "done" of money that the customer never got.
      const { items } = await shop.read("/refunds");
      expect(items).toMatchObject([{ id: refund, state: "returned" }]);
      const alarms = async () =>
        (await shop.read("/alarms")).items.filter(({ kind }: { kind: string }) => kind === "refund-returned");
      expect(await alarms()).toHaveLength(1);
      const waiting = (await shop.read("/review")).items.filter(({ id }: { id: string }) => id === refund);
      expect(waiting).toHaveLength(1);
      expect([await shop.account("suspense"), await shop.account("refunds")]).toEqual([0, 0]);
      // The list goes on saying so; and the money can go to the customer in another way.
      await shop.sweep();
      const again = await shop.post(`/refunds/${refund}/retry`, { method: "cash" });
      expect(again.status, again.text).toBeLessThan(300);
      expect(await shop.account("refunds")).toBe(5000);
      expect(await alarms()).toEqual([]);
    },
  );

  longTest("[PAY-15] a refund of ours that Stripe lists as sent, and then as failed, came back too", async () => {
    const shop = await openStripe("Bounced later");
    const refund = await refundAtStripe(shop, 2000);
    stripe.refunds = [back("re_own", 2000, { metadata: { refund } })];
    await shop.sweep();
    await vi.waitFor(
      async () =>
        expect(
          await hub
            .database()
            .asProvider(shop.providerId, (tx) => tx.selectFrom("returned_money").select("state").execute()),
        ).toEqual([{ state: "left-us" }]),
      patience,
    );
    stripe.refunds = [back("re_own", 2000, { metadata: { refund }, status: "failed" })];
    await shop.notify(...stripeEvent("charge.refund.updated", { id: "ch_1", payment_intent: "pi_1" }));
    await vi.waitFor(async () => expect(await shop.clearing()).toBe(5000), patience);
    expect((await shop.read("/refunds")).items).toMatchObject([{ id: refund, state: "returned" }]);
    expect(await shop.account("suspense")).toBe(0);
  });

  longTest(
    "[PAY-10] a refund in the dashboard and a dispute of the same sum as ours are booked besides it",
    async () => {
      const shop = await openStripe("Samesum");
      const refund = await refundAtStripe(shop, 2000);
      const ours = back("re_own", 2000, { metadata: { refund } });
      stripe.refunds = [ours, back("re_else", 2000)];
      await shop.sweep();
      await vi.waitFor(async () => expect(await shop.clearing()).toBe(1000), patience);

      const other = await openStripe("Disputedsum");
      await refundAtStripe(other, 2000);
      stripe.disputes = [back("dp_2", 2000, { status: "needs_response" })];
      await other.sweep();
      await vi.waitFor(async () => expect(await other.clearing()).toBe(1000), patience);
    },
  );

  longTest(
    "[PAY-10] a dispute that is lost after it was won takes the money again; what can't be booked, a person is asked",
    async () => {
      const shop = await openStripe("Toandfro");
      const becomes = async (status: string, cents: number) => {
        stripe.disputes = [back("dp_3", 5000, { status })];
        await shop.sweep();
        await vi.waitFor(async () => expect(await shop.clearing()).toBe(cents), patience);
      };
      await becomes("needs_response", 0);
      await becomes("won", 5000);
      await becomes("lost", 0);
      expect(await shop.account("suspense")).toBe(0);
      await becomes("won", 0);
      const asked = async () =>
        (await shop.read("/review")).items.filter(({ kind }: { kind: string }) => kind === "unread");
      await vi.waitFor(async () => expect(await asked()).toHaveLength(1), patience);
      expect(JSON.stringify(await asked())).toContain("dp_3");
      await shop.sweep();
      stripe.refunds = [back("re_after", 1000, { payment_intent: "pi_none" })];
      await shop.sweep();
      expect(JSON.stringify(await asked())).toContain("(1)");
    },
  );

  longTest(
    "[PAY-10] a restricted key that may not read disputes: refunds are booked, and the channel's page says it",
    async () => {
      const shop = await openStripe("Restricted");
      stripe.forbidden = ["/v1/disputes"];
      stripe.refunds = [back("re_r", 2000)];
      await shop.sweep();
      await vi.waitFor(async () => expect(await shop.clearing()).toBe(3000), patience);
      const channel = () => shop.read(`/channels/${shop.channelId}`);
      const said = expect.stringContaining("required permissions");
      const trouble = { kind: "list-refused", reason: "disputes-not-allowed", said };
      expect(await channel()).toMatchObject({ troubles: [trouble], circuit: null });
      stripe.forbidden = [];
      await shop.sweep();
      await vi.waitFor(async () => expect((await channel()).troubles).toEqual([]), patience);
    },
  );

  longTest("[PAY-09] a notice of a reversal within a second of another question is not dropped", async () => {
    const shop = await openShop("Pesapal", pesapalKeys);
    const ids = [await shop.buy("0712345678"), await shop.buy("0712345679")];
    const notice = (index: number) =>
      shop.notify({ OrderTrackingId: `order-${index}`, OrderMerchantReference: pesapal.references[index] });
    for (const [index, id] of ids.entries()) {
      pesapal.statusCodes[index] = 1;
      await notice(index);
      await shop.becomes(id, "paid");
      hub.moveClock(5_000);
    }
    pesapal.statusCodes[1] = 3;
    await notice(0);
    await notice(1);
    await shop.becomes(ids[1] as string, "reversed");
  });

  test("[PAY-15] a payout whose answer was lost is asked about by its own name, and booked when M-Pesa has carried it out", async () => {
    const shop = await openShop("Payout", mpesaKeys);
    const id = await shop.buy();
    const item = [
      { Name: "Amount", Value: 50 },
      { Name: "MpesaReceiptNumber", Value: "UKL0000001" },
    ];
    const stkCallback = {
      MerchantRequestID: "1",
      CheckoutRequestID: "ws_CO_1",
      ResultCode: 0,
      CallbackMetadata: { Item: item },
    };
    const path = new URL(mpesa.pushes[0]?.CallBackURL ?? "").pathname;
    await hub.call("POST", path, { body: { Body: { stkCallback } } });
    await shop.becomes(id, "paid");
    await hub.database().asProvider(shop.providerId, async (tx) => {
      await tx.updateTable("receipts").set({ corroborated: true, provedBy: "statement" }).execute();
      await tx.updateTable("purchases").set({ corroborated: true }).execute();
    });
    const made = await shop.post("/refunds", { paymentId: id, method: "payout", reason: "slow" });
    expect(made.status).toBe(201);
    const refund = async () =>
      (await shop.read("/refunds")).items.find((one: { id: string }) => one.id === made.body.id);
    await vi.waitFor(async () => expect(await refund()).toMatchObject({ state: "unknown" }), patience);
    hub.moveClock(6 * minuteMs);
    await shop.sweep();
    const ours = mpesa.lost[0] as { OriginatorConversationID: string };
    await vi.waitFor(() => expect(mpesa.statuses).toHaveLength(1), patience);
    expect(mpesa.statuses[0]).toMatchObject({ OriginalConversationID: ours.OriginatorConversationID });
    expect(mpesa.statuses[0]?.TransactionID).toBeUndefined();
    const answer = (parameters: Record<string, string>) => {
      const list = Object.entries(parameters).map(([Key, Value]) => ({ Key, Value }));
      const Result = { ResultType: 0, ResultCode: 0, ResultDesc: "ok", ResultParameters: { ResultParameter: list } };
      return hub.call("POST", new URL(mpesa.statuses.at(-1)?.ResultURL ?? "").pathname, { body: { Result } });
    };
    const paidOut = {
      ReceiptNo: "UKL0000009",
      TransactionStatus: "Completed",
      Amount: "50",
      DebitPartyName: "600100 - Shop",
      CreditPartyName: "254712345678 - JANE",
    };
    await answer(paidOut);
    await vi.waitFor(async () => expect(await refund()).toMatchObject({ state: "done" }), patience);
    expect(await shop.account("refunds")).toBe(5000);
    expect(mpesa.lost).toHaveLength(1);
  });

  longTest("[PAY-15] of many payouts whose answers were lost, those that nobody was asked about are next", async () => {
    const shop = await openShop("Many lost", mpesaKeys);
    const nowMs = hub.world.clock.wall().atMs;
    const { providerId, channelId } = shop;
    const lost = ["old-1", "old-2", "old-3", "old-4", "old-5", "young"];
    await hub.database().asProvider(providerId, async (tx) => {
      for (const [index, id] of lost.entries()) {
        const call = { providerId, channelId, subject: id, initiatorVersion: 1 };
        const askedAtMs = nowMs - (20 - index) * 60 * minuteMs;
        await tx
          .insertInto("refunds")
          .values({
            ...{
              providerId,
              refundId: id,
              idempotencyKey: id,
              channelId,
              method: "payout",
            },
            ...{ amountCents: 5000, currency: "KES", reason: "slow", state: "unknown", askedBy: "owner" },
            ...{ createdAtMs: askedAtMs, changedAtMs: askedAtMs },
          })
          .execute();
        await tx
          .insertInto("channel_calls")
          .values([
            {
              ...call,
              callId: `pay-${id}`,
              secretHash: `pay-${id}`,
              kind: "payout",
              state: "sending",
              askedAtMs,
            },
            ...(id === "young"
              ? []
              : [
                  {
                    ...{ ...call, callId: `ask-${id}`, secretHash: `ask-${id}`, kind: "payout-status" as const },
                    ...{ state: "done" as const, askedAtMs: nowMs - 40 * minuteMs },
                  },
                ]),
          ])
          .execute();
      }
    });
    mpesa.statuses = [];
    await shop.sweep();
    const asked = () => mpesa.statuses.map(({ OriginalConversationID: name }) => name);
    await vi.waitFor(() => expect(asked()).toHaveLength(5), patience);
    expect(asked()).toContain("pay-young");
    mpesa.statuses = [];
  });
});

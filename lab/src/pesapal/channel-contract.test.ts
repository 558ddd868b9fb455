/** One suite that every kind of payment channel passes, against its simulator. */

import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import type { PaymentChannel, StartRequest } from "@karibu/cloud/money/channels/channel-contract";
import { darajaChannel } from "@karibu/cloud/money/channels/daraja/channel";
import { createDarajaClient } from "@karibu/cloud/money/channels/daraja/client";
import { deskChannel } from "@karibu/cloud/money/channels/desk-channel";
import { pesapalChannel } from "@karibu/cloud/money/channels/pesapal/channel";
import { readers } from "@karibu/cloud/money/channels/readers";
import { privateTokens } from "@karibu/cloud/money/channels/shared-token";
import { stripeChannel } from "@karibu/cloud/money/channels/stripe/channel";
import { isStripeSignature } from "@karibu/cloud/money/channels/stripe/messages";
import type { ChannelKind } from "@karibu/cloud/money/channels/tables";
import { describe, expect, test } from "vitest";
import { createDesk } from "../daraja/desk.ts";
import { callDesk } from "../daraja/desk-call.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { createHandWoundWorld } from "../faults/hand-wound-world.ts";
import { createStripeDesk, stripeKeys } from "../stripe/desk.ts";
import { createPesapalDesk, pesapalKeys } from "./desk.ts";

interface Bench {
  readonly kind: ChannelKind;
  readonly channel: PaymentChannel;
  readonly wrongKeys: PaymentChannel | null;
  pay(reference: string): Promise<void>;
  fail: ((reference: string) => Promise<void>) | null;
}

const world = () => createHandWoundWorld(11);

function darajaBench(kind: "mpesa-paybill" | "mpesa-till"): Bench {
  const time = world();
  const till = kind === "mpesa-till";
  const app = till ? { ...sampleApp, shortcode: "5123456", storeNumber: "174379" } : sampleApp;
  const desk = createDesk(time, {
    apps: [app],
    deliver: async () => ({ status: 200, body: "" }),
    questionSpacingMs: 0,
  });
  const http = callDesk(() => desk);
  const keys = { ...sampleApp, shortcode: app.shortcode, storeNumber: till ? "174379" : null };
  const open = (given: typeof keys) =>
    darajaChannel(createDarajaClient(time, http, "http://daraja.lab", given), () => "http://hub.lab/hooks/k/1/s/2");
  return {
    kind,
    channel: open(keys),
    wrongKeys: open({ ...keys, consumerSecret: "wrong" }),
    async pay() {
      desk.act("254711000111", { kind: "pay", pin: "1234" });
    },
    async fail() {
      desk.act("254711000111", { kind: "cancel" });
    },
  };
}

function pesapalBench(): Bench {
  const time = world();
  const desk = createPesapalDesk(time, async () => {});
  const http: HttpCall = (call) => desk.request(call);
  const urls = { publicUrl: "http://hub.lab", noticeUrl: "http://hub.lab/n", noticeId: null };
  const open = (consumerSecret: string) => {
    const keys = { ...pesapalKeys, consumerSecret, hookToken: "" };
    return pesapalChannel(
      { http, baseUrl: "http://pesapal.lab", keys, tokens: privateTokens(time), world: time },
      urls,
    );
  };
  return {
    kind: "pesapal",
    channel: open(pesapalKeys.consumerSecret),
    wrongKeys: open("wrong"),
    pay: (reference) => desk.decide(reference, "pay"),
    fail: (reference) => desk.decide(reference, "fail"),
  };
}

function stripeBench(): Bench {
  const time = world();
  const desk = createStripeDesk(time);
  const http: HttpCall = (call) => desk.request(call);
  const open = (secretKey: string) =>
    stripeChannel(
      { http, baseUrl: "http://stripe.lab", keys: { secretKey, hookToken: "" }, world: time },
      "http://hub.lab",
    );
  return {
    kind: "stripe",
    channel: open(stripeKeys.secretKey),
    wrongKeys: open("sk_wrong"),
    pay: async (reference) => desk.decide(reference, "pay"),
    fail: async (reference) => desk.decide(reference, "expire"),
  };
}

const nothing = { wrongKeys: null, pay: async () => {}, fail: null };
const benches: Record<string, () => Bench> = {
  "mpesa-paybill": () => darajaBench("mpesa-paybill"),
  "mpesa-till": () => darajaBench("mpesa-till"),
  pesapal: pesapalBench,
  stripe: stripeBench,
  cash: () => ({ kind: "cash", channel: deskChannel, ...nothing }),
  credit: () => ({ kind: "credit", channel: deskChannel, ...nothing }),
};

const order: StartRequest = {
  amountCents: 5000,
  currency: "KES",
  phone: "254711000111",
  reference: "K7Q2M9XW",
  description: "1 day",
  secret: "abc",
};
const expected = { reference: order.reference, currency: "KES" };

describe.each(Object.keys(benches))("[PAY-17] the channel %s", (name) => {
  const bench = () => benches[name]!();
  const startOf = async ({ channel, kind }: Bench) =>
    readers[kind].readStart(JSON.stringify(await channel.start(order)));
  const askOf = async ({ channel, kind }: Bench, requestId: string) =>
    readers[kind].readAsk(JSON.stringify({ ...(await channel.ask(requestId)), requestId }), 90_000, expected).evidence;

  test("accepts an order, is asked, and says paid with exactly the amount", async () => {
    const it = bench();
    const { evidence } = await startOf(it);
    if (evidence.kind === "success") {
      expect(evidence).toMatchObject({ receipt: order.reference, amountCents: 5000, trust: "fetched" });
      return;
    }
    expect(evidence.kind).toBe("accepted");
    const requestId = evidence.kind === "accepted" ? evidence.requestId : "";
    expect((await askOf(it, requestId)).kind).toBe("unknown");
    await it.pay(order.reference);
    const paid = await askOf(it, requestId);
    expect(paid).toMatchObject({ kind: "success", trust: "fetched", requestId });
    if (paid.kind === "success" && paid.receipt !== null) expect(paid.amountCents).toBe(5000);
  });

  test("says that nobody paid, and never by guessing", async () => {
    const it = bench();
    if (it.fail === null) return;
    const { evidence } = await startOf(it);
    const requestId = evidence.kind === "accepted" ? evidence.requestId : "";
    await it.fail(order.reference);
    expect((await askOf(it, requestId)).kind).toBe("failure");
    const lost = JSON.stringify({ status: 0, body: "", requestId });
    if (it.kind !== "cash") expect(readers[it.kind].readAsk(lost, 90_000, expected).evidence.kind).toBe("unknown");
    expect(readers[it.kind].readStart(JSON.stringify({ status: 0, body: "" })).evidence.kind).toBe("unknown");
  });

  test("says what is wrong with its keys", async () => {
    const it = bench();
    await expect(it.channel.checkKeys()).resolves.toMatch(/\w/);
    if (it.wrongKeys !== null)
      await expect(it.wrongKeys.checkKeys()).rejects.toMatchObject({ code: expect.stringMatching(/\/keys$/) });
  });
});

test("[PAY-09] a Pesapal status over another amount, order or currency opens nothing; a reversed one is a reversal", async () => {
  const time = world();
  const desk = createPesapalDesk(time, async () => {});
  const keys = { ...pesapalKeys, hookToken: "" };
  const urls = { publicUrl: "http://hub.lab", noticeUrl: "http://hub.lab/n", noticeId: null };
  const channel = pesapalChannel(
    { http: (call) => desk.request(call), baseUrl: "http://p.lab", keys, tokens: privateTokens(time), world: time },
    urls,
  );
  const { evidence } = readers.pesapal.readStart(JSON.stringify(await channel.start(order)));
  const requestId = evidence.kind === "accepted" ? evidence.requestId : "";
  await desk.decide(order.reference, "pay");
  const ask = async () =>
    readers.pesapal.readAsk(JSON.stringify({ ...(await channel.ask(requestId)), requestId }), 1, expected).evidence;
  desk.lieAbout(order.reference, { merchant_reference: "OTHER" });
  expect((await ask()).kind).toBe("unknown");
  desk.lieAbout(order.reference, { currency: "USD" });
  expect((await ask()).kind).toBe("unknown");
  desk.lieAbout(order.reference, { status_code: 9 });
  expect((await ask()).kind).toBe("unknown");
  desk.lieAbout(order.reference, {});
  await desk.decide(order.reference, "reverse");
  expect(await ask()).toMatchObject({ kind: "reversal", receipt: requestId.toUpperCase() });
});

test("[PAY-10] a Stripe signature is refused when it is old, from the future, of another body, or of another secret", () => {
  const time = world();
  const desk = createStripeDesk(time);
  const channel = stripeChannel(
    {
      http: (call) => desk.request(call),
      baseUrl: "http://s.lab",
      keys: { ...stripeKeys, hookToken: "" },
      world: time,
    },
    "http://hub.lab",
  );
  return channel.start(order).then(() => {
    const nowMs = time.clock.wall().atMs;
    const { body, signature } = desk.event(order.reference, "checkout.session.completed");
    expect(isStripeSignature(signature, body, stripeKeys.webhookSecret, nowMs)).toBe(true);
    expect(isStripeSignature(signature, `${body} `, stripeKeys.webhookSecret, nowMs)).toBe(false);
    expect(isStripeSignature(signature, body, "whsec_other", nowMs)).toBe(false);
    expect(isStripeSignature(signature, body, stripeKeys.webhookSecret, nowMs + 301_000)).toBe(false);
    expect(isStripeSignature(signature, body, stripeKeys.webhookSecret, nowMs - 302_000)).toBe(false);
    expect(isStripeSignature("t=,v1=", body, stripeKeys.webhookSecret, nowMs)).toBe(false);
  });
});

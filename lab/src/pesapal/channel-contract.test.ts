/** The contract's suite runs against each channel and its simulator. */
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { airtel } from "@karibu/cloud/money/channels/airtel/channel";
import { cash } from "@karibu/cloud/money/channels/cash/channel";
import { credit } from "@karibu/cloud/money/channels/credit/channel";
import { daraja } from "@karibu/cloud/money/channels/daraja/channel";
import { mtn } from "@karibu/cloud/money/channels/mtn/channel";
import { pesapal } from "@karibu/cloud/money/channels/pesapal/channel";
import { stripe } from "@karibu/cloud/money/channels/stripe/channel";
import { isStripeSignature } from "@karibu/cloud/money/channels/stripe/messages";
import {
  type ContractBench,
  contractExpected,
  contractOrder,
  describeChannel,
  openTestChannel,
} from "@karibu/cloud/money/channels/test-channel-contract";
import { expect, test } from "vitest";
import { airtelKeys, createSimulatedAirtel } from "../airtel/simulated-airtel.ts";
import { callInProcess } from "../daraja/in-process.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { createSimulatedDaraja } from "../daraja/simulated-daraja.ts";
import { createSimulatedMtn, mtnKeys } from "../mtn/simulated-mtn.ts";
import { createSimulatedStripe, stripeKeys } from "../stripe/simulated-stripe.ts";
import { createSimulatedWorld } from "../world/simulated-world.ts";
import { createSimulatedPesapal, pesapalKeys } from "./simulated-pesapal.ts";

const publicUrl = "http://hub.lab";
const createWorld = () => createSimulatedWorld(11);

function darajaBench(kind: "mpesa-paybill" | "mpesa-till"): ContractBench {
  const world = createWorld();
  const isTill = kind === "mpesa-till";
  const app = isTill ? { ...sampleApp, shortcode: "5123456", storeNumber: "174379" } : sampleApp;
  const simulator = createSimulatedDaraja(world, {
    apps: [app],
    deliver: async () => ({ status: 200, body: "" }),
    querySpacingMs: 0,
  });
  const parts = { world, http: callInProcess(() => simulator), baseUrl: "http://daraja.lab", publicUrl };
  const { passkey, consumerKey, consumerSecret } = sampleApp;
  const row = { kind, shortcode: app.shortcode, storeNumber: isTill ? "174379" : null };
  const open = (secret: string) =>
    openTestChannel(daraja, parts, { passkey, consumerKey, consumerSecret: secret }, row);
  return {
    definition: daraja,
    channel: open(consumerSecret),
    wrongKeys: open("wrong"),
    async pay() {
      simulator.act("254711000111", { kind: "pay", pin: "1234" });
    },
    async fail() {
      simulator.act("254711000111", { kind: "cancel" });
    },
  };
}

function airtelBench(): ContractBench {
  const world = createWorld();
  const simulator = createSimulatedAirtel(world);
  const http: HttpCall = (call) => simulator.request(call);
  const parts = { world, http, baseUrl: "http://airtel.lab", publicUrl };
  const open = (clientSecret: string) => openTestChannel(airtel, parts, { ...airtelKeys, clientSecret });
  return {
    definition: airtel,
    channel: open(airtelKeys.clientSecret),
    wrongKeys: open("wrong"),
    pay: async (reference) => void simulator.decide(reference, "TS"),
    fail: async (reference) => void simulator.decide(reference, "TE"),
  };
}

function mtnBench(): ContractBench {
  const world = createWorld();
  const simulator = createSimulatedMtn(world, "mtnuganda");
  const http: HttpCall = (call) => simulator.request(call);
  const parts = { world, http, baseUrl: "http://mtn.lab", publicUrl };
  const row = { environment: "production" as const };
  const open = (apiKey: string) => openTestChannel(mtn, parts, { ...mtnKeys, apiKey }, row);
  return {
    definition: mtn,
    channel: open(mtnKeys.apiKey),
    order: { ...contractOrder, currency: "UGX", phone: "256772000111" },
    wrongKeys: open("wrong"),
    pay: async (reference) => void simulator.decide(reference, "SUCCESSFUL"),
    fail: async (reference) => void simulator.decide(reference, "FAILED", "EXPIRED"),
  };
}

function pesapalBench(): ContractBench {
  const world = createWorld();
  const simulator = createSimulatedPesapal(world, async () => {});
  const http: HttpCall = (call) => simulator.request(call);
  const parts = { world, http, baseUrl: "http://pesapal.lab", publicUrl };
  const open = (consumerSecret: string) => openTestChannel(pesapal, parts, { ...pesapalKeys, consumerSecret });
  return {
    definition: pesapal,
    channel: open(pesapalKeys.consumerSecret),
    wrongKeys: open("wrong"),
    pay: (reference) => simulator.decide(reference, "pay"),
    fail: (reference) => simulator.decide(reference, "fail"),
  };
}

function stripeBench(): ContractBench {
  const world = createWorld();
  const simulator = createSimulatedStripe(world);
  const http: HttpCall = (call) => simulator.request(call);
  const parts = { world, http, baseUrl: "http://stripe.lab", publicUrl };
  const open = (secretKey: string) => openTestChannel(stripe, parts, { secretKey });
  return {
    definition: stripe,
    channel: open(stripeKeys.secretKey),
    wrongKeys: open("sk_wrong"),
    pay: async (reference) => simulator.decide(reference, "pay"),
    fail: async (reference) => simulator.decide(reference, "expire"),
  };
}

function immediateBench(definition: typeof cash): ContractBench {
  const http: HttpCall = () => Promise.reject(new Error("it makes no calls"));
  const channel = openTestChannel(definition, { world: createWorld(), http, baseUrl: "", publicUrl }, {});
  return { definition, channel, wrongKeys: null, pay: async () => {}, fail: null };
}

describeChannel("mpesa-paybill", () => darajaBench("mpesa-paybill"));
describeChannel("mpesa-till", () => darajaBench("mpesa-till"));
describeChannel("airtel-money", airtelBench);
describeChannel("mtn-momo", mtnBench);
describeChannel("pesapal", pesapalBench);
describeChannel("stripe", stripeBench);
describeChannel("cash", () => immediateBench(cash));
describeChannel("credit", () => immediateBench(credit));

test("[PAY-09] a Pesapal status over another amount, order or currency opens nothing; a reversed one is a reversal", async () => {
  const world = createWorld();
  const simulator = createSimulatedPesapal(world, async () => {});
  const http: HttpCall = (call) => simulator.request(call);
  const channel = openTestChannel(pesapal, { world, http, baseUrl: "http://p.lab", publicUrl }, { ...pesapalKeys });
  const { evidence } = pesapal.readers.readStart(JSON.stringify(await channel.start(contractOrder)));
  const requestId = evidence.kind === "accepted" ? evidence.requestId : "";
  await simulator.decide(contractOrder.reference, "pay");
  const ask = async () =>
    pesapal.readers.readQuery(JSON.stringify({ ...(await channel.query(requestId)), requestId }), 1, contractExpected)
      .evidence;
  simulator.falsify(contractOrder.reference, { merchant_reference: "OTHER" });
  expect((await ask()).kind).toBe("unknown");
  simulator.falsify(contractOrder.reference, { currency: "USD" });
  expect((await ask()).kind).toBe("unknown");
  simulator.falsify(contractOrder.reference, { status_code: 9 });
  expect((await ask()).kind).toBe("unknown");
  simulator.falsify(contractOrder.reference, {});
  await simulator.decide(contractOrder.reference, "reverse");
  expect(await ask()).toMatchObject({ kind: "reversal", receipt: requestId.toUpperCase() });
});

test("[PAY-10] a Stripe signature is refused when it is old, from the future, of another body, or of another secret", () => {
  const world = createWorld();
  const simulator = createSimulatedStripe(world);
  const http: HttpCall = (call) => simulator.request(call);
  const channel = openTestChannel(stripe, { world, http, baseUrl: "http://s.lab", publicUrl }, { ...stripeKeys });
  return channel.start(contractOrder).then(() => {
    const nowMs = world.clock.wall().atMs;
    const { body, signature } = simulator.event(contractOrder.reference, "checkout.session.completed");
    expect(isStripeSignature(signature, body, stripeKeys.webhookSecret, nowMs)).toBe(true);
    expect(isStripeSignature(signature, `${body} `, stripeKeys.webhookSecret, nowMs)).toBe(false);
    expect(isStripeSignature(signature, body, "whsec_other", nowMs)).toBe(false);
    expect(isStripeSignature(signature, body, stripeKeys.webhookSecret, nowMs + 301_000)).toBe(false);
    expect(isStripeSignature(signature, body, stripeKeys.webhookSecret, nowMs - 302_000)).toBe(false);
    expect(isStripeSignature("t=,v1=", body, stripeKeys.webhookSecret, nowMs)).toBe(false);
  });
});

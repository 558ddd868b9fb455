/** The simulated Stripe and Pesapal over HTTP: their pages lead back, and events and notices reach the registered addresses. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { undiciCall as http } from "@karibu/cloud/ground/http-client/http-call";
import { pesapal } from "@karibu/cloud/money/channels/pesapal/channel";
import { stripe } from "@karibu/cloud/money/channels/stripe/channel";
import { isStripeSignature, readStripeEvent } from "@karibu/cloud/money/channels/stripe/messages";
import { openTestChannel } from "@karibu/cloud/money/channels/test-channel-contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPesapalHttp } from "../pesapal/pesapal-http.ts";
import { pesapalKeys } from "../pesapal/simulated-pesapal.ts";
import { type SimulatedStripe, stripeKeys } from "./simulated-stripe.ts";
import { createStripeHttp } from "./stripe-http.ts";

const world = realWorld();
const servers: Server[] = [];
const seen: { readonly url: string; readonly body: string; readonly signature: string }[] = [];
let simulated: () => SimulatedStripe;
const at = { hub: "", stripe: "", pesapal: "" };

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const made = createStripeHttp(world, () => at.stripe);
  simulated = () => made.stripe;
  at.stripe = await listen(createServer(made.app));
  at.pesapal = await listen(createServer(createPesapalHttp(world, () => at.pesapal).app));
  at.hub = await listen(
    createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const signature = String(request.headers["stripe-signature"] ?? "");
      seen.push({ url: String(request.url), body: Buffer.concat(chunks).toString(), signature });
      response.end();
    }),
  );
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const order = {
  amountCents: 5000,
  currency: "KES",
  phone: "254711000111",
  description: "1 day",
  secret: "abc",
} as const;
const press = (url: string) => fetch(url, { method: "POST", redirect: "manual" });

test("[PAY-10] Stripe: paid slowly is not paid yet; each event comes twice, the last first, rightly signed", async () => {
  const webhook = `${at.hub}/hooks/k/1/n`;
  await fetch(`${at.stripe}/lab/webhook`, { method: "POST", body: JSON.stringify({ url: webhook }) });
  const parts = { world, http, baseUrl: at.stripe, publicUrl: at.hub };
  const channel = openTestChannel(stripe, parts, { ...stripeKeys });
  const reference = "STRIPE01";
  const started = stripe.readers.readStart(JSON.stringify(await channel.start({ ...order, reference })));
  const page = started.redirectUrl ?? "";
  expect(page).toMatch(new RegExp(`^${at.stripe}/pay/cs_`));
  expect(await (await fetch(page)).text()).toContain("KES 50.00");
  const requestId = started.evidence.kind === "accepted" ? started.evidence.requestId : "";
  const ask = async () => {
    const answer = JSON.stringify({ ...(await channel.query(requestId)), requestId });
    return stripe.readers.readQuery(answer, 1, { reference, currency: "KES", amountCents: order.amountCents }).evidence;
  };
  const slowly = await press(`${page}/slowly`);
  expect(slowly.headers.get("location")).toContain(at.hub);
  expect((await ask()).kind).toBe("unknown");
  await press(`${page}/arrive`);
  expect(await ask()).toMatchObject({ kind: "success", amountCents: 5000 });
  const types = () => seen.filter(({ signature }) => signature !== "").map(({ body }) => readStripeEvent(body)?.type);
  const [done, come] = ["checkout.session.completed", "checkout.session.async_payment_succeeded"];
  await expect.poll(() => types().sort(), { timeout: 20_000 }).toEqual([come, come, done, done, done, done]);
  for (const { body, signature } of seen.filter((each) => each.signature !== "")) {
    expect(isStripeSignature(signature, body, stripeKeys.webhookSecret, world.clock.wall().atMs)).toBe(true);
  }
  expect((await press(`${page}/nonsense`)).status).toBe(404);
});

test("[PAY-09] Pesapal: the customer's page leads back with the order's names, and four notices go out at once", async () => {
  const parts = { world, http, baseUrl: at.pesapal, publicUrl: at.hub };
  const channel = openTestChannel(pesapal, parts, { ...pesapalKeys });
  const started = pesapal.readers.readStart(JSON.stringify(await channel.start({ ...order, reference: "PESA0001" })));
  const page = started.redirectUrl ?? "";
  expect(await (await fetch(page)).text()).toContain("KES 50.00");
  const requestId = started.evidence.kind === "accepted" ? started.evidence.requestId : "";
  const answer = await press(`${page}/pay`);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toContain(`OrderTrackingId=${requestId}`);
  const notices = () =>
    seen
      .filter(({ url, signature }) => url.endsWith("/n") && signature === "")
      .map(({ body }) => JSON.parse(body) as object);
  await expect.poll(notices, { timeout: 20_000 }).toHaveLength(4);
  expect(notices()[0]).toEqual({
    OrderTrackingId: requestId,
    OrderMerchantReference: "PESA0001",
    OrderNotificationType: "IPNCHANGE",
  });
  const refund = (amountCents: number) =>
    channel.refund?.send({
      refundId: "r1",
      receipt: requestId.toUpperCase(),
      requestId,
      amountCents,
      currency: "KES",
      reason: "test",
    });
  expect(await refund(100)).toEqual({ kind: "refused", why: "partial_refund_not_allowed" });
  expect(await refund(5000)).toEqual({ kind: "accepted" });
  expect(await refund(5000)).toEqual({ kind: "refused", why: "refund_exists" });
});

test("[PAY-10] Stripe: refunds and disputes made in its dashboard stand in its lists, page by page, with ours by their name", async () => {
  const parts = { world, http, baseUrl: at.stripe, publicUrl: at.hub };
  const channel = openTestChannel(stripe, parts, { ...stripeKeys });
  const reference = "STRIPE02";
  const started = stripe.readers.readStart(JSON.stringify(await channel.start({ ...order, reference })));
  await press(`${started.redirectUrl}/pay`);
  const receipt =
    simulated()
      .sessions()
      .find((each) => each.client_reference_id === reference)?.payment_intent ?? "";
  const ours = { refundId: "refund-1", receipt, requestId: "", amountCents: 200, currency: "KES", reason: "test" };
  expect(await channel.refund?.send(ours)).toEqual({ kind: "done" });
  for (let count = 0; count < 120; count++) simulated().refundInDashboard(reference, 1);
  simulated().dispute(reference, "needs_response");
  const span = { refundsFromMs: world.clock.wall().atMs - 60_000, disputesFromMs: world.clock.wall().atMs - 60_000 };
  const read = async () => {
    const answer = await channel.returns?.(span);
    return answer?.kind === "read" ? answer.returned.filter((each) => each.receipt === receipt) : [];
  };
  const all = await read();
  expect(all).toHaveLength(122);
  expect(new Set(all.map(({ id }) => id)).size).toBe(122);
  expect(all.filter(({ refundId }) => refundId === "refund-1")).toMatchObject([{ amountCents: 200, state: "left-us" }]);
  expect(all.at(-1)).toMatchObject({ amountCents: 5000, currency: "KES", state: "left-us", refundId: null });
  simulated().dispute(reference, "won");
  expect((await read()).at(-1)).toMatchObject({ state: "came-back" });
});

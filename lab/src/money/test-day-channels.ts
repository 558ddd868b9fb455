/** The simulated channels of a day of trade, each on a port of its own, and what they know: the money that really moved. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChannelUrls } from "@karibu/cloud/money/create-money";
import type { World } from "@karibu/protocol/world";
import { createSimulatedAirtel } from "../airtel/simulated-airtel.ts";
import { createDarajaHttp, type DarajaOptions } from "../daraja/daraja-http.ts";
import type { DarajaApp } from "../daraja/daraja-types.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { createSimulatedMtn } from "../mtn/simulated-mtn.ts";
import { createSimulatedPesapal } from "../pesapal/simulated-pesapal.ts";
import { createSimulatedStripe, stripeKeys } from "../stripe/simulated-stripe.ts";
import type { RealInflow } from "./test-day-books.ts";
import type { PlaceName } from "./test-day-plan.ts";

type MpesaPlace = "paybill" | "dead" | "till";

/** Each short code has an app of its own. */
export const mpesaApps: Readonly<Record<MpesaPlace, DarajaApp>> = {
  paybill: sampleApp,
  dead: appOf("dead", "600112"),
  till: { ...appOf("till", "600113"), storeNumber: "600213" },
};

function appOf(name: string, shortcode: string): DarajaApp {
  const keys = { consumerKey: `${name}-consumer-key`, consumerSecret: `${name}-consumer-secret` };
  return { ...keys, shortcode, passkey: `${name}-passkey`, business: "Baraka WiFi" };
}

/** Posts to the hub, as a channel does: once. @returns the status; 0: nobody answered */
export async function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const sent = { "content-type": "application/json", ...headers };
  const answer = await fetch(url, { method: "POST", headers: sent, body }).catch(() => null);
  await answer?.arrayBuffer().catch(() => null);
  return answer?.status ?? 0;
}

export type DayChannels = Awaited<ReturnType<typeof startDayChannels>>;

/** @param loses whether the notices about this order (Pesapal's or Stripe's) get lost */
export async function startDayChannels(
  world: World,
  darajaOptions: DarajaOptions,
  loses: { readonly pesapal: (orderId: string) => boolean },
) {
  const { app, daraja } = createDarajaHttp(world, { apps: Object.values(mpesaApps), ...darajaOptions });
  const airtel = createSimulatedAirtel(world);
  const mtn = createSimulatedMtn(world, "sandbox");
  const pesapal = createSimulatedPesapal(world, async ({ url, body }) => {
    if (!loses.pesapal(JSON.parse(body).OrderMerchantReference)) await post(url, body);
  });
  /** Set once the channel is there, as an operator does in Stripe's dashboard. */
  const webhook = { url: "" };
  const stripe = createSimulatedStripe(world, {
    deliver: async ({ body, signature }) => void (await post(webhook.url, body, { "stripe-signature": signature })),
  });
  const servers = {
    daraja: createServer(app),
    airtel: serverOf(airtel.request),
    mtn: serverOf(mtn.request),
    pesapal: serverOf(pesapal.request),
    stripe: serverOf(stripe.request),
  };
  for (const server of Object.values(servers)) {
    // An idle connection stays open: a request must not meet its end on a busy machine.
    server.keepAliveTimeout = 0;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const urlOf = (name: keyof typeof servers) => `http://127.0.0.1:${(servers[name].address() as AddressInfo).port}`;
  const channelUrls: ChannelUrls = {
    darajaBaseUrl: urlOf("daraja"),
    airtelBaseUrl: urlOf("airtel"),
    mtnBaseUrl: urlOf("mtn"),
    pesapalBaseUrl: urlOf("pesapal"),
    stripeBaseUrl: urlOf("stripe"),
  };

  /** All that Stripe lists, oldest first. */
  async function listed(path: string): Promise<{ payment_intent: string; amount: number; status: string }[]> {
    const headers = { authorization: `Bearer ${stripeKeys.secretKey}` };
    const answer = await stripe.request({ method: "GET", url: `${urlOf("stripe")}${path}?limit=10000`, headers });
    return JSON.parse(answer.body).data;
  }

  /** By the channels' own books: what came in, and how much of it went back at the channel. Cash is in nobody's but the driver's. */
  async function inflows(): Promise<RealInflow[]> {
    const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0);
    const { organisation } = daraja;
    const placeOf = (shortcode: string) =>
      (Object.keys(mpesaApps) as MpesaPlace[]).find((place) => mpesaApps[place].shortcode === shortcode) as PlaceName;
    const reversed = Map.groupBy(organisation.reversals(), ({ original }) => original);
    const mpesa = daraja.successes().map(({ receipt, shortcode, amount }): RealInflow => {
      const back = sum((reversed.get(receipt) ?? []).map((each) => each.amount));
      const [amountCents, returnedCents] = [amount * 100, back * 100];
      return { place: placeOf(shortcode), receipt, amountCents, returnedCents, currency: "KES" };
    });
    const paid = airtel.payments().filter(({ status }) => status === "TS");
    const prompted = mtn.requests().filter(({ status }) => status === "SUCCESSFUL");
    const orders = pesapal.orders().filter(({ code }) => code !== "");
    const sessions = stripe.sessions().filter(({ payment_status: status }) => status === "paid");
    const [refunds, disputes] = [await listed("/v1/refunds"), await listed("/v1/disputes")];
    const gone = [...refunds, ...disputes.filter(({ status }) => status !== "won")];
    const backAtStripe = Map.groupBy(gone, (each) => each.payment_intent);
    return [
      ...mpesa,
      ...paid.map(({ receipt, amount }) => plain("airtel", receipt, amount * 100, "KES")),
      ...prompted.map((each) => plain("mtn", String(each.financialTransactionId), Number(each.amount) * 100, "UGX")),
      ...orders.map(({ trackingId, amount, status }) => {
        // The hub writes all receipts in capitals.
        const inflow = plain("pesapal", trackingId.toUpperCase(), Math.round(amount * 100), "KES");
        return { ...inflow, returnedCents: status === 3 ? inflow.amountCents : 0 };
      }),
      ...sessions.map(({ payment_intent: intent, amount_total: amount }) => {
        const back = sum((backAtStripe.get(intent ?? "") ?? []).map((each) => each.amount));
        return { ...plain("stripe", intent ?? "", amount, "KES"), returnedCents: back };
      }),
    ];
  }

  return {
    daraja,
    airtel,
    mtn,
    pesapal,
    stripe,
    webhook,
    channelUrls,
    inflows,
    async stop() {
      for (const server of Object.values(servers)) {
        server.close();
        server.closeAllConnections();
        await once(server, "close");
      }
    },
  };
}

const plain = (place: PlaceName, receipt: string, amountCents: number, currency: string): RealInflow => ({
  place,
  receipt,
  amountCents,
  currency,
  returnedCents: 0,
});

/** A simulator on a server. An answer that gets lost is a connection that ends. */
function serverOf(answer: (request: HttpRequest) => Promise<{ status: number; body: string }>) {
  return createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const headers = request.headers as Record<string, string | undefined>;
    const url = `http://${request.headers.host}${request.url}`;
    const asked = { method: request.method ?? "GET", url, headers, ...(body === "" ? {} : { body }) };
    await answer(asked).then(
      (given) => response.writeHead(given.status, { "content-type": "application/json" }).end(given.body),
      () => request.socket.destroy(),
    );
  });
}

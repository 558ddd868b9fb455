/** The shops and channels of a day of trade (`test-end-of-day.ts`), opened through the hub's API as an owner does. */
import { generateKeyPairSync } from "node:crypto";
import { airtelKeys } from "../airtel/simulated-airtel.ts";
import { mtnKeys } from "../mtn/simulated-mtn.ts";
import { pesapalKeys } from "../pesapal/simulated-pesapal.ts";
import { stripeKeys } from "../stripe/simulated-stripe.ts";
import { eventually } from "./payments-hub.ts";
import { type DayChannels, mpesaApps } from "./test-day-channels.ts";
import type { ApiCall } from "./test-day-hub.ts";
import type { PlaceName } from "./test-day-plan.ts";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = publicKey.export({ type: "spki", format: "pem" }) as string;
export const initiatorOf = (name: string) => ({ initiatorName: name, initiatorPassword: "secret-1", certificate });
export const mpesaPlaces = ["paybill", "dead", "till"] as const;
export const prices = { kenya: 5000, uganda: 100_000 } as const;
/** For one thing that the day waits for. */
export const patienceMs = 600_000;

export interface Shop {
  token: string;
  readonly owner: { readonly email: string; readonly password: string };
  readonly planId: string;
}

/** Calls the API as the shop's owner, whichever hub process is there. */
export type CallAs = (
  shop: Shop,
  method: Parameters<ApiCall>[0],
  path: string,
  body?: object,
  key?: string,
) => ReturnType<ApiCall>;

interface Place {
  readonly siteId: string;
  /** The channel's. */
  readonly id: string;
  readonly noticeUrl: string;
}

export type OpenDay = Awaited<ReturnType<typeof openDay>>;

interface Opening {
  readonly call: CallAs;
  readonly channels: DayChannels;
  readonly capCents: number;
  /** Makes a provider, with a plan at this price. */
  openShop(name: string, currency: "KES" | "UGX", priceCents: number): Promise<Shop>;
}

export async function openDay({ call, channels, capCents, openShop }: Opening) {
  const kenya = await openShop("kenya", "KES", prices.kenya);
  const uganda = await openShop("uganda", "UGX", prices.uganda);
  for (const shop of [kenya, uganda])
    await call(shop, "PATCH", "/money-settings", { unverifiedCentsMax: capCents, smsAfterPayment: false });
  const openPlace = async (shop: Shop, keys: object): Promise<Place> => {
    const channel = await call(shop, "POST", "/channels", keys);
    const { siteId } = (await call(shop, "POST", "/sites", { name: `At ${channel.name}` })).site;
    await call(shop, "PUT", `/sites/${siteId}/channel`, { channelId: channel.id });
    return { siteId, id: channel.id, noticeUrl: channel.noticeUrl };
  };
  const mpesa = (place: (typeof mpesaPlaces)[number], more: object = {}) => {
    const { business: _, ...keysOf } = mpesaApps[place];
    const kind = place === "till" ? "mpesa-till" : "mpesa-paybill";
    return openPlace(kenya, { kind, environment: "sandbox", ...keysOf, ...more });
  };
  const places = {
    paybill: await mpesa("paybill", initiatorOf("works")),
    dead: await mpesa("dead", initiatorOf("dies")),
    till: await mpesa("till"),
    airtel: await openPlace(kenya, { kind: "airtel-money", environment: "production", ...airtelKeys }),
    mtn: await openPlace(uganda, { kind: "mtn-momo", environment: "sandbox", ...mtnKeys }),
    pesapal: await openPlace(kenya, { kind: "pesapal", environment: "sandbox", ...pesapalKeys }),
    stripe: await openPlace(kenya, { kind: "stripe", environment: "sandbox", ...stripeKeys }),
  };
  channels.webhook.url = places.stripe.noticeUrl;
  // The first paybill hides the middle of its payers' numbers and has its list; the second one hashes them.
  const nominated = { nominatedPhone: "0722000000" };
  await call(kenya, "POST", `/channels/${places.paybill.id}/register`, { version: "v2", ...nominated });
  await call(kenya, "POST", `/channels/${places.dead.id}/register`, { version: "v1" });
  const noticeAddress = async (place: "paybill" | "dead"): Promise<string> => {
    const { addresses } = await call(kenya, "GET", `/channels/${places[place].id}`);
    return addresses.find((each: { use: string }) => each.use === "confirmation").url;
  };
  const siteAccount = async (place: "paybill" | "dead"): Promise<string> =>
    (await call(kenya, "POST", "/pay-accounts", { siteId: places[place].siteId, planId: kenya.planId })).number;
  const opened = {
    kenya,
    uganda,
    places,
    /** Where the hub is told of money; somebody else knows them too. */
    leaked: { paybill: await noticeAddress("paybill"), dead: await noticeAddress("dead") },
    siteAccounts: { paybill: await siteAccount("paybill"), dead: await siteAccount("dead") },
    shopOf: (place: PlaceName): Shop => (place === "mtn" ? uganda : kenya),
    siteOf: (place: PlaceName): string => places[place === "cash" ? "paybill" : place].siteId,
  };
  await loseTheInitiator(call, channels, opened);
  return opened;
}

/** The second initiator has answered once before M-Pesa refuses it: only such answers may speak against a payment later. */
async function loseTheInitiator(
  call: CallAs,
  { daraja: { organisation } }: DayChannels,
  { kenya, places }: { readonly kenya: Shop; readonly places: { readonly dead: Place } },
): Promise<void> {
  const { shortcode } = mpesaApps.dead;
  const payment = { shortcode, msisdn: "254711000001", amount: 50, account: "?", confirmation: "never" } as const;
  const first = await organisation.payBill(payment);
  await call(kenya, "POST", "/payments/claims", { receipt: first?.receipt, phone: "0711000001" });
  await eventually(
    () => call(kenya, "GET", `/channels/${places.dead.id}`),
    ({ initiator }) => {
      if (initiator.state !== "works") throw new Error(`the initiator ${initiator.state}`);
    },
    patienceMs,
  );
  organisation.initiators.refuse("dies", "2001");
}

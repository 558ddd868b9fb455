/** A provider of the chaos, made through the hub's API as its owner would: a paybill, one plan, a site with a seller, and printed vouchers. */
import { voucherGrantId } from "@karibu/protocol/grant-id";
import { sleep, type World } from "@karibu/protocol/world";
import type { DarajaApp } from "../daraja/daraja-types.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { type Call, demand } from "../simulation/hubs/console.ts";
import type { PlanTerms, Right } from "../simulation/judge/chronicle.ts";

export const admin = { email: "admin@karibu.test", password: "the-admin-password" };
export const planName = "a day";
/** It outlasts every run: whoever paid has it in the end. */
export const plan: PlanTerms = {
  validitySeconds: 86_400,
  useSeconds: null,
  dataBytes: null,
  devices: 1,
  priceCents: 2000,
};
const pin = "482910";
const vouchersOfBatch = 100;
const callMsMax = 30_000;
const readsMax = 6;

export interface Shop {
  readonly providerId: string;
  readonly siteId: string;
  readonly channelId: string;
  readonly enrolmentToken: string;
  readonly planId: string;
  readonly seller: { readonly name: string; readonly pin: string };
  readonly vouchers: readonly { readonly code: string; readonly right: Right }[];
  /** As its owner. Throws when no hub answers. */
  readonly call: Call;
}

/** The paybill of the so-many-th provider, at the simulated channel. */
export const appOf = (number: number): DarajaApp => ({
  ...sampleApp,
  shortcode: String(500_100 + number),
  consumerKey: `key-${number}`,
  consumerSecret: `secret-${number}`,
});

export async function openShop(
  world: Pick<World, "clock">,
  hubUrl: string,
  given: { readonly number: number; readonly vouchers: number },
): Promise<Shop> {
  const { number } = given;
  const as = caller(hubUrl);
  const adminToken = (await demand(as(null)("POST", "/api/v1/login", admin))).token as string;
  const owner = { ownerEmail: `owner${number}@provider.test`, ownerPassword: `the-owner-password-${number}` };
  const provider = { name: `Provider ${number}`, ...owner };
  await demand(as(adminToken)("POST", "/api/v1/providers", provider));
  const who = { email: owner.ownerEmail, password: owner.ownerPassword };
  const logIn = async (): Promise<Call> => as((await demand(as(null)("POST", "/api/v1/login", who))).token);
  let own = await logIn();
  // A log-in lasts an hour, and the chaos some more.
  const call: Call = async (...asked) => {
    const answer = await own(...asked);
    if (answer.status !== 401) return answer;
    own = await logIn();
    return await own(...asked);
  };
  const make = (path: string, body: object) => demand(call("POST", `/api/v1${path}`, body));
  const { business: _, ...keys } = appOf(number);
  const channel = await make("/channels", { kind: "mpesa-paybill", name: "Paybill", environment: "sandbox", ...keys });
  // The paybill's list may be read: it names what no callback told of.
  const list = { responseType: "Completed", version: "v2", nominatedPhone: "0722000000" };
  await make(`/channels/${channel.id}/register`, list);
  const { priceCents, validitySeconds } = plan;
  const { planId } = await make("/plans", { name: planName, priceCents, terms: { validitySeconds } });
  const { site, enrolmentToken } = await make("/sites", { name: `Site ${number}`, interimSeconds: 60 });
  const { siteId } = site;
  const seller = { name: `Seller ${number}`, pin };
  await make("/sellers", { ...seller, commissionPermille: 75, sites: [{ siteId, floatCents: null }] });
  const vouchers: { code: string; right: Right }[] = [];
  while (vouchers.length < given.vouchers) {
    const { batchId } = await make("/vouchers/batches", { planId, quantity: vouchersOfBatch, siteId });
    const path = `/api/v1/vouchers?batchId=${batchId}&limit=${vouchersOfBatch}`;
    const { items } = await demand(call("GET", path));
    for (const { code, serial } of items as { code: string; serial: number }[])
      vouchers.push({ code, right: { rightId: voucherGrantId({ batchId, serial }), kind: "voucher", plan: planName } });
    await sleep(world.clock, 100);
  }
  const { providerId } = await demand(call("GET", "/api/v1/user"));
  return { providerId, siteId, channelId: channel.id, enrolmentToken, planId, seller, vouchers, call };
}

/** What only reads is asked again where a busy machine answers too late: an hour of faults is not thrown away for one look. */
function caller(hubUrl: string): (token: string | null) => Call {
  return (token) => async (method, path, body) => {
    for (let tries = method === "GET" ? readsMax : 1; ; tries--) {
      try {
        return await callOnce(token, method, path, body);
      } catch (error) {
        if (tries <= 1) throw error;
      }
    }
  };

  async function callOnce(token: string | null, ...[method, path, body]: Parameters<Call>): ReturnType<Call> {
    const answer = await fetch(hubUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(callMsMax),
    });
    return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
  }
}

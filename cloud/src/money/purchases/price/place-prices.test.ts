/** A plan that costs something else at some sites: what is asked of the phone, taken at the counter, and paid at an account number. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import type { HttpCall } from "../../../ground/http-client/http-call.ts";
import { askerOf } from "../../../test-asking.ts";
import { keysAccepted, ownerPassword, useHub } from "../../../test-hub.ts";
import { makeSecretItsId } from "../../channels/test-hooks.ts";

const asked: number[] = [];
/** Daraja: takes every prompt. */
const http: HttpCall = async (request) => {
  if (!request.url.includes("processrequest")) return keysAccepted(request);
  asked.push(JSON.parse(String(request.body)).Amount);
  return { status: 200, body: `{"ResponseCode":"0","CheckoutRequestID":"ws_CO_${asked.length}"}` };
};
const hub = useHub("embedded", { http });
let keys = 0;

async function openShop(name: string) {
  const { token, providerId } = await hub.makeProvider(name);
  const call = askerOf(hub, () => token);
  const site = async (body: object) => (await call("POST", "/sites", body)).body.site.siteId as string;
  const beach = await site({ name: "Beach", region: "Coast" });
  const hotel = await site({ name: "Hotel", region: "coast" });
  const town = await site({ name: "Town" });
  const prices = [
    { siteId: beach, priceCents: 5000, currency: "KES" },
    { region: "Coast", priceCents: 3000, currency: "KES" },
  ];
  const plan = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {}, prices });
  expect(plan.status, plan.text).toBe(201);
  const channel = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
  const paybill = (await call("POST", "/channels", { ...channel, kind: "mpesa-paybill", shortcode: "600100" })).body.id;
  const buy = (siteId: string, more: object) =>
    call("POST", "/payments/purchase", { siteId, planId: plan.body.planId, ...more });
  return { call, providerId, sites: { beach, hotel, town }, planId: plan.body.planId as string, paybill, buy };
}

test("[PLN-12] each site asks its own price: of the phone by the prompt, over the counter, and in the books", async () => {
  const { call, providerId, sites, planId, buy } = await openShop("Prices");
  const cash = async (siteId: string) => (await buy(siteId, { pay: "cash" })).body.payment.amountCents;
  expect([await cash(sites.beach), await cash(sites.hotel), await cash(sites.town)]).toEqual([5000, 3000, 2000]);
  const prompted = await buy(sites.beach, { phone: "0712000001" });
  expect([prompted.status, prompted.body.payment.amountCents, asked.at(-1)], prompted.text).toEqual([201, 5000, 50]);
  const sold = (await call("GET", "/ledger/statement?account=revenue")).body.items;
  expect(sold.map((row: { growthCents: number }) => row.growthCents).sort()).toEqual([2000, 3000, 5000]);
  const fed = await hub
    .database()
    .asProvider(providerId, (tx) =>
      tx.selectFrom("feed_rows").select(["kind", "body"]).where("kind", "in", ["plan", "site"]).execute(),
    );
  const rowOf = (kind: string, what: string) =>
    fed.find((row) => row.kind === kind && JSON.stringify(row.body).includes(what));
  expect(rowOf("plan", planId)?.body).toMatchObject({ prices: [{ priceCents: 5000 }, { region: "Coast" }] });
  expect(rowOf("site", sites.beach)?.body).toMatchObject({ region: "Coast" });
});

test("[PLN-12] codes that are made for a site, one or many, and a test sale there cost what the plan costs there, where no price is named", async () => {
  const { call, sites, planId } = await openShop("Printed");
  const batch = async (siteId: string, more = {}) =>
    (await call("POST", "/vouchers/batches", { planId, siteId, quantity: 1, ...more })).body.priceCents;
  expect([await batch(sites.beach), await batch(sites.hotel), await batch(sites.town)]).toEqual([5000, 3000, 2000]);
  expect(await batch(sites.beach, { priceCents: 100 })).toBe(100);
  const one = { planId, siteId: sites.beach, name: "Asha", phone: "0712000009", sendSms: false };
  const made = await call("POST", "/vouchers", one);
  expect(made.body.voucher?.priceCents, made.text).toBe(5000);
  const tried = await call("POST", "/test-sales", { planId, siteId: sites.beach });
  expect(tried.body.priceCents, tried.text).toBe(5000);
});

test("[PLN-12] what is paid at a site's account number buys at that site's price; less is credit, as anywhere", async () => {
  const { call, sites, planId, paybill, providerId } = await openShop("Accounts");
  await hub.database().asProvider(providerId, (tx) => makeSecretItsId(tx, paybill));
  await call("POST", "/pay-accounts", { number: "BEACH", siteId: sites.beach, planId });
  const pay = async (shillings: string, msisdn: string) => {
    const TransID = `QP${String(++keys).padStart(2, "0")}ABCDEF`;
    const told = {
      TransID,
      TransAmount: shillings,
      TransTime: "",
      BillRefNumber: "BEACH",
      BusinessShortCode: "600100",
    };
    expect((await hub.call("POST", `/hooks/k/${paybill}/c`, { body: { ...told, MSISDN: msisdn } })).status).toBe(200);
    const find = async () =>
      (await call("GET", "/receipts")).body.items.find((one: { receipt: string }) => one.receipt === TransID);
    await expect.poll(find, { timeout: 20_000 }).toBeTruthy();
    return find();
  };
  expect(await pay("20.00", "254712000002")).toMatchObject({ state: "credit" });
  const { state, paymentId } = await pay("50.00", "254712000003");
  expect(state).toBe("booked");
  expect((await call("GET", `/payments/${paymentId}`)).body).toMatchObject({ amountCents: 5000, siteId: sites.beach });
});

longTest(
  "[PAY-17] what is paid at the account number of a site that was deleted is its payer's credit: it buys nothing that nobody could use",
  async () => {
    const { call, sites, planId, paybill, providerId } = await openShop("Deleted");
    await hub.database().asProvider(providerId, (tx) => makeSecretItsId(tx, paybill));
    await call("POST", "/pay-accounts", { number: "TOWN", siteId: sites.town, planId });
    expect((await call("DELETE", `/sites/${sites.town}`)).status).toBe(204);
    const told = { TransID: "QP90ABCDEF", TransAmount: "20.00", TransTime: "", BillRefNumber: "TOWN" };
    const body = { ...told, BusinessShortCode: "600100", MSISDN: "254712000009" };
    expect((await hub.call("POST", `/hooks/k/${paybill}/c`, { body })).status).toBe(200);
    const find = async () =>
      (await call("GET", "/receipts")).body.items.find((one: { receipt: string }) => one.receipt === told.TransID);
    await expect.poll(find, { timeout: 20_000 }).toMatchObject({ state: "credit", paymentId: null, creditCents: 2000 });
  },
);

test("[PLN-12] who was told the price in another currency than the site's is asked for nothing: its figure says nothing here", async () => {
  const owner = { ownerEmail: "border@provider.test", ownerPassword };
  const border = { name: "Border", currency: "UGX", ...owner };
  expect((await hub.call("POST", "/api/v1/providers", { token: await hub.adminToken(), body: border })).status).toBe(
    201,
  );
  const token = await hub.logIn(owner.ownerEmail, ownerPassword);
  const call = askerOf(hub, () => token);
  const channel = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
  const made = await call("POST", "/channels", { ...channel, kind: "mpesa-paybill", shortcode: "600100" });
  expect(made.status, made.text).toBe(201);
  const { siteId } = (await call("POST", "/sites", { name: "Busia" })).body.site;
  const prices = [{ siteId, priceCents: 5000, currency: "KES" }];
  const { planId } = (await call("POST", "/plans", { name: "Hour", priceCents: 120_000, terms: {}, prices })).body;
  const buy = (more: object) => call("POST", "/payments/purchase", { siteId, planId, pay: "cash", ...more });
  const told = await buy({ expectsCents: 120_000, expectsCurrency: "UGX" });
  expect(told.body, told.text).toMatchObject({ status: 409, code: "price-changed", field: "expectsCents" });
  const sold = await buy({ expectsCents: 5000, expectsCurrency: "KES" });
  expect(sold.body.payment, sold.text).toMatchObject({ amountCents: 5000, currency: "KES" });
});

test("[PLN-12] a price needs a site that is there, a currency that money comes in, and stands once", async () => {
  const { call, sites, planId } = await openShop("Refused");
  const put = async (price: object, ...more: object[]) => {
    const { status, body } = await call("PATCH", `/plans/${planId}`, { prices: [price, ...more] });
    return [status, body.field];
  };
  const town = { siteId: sites.town, priceCents: 1000, currency: "KES" };
  expect(await put({ ...town, siteId: "elsewhere" })).toEqual([404, "prices.0.siteId"]);
  expect(await put({ ...town, currency: "UGX" })).toEqual([400, "prices.0.currency"]);
  expect(await put(town, town)).toEqual([400, "prices.1.siteId"]);
  // A site's own price is the site's, whatever region stands beside it.
  const both = await call("PATCH", `/plans/${planId}`, { prices: [{ ...town, region: "Coast" }] });
  expect(both.body.prices).toEqual([town]);
  expect(await put({ priceCents: 1000, currency: "KES" })).toEqual([400, "prices.0.currency"]);
  const changed = await call("PATCH", `/plans/${planId}`, { prices: [] });
  expect([changed.status, changed.body.prices ?? []]).toEqual([200, []]);
});

test("the prices of sites that were deleted meanwhile keep nobody from changing the others, and go one by one; they can't be entered anew", async () => {
  const { call, sites, planId } = await openShop("Closed");
  const at = (siteId: string) => ({ siteId, priceCents: 5000, currency: "KES" });
  const put = (...prices: object[]) => call("PATCH", `/plans/${planId}`, { prices });
  expect((await put(at(sites.beach), at(sites.hotel))).status).toBe(200);
  for (const siteId of [sites.beach, sites.hotel]) expect((await call("DELETE", `/sites/${siteId}`)).status).toBe(204);
  const more = await put(at(sites.beach), at(sites.hotel), at(sites.town));
  expect([more.status, more.body.prices?.length], more.text).toEqual([200, 3]);
  const less = await put(at(sites.hotel), at(sites.town));
  expect([less.status, less.body.prices?.length], less.text).toEqual([200, 2]);
  expect(await put(at(sites.beach), at(sites.town))).toMatchObject({ status: 404, body: { field: "prices.0.siteId" } });
});

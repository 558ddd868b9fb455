import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { claimViewSchema, problemSchema } from "@karibu/protocol/portal-api";
import { beforeEach, expect, test } from "vitest";
import type { HttpHandler } from "../../ground/http.ts";
import { createPortalServer } from "../portal-server.ts";
import { createTestSite, type TestSite, testPlans, testSettings } from "../test-portal-site.ts";

let site: TestSite;
let portal: HttpHandler;
let cookies: Map<string, string>;
const daily = testPlans[1] as (typeof testPlans)[number];
const receipt = "TJK4XY12AB";

beforeEach(() => {
  const world = createSimulatedWorld();
  site = createTestSite(world);
  cookies = new Map();
  portal = createPortalServer(world, site.parts(), testSettings);
});

async function post(path: string, body: unknown, from = "10.5.50.20") {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { host: "10.5.50.2", "content-type": "application/json", cookie };
  const response = await portal.handle({
    method: "POST",
    url: path,
    headers,
    body: JSON.stringify(body),
    address: from,
  });
  for (const line of [response.headers["set-cookie"] ?? []].flat()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
  return { status: response.status, headers: response.headers, json: JSON.parse(String(response.body)) as unknown };
}
const claim = (body: object, from?: string) => post("/api/claims", { phone: "0712345678", ...body }, from);
const buy = async () => {
  await post("/api/purchases", { idempotencyKey: "k1", planId: daily.planId, phone: "0712345678" });
  return [...site.purchases.keys()][0] as string;
};
const said = () => site.hub.calls.filter(({ method }) => method === "claim-payment").map(({ params }) => params);

test("a claim names the purchase that this phone waits for, and the phone as an MSISDN", async () => {
  const purchaseId = await buy();
  const answer = await claim({ receipt });
  expect(answer.status).toBe(200);
  expect(claimViewSchema.parse(answer.json)).toEqual({ kind: "asked" });
  await claim({ amountCents: 5000 });
  await claim({ receipt, amountCents: 5000 });
  expect(said()).toEqual([
    { receipt, phone: "254712345678", purchaseId },
    { amountCents: 5000, phone: "254712345678", purchaseId },
    { receipt, amountCents: 5000, phone: "254712345678", purchaseId },
  ]);
});

test("money that was found puts this phone online, also for a purchase that began nowhere here", async () => {
  site.hub.claim = { kind: "settled", purchaseId: "by-hand", planId: daily.planId };
  const { json } = await claim({ receipt });
  const view = claimViewSchema.parse(json);
  expect(view).toMatchObject({ kind: "settled", purchase: { purchaseId: "by-hand", state: "paid" } });
  expect(cookies.get("karibu_purchase")).toMatch(new RegExp(`^by-hand~${daily.planId}~[0-9a-f]{32}$`));
});

test("a package that another phone of the same customer started works on this phone after a separate log-in", async () => {
  const purchaseId = await buy();
  site.settle("paid");
  await portal.handle({
    method: "GET",
    url: `/api/purchases/${purchaseId}`,
    body: "",
    address: "10.5.50.20",
    headers: { host: "10.5.50.2", cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
  });
  cookies.clear();
  site.hub.claim = { kind: "settled", purchaseId, planId: daily.planId };
  const { json } = await claim({ receipt, login: "http://10.5.50.1/login" }, "10.5.50.21");
  expect(json).toMatchObject({ purchase: { purchaseId, logIn: { kind: "post" } } });
});

test("money that became credit is reported as credit, and no package starts", async () => {
  site.hub.claim = { kind: "settled", purchaseId: null };
  expect((await claim({ receipt })).json).toEqual({ kind: "settled", purchase: null });
});

test.each([
  ["no-receipt-in-it", "no-receipt", "receipt", 422],
  ["bad-phone", "bad-phone", "phone", 422],
  ["another-payer", "another-payer", "phone", 409],
  ["unknown-receipt", "unknown-receipt", "receipt", 404],
  ["too-many", "slow-down", undefined, 429],
] as const)("the hub's %s is told as %s, with its field", async (reason, code, field, status) => {
  site.hub.claim = { kind: "refused", reason };
  const answer = await claim({ receipt });
  expect(answer.status).toBe(status);
  expect(problemSchema.parse(answer.json)).toMatchObject(field === undefined ? { code } : { code, field });
});

test("a refunded receipt is reported as revoked, one of a package that is long over as expired, and the answer of an older hub is understood", async () => {
  site.hub.claim = { kind: "refused", reason: "unknown-receipt", because: "given-back" };
  expect((await claim({ receipt })).json).toMatchObject({ code: "revoked", field: "receipt" });
  site.hub.claim = { kind: "refused", reason: "unknown-receipt", because: "expired" };
  expect((await claim({ receipt })).json).toMatchObject({ code: "expired", field: "receipt" });
  site.hub.claim = { kind: "refused", reason: "unknown-receipt", because: "something newer" };
  expect((await claim({ receipt })).json).toMatchObject({ code: "unknown-receipt", field: "receipt" });
});

test("an invalid claim is refused with the field's name, before the hub is called", async () => {
  expect((await claim({})).json).toMatchObject({ code: "no-receipt", field: "receipt" });
  expect((await claim({ receipt: "ab" })).json).toMatchObject({ code: "bad-request", field: "receipt" });
  expect((await claim({ amountCents: 0 })).json).toMatchObject({ code: "bad-request", field: "amountCents" });
  expect((await claim({ receipt, phone: "12" })).json).toMatchObject({ code: "bad-phone", field: "phone" });
  site.hub.state = "away";
  expect((await claim({ receipt })).json).toMatchObject({ code: "hub-away" });
  expect(said()).toEqual([]);
});

test("[BEY-07] our own message, pasted before the site has heard of the sale, is told so, and not that a number is wrong", async () => {
  const text = "1 hour: your code is KXQ7M2TB. Type it on the Wi-Fi page. Thank you! Wanjiru Networks";
  for (const receipt of [text, "KXQ7-M2TB", "kxq7 m2tb"]) {
    const answer = await claim({ receipt, phone: " " });
    expect(answer.status).toBe(404);
    expect(problemSchema.parse(answer.json)).toMatchObject({ code: "sale-not-here-yet", field: "receipt" });
  }
  // M-Pesa's message needs the number that paid, and a number that is wrong is told as such.
  expect((await claim({ receipt, phone: "" })).json).toMatchObject({ code: "bad-phone", field: "phone" });
  expect((await claim({ receipt: text, phone: "12" })).json).toMatchObject({ code: "bad-phone", field: "phone" });
  expect(said()).toEqual([]);
});

test("a client with too many tries is slowed down before the hub is called, and no other client is", async () => {
  const statuses: number[] = [];
  for (let index = 0; index < 9; index++) statuses.push((await claim({ receipt: `TJK4XY12A${index}` })).status);
  expect(statuses).toEqual([...Array(6).fill(200), 429, 429, 429]);
  expect(said()).toHaveLength(6);
  cookies.clear();
  expect((await claim({ receipt }, "10.5.50.99")).status).toBe(200);
});

/** The payment window over HTTP: the portal's server before the real access of a site, and a hub in memory. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { beforeEach, expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../../access/test-site.ts";
import type { HttpHandler } from "../../ground/http.ts";
import type { RouterControl } from "../../ground/router-control.ts";
import { createPortalServer } from "../portal-server.ts";
import { createTestSite as createPortalSite, type TestSite, testPlans, testSettings } from "../test-portal-site.ts";

const payAt = "https://pay.example/s/1?a=b";
const loginUrl = "http://10.5.50.1/login";
const mac = "02:00:00:00:00:01";
const address = "10.5.50.20";
const hint = { mac, ip: address, login: loginUrl };
const window = { seconds: 600, kbps: 512, dataBytes: 20_000_000, everySeconds: 7200, perDay: 5 };
const plan = testPlans[0] as (typeof testPlans)[number];

let site: ReturnType<typeof createTestSite>;
let shop: TestSite;
let portal: HttpHandler;
let jar: Map<string, string>;

function open(router: RouterControl | null, given: object = { payWindow: window }): void {
  const world = createSimulatedWorld();
  site = createTestSite(world);
  shop = createPortalSite(world);
  jar = new Map();
  site.put({ kind: "provider", key: "provider", body: { ...shop.rows.provider.get("provider"), ...given } });
  site.put({ kind: "site", key: "site", body: { ...shop.rows.site.get("site"), paysBy: "page" } });
  site.put({ kind: "plan", key: plan.planId, body: plan });
  const { portalAccess: access, free, feed } = site;
  portal = createPortalServer(world, { ...shop.parts(), access, free, feed, router }, testSettings);
}
beforeEach(() => open(null));

async function ask(method: string, url: string, body?: object) {
  const answer = await portal.handle({
    method,
    url,
    headers: {
      host: "10.5.50.2",
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? "" : JSON.stringify(body),
    address,
  });
  for (const cookie of [answer.headers["set-cookie"] ?? []].flat()) {
    const [name, value] = (cookie.split(";")[0] as string).split("=") as [string, string];
    jar.set(name, value);
  }
  return { ...answer, text: String(answer.body) };
}

/** Begins a purchase that is paid on a page. @returns where the page sends the customer */
async function begin(): Promise<string> {
  const order = { ...hint, idempotencyKey: "key-1", planId: plan.planId, phone: "0712 345 678" };
  await ask("POST", "/api/purchases", order);
  for (const purchase of shop.purchases.values()) purchase.state = { ...purchase.state, payAt };
  const [purchaseId] = [...shop.purchases.keys()];
  const view = JSON.parse((await ask("GET", `/api/purchases/${purchaseId}?${new URLSearchParams(hint)}`)).text);
  return view.payAt;
}

test("[POR-07] a router without API: the page posts the window's log-in to the hotspot, which leads on to the card's page", async () => {
  const pay = await begin();
  expect(pay).toMatch(/^\/pay\/purchase-1\?.*login=/);
  const page = await ask("GET", pay);
  expect(page.status).toBe(200);
  expect(page.text).toContain(`action="${loginUrl}"`);
  expect(page.text).toContain(`name="dst" value="https://pay.example/s/1?a=b"`);
  expect(page.headers["content-security-policy"]).toContain("form-action 'self' http://10.5.50.1 https://pay.example");
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? "";
  const request = logInRequest(field("username"), field("password"), { mac, address });
  expect(site.access.logIn(request)).toMatchObject({ kind: "accept", limits: { sessionSeconds: 600, downKbps: 512 } });
  void site.access.account(reportOf("start", { grantId: "f.window.purchase-1", mac, address }));
  // A second tap finds it open, and the portal still shows the purchase.
  expect(await ask("GET", pay)).toMatchObject({ status: 303, headers: { location: payAt } });
  expect(JSON.parse((await ask("GET", `/api/state?${new URLSearchParams(hint)}`)).text)).toMatchObject({
    online: null,
    purchase: { purchaseId: "purchase-1" },
  });
});

/** @returns who was logged in by the router's API */
function openWithRouter(): string[] {
  const logIns: string[] = [];
  const router = {
    logIn: async ({ user }: { user: string }) => void logIns.push(user),
    activeSessions: async () => [],
    hosts: async () => [],
  } as unknown as RouterControl;
  open(router);
  return logIns;
}

test("[POR-07] a router with API: the site logs the host in, the browser goes on, and what was bought takes its place", async () => {
  const logIns = openWithRouter();
  const pay = await begin();
  expect(await ask("GET", pay)).toMatchObject({ status: 303, headers: { location: payAt } });
  expect(logIns).toHaveLength(1);
});

test("[POR-07] no window without a purchase that was begun with the processor, nor where the provider gives none", async () => {
  await begin();
  expect(await ask("GET", "/pay/purchase-99")).toMatchObject({ status: 303, headers: { location: "/" } });
  jar.clear();
  expect(await ask("GET", "/pay/purchase-1")).toMatchObject({ status: 303, headers: { location: "/" } });
  open(null, {});
  expect(await begin()).toBe(payAt);
  expect(await ask("GET", "/pay/purchase-1")).toMatchObject({ status: 303, headers: { location: payAt } });
  expect(site.state.free.size).toBe(0);
});

test("[POR-07] a purchase by a prompt on the phone opens no window", async () => {
  await ask("POST", "/api/purchases", { ...hint, idempotencyKey: "key-1", planId: plan.planId, phone: "0712 345 678" });
  expect(await ask("GET", "/pay/purchase-1")).toMatchObject({ status: 303, headers: { location: "/" } });
});

test("[POR-07] who opens the way to the page again and again does not keep the router busy with log-ins", async () => {
  const logIns = openWithRouter();
  const pay = await begin();
  for (let tries = 0; tries < 40; tries++) await ask("GET", pay);
  expect(logIns.length).toBeLessThan(10);
  expect(await ask("GET", pay)).toMatchObject({ status: 303, headers: { location: "/" } });
});

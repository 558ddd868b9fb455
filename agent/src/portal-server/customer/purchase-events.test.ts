import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { beforeEach, expect, test } from "vitest";
import type { HttpHandler, HttpResponse } from "../../ground/http.ts";
import { createPortalServer } from "../portal-server.ts";
import { createTestSite, type TestSite, testPlans, testSettings } from "../test-portal-site.ts";
import { streamsMax } from "./purchase-events.ts";

const loginUrl = "http://10.5.50.1/login";
let world: SimulatedWorld;
let site: TestSite;
let portal: HttpHandler;
let orders = 0;

beforeEach(() => {
  world = createSimulatedWorld();
  site = createTestSite(world);
  portal = createPortalServer(world, site.parts(), testSettings);
});

/** A phone with its own address and cookies. */
function phone(address: string) {
  const cookies = new Map<string, string>();
  const ask = async (method: string, url: string, body?: object): Promise<HttpResponse> => {
    const answer = await portal.handle({
      method,
      url,
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        "content-type": "application/json",
      },
      body: body === undefined ? "" : JSON.stringify(body),
      address,
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  return {
    ask,
    cookies,
    async buy(): Promise<string> {
      const order = { idempotencyKey: `key-${++orders}`, planId: testPlans[1]?.planId, phone: "0712345678" };
      return (JSON.parse(String((await ask("POST", "/api/purchases", order)).body)) as { purchaseId: string })
        .purchaseId;
    },
    follow: async (purchaseId: string) =>
      await hearing(await ask("GET", `/api/purchases/${purchaseId}/events?login=${loginUrl}`)),
  };
}

/** What a stream says until now. */
async function hearing(answer: HttpResponse) {
  const said: string[] = [];
  let isEnded = false;
  const leave = answer.goesOn?.(
    (text) => void said.push(text),
    () => {
      isEnded = true;
    },
  );
  return { status: answer.status, answer, said, leave, isEnded: () => isEnded };
}

/** All that waits for no timer. */
async function settleTasks(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    world.advance(Math.min(left, 250));
    await settleTasks();
  }
}

test("[POR-02] a stream says that there is news when the grant is here, and ends once the phone is online", async () => {
  const customer = phone("10.5.50.20");
  const stream = await customer.follow(await customer.buy());
  expect(stream.answer.headers["content-type"]).toBe("text/event-stream");
  await pass(3000);
  expect(stream.said).toEqual([]);
  site.settle("paid");
  await settleTasks();
  // No timer ran: the feed itself woke it.
  expect(stream.said).toEqual(["event: news\ndata:\n\n"]);
  site.online.set(customer.cookies.get("karibu_device") ?? "", {} as never);
  await pass(250);
  expect(stream.said.slice(1)).toEqual(["event: news\ndata:\n\n", "event: over\ndata:\n\n"]);
  expect(stream.isEnded()).toBe(true);
  await pass(60_000);
  expect(stream.said).toHaveLength(3);
});

test("[POR-02] a failed payment is news and the end, and who comes again to what is over is told not to dial", async () => {
  const customer = phone("10.5.50.20");
  const purchaseId = await customer.buy();
  const stream = await customer.follow(purchaseId);
  site.settle("failed", "cancelled");
  await pass(2000);
  expect([stream.said, stream.isEnded()]).toEqual([["event: news\ndata:\n\n", "event: over\ndata:\n\n"], true]);
  expect((await customer.follow(purchaseId)).status).toBe(204);
});

test("[POR-02] a stream says something each 15 s, and ends after 120 s", async () => {
  const customer = phone("10.5.50.20");
  const stream = await customer.follow(await customer.buy());
  await pass(119_000);
  expect(stream.said.length).toBe(7);
  expect(new Set(stream.said)).toEqual(new Set([":\n\n"]));
  expect(stream.isEnded()).toBe(false);
  await pass(2000);
  expect(stream.isEnded()).toBe(true);
});

test("[POR-02] 128 streams and no more: the next phone is told to poll, and gets a place that is left", async () => {
  const streams = [];
  for (let n = 0; n < streamsMax; n++) {
    const customer = phone(`10.5.${50 + Math.floor(n / 200)}.${1 + (n % 200)}`);
    streams.push(await customer.follow(await customer.buy()));
  }
  expect(streams.every(({ status }) => status === 200)).toBe(true);
  const late = phone("10.5.60.1");
  const purchaseId = await late.buy();
  const refused = await late.follow(purchaseId);
  expect([refused.status, refused.answer.headers["retry-after"], refused.answer.goesOn]).toEqual([503, "3", undefined]);
  streams[7]?.leave?.();
  expect((await late.follow(purchaseId)).status).toBe(200);
});

test("[POR-02] a phone has one stream, an address four, and nobody follows what another device bought or made up", async () => {
  const customer = phone("10.5.50.20");
  const purchaseId = await customer.buy();
  const first = await customer.follow(purchaseId);
  const second = await customer.follow(purchaseId);
  expect([first.isEnded(), second.isEnded()]).toEqual([true, false]);
  const spy = phone("10.5.50.66");
  expect((await spy.follow(purchaseId)).status).toBe(404);
  // Who learnt the id puts it into a cookie of their own: it is not theirs all the same.
  spy.cookies.set("karibu_purchase", `${purchaseId}~${testPlans[1]?.planId}`);
  expect((await spy.follow(purchaseId)).status).toBe(404);
  spy.cookies.set("karibu_purchase", "made-up~plan");
  expect((await spy.follow("made-up")).status).toBe(404);
  const family = [];
  for (let n = 0; n < 5; n++) {
    await pass(5000);
    const one = phone("10.5.50.21");
    family.push(await one.follow(await one.buy()));
  }
  expect(family.map(({ status }) => status)).toEqual([200, 200, 200, 200, 503]);
});

test("[POR-03] the router's way: the agent lets the phone in as soon as it knows, before the page has asked", async () => {
  const router = {
    logIns: [] as unknown[],
    async logIn(host: unknown) {
      this.logIns.push(host);
    },
    activeSessions: async () => [],
  };
  portal = createPortalServer(world, site.parts({ router: router as never }), {
    ...testSettings,
    logins: () => ({ loginUrls: [loginUrl] }),
  });
  const customer = phone("10.5.50.20");
  await customer.follow(await customer.buy());
  site.settle("paid");
  await settleTasks();
  expect(router.logIns).toMatchObject([{ address: "10.5.50.20" }]);
});

/** A provider with customers who have a line and its subscription: for tests of the customers' page. */
import { expect } from "vitest";
import type { TestHub, TestProvider } from "../test-hub.ts";
import { type Visitor, visitorOf } from "./test-visitor.ts";

export interface TestLine {
  readonly name: string;
  readonly phone: string;
  readonly customerId: string;
  readonly accountId: string;
  readonly subscriptionId: string;
  readonly visitor: Visitor;
  topUp(amountCents: number): Promise<void>;
}

export interface LineShop {
  readonly provider: TestProvider;
  readonly siteId: string;
  readonly planId: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  post(path: string, body: object, method?: string): Promise<any>;
  newLine(name: string): Promise<TestLine>;
}

let phones = 0;
let keys = 0;

export async function openLineShop(hub: TestHub, name: string, currency?: string): Promise<LineShop> {
  const provider = await hub.makeProvider(name, currency);
  const post: LineShop["post"] = async (path, body, method = "POST") => {
    const headers = { "Idempotency-Key": `shop-${++keys}` };
    const answer = await hub.call(method, `/api/v1${path}`, { token: provider.token, body, headers });
    expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300);
    return answer.body;
  };
  const { siteId } = (await post("/sites", { name: "Harbour" })).site;
  const terms = { downKbps: 10_000, upKbps: 5000 };
  const { planId } = await post("/plans", { name: "Home 10M", priceCents: 250_000, terms });
  return {
    provider,
    siteId,
    planId,
    post,
    async newLine(name) {
      const phone = `0733${String(100_000 + ++phones)}`;
      const { customerId } = await post("/customers", { name, phone });
      const order = { customerId, username: `line.${phones}`, planId, siteIds: [siteId], password: "maji-moto-7" };
      const { accountId } = await post("/accounts", order);
      const { subscriptionId } = await post("/subscriptions", { customerId, accountId, planId, autoRenew: false });
      const visitor = visitorOf(hub, provider.providerId);
      expect((await visitor.logIn(phone)).status).toBe(201);
      const topUp = async (amountCents: number) => void (await post("/credits", { phone, amountCents }));
      return { name, phone, customerId, accountId, subscriptionId, visitor, topUp };
    },
  };
}

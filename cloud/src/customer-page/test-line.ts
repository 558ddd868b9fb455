/** A provider with customers who have a line and its subscription: for tests of the customers' page. */
import { expect } from "vitest";
import { sureAskerOf } from "../test-asking.ts";
import { ownerPassword, type TestHub, type TestProvider } from "../test-hub.ts";
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
  /** Nobody stays logged in for as long as tests move the clock. */
  logInAnew(): Promise<void>;
}

let phones = 0;

export async function openLineShop(hub: TestHub, name: string, currency?: string): Promise<LineShop> {
  const provider = await hub.makeProvider(name, currency);
  const ask = sureAskerOf(hub, () => provider.token);
  const post: LineShop["post"] = (path, body, method = "POST") => ask(method, path, body);
  const { siteId } = (await post("/sites", { name: "Harbour" })).site;
  const terms = { downKbps: 10_000, upKbps: 5000 };
  const { planId } = await post("/plans", { name: "Home 10M", priceCents: 250_000, terms });
  return {
    provider,
    siteId,
    planId,
    post,
    async logInAnew() {
      Object.assign(provider, { token: await hub.logIn(provider.ownerEmail, ownerPassword) });
    },
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

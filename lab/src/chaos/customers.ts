/**
 * The customers of a site: they come with a phone each, buy by M-Pesa at the portal, type a printed code, or buy one for cash, stay for a while and leave.
 * What they ask, hear and see goes into the chronicle. Who is not answered asks again.
 */
import { cashSaleGrantId } from "@karibu/protocol/grant-id";
import { sleep, type World } from "@karibu/protocol/world";
import type { NewFact } from "../simulation/judge/chronicle.ts";
import type { ChaosSite, PortalAnswer } from "./chaos-site.ts";
import { planName, type Shop } from "./shop.ts";

export interface Order {
  readonly phone: number;
  /** `2547…` */
  readonly msisdn: string;
  readonly idempotencyKey: string;
  purchaseId: string | null;
}

export interface Customers {
  /** What phones began to buy. */
  readonly orders: readonly Order[];
  /** The next customer comes, as chance has it. */
  come(): void;
  /** Resolves when all who came are done. */
  done(): Promise<void>;
  /** In the end: the phone asks for what it bought, and goes online with it. Null: it is online; else what stands in its way. */
  comesBack(order: Order): Promise<string | null>;
}

interface CustomersParts {
  readonly world: World;
  readonly number: number;
  readonly site: ChaosSite;
  readonly shop: Shop;
  readonly note: (fact: NewFact) => void;
  /** Below this number, drawn. */
  readonly chance: (below: number) => number;
}

const againMs = 2000;
const triesMax = 30;
const pollMs = 2000;
const pollsMax = 60;
const stayMsMax = 40_000;
/** Who is asked for money at a site, by the number of the phone. */
const msisdnOf = (site: number, phone: number): string => `2547${String(10_000_000 + site * 1_000_000 + phone)}`;

export function createCustomers({ world, number, site, shop, note, chance }: CustomersParts): Customers {
  const orders: Order[] = [];
  const visits = new Set<Promise<void>>();
  const vouchers = [...shop.vouchers];
  const seller = 59_999;
  let phones = 0;
  let asks = 0;
  const pause = (ms: number) => sleep(world.clock, ms);

  const codeOf = ({ status, body }: NonNullable<PortalAnswer>): string =>
    status < 300 ? "ok" : (body.code ?? String(status));

  /** Until it is answered with something else than that it should come again. */
  async function patiently(phone: number, path: string, body: object, fact: NewFact & { ask?: number }) {
    for (let tries = 0; tries < triesMax; tries++) {
      const ask = asks++;
      note({ ...fact, ask } as NewFact);
      const answer = await site.ask(phone, path, body);
      if (answer !== null) {
        const code = codeOf(answer);
        const { retryAfterSeconds: waitSeconds } = answer.body;
        note({ kind: "answered", ask, code, ...(waitSeconds === undefined ? {} : { waitSeconds }) });
        if (!passing.has(code)) return { ask, answer };
      }
      await pause(againMs);
    }
    return null;
  }

  /** The router lets nobody in without power: the phone waits for its light. */
  async function seen(phone: number): Promise<void> {
    for (let tries = 0; tries < triesMax; tries++) {
      try {
        await site.client(phone).request();
        return;
      } catch {
        await pause(againMs);
      }
    }
  }

  /** As the page does: it posts what it is told to the hotspot. */
  async function enter(phone: number, ask: number, logIn: Record<string, string> | null): Promise<boolean> {
    const client = site.client(phone);
    if (logIn?.kind !== "post") return client.online();
    try {
      const outcome = await client.logIn({ user: logIn.username ?? "", password: logIn.password ?? "" });
      const isOnline = outcome.kind === "logged-in";
      note({ kind: "hotspot-said", ask, isOnline, message: isOnline ? "" : outcome.message });
    } catch {
      return false; // no power
    }
    return client.online();
  }

  async function stay(phone: number): Promise<void> {
    const client = site.client(phone);
    client.consume({ downBytesPerSecond: 20_000 + chance(100_000), upBytesPerSecond: 5000 });
    await pause(chance(stayMsMax));
    client.consume({});
    await client.logOut().catch(() => {}); // no power: it is out already
  }

  const order = (phone: number, { msisdn, idempotencyKey }: Order): [number, string, object, NewFact] => [
    phone,
    "/api/purchases",
    { planId: shop.planId, phone: `0${msisdn.slice(3)}`, idempotencyKey },
    { kind: "asked", ask: 0, what: "purchase", phone, rightId: null },
  ];

  async function buy(phone: number): Promise<void> {
    const msisdn = msisdnOf(number, phone);
    const mine: Order = { phone, msisdn, idempotencyKey: `${msisdn}-${chance(1e9)}`, purchaseId: null };
    orders.push(mine);
    await seen(phone);
    const started = await patiently(...order(phone, mine));
    if (started === null || started.answer.status >= 300) return;
    const { ask } = started;
    let view = started.answer.body;
    mine.purchaseId = view.purchaseId;
    for (let polls = 0, said = ""; polls < pollsMax; polls++) {
      if (view.state !== said)
        note({ kind: "purchase-said", ask, purchaseId: view.purchaseId, state: view.state, payer: msisdn });
      said = view.state;
      if (said === "failed") return;
      if (said === "paid" && view.logIn?.kind !== "wait") {
        if (await enter(phone, ask, view.logIn)) await stay(phone);
        return;
      }
      await pause(pollMs);
      const again = await site.ask(phone, `/api/purchases/${view.purchaseId}`, null);
      if (again !== null && again.status < 300) view = again.body;
    }
  }

  async function redeem(phone: number, code: string, rightId: string): Promise<void> {
    await seen(phone);
    const fact: NewFact = { kind: "asked", ask: 0, what: "code", phone, mac: site.client(phone).mac, rightId };
    const done = await patiently(phone, "/api/vouchers/redeem", { code }, fact);
    if (done === null || done.answer.status >= 300) return;
    if (await enter(phone, done.ask, done.answer.body.logIn)) await stay(phone);
  }

  async function buyForCash(phone: number): Promise<void> {
    const saleId = Buffer.from(world.random.bytes(16)).toString("hex");
    const rightId = cashSaleGrantId(saleId);
    const fact: NewFact = { kind: "asked", ask: 0, what: "sale", phone: -1, rightId };
    const sale = { saleId, seller: shop.seller.name, pin: shop.seller.pin, planKey: shop.planId };
    const sold = await patiently(seller, "/api/sales", sale, fact);
    if (sold === null || sold.answer.status >= 300) return;
    const { code, priceCents } = sold.answer.body;
    note({ kind: "sold", ask: sold.ask, saleId, seller: shop.seller.name, plan: planName, priceCents, code, rightId });
    await redeem(phone, code, rightId);
  }

  function visit(phone: number): Promise<void> {
    const drawn = chance(10);
    if (drawn < 6) return buy(phone);
    const voucher = drawn < 8 ? vouchers.shift() : undefined;
    return voucher === undefined ? buyForCash(phone) : redeem(phone, voucher.code, voucher.right.rightId);
  }

  return {
    orders,
    come() {
      const whole = visit(phones++)
        .catch((error: unknown) => note({ kind: "threw", what: `a customer: ${(error as Error).stack ?? error}` }))
        .finally(() => visits.delete(whole));
      visits.add(whole);
    },
    async done() {
      while (visits.size > 0) await Promise.all(visits);
    },
    async comesBack(bought) {
      const { phone } = bought;
      await seen(phone);
      const shown = await patiently(...order(phone, bought));
      if (shown === null) return "the page never answers";
      const { ask, answer } = shown;
      if (answer.status >= 300) return `the page says ${codeOf(answer)}`;
      if (answer.body.state !== "paid") return `the page says that it is ${answer.body.state}`;
      const isOnline = await enter(phone, ask, answer.body.logIn);
      if (isOnline) await site.client(phone).logOut();
      return isOnline ? null : `the page says paid, and lets nobody in: ${JSON.stringify(answer.body.logIn)}`;
    },
  };
}

/** What passes by itself: the page tries again. */
const passing = new Set([
  "fault",
  "hub-away",
  "hub-slow",
  "slow-down",
  "one-moment",
  "router-refused",
  "500",
  "502",
  "503",
]);

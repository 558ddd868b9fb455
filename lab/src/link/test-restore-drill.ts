/** A town for the drill of a restore: sites as processes of their own that sell all the while, and what each of them really sold. */
import { setTimeout as pause } from "node:timers/promises";
import { type AgentProcess, every300Ms, openNas, startAgent } from "@karibu/agent/start/test-agent-process";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { statusTypes } from "@karibu/protocol/radius/codes";

const secret = "s3cret";
const login = "http://10.5.50.1/login";
const lookEveryMs = 250;
const roundEveryMs = 2000;
/** Of every package here: who has used that much is done with it. */
export const planBytes = 10_000_000;
export const seller = { name: "Wanjiru", pin: "482193" } as const;

/** Waits until the condition holds, at a pace that a hub with its ordinary limits bears. */
export async function patiently(what: string, holds: () => Promise<boolean>, msMax = 240_000): Promise<void> {
  for (const endsAtMs = performance.now() + msMax; !(await holds()); await pause(lookEveryMs))
    if (performance.now() > endsAtMs) throw new Error(`waited in vain until ${what}`);
}

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly body: any;
  readonly text: string;
  readonly cookies: readonly string[];
}

export async function ask(
  method: string,
  url: string,
  given: { readonly token?: string; readonly body?: object; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const { token, body, headers = {} } = given;
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = /[/+]json/.test(answer.headers.get("content-type") ?? "");
  return {
    status: answer.status,
    text,
    body: isJson ? JSON.parse(text) : null,
    cookies: answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? ""),
  };
}

/** A purchase by M-Pesa at a site's page, and the phone that has it. */
export interface Bought {
  readonly id: string;
  readonly phone: string;
  readonly customer: Customer;
}

interface Customer {
  readonly number: number;
  readonly mac: string;
  readonly ip: string;
  cookie: string;
}

export type TownSite = Awaited<ReturnType<typeof openTownSite>>;

let customers = 0;
function newCustomer(): Customer {
  const number = ++customers;
  const hex = number.toString(16).padStart(4, "0");
  const mac = `02:00:00:00:${hex.slice(0, 2)}:${hex.slice(2)}`;
  return { number, mac, ip: `10.5.${60 + Math.floor(number / 200)}.${1 + (number % 200)}`, cookie: "" };
}

/** Each agent is started again with the same settings; `data` may be another folder then. */
export async function openTownSite(of: {
  readonly siteId: string;
  readonly enrolToken: string;
  readonly hubUrl: string;
  readonly data: string;
}) {
  const nas = await openNas(secret, every300Ms);
  let agent: AgentProcess | null = null;
  let isTrading = false;
  let trading: Promise<void> = Promise.resolve();
  let rounds = 0;
  let failure: unknown = null;
  /** Codes of vouchers that are sold one after the other. */
  const pool: string[] = [];
  /** Codes that were begun here, each by one customer. */
  const begun: string[] = [];
  /** Sales for cash here, by their names. */
  const sold: { readonly saleId: string; readonly code: string }[] = [];

  const url = (path: string) => `http://127.0.0.1:${agent?.httpPort}${path}`;
  const deviceOf = ({ mac, ip }: Customer): Attribute[] => [
    { name: "callingStationId", value: mac },
    { name: "framedIpAddress", value: ip },
    { name: "nasIdentifier", value: "router" },
  ];
  const logIn = (code: string, customer = newCustomer()) =>
    nas.logIn(code, deviceOf(customer), () => agent?.authPort ?? 0);

  async function account(code: string, customer: Customer, status: keyof typeof statusTypes, usedBytes: number) {
    const attributes: Attribute[] = [
      { name: "userName", value: code },
      { name: "acctStatusType", value: statusTypes[status] },
      { name: "acctSessionId", value: `80${customer.number.toString(16).padStart(6, "0")}` },
      ...deviceOf(customer),
      { name: "acctSessionTime", value: usedBytes === 0 ? 0 : 60 },
      { name: "acctInputOctets", value: 0 },
      { name: "acctOutputOctets", value: usedBytes },
    ];
    await nas.account(attributes, () => agent?.acctPort ?? 0);
  }

  /** One customer logs in and uses all of it. Throws when the site turns them away, or lets a second one in. */
  async function useUp(code: string, customer = newCustomer()): Promise<void> {
    if ((await logIn(code, customer)) !== "accept") {
      // The page says why.
      const { mac, ip } = newCustomer();
      const { text } = await ask("POST", url("/api/vouchers/redeem"), { body: { code, mac, ip, login } });
      throw new Error(`${code} was refused: ${text}`);
    }
    await account(code, customer, "start", 0);
    await account(code, customer, "stop", planBytes);
    if ((await logIn(code)) !== "reject") throw new Error(`${code} opens twice`);
  }

  async function begin(code: string): Promise<void> {
    await useUp(code);
    begun.push(code);
  }

  /** One address sells so often and no more: a seller who is told to wait does. */
  async function sell(planKey: string, by: { readonly name: string; readonly pin: string } = seller): Promise<Answer> {
    const saleId = newCustomer().number.toString(16).padStart(32, "0");
    const order = { saleId, seller: by.name, pin: by.pin, planKey };
    for (;;) {
      const answer = await ask("POST", url("/api/sales"), { body: order });
      if (answer.status === 201) sold.push({ saleId, code: answer.body.code });
      if (answer.status !== 429) return answer;
      await pause(1000 * Number(answer.body.retryAfterSeconds));
    }
  }

  const hintOf = ({ mac, ip }: Customer) => ({ mac, ip, login, pap: "yes" });
  const cookieOf = ({ cookie }: Customer) => ({ headers: { cookie } });

  return {
    siteId: of.siteId,
    begun,
    sold,
    pool,
    begin,
    logIn,
    sell,
    /** Throws what ended the trade. */
    rounds(): number {
      if (failure !== null) throw failure;
      return rounds;
    },
    async start(more: { readonly data?: string; readonly enrolToken?: string } = {}) {
      agent = await startAgent({
        KARIBU_DATA: more.data ?? of.data,
        KARIBU_HUB_URL: of.hubUrl,
        KARIBU_ENROL_TOKEN: more.enrolToken ?? of.enrolToken,
        KARIBU_RADIUS_SECRET: secret,
        KARIBU_INTERIM_FLUSH_SECONDS: "0",
      });
    },
    async kill() {
      await agent?.kill("SIGKILL");
      agent = null;
    },
    status: async () => (await ask("GET", url("/status"))).text,
    /** The hub has all of its journal. */
    async hubHasAll(): Promise<boolean> {
      const { text } = await ask("GET", url("/metrics"));
      const left = (name: string) => Number(new RegExp(`^karibu_journal_${name}_records (\\d+)$`, "m").exec(text)?.[1]);
      return left("unacknowledged") === 0 && left("waiting") === 0;
    },
    /** A voucher, and a sale for cash with the code that it gave, again and again until `rest`. */
    trade(planKey: string) {
      isTrading = true;
      const goOn = async () => {
        while (isTrading) {
          const code = pool.shift();
          if (code !== undefined) await begin(code);
          const sale = await sell(planKey);
          if (sale.status !== 201) throw new Error(`no sale for cash: ${sale.text}`);
          await useUp(sale.body.code);
          rounds++;
          await pause(roundEveryMs);
        }
      };
      trading = goOn();
      trading.catch((error: unknown) => {
        failure = error;
      });
    },
    async rest() {
      isTrading = false;
      await trading;
    },
    /** The prompt is on its way to the phone. */
    async buy(planId: string, phone: string): Promise<Bought> {
      const customer = newCustomer();
      const order = { ...hintOf(customer), idempotencyKey: `drill-${customer.number}`, planId, phone };
      const answer = await ask("POST", url("/api/purchases"), { body: order });
      if (answer.status !== 201) throw new Error(`no purchase: ${answer.text}`);
      customer.cookie = answer.cookies.join("; ");
      return { id: answer.body.purchaseId, phone, customer };
    },
    /** As its page sees it. */
    async view({ id, customer }: Bought) {
      const query = new URLSearchParams(hintOf(customer));
      return (await ask("GET", url(`/api/purchases/${id}?${query}`), cookieOf(customer))).body;
    },
    /** "I already paid": with the receipt, on another phone than the one that bought. */
    async claim(receipt: string, phone: string, customer = newCustomer()) {
      const body = { ...hintOf(customer), receipt, phone };
      const answer = await ask("POST", url("/api/claims"), { body, ...cookieOf(customer) });
      if (customer.cookie === "") customer.cookie = answer.cookies.join("; ");
      return { ...answer, customer };
    },
    /** The log-in that the page was given is used, and all of the package. */
    async useBought(logInName: string, customer: Customer): Promise<void> {
      await useUp(logInName, customer);
    },
    async stop() {
      isTrading = false;
      nas.close();
      await trading.catch(() => {});
      await agent?.kill("SIGKILL");
      agent = null;
    },
  };
}

/**
 * The demo's provider, loaded through the public API as an operator would: one site, the six standard plans and a cheap
 * hour, a paybill at the simulated Daraja, a batch of vouchers, a seller at the site. What it made is kept, so that a second start finds it.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { sampleApp } from "@karibu/lab/daraja/sample-app";
import { pesapalKeys } from "@karibu/lab/pesapal/simulated-pesapal";
import { sampleAdvanta } from "@karibu/lab/sms/simulated-advanta";
import { sampleSmsAccount } from "@karibu/lab/sms/simulated-africastalking";
import { sampleTwilio } from "@karibu/lab/sms/simulated-twilio";
import { stripeKeys } from "@karibu/lab/stripe/simulated-stripe";

/** Log-ins of the demo; nothing here opens anything but the demo. */
export const logIns = {
  platformAdmin: { email: "admin@karibu.example", password: "karibu-platform-admin" },
  owner: { email: "owner@karibu.example", password: "karibu-hotspot-owner" },
} as const;

/** Sells for cash on the agent's `/sell`, as at a kiosk. */
export const sampleSeller = { name: "Akinyi", pin: "4821" } as const;

export interface Sample {
  readonly siteId: string;
  /** The page of customers with a monthly line, at the hub. */
  readonly customerPage: string;
  /** Codes of the sample batch that are unused, as far as the hub knows. */
  readonly voucherCodes: readonly string[];
}

interface Kept {
  /** Absent in data of an older release: then it is the first that was made. */
  readonly siteId?: string;
  /** Absent in data of an older release: then any unused voucher is shown. */
  readonly batchId?: string;
  /** Absent in data of an older release: then the seller is added. */
  readonly hasSeller?: boolean;
}

const hourSeconds = 3600;
/** A visitor sees at once what a phone uses. */
export const marketInterimSeconds = 10;

export async function loadSample(hubUrl: string, keptIn: string): Promise<Sample> {
  const kept = existsSync(keptIn)
    ? (JSON.parse(readFileSync(keptIn, "utf8")) as Kept)
    : keep(keptIn, await makeSample((who) => logIn(hubUrl, who)));
  const owner = await logIn(hubUrl, logIns.owner);
  if (kept.hasSeller !== true) {
    await addSeller(owner);
    keep(keptIn, { ...kept, hasSeller: true });
  }
  const { providerId } = await owner.get<{ providerId: string }>("/api/v1/user");
  return {
    siteId: kept.siteId ?? (await firstSite(owner)),
    customerPage: `/my/${providerId}/`,
    voucherCodes: await unusedCodes(owner, kept.batchId),
  };
}

async function unusedCodes(owner: Client, batchId: string | undefined): Promise<string[]> {
  const batch = batchId === undefined ? "" : `batchId=${batchId}&`;
  const { items } = await owner.get<{ items: { code: string; state: string }[] }>(`/api/v1/vouchers?${batch}limit=100`);
  return items.filter(({ state }) => state === "active").map(({ code }) => code);
}

/** `logInAs`: at a hub that has no provider yet. */
export async function makeSample(
  logInAs: (who: Credentials) => Promise<Client>,
): Promise<Required<Omit<Kept, "hasSeller">>> {
  const admin = await logInAs(logIns.platformAdmin);
  await admin.post("/api/v1/providers", {
    name: sampleApp.business,
    supportPhone: "0700 000 000",
    ownerName: "Hotspot owner",
    ownerEmail: logIns.owner.email,
    ownerPassword: logIns.owner.password,
  });

  const owner = await logInAs(logIns.owner);
  const { business: _, ...keys } = sampleApp;
  await owner.post("/api/v1/channels", {
    kind: "mpesa-paybill",
    name: "M-Pesa paybill",
    environment: "sandbox",
    ...keys,
  });
  await addOthers(owner);
  const hour = await owner.post<{ planId: string }>("/api/v1/plans", {
    name: "1 hour",
    priceCents: 2000,
    terms: { validitySeconds: hourSeconds, dataBytes: 1_000_000_000, downKbps: 5000, upKbps: 2000 },
  });
  const { site } = await owner.post<{ site: { siteId: string } }>("/api/v1/sites", {
    name: "Market square",
    region: "Nairobi",
    interimSeconds: marketInterimSeconds,
  });
  const batch = await owner.post<{ batchId: string }>("/api/v1/vouchers/batches", {
    planId: hour.planId,
    quantity: 20,
    siteId: site.siteId,
  });
  return { siteId: site.siteId, batchId: batch.batchId };
}

function keep(keptIn: string, kept: Kept): Kept {
  writeFileSync(keptIn, JSON.stringify(kept), { mode: 0o600 });
  return kept;
}

async function firstSite(owner: Client): Promise<string> {
  const { items } = await owner.get<{ items: { siteId: string }[] }>("/api/v1/sites?sort=made&limit=1");
  const [site] = items;
  if (site === undefined) throw new Error("the demo's provider has no site: start with --fresh");
  return site.siteId;
}

export async function addSeller(owner: Client): Promise<void> {
  const sites = [{ siteId: await firstSite(owner), floatCents: 500_000 }];
  await owner.post("/api/v1/sellers", { ...sampleSeller, commissionPermille: 50, sites });
}

/** The other channels and senders, ready to be switched on: the newest that is on is the one that sells, or sends. */
async function addOthers(owner: Client): Promise<void> {
  const channels = [
    { kind: "pesapal", name: "Pesapal", environment: "sandbox", ...pesapalKeys },
    { kind: "stripe", name: "Stripe", environment: "sandbox", ...stripeKeys },
  ];
  for (const channel of channels) {
    const { id } = await owner.post<{ id: string }>("/api/v1/channels", channel);
    await owner.patch(`/api/v1/channels/${id}`, { active: false });
  }
  const on = { kind: "africastalking", name: "Africa's Talking", ...sampleSmsAccount };
  await owner.post("/api/v1/message-senders", on);
  const off = [
    { kind: "advanta", name: "Advanta", baseUrl: "https://sms.example.com", ...sampleAdvanta },
    { kind: "twilio", name: "Twilio", from: "+15005550006", ...sampleTwilio },
  ];
  for (const sender of off) {
    const { id } = await owner.post<{ id: string }>("/api/v1/message-senders", sender);
    await owner.patch(`/api/v1/message-senders/${id}`, { active: false });
  }
}

interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface Client {
  get<Answer>(path: string): Promise<Answer>;
  patch<Answer = unknown>(path: string, body: object): Promise<Answer>;
  post<Answer = unknown>(path: string, body: object): Promise<Answer>;
}

/** A small client of the hub's API, for the demo and for tests that act as an operator. */
export async function logIn(hubUrl: string, credentials: Credentials): Promise<Client> {
  const { token } = await call<{ token: string }>(hubUrl, "POST", "/api/v1/login", credentials, null);
  return {
    get: (path) => call(hubUrl, "GET", path, null, token),
    post: (path, body) => call(hubUrl, "POST", path, body, token),
    patch: (path, body) => call(hubUrl, "PATCH", path, body, token),
  };
}

async function call<Answer>(
  hubUrl: string,
  method: string,
  path: string,
  body: object | null,
  token: string | null,
): Promise<Answer> {
  const response = await fetch(hubUrl + path, {
    method,
    headers: {
      ...(body === null ? {} : { "Content-Type": "application/json" }),
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: body === null ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? null : await response.json()) as Answer;
}

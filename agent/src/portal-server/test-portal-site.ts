/**
 * A site for tests of the portal: access, a feed, a hub and a hotspot in memory that keep their contracts. A test can make
 * things happen there.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Fault } from "@karibu/protocol/fault";
import type { FeedRow } from "@karibu/protocol/feed";
import type { CallPeer } from "@karibu/protocol/link/calls";
import { type Plan, unlimitedTerms } from "@karibu/protocol/plan";
import type { Online } from "@karibu/protocol/portal-api";
import { bytes, cents, kbps, seconds } from "@karibu/protocol/quantities";
import type { claimPayment } from "@karibu/protocol/rpc/claim-payment";
import type { PurchaseState } from "@karibu/protocol/rpc/purchase-state";
import { readResult } from "@karibu/protocol/rpc/rpc";
import { notBegun } from "@karibu/protocol/test-grants";
import type { World } from "@karibu/protocol/world";
import type * as z from "zod/mini";
import type { Device, DeviceView, PortalAccess } from "../access/portal-access.ts";
import { voucherKey } from "../grants/site-file.ts";
import { createHostTable } from "../ground/host-table.ts";
import type { StaticFiles } from "../ground/http.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { PortalParts, PortalSettings } from "./portal-server.ts";
import { createPortalServer } from "./portal-server.ts";

type Bodies = { [Kind in FeedRow["kind"]]: Map<string, NonNullable<Extract<FeedRow, { kind: Kind }>["body"]>> };

const gigabyte = 1024 ** 3;
const day = 86_400;

function testPlan(name: string, shillings: number, terms: Partial<Plan["terms"]>): Plan {
  const planId = `plan-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
  return {
    planId,
    name,
    priceCents: cents(shillings * 100),
    currency: "KES",
    active: true,
    terms: { ...unlimitedTerms, ...terms },
  };
}

export const testPlans: readonly Plan[] = [
  testPlan("1 hour", 10, { validitySeconds: seconds(3600), downKbps: kbps(3000) }),
  testPlan("1GB-DAILY", 50, { validitySeconds: seconds(day), dataBytes: bytes(gigabyte), downKbps: kbps(5000) }),
  testPlan("UNLIMITED-DAILY", 100, { validitySeconds: seconds(day), downKbps: kbps(5000) }),
  testPlan("5GB-WEEKLY", 200, {
    validitySeconds: seconds(7 * day),
    dataBytes: bytes(5 * gigabyte),
    downKbps: kbps(8000),
  }),
  testPlan("UNLIMITED-WEEKLY", 500, { validitySeconds: seconds(7 * day), downKbps: kbps(8000) }),
  testPlan("20GB-MONTHLY", 1000, { validitySeconds: seconds(30 * day), dataBytes: bytes(20 * gigabyte), devices: 2 }),
  testPlan("UNLIMITED-MONTHLY", 2500, { validitySeconds: seconds(30 * day), devices: 3 }),
];

type ClaimAnswer = z.infer<typeof claimPayment.result>;

export interface TestSite {
  readonly rows: Bodies;
  readonly hub: {
    state: "connected" | "away" | "none";
    calls: { method: string; params: unknown }[];
    refuse: string | null;
    /** What it says to "I already paid"; `settled` brings the grant of the purchase that it names, as the feed would. */
    claim: ClaimAnswer;
  };
  readonly vouchers: Map<string, { plan: Plan; refuse: RejectReason | null; retryAfterSeconds: number | null }>;
  readonly purchases: Map<string, { key: string; planId: string; phone: string; state: PurchaseState }>;
  /** Online devices by token. */
  readonly online: Map<string, Online>;
  /** What a device had last, by token. */
  readonly ended: Map<string, NonNullable<DeviceView["ended"]>>;
  /** The newest purchase goes on: `paid` brings its grant by feed, as the hub would. */
  settle(
    state: PurchaseState["state"],
    reason?: PurchaseState["reason"],
    more?: Pick<PurchaseState, "creditLeftCents">,
  ): void;
  /** What the hotspot does with a phone that asks for its log-out page; the tests' sites have one phone. */
  hotspotLogOut(): void;
  /** What the hotspot does with a posted log-in. */
  hotspotLogIn(username: string, password: string): boolean;
  grantTo(device: Pick<Device, "token">, plan: Plan): string;
  /** All that this device has is over. */
  useUp(token: string): void;
  parts(overrides?: Partial<PortalParts>): PortalParts;
}

const paid: PurchaseState = { state: "paid", reason: null, receipt: null, grantId: null };

export function createTestSite(world: World): TestSite {
  const rows: Bodies = {
    provider: new Map(),
    site: new Map(),
    brand: new Map(),
    "portal-notice": new Map(),
    plan: new Map(testPlans.map((plan) => [plan.planId, plan])),
    promotion: new Map(),
    follow: new Map(),
    batch: new Map(),
    voucher: new Map(),
    "listed-batch": new Map(),
    "listed-codes": new Map(),
    grant: new Map(),
    account: new Map(),
    "customer-account": new Map(),
    seller: new Map(),
    "cash-sale": new Map(),
    "grant-change": new Map(),
    "code-guard": new Map(),
    "sim-inbox": new Map(),
    "router-policy": new Map(),
    "access-point": new Map(),
    release: new Map(),
  };
  const bridge = { seconds: seconds(1800), dataBytes: bytes(100_000_000) };
  rows.provider.set("provider", {
    name: "Jirani Networks",
    currency: "KES",
    locale: "en",
    utcOffsetMinutes: 180,
    supportPhone: "0700 123 456",
    bridge,
  });
  rows.site.set("site", {
    siteId: "site-1",
    name: "Mwangaza Café, Kisumu",
    interimSeconds: seconds(60),
    sellsOnline: true,
  });
  const hub: TestSite["hub"] = { state: "connected", calls: [], refuse: null, claim: { kind: "asked" } };
  const vouchers: TestSite["vouchers"] = new Map();
  const purchases: TestSite["purchases"] = new Map();
  const online: TestSite["online"] = new Map();
  /** By token: what the phone went online with. */
  const onlineGrants = new Map<string, string>();
  const ended: TestSite["ended"] = new Map();
  const grants = new Map<string, { plan: Plan; tokens: Set<string> }>();
  const listeners = new Set<(rows: readonly FeedRow[]) => void>();
  const logIns = new Map<string, { password: string; grantId: string; token: string }>();
  let count = 0;

  const access: PortalAccess = {
    hasSession: () => true,
    view(device) {
      const available = [...grants]
        .filter(([, grant]) => grant.tokens.has(device.token))
        .reverse()
        .map(([grantId, grant]) => ({ ...freshOnline(grant.plan), grantId }));
      const onlineGrantId = online.has(device.token)
        ? (onlineGrants.get(device.token) ?? `online-${device.token}`)
        : null;
      return {
        online: online.get(device.token) ?? null,
        onlineGrantId,
        ...(onlineGrantId === null ? {} : { onlineDevices: grants.get(onlineGrantId)?.plan.terms.devices ?? 1 }),
        available,
        held: null,
        ended: onlineGrantId === null ? (ended.get(device.token) ?? null) : null,
      };
    },
    redeem(code, device) {
      const voucher = vouchers.get(code) ?? vouchers.get(voucherKey(code));
      if (voucher === undefined) {
        return Promise.resolve({ kind: "refused", reason: "unknown-user", retryAfterSeconds: null });
      }
      if (voucher.refuse !== null) {
        return Promise.resolve({
          kind: "refused",
          reason: voucher.refuse,
          retryAfterSeconds: voucher.retryAfterSeconds,
        });
      }
      return Promise.resolve({ kind: "redeemed", grantId: grantTo(device, voucher.plan), planName: voucher.plan.name });
    },
    async redeemSaleIn(text, device) {
      const code = [...vouchers.keys()].find((each) => text.includes(each));
      return code === undefined ? null : await access.redeem(code, device);
    },
    claimPurchase(purchaseId, device) {
      const row = [...rows.grant.values()].find((one) => one.purchaseId === purchaseId);
      if (row === undefined) return Promise.resolve({ kind: "wait" });
      const plan = [...rows.plan.values()].find((one) => one.name === row.grant.planName) as Plan;
      const grant = grants.get(row.grant.grantId) ?? { plan, tokens: new Set() };
      grant.tokens.add(device.token);
      grants.set(row.grant.grantId, grant);
      return Promise.resolve({ kind: "granted", grantId: row.grant.grantId });
    },
    issueLogIn(grantId, device) {
      const username = `t-${++count}`;
      logIns.set(username, { password: `p-${count}`, grantId, token: device.token });
      return { username, password: `p-${count}` };
    },
  };

  function grantTo(device: Pick<Device, "token">, plan: Plan): string {
    const grantId = `grant-${++count}`;
    grants.set(grantId, { plan, tokens: new Set([device.token]) });
    return grantId;
  }

  function freshOnline(plan: Plan): Online {
    const { terms } = plan;
    const secondsLeft = terms.validitySeconds;
    return {
      planName: plan.name,
      secondsLeft,
      bytesLeft: terms.dataBytes,
      bytesUsed: bytes(0),
      endsAtMs: null,
      downKbps: terms.downKbps,
    };
  }

  const call: CallPeer = async (rpc, params) => readResult(rpc, "hub", await answerOf(rpc.method, params));

  function answerOf(method: string, params: unknown): Promise<unknown> {
    hub.calls.push({ method, params });
    if (hub.state !== "connected") return Promise.reject(new Fault("hub/away", "the hub is away", { retry: "later" }));
    if (method === "purchase-state") {
      return Promise.resolve(purchases.get((params as { purchaseId: string }).purchaseId)?.state ?? null);
    }
    if (method === "read-offer") {
      const isCode = (params as { code: string }).code === "HALF";
      const offer = { kind: "offer", priceCents: 2500, usualCents: 5000, currency: "KES" };
      return Promise.resolve(isCode ? offer : { kind: "refused", reason: "bad-code" });
    }
    if (method === "claim-payment") {
      const { claim } = hub;
      if (claim.kind === "settled" && claim.purchaseId !== null) {
        const { planId = "" } = claim;
        if (!purchases.has(claim.purchaseId))
          purchases.set(claim.purchaseId, { key: "", planId, phone: "", state: paid });
        bringGrant(claim.purchaseId);
      }
      return Promise.resolve(claim);
    }
    if (hub.refuse !== null) return Promise.resolve({ kind: "refused", reason: hub.refuse });
    const { idempotencyKey, planId, phone } = params as { idempotencyKey: string; planId: string; phone: string };
    const known = [...purchases].find(([, one]) => one.key === idempotencyKey);
    const purchaseId = known?.[0] ?? `purchase-${++count}`;
    const state: PurchaseState = known?.[1].state ?? { state: "prompted", reason: null, receipt: null, grantId: null };
    purchases.set(purchaseId, { key: idempotencyKey, planId, phone, state });
    return Promise.resolve({ kind: "started", purchaseId, state });
  }

  function bringGrant(purchaseId: string): void {
    const purchase = purchases.get(purchaseId);
    if (purchase === undefined) throw new Error("no such purchase");
    const grantId = `g-${purchaseId}`;
    purchase.state = { state: "paid", reason: null, receipt: "UK20ABCDEF", grantId };
    const plan = rows.plan.get(purchase.planId) as Plan;
    const body: NonNullable<Extract<FeedRow, { kind: "grant" }>["body"]> = {
      purchaseId,
      phoneHash: null,
      grant: { grantId, origin: "purchase", planName: plan.name, terms: plan.terms, ...notBegun },
    };
    rows.grant.set(grantId, body);
    const row: FeedRow = { kind: "grant", key: grantId, version: 1, body };
    for (const listener of listeners) listener([row]);
  }

  return {
    rows,
    hub,
    vouchers,
    purchases,
    online,
    ended,
    grantTo,
    useUp(token) {
      for (const grant of grants.values()) grant.tokens.delete(token);
    },
    settle(state, reason = null, more = {}) {
      const [purchaseId, purchase] = [...purchases].at(-1) ?? [];
      if (purchase === undefined || purchaseId === undefined) throw new Error("no purchase to settle");
      purchase.state = { state, reason, receipt: null, grantId: null, ...more };
      if (state !== "paid") return;
      bringGrant(purchaseId);
      purchase.state = { ...purchase.state, ...more };
    },
    hotspotLogOut: () => online.clear(),
    hotspotLogIn(username, password) {
      const logIn = logIns.get(username);
      if (logIn === undefined || logIn.password !== password) return false;
      const plan = grants.get(logIn.grantId)?.plan as Plan;
      onlineGrants.set(logIn.token, logIn.grantId);
      const fresh = freshOnline(plan);
      const { atMs } = world.clock.wall();
      const endsAtMs = fresh.secondsLeft === null ? null : ((atMs + fresh.secondsLeft * 1000) as typeof atMs);
      const used = fresh.bytesLeft === null ? 0 : Math.floor(fresh.bytesLeft / 8);
      const bytesLeft = fresh.bytesLeft === null ? null : bytes(fresh.bytesLeft - used);
      online.set(logIn.token, { ...fresh, endsAtMs, bytesUsed: bytes(used), bytesLeft });
      return true;
    },
    parts: (overrides) => ({
      access,
      feed: {
        rows: (kind) => rows[kind],
        onChange(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      } as Pick<FeedStore, "rows" | "onChange">,
      hub: {
        get state() {
          return hub.state;
        },
        call,
      },
      router: null,
      hosts: createHostTable(world, overrides?.router ?? null, { hasOtherRouters: false }),
      facts: {
        health: () => ({ ok: true, checks: { journal: "open" } }),
        status: async () => ({
          version: "0.1.0",
          siteName: rows.site.get("site")?.name ?? null,
          items: [{ name: "Hub", state: hub.state === "connected" ? "ok" : "missing", text: "The hub <is> watched." }],
        }),
        metrics: async () => [
          { name: "karibu_sessions", help: "Open sessions.", kind: "gauge", samples: [{ value: online.size }] },
        ],
      },
      files: new Map(),
      ...overrides,
    }),
  };
}

export const testSettings: PortalSettings = {
  purchaseKey: "the-key-of-this-site",
  logins: () => ({ loginUrls: [] }),
  portalUrl: null,
  sharedAddresses: [],
};

/** The portal server of a test site, with its files. */
export function createTestPortal(
  world: World,
  site: TestSite,
  files: StaticFiles,
  settings: PortalSettings = testSettings,
) {
  return createPortalServer(world, site.parts({ files }), settings);
}

/** The hotspot's servlet, as far as a log-in goes: a form POST, no CORS headers, a page as the answer. */
export async function listenHotspot(site: TestSite): Promise<{ loginUrl: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      if (request.url?.startsWith("/logout")) {
        site.hotspotLogOut();
        response.writeHead(200, { "content-type": "text/html" }).end("You have logged out");
        return;
      }
      const form = new URLSearchParams(body);
      const isIn =
        request.method === "POST" && site.hotspotLogIn(form.get("username") ?? "", form.get("password") ?? "");
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(isIn ? "You are logged in" : "invalid username or password");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    loginUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/login`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What ended is let go, and nobody notices: who is let in, and who is not, stays the same. */

import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { AccountBody, BatchBody, GrantBody } from "@karibu/protocol/feed";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { plainBatch } from "@karibu/protocol/test-grants";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Device } from "../access/portal-access.ts";
import { createTestSite, foldOf, logInRequest, pruneSite, reportOf } from "../access/test-site.ts";
import type { SiteState } from "../state/site-state.ts";
import { spentCount, spentReasonOf } from "../state/spent-grants.ts";
import { restore, snapshotOf } from "../state/state-snapshot.ts";
import { releaseLease } from "./lease.ts";
import { bindRenewedGrants } from "./renewed-grants.ts";

const dayMs = 86_400_000;
const hour: Terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
const small: Terms = { ...unlimitedTerms, dataBytes: bytes(1000) };
const phones: readonly Device[] = [1, 2, 3].map((number) => ({
  token: `${number}`.repeat(32),
  mac: `AA:BB:CC:DD:EE:0${number}`,
  address: `10.5.50.1${number}`,
}));
const phone = phones[0] as Device;

const batch: BatchBody = { ...plainBatch, planName: "hour", terms: hour, homeSiteId: "here" };

function bought(grantId: string, terms: Terms, more: Partial<GrantBody> = {}): GrantBody {
  const times = { startedAtMs: null, endsAtMs: null, revokedAtMs: null };
  const grant = { grantId, origin: "purchase" as const, planName: "plan", terms, unverified: false, ...times };
  return { grant, purchaseId: `p-${grantId}`, phoneHash: null, ...more };
}

function openSite() {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const site = createTestSite(world, { interimFlushSeconds: 0 });
  site.put({ kind: "site", key: "site", body: { siteId: "here", name: "Here", interimSeconds: 300 } });
  site.put({ kind: "batch", key: "b1", body: batch });
  const feedGrant = (body: GrantBody) => site.put({ kind: "grant", key: body.grant.grantId, body });
  const unfeed = (grantId: string) => site.put({ kind: "grant", key: grantId, body: null });
  const outcome = (user: string, device: Device = phone, password = user) => {
    const decision = site.access.logIn(logInRequest(user, password, { mac: device.mac, address: device.address }));
    return decision.kind === "accept" ? decision.grantId : decision.reason;
  };
  const online = async (grantId: string, device: Device = phone) =>
    outcome(site.portalAccess.issueLogIn(grantId, device).username, device);
  return { ...site, world, feedGrant, unfeed, outcome, online, prune: () => pruneSite({ ...site, world }) };
}

test("[BEY-13] a purchase whose row the hub deleted is opened by nothing: not its code, phone, cookie, MAC, renewal or receipt", async () => {
  const site = openSite();
  const { state, world, portalAccess, feedGrant, unfeed, outcome, online, prune } = site;
  feedGrant(bought("one", hour, { code: "4821993015" }));
  await portalAccess.claimPurchase("p-one", phone);
  const { username } = portalAccess.issueLogIn("one", phone);
  expect(outcome(username)).toBe("one");
  world.advance(32 * dayMs);
  prune();
  expect(state.grants.size).toBe(1); // the hub may still prolong it
  unfeed("one");
  const before = [username, "4821993015", phone.mac ?? ""].map((user) => outcome(user));
  expect(before).toEqual(["expired", "unknown-user", "expired"]);
  prune();
  world.advance(62 * dayMs);
  prune();
  // Nothing of it is left.
  expect(
    [state.grants, state.tokens, state.slots, state.heldBy, state.usage, state.terms].map(({ size }) => size),
  ).toEqual([0, 0, 0, 0, 0, 0]);
  expect(spentCount(state.spent)).toBe(0);
  for (const user of [username, "4821993015", phone.mac ?? ""]) expect(outcome(user), user).toBe("unknown-user");
  expect(await portalAccess.redeem("4821993015", phone)).toMatchObject({ kind: "refused" });
  expect(await portalAccess.redeemSaleIn?.("4821993015", phone)).toBeNull();
  expect(await portalAccess.claimPurchase("p-one", phone)).toEqual({ kind: "wait" });
  expect(await online("one")).toBe("unknown-user");
  await bindRenewedGrants(site, [bought("two", hour, { renewsGrantId: "one" })]);
  expect(state.slots.size).toBe(0);
});

test("a code that lives by what staff gave it is not let go while a damaged feed lacks the gift: it comes again, and the code goes on", async () => {
  const site = openSite();
  const { world, outcome, put } = site;
  const code = encodeVoucherCode(batch, 7);
  expect(outcome(code)).toBe("v.b1.7");
  world.advance(35 * dayMs);
  expect(outcome(code)).toBe("expired");
  expect(pruneSite(site, false)).toBe(0);
  const gift = { seconds: seconds(40 * 86_400), useSeconds: seconds(0), dataBytes: bytes(0) };
  put({ kind: "grant-change", key: "v.b1.7", body: { grantId: "v.b1.7", ...gift } });
  expect(outcome(code)).toBe("v.b1.7");
});

test("a purchase that was pruned while its row was gone is over, also when the hub sends its row again", async () => {
  const site = openSite();
  const { world, portalAccess, feedGrant, unfeed, outcome, online, prune, state, log } = site;
  feedGrant(bought("one", hour, { code: "4821993015" }));
  await portalAccess.claimPurchase("p-one", phone);
  expect(await online("one")).toBe("one");
  world.advance(32 * dayMs);
  unfeed("one");
  expect(prune()).toBe(1);
  feedGrant(bought("one", hour, { code: "4821993015", renewsGrantId: "none" }));
  const records = log.records.length;
  expect(outcome("4821993015", phone, "")).toBe("unknown-user");
  expect(await portalAccess.claimPurchase("p-one", phone)).toEqual({ kind: "wait" });
  expect(await online("one")).toBe("unknown-user");
  expect([log.records.length, state.grants.size, state.slots.size]).toEqual([records, 0, 0]);
});

test("[CUS-07] a device whose router repeats an old log-in goes on with its next packages, however long ago the first one was let go", async () => {
  const site = openSite();
  const { world, portalAccess, feedGrant, unfeed, outcome, prune, state } = site;
  feedGrant(bought("month0", hour));
  await portalAccess.claimPurchase("p-month0", phone);
  const { username } = portalAccess.issueLogIn("month0", phone);
  expect(outcome(username)).toBe("month0");
  for (let month = 1; month <= 12; month++) {
    feedGrant(bought(`month${month}`, hour));
    await portalAccess.claimPurchase(`p-month${month}`, phone);
    world.advance(25 * dayMs);
    unfeed(`month${month - 2}`);
    prune();
    expect(outcome(username)).toBe(`month${month}`);
  }
  expect(state.grants.size).toBeLessThan(5);
  expect(state.tokens.size).toBe(1);
});

test("[BEY-13] of a package that lasts, the newest log-ins of each device stay: its router repeats one of them", async () => {
  const site = openSite();
  site.feedGrant(bought("g1", { ...unlimitedTerms, devices: 2 }));
  await site.portalAccess.claimPurchase("p-g1", phone);
  await site.portalAccess.claimPurchase("p-g1", phones[1] as Device);
  const spent: string[] = [];
  for (let day = 0; day < 60; day++) {
    const { username } = site.portalAccess.issueLogIn("g1", phone);
    expect(site.outcome(username)).toBe("g1");
    spent.push(username);
    if (day < 3) await site.online("g1", phones[1]);
    site.world.advance(dayMs / 4);
    site.prune();
  }
  expect(site.state.tokens.size).toBe(16 + 3);
  for (const token of spent.slice(-16)) expect(site.outcome(token)).toBe("g1");
});

test("[BEY-13] who changes MAC and cookie at each log-in fills no memory, and whoever has a place keeps what the router repeats", async () => {
  const { feedGrant, portalAccess, state, outcome, prune } = openSite();
  feedGrant(bought("g1", { ...unlimitedTerms, devices: 2 }, { code: "4821993015" }));
  const logIn = async (device: Device) => {
    expect(await portalAccess.redeem("4821993015", device)).toMatchObject({ kind: "redeemed" });
    const { username } = portalAccess.issueLogIn("g1", device);
    expect(outcome(username, device)).toBe("g1");
    return username;
  };
  const kept = await logIn(phone);
  const others: string[] = [];
  for (let at = 0; at < 600; at++) {
    const [high, low] = [at >> 8, at & 255].map((octet) => octet.toString(16).padStart(2, "0").toUpperCase());
    others.push(
      await logIn({
        token: at.toString(16).padStart(32, "0"),
        mac: `AA:BB:CC:DD:${high}:${low}`,
        address: `10.6.${at >> 8}.${at & 255}`,
      }),
    );
    // The phone comes back by its own cookie each time, and so keeps its place.
    expect(outcome(kept)).toBe("g1");
  }
  prune();
  expect(state.tokens.size).toBeLessThanOrEqual(16 + 16 + 16 * 6);
  expect(outcome(kept)).toBe("g1");
  const last = { token: (599).toString(16).padStart(32, "0"), mac: "AA:BB:CC:DD:02:57", address: "10.6.2.87" };
  expect(outcome(others.at(-1) ?? "", last)).toBe("g1");
});

test("past periods of an account go, and its present one stays however long ago it ended", () => {
  const site = openSite();
  const { world, outcome, prune, state } = site;
  const account = (period: string): AccountBody => ({
    ...{
      accountId: "nemo",
      username: "nemo",
      password: "arctangent",
      planName: "hour",
      terms: hour,
      active: true,
      period,
    },
  });
  for (const period of ["a", "b", "c"]) {
    site.put({ kind: "account", key: "nemo", body: account(period) });
    expect(outcome("nemo", phone, "arctangent")).toBe(`a.nemo.${period}`);
    world.advance(40 * dayMs);
    prune();
  }
  expect([...state.grants.keys()]).toEqual(["a.nemo.c"]);
  expect(outcome("nemo", phone, "arctangent")).toBe("expired");
});

test("a sale for cash with a date that nobody began is let go after it; its code is worth nothing before and after", async () => {
  const site = openSite();
  const { world, outcome, prune, state } = site;
  const until = { ...hour, validUntilMs: unixMs(world.clock.wall().atMs + dayMs) };
  const plan = { planId: "p", name: "Hour", priceCents: cents(100), currency: "KES", active: true, terms: until };
  site.put({ kind: "plan", key: "p", body: plan });
  const seller = {
    sellerId: "s",
    name: "Wanjiru",
    pin: { hashHex: "", saltHex: "" },
    floatCents: null,
    settledCents: 0,
  };
  const sale = await site.cash.sellAs(seller, { saleId: "ab".repeat(16), planKey: "p" });
  const code = sale.kind === "sold" ? sale.code : "";
  world.advance(2 * dayMs);
  expect(outcome(code, phone, "")).toBe("expired");
  world.advance(30 * dayMs);
  expect(prune()).toBe(1);
  expect([state.sales.size, state.saleOfCode.size, state.terms.size, state.recentSales.size]).toEqual([0, 0, 0, 0]);
  expect(state.soldCents.get("s")).toBe(100);
  expect(outcome(code, phone, "")).toBe("unknown-user");
});

// What follows plays one history on two sites, of which one prunes at random moments.

const codes = [1, 2, 3].map((serial) => encodeVoucherCode(batch, serial));
const plans: readonly Terms[] = [hour, small, { ...unlimitedTerms, useSeconds: seconds(600) }];

type Step =
  | { readonly kind: "buy"; readonly plan: number; readonly phone: number }
  | { readonly kind: "refund"; readonly which: number }
  | { readonly kind: "lease-away"; readonly which: number }
  | { readonly kind: Way; readonly which: number; readonly phone: number }
  | { readonly kind: "use"; readonly phone: number; readonly used: number }
  | { readonly kind: "wait"; readonly days: number }
  | { readonly kind: "period" }
  | { readonly kind: "sell" };
type Way = "enter" | "portal" | "cookie";
const which = fc.nat(8);
const index = fc.nat(2);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("buy" as const), plan: index, phone: index }),
  fc.record({ kind: fc.constant("refund" as const), which }),
  fc.record({ kind: fc.constant("lease-away" as const), which }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom<Way>("enter", "portal", "cookie"), which, phone: index }) },
  fc.record({ kind: fc.constant("use" as const), phone: index, used: fc.nat(1200) }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), days: fc.constantFrom(0.02, 1, 20, 35, 70) }),
  },
  fc.record({ kind: fc.constant("period" as const) }),
  fc.record({ kind: fc.constant("sell" as const) }),
);

/** Decides as `openSite`'s site does; the hub deletes what ended 30 days ago, by the rule of `retire-grants.ts`. */
function historyOf() {
  const site = openSite();
  const { world, state } = site;
  const names: string[] = [...codes, "nemo"];
  const cookies: string[] = [];
  const online = new Map<number, string>();
  const endedAtMs = new Map<string, number>();
  /** Vouchers that another site asked for when they were over. */
  const askedWhenOver = new Set<string>();
  let made = 0;
  site.put({
    kind: "plan",
    key: "p",
    body: { planId: "p", name: "Hour", priceCents: cents(100), currency: "KES", active: true, terms: hour },
  });
  site.put({ kind: "account", key: "nemo", body: accountOf("p0") });

  function accountOf(period: string): AccountBody {
    const facts = { accountId: "nemo", username: "nemo", planName: "hour", terms: hour, active: true };
    return { ...facts, password: "nemo", period };
  }

  function enter(user: string, from: number): boolean {
    const device = phones[from] as Device;
    const sessionId = `8010000${from}`;
    const decision = site.access.logIn(
      logInRequest(user, user, { mac: device.mac, address: device.address, sessionId }),
    );
    if (decision.kind === "reject") return false;
    void site.access.account(reportOf("start", { user, grantId: decision.grantId, ...device, sessionId }));
    online.set(from, decision.grantId);
    return true;
  }

  function close(from: number, used: number): void {
    const device = phones[from] as Device;
    const grantId = online.get(from);
    if (grantId === undefined) return;
    online.delete(from);
    const report = { user: "x", grantId, ...device, sessionId: `8010000${from}`, output: used, online: used };
    void site.access.account(
      reportOf("stop", { ...report, user: state.sessions.get([...state.open.keys][0] ?? "")?.user ?? "x" }),
    );
  }

  /** Returns what the customer notices. */
  async function take(step: Step): Promise<unknown> {
    const nowMs = world.clock.wall().atMs;
    if (step.kind === "wait") {
      for (const from of [0, 1, 2]) close(from, 0);
      world.advance(Math.round(step.days * dayMs));
      retire();
      return null;
    }
    if (step.kind === "period") return void site.put({ kind: "account", key: "nemo", body: accountOf(`p${++made}`) });
    if (step.kind === "use") return close(step.phone, step.used);
    if (step.kind === "sell") {
      const seller = { sellerId: "s", name: "W", pin: { hashHex: "", saltHex: "" }, floatCents: null, settledCents: 0 };
      const sale = await site.cash.sellAs(seller, { saleId: `${++made}`.padStart(32, "0"), planKey: "p" });
      if (sale.kind === "sold") names.push(sale.code);
      return sale.kind;
    }
    if (step.kind === "buy") {
      const name = `g${++made}`;
      const code = `48219${String(made).padStart(5, "0")}`;
      site.feedGrant(bought(name, plans[step.plan] as Terms, { code }));
      names.push(code);
      await site.portalAccess.claimPurchase(`p-${name}`, phones[step.phone] as Device);
      return null;
    }
    const grantId = [...site.feed.rows("grant").keys()][step.kind === "enter" ? 0 : step.which];
    if (step.kind === "refund") {
      const body = grantId === undefined ? undefined : site.feed.rows("grant").get(grantId);
      if (body !== undefined)
        site.feedGrant({ ...body, grant: { ...body.grant, revokedAtMs: body.grant.revokedAtMs ?? unixMs(nowMs) } });
      return null;
    }
    if (step.kind === "lease-away") {
      const voucherId = `v.b1.${(step.which % 3) + 1}`;
      if (isOverHere(voucherId)) askedWhenOver.add(voucherId);
      const released = await releaseLease(site, voucherId);
      if (released.kind === "released")
        site.put({
          kind: "voucher",
          key: `b1/${(step.which % 3) + 1}`,
          body: { serial: 1, state: "transferred", siteId: "other", atMs: unixMs(nowMs) },
        });
      // The other site refuses it either way: by what was used of it, or because this one has let go of what was.
      return askedWhenOver.has(voucherId) ? "over" : released.kind;
    }
    if (step.kind === "enter") return enter(names[step.which % names.length] as string, step.phone);
    if (step.kind === "cookie")
      return cookies.length > 0 && enter(cookies[step.which % cookies.length] as string, step.phone);
    if (grantId === undefined) return null;
    const { username } = site.portalAccess.issueLogIn(grantId, phones[step.phone] as Device);
    cookies.push(username);
    return enter(username, step.phone);
  }

  function retire(): void {
    for (const [grantId, { grant }] of [...site.feed.rows("grant")]) {
      const used = state.grants.get(grantId)?.grant;
      const isUsedUp = site.catalogue.grantOf(grantId) === null || isUsed(grantId, grant.terms);
      if (used?.endsAtMs == null && isUsedUp && !endedAtMs.has(grantId))
        endedAtMs.set(grantId, world.clock.wall().atMs);
      const endMs = used?.endsAtMs ?? endedAtMs.get(grantId) ?? (used === undefined ? grant.revokedAtMs : null);
      if (endMs !== null && endMs !== undefined && endMs < world.clock.wall().atMs - 30 * dayMs) site.unfeed(grantId);
    }
  }

  function isOverHere(grantId: string): boolean {
    const grant = state.grants.get(grantId)?.grant;
    if (grant === undefined) return ![null, "elsewhere"].includes(spentReasonOf(state.spent, grantId));
    return (grant.endsAtMs !== null && grant.endsAtMs <= world.clock.wall().atMs) || isUsed(grantId, grant.terms);
  }

  function isUsed(grantId: string, terms: Terms): boolean {
    const used = state.usage.get(grantId);
    if (used === undefined) return false;
    return (
      (terms.dataBytes !== null && used.bytes >= terms.dataBytes) ||
      (terms.useSeconds !== null && used.onlineSeconds >= terms.useSeconds)
    );
  }

  return { site, take };
}

/** Used codes as texts, and no times of tokens. */
function snapshotOfOlderRelease(state: SiteState): object {
  const snapshot = snapshotOf(state, "texts");
  return { ...snapshot, tokens: snapshot.tokens.map(([hash, { grantId, mac }]) => [hash, { grantId, mac }]) };
}

test("[BEY-12] SAME-AGAIN: a site that prunes at any moment, and one that restarts from its snapshot, decide as one that keeps everything", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyStep, fc.boolean()), { maxLength: 50 }), async (steps) => {
      const [keeping, pruning] = [historyOf(), historyOf()];
      for (const [step, prunes] of steps) {
        const [kept, pruned] = [await keeping.take(step), await pruning.take(step)];
        expect(pruned, JSON.stringify(step)).toEqual(kept);
        if (prunes) pruning.site.prune();
      }
      const { site } = pruning;
      // Who was told to wait a moment after a wrong code need not wait where the site restarted: that is of memory alone.
      site.world.advance(60_000);
      // Neither a snapshot nor the journal brings back what was let go as something that may be used.
      const snapshot = restore(JSON.parse(JSON.stringify(snapshotOf(site.state))));
      const older = restore(JSON.parse(JSON.stringify(snapshotOfOlderRelease(site.state))));
      for (const again of [snapshot ?? site.state, older ?? site.state, foldOf(site.log.records)]) {
        const other = createTestSite(site.world, { state: again });
        for (const kind of ["site", "batch", "grant", "account", "voucher"] as const)
          for (const [key, body] of site.feed.rows(kind)) other.put({ kind, key, body });
        for (const [code, device] of codes.flatMap((one) => phones.map((each) => [one, each] as const))) {
          const ask = (asked: typeof other) =>
            asked.access.logIn(logInRequest(code, "", { mac: device.mac, address: device.address })).kind;
          expect(ask(other)).toBe(ask(site));
        }
      }
    }),
    { numRuns: isLongRun ? 200 : 60 },
  );
});

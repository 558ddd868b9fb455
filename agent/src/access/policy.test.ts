/** What several grants, accounts with a past, and leases of other sites mean to the person in front of us. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { AccountBody, BatchBody } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import type { ClaimLeaseResult } from "@karibu/protocol/rpc/claim-lease";
import { plainBatch } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import { releaseLease } from "../grants/lease.ts";
import { pruneGrants } from "../grants/prune-grants.ts";
import { openSessions } from "../state/site-state.ts";
import { restore, snapshotOf } from "../state/state-snapshot.ts";
import { turnLimits } from "./guessing/turns.ts";
import type { Device } from "./portal-access.ts";
import { createTestSite, foldOf, logInRequest, pruneSite, reportOf, type TestSiteOptions } from "./test-site.ts";

const phone: Device = { token: "aa".repeat(16), mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
const hour = { ...unlimitedTerms, validitySeconds: seconds(3600) };

function siteOf(options: TestSiteOptions = {}) {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const site = createTestSite(world, options);
  const outcome = (user: string, password = user) => {
    const decision = site.access.logIn(logInRequest(user, password));
    return decision.kind === "accept" ? decision.grantId : decision.reason;
  };
  function buy(grantId: string, terms = hour): Promise<unknown> {
    const times = { startedAtMs: null, endsAtMs: null, revokedAtMs: null };
    const grant = { grantId, origin: "purchase", planName: "hour", terms, unverified: false, ...times };
    site.put({ kind: "grant", key: grantId, body: { grant, purchaseId: `p-${grantId}`, phoneHash: null } });
    return site.portalAccess.claimPurchase(`p-${grantId}`, phone);
  }
  let sessions = 0;
  async function goOnline(user: string): Promise<string> {
    const grantId = outcome(user);
    const sessionId = `801000${10 + sessions++}`;
    await site.access.account(reportOf("start", { user, grantId, sessionId }));
    return sessionId;
  }
  return { ...site, world, outcome, buy, goOnline };
}

test("a second purchase before the first has ended begins when the first is over: nothing is lost, and nobody need tap", async () => {
  const { portalAccess, buy, outcome, goOnline, world, state } = siteOf();
  await buy("first");
  const { username } = portalAccess.issueLogIn("first", phone);
  await goOnline(username);
  world.advance(1_800_000);
  await buy("second");
  expect(portalAccess.view(phone)).toMatchObject({
    onlineGrantId: "first",
    available: [{ grantId: "second", secondsLeft: 3600 }],
  });
  expect(outcome(username)).toBe("first");
  world.advance(1_800_000);
  expect(outcome(username)).toBe("second");
  expect(state.grants.get("second")?.grant.endsAtMs).toBe(world.clock.wall().atMs + 3_600_000);
  world.advance(3_600_000);
  expect(outcome(username)).toBe("expired");
});

test("[CUS-07] a purchase after the end starts with its full time", async () => {
  const { portalAccess, buy, outcome, world } = siteOf();
  await buy("first");
  outcome(portalAccess.issueLogIn("first", phone).username);
  world.advance(86_400_000);
  await buy("second");
  expect(portalAccess.view(phone)).toMatchObject({
    online: null,
    available: [{ grantId: "second", secondsLeft: 3600 }],
  });
});

test("a voucher typed while something else runs waits its turn, also over a power cut", async () => {
  const file = { plans: [{ name: "hour", validitySeconds: 3600 }], vouchers: [{ code: "VOUCHER1", plan: "hour" }] };
  const { portalAccess, buy, goOnline, world, log, state } = siteOf({ file });
  await buy("first");
  await goOnline(portalAccess.issueLogIn("first", phone).username);
  expect(await portalAccess.redeem("voucher1", phone)).toMatchObject({ kind: "redeemed" });
  expect([...state.grants.keys()]).toEqual(["first"]);
  world.advance(7_200_000);
  const later = createTestSite(world, { file, state: foldOf(log.records) });
  expect(later.portalAccess.view(phone).available).toMatchObject([{ planName: "hour", secondsLeft: 3600 }]);
  expect(later.access.logIn(logInRequest("AA:BB:CC:DD:EE:01", ""))).toMatchObject({ limits: { sessionSeconds: 3600 } });
});

const account: AccountBody = {
  accountId: "7",
  username: "mary",
  password: "mary",
  planName: "home",
  terms: unlimitedTerms,
  active: true,
};

test("[CUS-05] an account is let in for its days of grace after the end, and no longer", () => {
  const { put, outcome, world, access } = siteOf();
  const validUntilMs = unixMs(world.clock.wall().atMs + 3_600_000);
  const body = { ...account, terms: { ...unlimitedTerms, validUntilMs }, graceSeconds: seconds(86_400) };
  put({ kind: "account", key: "7", body });
  expect(access.logIn(logInRequest("mary", "mary"))).toMatchObject({ limits: { sessionSeconds: 90_000 } });
  world.advance(3_600_000);
  expect(outcome("mary")).toBe("a.7");
  world.advance(86_400_000);
  expect(outcome("mary")).toBe("expired");
  // Renewed after the end.
  put({
    kind: "account",
    key: "7",
    body: { ...body, terms: { ...hour, validitySeconds: null, validUntilMs: unixMs(validUntilMs + 40 * 86_400_000) } },
  });
  expect(outcome("mary")).toBe("a.7");
});

test("a suspended customer is turned away with the reason, loses the session, and reads why at the portal", async () => {
  const { put, access, portalAccess, sweeper, state, goOnline } = siteOf({
    coa: { disconnect: async () => "ack" },
  });
  put({ kind: "account", key: "7", body: account });
  await goOnline("mary");
  expect(portalAccess.view(phone)).toMatchObject({ online: { planName: "home" }, held: null });
  const suspended = { reason: "The bill of October is open." };
  put({ kind: "account", key: "7", body: { ...account, suspended } });
  await sweeper.sweep();
  expect(sweeper.evicting).toBe(1);
  expect(openSessions(state)).toHaveLength(1);
  const refused = access.logIn(logInRequest("mary", "mary"));
  expect(refused).toMatchObject({ reason: "suspended", message: expect.stringContaining("bill of October") });
  expect(portalAccess.view(phone)).toMatchObject({
    online: null,
    held: { planName: "home", reason: "suspended", text: suspended.reason },
  });
  put({ kind: "account", key: "7", body: { ...account, suspended: null } });
  expect(access.logIn(logInRequest("mary", "mary")).kind).toBe("accept");
});

test("an account's next period begins with nothing used; suspension concerns the one that still runs", async () => {
  const { put, access, outcome } = siteOf();
  const terms = { ...unlimitedTerms, dataBytes: bytes(1000) };
  put({ kind: "account", key: "7", body: { ...account, terms, period: "2026-11" } });
  const grantId = outcome("mary");
  expect(grantId).toBe("a.7.2026-11");
  await access.account(reportOf("start", { grantId, user: "mary" }));
  await access.account(reportOf("stop", { grantId, user: "mary", output: 1000, online: 60 }));
  expect(outcome("mary")).toBe("data-used");
  put({ kind: "account", key: "7", body: { ...account, terms, period: "2026-12" } });
  expect(access.logIn(logInRequest("mary", "mary"))).toMatchObject({
    grantId: "a.7.2026-12",
    limits: { totalBytes: 1000 },
  });
});

test("use time is counted over re-log-ins, whatever the calendar says", async () => {
  const file = {
    plans: [{ name: "ten minutes", useSeconds: 600 }],
    vouchers: [{ code: "TEN10", plan: "ten minutes" }],
  };
  const { access, outcome, world } = siteOf({ file });
  const grantId = outcome("TEN10");
  for (const [sessionId, left] of [
    ["80100001", 600],
    ["80100002", 400],
    ["80100003", 200],
  ] as const) {
    expect(access.logIn(logInRequest("TEN10", ""))).toMatchObject({ limits: { sessionSeconds: left } });
    await access.account(reportOf("start", { grantId, user: "TEN10", sessionId }));
    world.advance(200_000);
    await access.account(reportOf("stop", { grantId, user: "TEN10", sessionId, online: 200 }));
    world.advance(86_400_000);
  }
  expect(outcome("TEN10")).toBe("time-used");
});

test("a second log-in during a session does not get again what the session has used since its last report", async () => {
  const file = {
    plans: [{ name: "ten minutes", useSeconds: 600 }],
    vouchers: [{ code: "TEN10", plan: "ten minutes" }],
  };
  const { access, outcome, world } = siteOf({ file });
  const grantId = outcome("TEN10");
  await access.account(reportOf("start", { grantId, user: "TEN10", sessionId: "80100001" }));
  const sessionSeconds = () => {
    const decision = access.logIn(logInRequest("TEN10", ""));
    return decision.kind === "accept" ? decision.limits.sessionSeconds : decision.reason;
  };
  world.advance(120_000);
  expect(sessionSeconds()).toBe(480);
  await access.account(reportOf("interim", { grantId, user: "TEN10", sessionId: "80100001", online: 120 }));
  expect(sessionSeconds()).toBe(480);
  world.advance(180_000);
  expect(sessionSeconds()).toBe(300);
  world.advance(180_000);
  expect(sessionSeconds()).toBe(120);
  // What the NAS says in the end is what counts.
  await access.account(reportOf("stop", { grantId, user: "TEN10", sessionId: "80100001", online: 400 }));
  expect(sessionSeconds()).toBe(200);
});

const batch: BatchBody = {
  ...plainBatch,
  planName: "day",
  terms: { ...unlimitedTerms, validitySeconds: seconds(86_400), dataBytes: bytes(1_000_000_000) },
  homeSiteId: "market",
};
const code = encodeVoucherCode(batch, 7);

function foreignSite(claimLease?: () => Promise<ClaimLeaseResult | null>) {
  const site = siteOf(claimLease === undefined ? {} : { claimLease });
  const bridge = { seconds: 1800, dataBytes: 100_000_000 };
  site.put({ kind: "provider", key: "provider", body: { name: "Baraka", locale: "en", bridge } });
  site.put({ kind: "site", key: "site", body: { siteId: "bus park", name: "Bus park", interimSeconds: 300 } });
  site.put({ kind: "batch", key: "b1", body: batch });
  return site;
}

test("[BEY-04] a code of another site's batch gives the bridge allowance once, and the journal says that it was one", async () => {
  const { access, log, world } = foreignSite();
  const first = access.logIn(logInRequest(code, ""));
  expect(first).toMatchObject({ grantId: "b.b1.7", limits: { sessionSeconds: 1800, totalBytes: 100_000_000 } });
  expect(log.records).toContainEqual(
    expect.objectContaining({ kind: "grant-started", bridge: true, voucher: { batchId: "b1", serial: 7 } }),
  );
  world.advance(1_800_000);
  expect(access.logIn(logInRequest(code, ""))).toMatchObject({ reason: "expired" });
});

test("[BEY-04] a bridge is never more than the plan, and the lease that has come brings what is left elsewhere", async () => {
  const { put, access, world } = foreignSite();
  const small = { ...batch, terms: { ...unlimitedTerms, validitySeconds: seconds(60), dataBytes: bytes(5) } };
  put({ kind: "batch", key: "b1", body: small });
  expect(access.logIn(logInRequest(code, ""))).toMatchObject({ limits: { sessionSeconds: 60, totalBytes: 5 } });
  put({ kind: "batch", key: "b1", body: batch });
  const atMs = world.clock.wall().atMs;
  const use = { startedAtMs: atMs - 3_600_000, endsAtMs: atMs + 82_800_000, usedBytes: 400_000_000, usedSeconds: 60 };
  put({ kind: "voucher", key: "b1/7", body: { state: "transferred", atMs, siteId: "bus park", use } });
  expect(access.logIn(logInRequest(code, ""))).toMatchObject({
    grantId: "v.b1.7",
    limits: { sessionSeconds: 82_800, totalBytes: 600_000_000 },
  });
});

test.each([
  [
    "the lease, and gives the whole",
    { kind: "leased", use: { startedAtMs: null, endsAtMs: null, usedBytes: 0, usedSeconds: 0 } },
    { kind: "redeemed", grantId: "v.b1.7" },
  ],
  [
    "that it is in use elsewhere, and refuses",
    { kind: "elsewhere", siteName: "Market" },
    { kind: "refused", reason: "elsewhere" },
  ],
  [
    "that nobody can be asked, and bridges",
    { kind: "bridge", siteName: "Market" },
    { kind: "redeemed", grantId: "b.b1.7" },
  ],
  ["nothing, and bridges", null, { kind: "redeemed", grantId: "b.b1.7" }],
])("[BEY-04] the portal asks for the lease of another site's code; the hub says %s", async (_, answer, expected) => {
  const { portalAccess } = foreignSite(async () => answer as ClaimLeaseResult | null);
  expect(await portalAccess.redeem(code, phone)).toMatchObject(expected);
});

test("[BEY-04] a lease is given with what was used, not while somebody is online with it, and not twice", async () => {
  const { put, access, site, outcome, log, world } = siteOf();
  put({ kind: "batch", key: "b1", body: { ...batch, homeSiteId: undefined } });
  const grantId = outcome(code);
  await access.account(reportOf("start", { grantId, user: code }));
  expect(await releaseLease(site, grantId)).toEqual({ kind: "in-use" });
  await access.account(reportOf("stop", { grantId, user: code, output: 300, online: 60 }));
  expect(await releaseLease(site, grantId)).toMatchObject({
    kind: "released",
    use: { usedBytes: 300, usedSeconds: 60 },
  });
  expect(await releaseLease(site, grantId)).toEqual({ kind: "in-use" });
  expect(outcome(code)).toBe("elsewhere");
  const restarted = createTestSite(world, { state: foldOf(log.records) });
  restarted.put({ kind: "batch", key: "b1", body: batch });
  expect(restarted.access.logIn(logInRequest(code, ""))).toMatchObject({ reason: "elsewhere" });
});

test("grants long over are forgotten but for that: a used code stays used, through snapshot and replay, and late reports bring nothing back", async () => {
  const file = {
    plans: [
      { name: "hour", validitySeconds: 3600 },
      { name: "data", dataBytes: 100 },
    ],
    vouchers: [
      { code: "HOUR1", plan: "hour" },
      { code: "DATA1", plan: "data" },
      { code: "HOUR2", plan: "hour" },
    ],
  };
  const site = siteOf({ file });
  const { access, outcome, world, state, log } = site;
  outcome("HOUR1");
  const dataGrant = outcome("DATA1");
  await access.account(reportOf("start", { user: "DATA1", grantId: dataGrant }));
  const late = reportOf("interim", { user: "DATA1", grantId: dataGrant, output: 150, online: 60 });
  await access.account(reportOf("stop", { user: "DATA1", grantId: dataGrant, output: 100, online: 60 }));
  world.advance(40 * 86_400_000);
  outcome("HOUR2");
  expect(pruneSite(site)).toBe(2);
  expect(state.grants.size).toBe(1);
  await access.account(late);
  expect(state.usage.size).toBe(0);
  const again = restore(JSON.parse(JSON.stringify(snapshotOf(state))));
  for (const kept of [state, again ?? state]) {
    const site = createTestSite(world, { file, state: kept });
    const reason = (user: string) => site.access.logIn(logInRequest(user, ""));
    expect(reason("HOUR1")).toMatchObject({ reason: "expired" });
    expect(reason("DATA1")).toMatchObject({ reason: "data-used" });
    expect(reason("HOUR2").kind).toBe("accept");
  }
  const facts = { isFed: () => true, catalogue: site.catalogue, isComplete: true };
  expect(pruneGrants(foldOf(log.records), facts, world.clock.wall())).toBe(0);
});

test("[RAD-04] the last log-ins are kept with how they ended, without codes and without whole MACs", () => {
  const file = { plans: [{ name: "hour", validitySeconds: 3600 }], vouchers: [{ code: "VOUCHER1", plan: "hour" }] };
  const { outcome, logIns, world } = siteOf({ file });
  for (let number = 0; number < 300; number++, world.advance(turnLimits.formMs)) outcome(`nobody-${number}`);
  world.advance(3 * 3_600_000);
  outcome("VOUCHER1");
  const last = logIns.last(50);
  expect(last).toHaveLength(50);
  expect(last[0]).toMatchObject({ by: "voucher", outcome: "accept", device: "…:EE:01" });
  expect(last[1]).toMatchObject({ outcome: "guessing" });
  expect(JSON.stringify(logIns.last(1000))).not.toMatch(/VOUCHER1|nobody|AA:BB/);
});

/** What staff change of a grant while it runs, as its site does it: by one row of the feed, for vouchers, purchases and accounts alike. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import type { GrantChangeBody } from "@karibu/protocol/feed";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createTestSite, endingCodes, foldOf, logInRequest, pruneSite, reportOf } from "../access/test-site.ts";
import { emptyState } from "../state/site-state.ts";
import { releaseLease } from "./lease.ts";

const hour: Terms = {
  ...unlimitedTerms,
  validitySeconds: seconds(3600),
  dataBytes: bytes(1_000_000),
  downKbps: kbps(2000),
  upKbps: kbps(1000),
};
const noChange = { seconds: seconds(0), useSeconds: seconds(0), dataBytes: bytes(0) };
const host = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };

/** A site where one customer has an hour: bought, as a line of the site file, or as an account's. `changedBefore`: of a purchase, as the feed has it at the start. */
function town(
  kind: "purchase" | "voucher" | "account",
  state = emptyState(),
  changedBefore: (nowMs: number) => Partial<GrantChangeBody> | null = () => null,
) {
  const world = createSimulatedWorld();
  const asked: object[] = [];
  const file = {
    plans: [{ name: "hour", validitySeconds: 3600, dataBytes: 1_000_000, downKbps: 2000, upKbps: 1000, devices: 1 }],
    vouchers: [{ code: "HOUR1", plan: "hour" }],
  };
  const site = createTestSite(world, {
    file,
    state,
    coa: {
      change: async (_session, change) => {
        asked.push(change);
        return "ack";
      },
      disconnect: async () => {
        asked.push({ disconnect: true });
        return "ack";
      },
    },
  });
  const before = changedBefore(world.clock.wall().atMs);
  if (before !== null) site.put({ kind: "grant-change", key: "g-1", body: { grantId: "g-1", ...noChange, ...before } });
  site.feed.onChange(() => {
    void site.sweeper.sweep();
    void site.liveChanges.apply();
  });
  const grant = { grantId: "g-1", origin: "purchase" as const, planName: "hour", terms: hour, ...notBegun };
  const bought = { grant, purchaseId: "p-1", phoneHash: null, code: "BOUGHT1" };
  const account = { accountId: "1", username: "mary", password: "p", planName: "hour", terms: hour, active: true };
  if (kind === "purchase") site.put({ kind: "grant", key: "g-1", body: bought });
  if (kind === "account") site.put({ kind: "account", key: "1", body: account });
  const user = { purchase: "BOUGHT1", voucher: "HOUR1", account: "mary" }[kind];
  const logIn = () => site.access.logIn(logInRequest(user, kind === "account" ? "p" : "", host));
  const goOnline = async () => {
    const decision = logIn();
    if (decision.kind === "reject") throw new Error(decision.reason);
    await site.access.account(reportOf("start", { user, grantId: decision.grantId, ...host }));
    await pass(6000);
    return decision;
  };
  const change = (grantId: string, more: Partial<GrantChangeBody>) =>
    site.put({ kind: "grant-change", key: grantId, body: { grantId, ...noChange, ...more } });
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 1000);
  site.sweeper.start();
  const leftSeconds = () => {
    const decision = logIn();
    return decision.kind === "accept" ? decision.limits.sessionSeconds : decision.reason;
  };
  return { ...site, world, logIn, goOnline, change, pass, leftSeconds, takeAsked: () => asked.splice(0) };
}

test.each(["purchase", "voucher", "account"] as const)(
  "[BEY-21] an hour more and another speed for a running %s reach its session by CoA within 5 s, and count once",
  async (kind) => {
    const site = town(kind);
    const { grantId } = await site.goOnline();
    const more = { seconds: seconds(3600), downKbps: kbps(8000) };
    for (let time = 0; time < 3; time++) site.change(grantId, more);
    await site.pass(5000);
    const [asked, ...rest] = site.takeAsked();
    expect(asked).toMatchObject({ rate: { downKbps: 8000, upKbps: 1000 }, sessionSeconds: 7200 });
    expect(rest).toEqual([]);
    expect(site.leftSeconds()).toBe(7200 - 11);
  },
);

test.each(["purchase", "voucher", "account"] as const)(
  "[BEY-21] what was given before the first use of a %s counts once, also after a start from the journal",
  async (kind) => {
    const site = town(kind);
    const first = site.logIn();
    const known = first.kind === "accept" ? first.grantId : first.reason;
    const fresh = town(kind);
    fresh.change(known, { seconds: seconds(1800), dataBytes: bytes(500_000) });
    const decision = await fresh.goOnline();
    expect(decision.limits).toMatchObject({ sessionSeconds: 5400, totalBytes: 1_500_000 });
    const again = town(kind, foldOf(fresh.log.records));
    again.change(known, { seconds: seconds(1800), dataBytes: bytes(500_000) });
    const after = again.logIn();
    expect(after.kind === "accept" && after.limits).toMatchObject({ sessionSeconds: 5400, totalBytes: 1_500_000 });
    again.change(known, { seconds: seconds(3600), dataBytes: bytes(500_000) });
    expect(again.leftSeconds()).toBe(7200);
  },
);

test("[BEY-21] a paused grant is off within 5 s, its customer reads why, and it goes on afterwards", async () => {
  const site = town("voucher");
  const { grantId } = await site.goOnline();
  site.change(grantId, { paused: { reason: "The mast is being moved" } });
  await site.pass(5000);
  expect(site.takeAsked()).toContainEqual({ disconnect: true });
  const refused = site.logIn();
  expect(refused).toMatchObject({ kind: "reject", reason: "suspended" });
  expect(refused.kind === "reject" && refused.message).toBe(
    "Your provider has paused this. Please ask your provider. (The mast is being moved)",
  );
  site.change(grantId, { seconds: seconds(5) });
  expect(site.logIn()).toMatchObject({ kind: "accept" });
});

test("[BEY-21] without the row a bought grant is what was sold, from its own first use", async () => {
  const site = town("purchase");
  site.change("g-1", { seconds: seconds(3600) });
  await site.goOnline();
  site.put({ kind: "grant-change", key: "g-1", body: null });
  const grant = site.catalogue.grantOf("g-1");
  expect(grant?.endsAtMs).toBe((grant?.startedAtMs ?? 0) + 3_600_000);
});

test("[BEY-21] a lease is released as it was sold: what staff gave goes to the next site by the hub, and counts once", async () => {
  const site = town("purchase");
  site.change("g-1", { seconds: seconds(1800) });
  await site.goOnline();
  const startedAtMs = site.catalogue.grantOf("g-1")?.startedAtMs ?? 0;
  await site.access.account(reportOf("stop", { user: "BOUGHT1", ...host }));
  const released = await releaseLease(site, "g-1");
  expect(released).toMatchObject({ kind: "released", use: { startedAtMs, endsAtMs: startedAtMs + 3_600_000 } });
});

test("[BEY-21] a speed that staff gave in the moment in which the agent died reaches the session after the start, once; what they changed otherwise asks nobody", async () => {
  const before = town("purchase");
  await before.goOnline();
  await before.access.flush();
  before.takeAsked();
  const startedAgain = async (more: Partial<GrantChangeBody>) => {
    const changed = (nowMs: number) => ({ ...more, changedAtMs: unixMs(nowMs) });
    const again = town("purchase", foldOf(before.log.records), changed);
    await again.pass(200_000);
    return again.takeAsked();
  };
  const speed = { downKbps: kbps(5000), upKbps: kbps(3000) };
  expect(await startedAgain(speed)).toEqual([{ rate: { ...speed, burst: null } }]);
  expect(await startedAgain({ devices: 3 })).toEqual([]);
});

test.each([
  ["DATA1", "data-used", { input: 1_000_000, online: 60 }, { dataBytes: bytes(5_000_000) }],
  ["TEN10", "time-used", { online: 600 }, { useSeconds: seconds(3600) }],
])(
  "[BEY-21] what staff give to a code that was used up (%s) is worth something for 30 days after its last session",
  async (code, reason, used, more) => {
    const world = createSimulatedWorld();
    world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
    const site = createTestSite(world, { file: endingCodes });
    const logIn = () => site.access.logIn(logInRequest(code, "", host));
    const first = logIn();
    if (first.kind === "reject") throw new Error(first.reason);
    const { grantId } = first;
    await site.access.account(reportOf("start", { user: code, grantId, ...host }));
    await site.access.account(reportOf("stop", { user: code, grantId, ...host, ...used }));
    expect(logIn()).toMatchObject({ kind: "reject", reason });
    world.advance(29 * 86_400_000);
    expect(pruneSite({ ...site, world })).toBe(0);
    site.put({ kind: "grant-change", key: grantId, body: { ...noChange, ...more } });
    expect(logIn()).toMatchObject({ kind: "accept", grantId });
    // Without the row it is used up again, and nobody came for 30 days.
    site.put({ kind: "grant-change", key: grantId, body: null });
    world.advance(2 * 86_400_000);
    expect(pruneSite({ ...site, world })).toBe(1);
    expect(logIn()).toMatchObject({ kind: "reject", reason });
  },
);

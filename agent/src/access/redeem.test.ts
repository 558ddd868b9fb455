import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { turnLimits } from "./guessing/turns.ts";
import type { Device } from "./portal-access.ts";
import { createTestSite, foldOf, logInRequest } from "./test-site.ts";

const file = { plans: [{ name: "all", devices: 100 }], vouchers: [{ code: "1234567890", plan: "all" }] };
const token = (number: number) => number.toString(16).padStart(32, "0");
const phone = (number: number): Device => ({
  token: token(number),
  mac: `02:00:00:00:00:${number.toString(16).padStart(2, "0").toUpperCase()}`,
  address: `10.5.50.${number}`,
});

test("[POR-04] who guesses under a neighbour's MAC, which no router confirms, locks the neighbour out of nothing", async () => {
  const world = createSimulatedWorld();
  const { portalAccess } = createTestSite(world, { file });
  const neighbour = phone(7);
  for (let guess = 0; guess < 20; guess++) {
    const liar: Device = { token: token(1000 + guess), mac: neighbour.mac, address: "10.5.50.66", claims: "mac" };
    await portalAccess.redeem("9999999999", liar);
  }
  expect(await portalAccess.redeem("1234567890", neighbour)).toMatchObject({ kind: "redeemed" });
});

test.each(["address", "mac-and-address"] as const)(
  "[POR-04] behind an address that many share, who guesses in a neighbour's name (%s) locks the neighbour out of nothing",
  async (claims) => {
    const world = createSimulatedWorld();
    const { portalAccess } = createTestSite(world, { file });
    const neighbour: Device = { ...phone(7), claims };
    const reasons: string[] = [];
    for (let guess = 0; guess < 20; guess++) {
      const outcome = await portalAccess.redeem("9999999999", { ...neighbour, token: token(1000) });
      if (outcome.kind === "refused") reasons.push(outcome.reason);
      world.advance(1000);
    }
    expect(reasons.at(-1), "who guesses is locked by its own cookie").toBe("guessing");
    expect(await portalAccess.redeem("1234567890", neighbour)).toMatchObject({ kind: "redeemed" });
  },
);

test("[POR-04] under attack a MAC that a phone merely claims frees it from no limit", async () => {
  const world = createSimulatedWorld();
  const { portalAccess } = createTestSite(world, { file });
  const holders = Array.from({ length: 30 }, (_, number) => phone(number + 10));
  for (const holder of holders)
    expect(await portalAccess.redeem("1234567890", holder)).toMatchObject({ kind: "redeemed" });
  for (let guess = 0; guess <= turnLimits.burst; guess++)
    await portalAccess.redeem("9999999999", { ...phone(100 + guess), address: `10.5.52.${guess}` });
  const outcomes: string[] = [];
  for (const [guess, { mac }] of holders.entries()) {
    const liar: Device = { token: token(1000 + guess), mac, address: `10.5.51.${guess}`, claims: "mac" };
    const outcome = await portalAccess.redeem("8888888888", liar);
    outcomes.push(outcome.kind === "refused" ? outcome.reason : outcome.kind);
  }
  expect(outcomes.filter((reason) => reason === "unknown-user").length).toBeLessThanOrEqual(11);
});

test("[BEY-12] NO-THEFT: whom a failing disk turned away has lost no time: the hour begins when somebody is let in", async () => {
  const world = createSimulatedWorld();
  const hour = {
    plans: [{ name: "hour", validitySeconds: 3600, devices: 1 }],
    vouchers: [{ code: "1234567890", plan: "hour" }],
  };
  const { portalAccess, log } = createTestSite(world, { file: hour });
  log.setMode("refuse");
  await expect(portalAccess.redeem("1234567890", phone(1))).rejects.toThrow();
  log.setMode("quick");
  world.advance(50 * 60_000);
  expect(await portalAccess.redeem("1234567890", phone(2))).toMatchObject({ kind: "redeemed" });
  expect(portalAccess.view(phone(2)).available).toMatchObject([{ secondsLeft: 3600 }]);
  world.advance(30 * 60_000);
  expect(await portalAccess.redeem("1234567890", phone(2)), "a second look moves nothing").toMatchObject({
    kind: "redeemed",
  });
  expect(portalAccess.view(phone(2)).available).toMatchObject([{ secondsLeft: 1800 }]);
  const starts = log.records.filter(({ kind }) => kind === "grant-started" || kind === "start-refused");
  expect(starts.map(({ kind }) => kind)).toEqual(["grant-started", "start-refused", "grant-started"]);
  const { portalAccess: later } = createTestSite(world, { file: hour, state: foldOf(log.records) });
  expect(later.view(phone(2)).available, "a restart knows it too").toMatchObject([{ secondsLeft: 1800 }]);
});

test("NO-THEFT: whom a failing disk turned away finds the code on the page with all its time, also when it would be over by now", async () => {
  const world = createSimulatedWorld();
  const hour = {
    plans: [{ name: "hour", validitySeconds: 3600, devices: 1 }],
    vouchers: [{ code: "1234567890", plan: "hour" }],
  };
  const { portalAccess, log, state } = createTestSite(world, { file: hour });
  log.setMode("refuse");
  await expect(portalAccess.redeem("1234567890", phone(1))).rejects.toThrow();
  log.setMode("quick");
  world.advance(2 * 3_600_000);
  expect(portalAccess.view(phone(1)).available).toMatchObject([{ secondsLeft: 3600 }]);
  expect(state.grants.size, "it is as if it had never begun: no lease, recall or pruning takes it for used").toBe(0);
});

test("NO-GIFT: what began at another site goes on, also where the disk refuses its first record here", async () => {
  const world = createSimulatedWorld();
  const { access, portalAccess, log, put } = createTestSite(world);
  const enter = async () => {
    const { username, password } = portalAccess.issueLogIn(grant.grantId, phone(1));
    const { mac, address } = phone(1);
    const decision = access.logIn(logInRequest(username, password, { mac, address }));
    if (decision.kind === "accept") await decision.durable;
    return decision.kind === "accept" ? decision.kind : decision.reason;
  };
  const nowMs = world.clock.wall().atMs;
  const dayMs = 86_400_000;
  const grant = {
    grantId: "bought-elsewhere",
    origin: "purchase",
    planName: "30 days",
    terms: { ...unlimitedTerms, validitySeconds: seconds(30 * 86_400) },
    startedAtMs: nowMs - 29 * dayMs,
    endsAtMs: nowMs + dayMs,
    revokedAtMs: null,
    unverified: false,
  };
  put({ kind: "grant", key: grant.grantId, body: { grant, purchaseId: "p1", phoneHash: null } });
  log.setMode("refuse");
  await expect(enter()).rejects.toThrow("disk full");
  log.setMode("quick");
  expect(await enter()).toBe("accept");
  expect(portalAccess.view(phone(1)).available).toMatchObject([{ secondsLeft: 86_400 }]);
});

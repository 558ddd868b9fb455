/**
 * The site alone, around each date of a line: what the hub told it days ago must make it decide as the hub would now. Rules are drawn; the answer is
 * told once more on paper, by rules of this file's own, and both the site's answer and the hub's phase are held against it.
 */
import { createTestSite, foldOf, logInRequest } from "@karibu/agent/access/test-site";
import { type AccountRow, feedBodyOf } from "@karibu/cloud/catalogue/accounts/account-row";
import { type Paid, paidUntilOf } from "@karibu/cloud/money/subscriptions/period-arithmetic";
import { phaseOf, type SubscriptionFacts, standingOf } from "@karibu/cloud/money/subscriptions/subscription-policy";
import { customerAccountSchema } from "@karibu/protocol/accounts/customer-account";
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { kbps } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { seededRandom } from "../world/seeded-random.ts";
import { createSimulatedWorld } from "../world/simulated-world.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const anchorMs = Date.parse("2028-01-31T18:30:10+03:00");
type Answer = "full" | "page" | "slower" | "off";

function draw(seed: number) {
  const random = seededRandom(seed);
  const pick = <T>(...all: readonly T[]): T => all[random.integer(all.length)] as T;
  const paid: Paid = {
    anchorMs,
    every: pick({ unit: "month", count: 1 }, { unit: "week", count: 1 }, { unit: "day", count: 3 }),
    utcOffsetMinutes: pick(180, -180, 840, 60),
    periods: pick(1, 1, 2),
    shiftedMs: pick(0, 0, 90_061_000),
  };
  const endMs = paidUntilOf(paid);
  /** The hub's last word: after it the hub is away. */
  const toldMs = endMs - pick(1, 26, 49) * hourMs;
  const isPaused = random.chance(0.35);
  const facts: SubscriptionFacts = {
    paid,
    isEnded: false,
    cancelAtEnd: random.chance(0.15),
    suspendedReason: random.chance(0.15) ? "The cheque bounced." : null,
    pausedAtMs: isPaused ? toldMs : null,
    pauseUntilMs: isPaused ? toldMs + (1 + random.integer(6)) * dayMs : null,
    promisedUntilMs: random.chance(0.3) ? endMs + (1 + random.integer(72)) * hourMs : null,
    promisedAtMs: null,
    utcOffsetMinutes: 180,
    bridgedUntilMs: null,
    rules: {
      graceSeconds: pick(0, 1, 3600, 172_800, 129_617),
      afterWay: pick("cut", "page", "slower"),
      slowDownKbps: 512,
      slowUpKbps: 256,
      lateFeeCents: 0,
      promiseDaysMax: 3,
      pauseDaysMax: 30,
    },
    terms: { dataBytes: null, useSeconds: null },
  };
  return { facts, endMs, toldMs };
}

/** As the rules say it, in words: first who holds it back, then the dates. */
function onPaper(facts: SubscriptionFacts, endMs: number, atMs: number): Answer {
  const { rules, cancelAtEnd, suspendedReason, pausedAtMs, pauseUntilMs, promisedUntilMs } = facts;
  const after: Answer = rules.afterWay === "cut" || cancelAtEnd ? "off" : rules.afterWay;
  const rests = pausedAtMs !== null && pauseUntilMs !== null;
  if (rests && (atMs < pauseUntilMs || suspendedReason !== null)) return "off";
  if (suspendedReason !== null) return after === "off" ? "off" : "page";
  const paidMs = endMs + (rests ? pauseUntilMs - pausedAtMs : 0);
  const graceMs = Math.max(paidMs + rules.graceSeconds * 1000, promisedUntilMs ?? 0);
  return atMs < (cancelAtEnd ? paidMs : graceMs) ? "full" : after;
}

function tellSite(facts: SubscriptionFacts, toldMs: number) {
  const account = {
    accountId: "acc-1",
    username: "kamau",
    service: "pppoe",
    planName: "Home 10M",
    terms: { ...unlimitedTerms, downKbps: kbps(10_000) },
    active: true,
    deletedAtMs: null,
    macs: [],
    address: null,
    standing: JSON.parse(JSON.stringify(standingOf(facts, toldMs))),
  } as unknown as AccountRow;
  const secrets = { ntHash: ntHashHex("clientPass"), clearPassword: null };
  return customerAccountSchema.parse(JSON.parse(JSON.stringify(feedBodyOf(account, secrets, false))));
}

function createSiteOf(body: object) {
  const world = createSimulatedWorld();
  const put = (site: ReturnType<typeof createTestSite>) => {
    site.put({ kind: "customer-account", key: "acc-1", body });
    return site;
  };
  let site = put(createTestSite(world));
  return {
    setWall: world.setWall,
    /** The power fails: what the journal holds is what it knows. */
    restart() {
      site = put(createTestSite(world, { state: foldOf(site.log.records) }));
    },
    dial(mac = "02:1A:2B:3C:4D:5E"): Answer | string {
      const request = { service: "ppp", mac, passwordIs: () => true } as const;
      const decision = site.access.logIn(logInRequest("kamau", "clientPass", request));
      if (decision.kind !== "accept") return "off";
      return decision.limits.held ?? "full";
    },
  };
}

const seeds = Array.from({ length: 300 }, (_, seed) => seed);

test("[DUE-RIGHT] [CUS-05] [CUS-18] [CUS-19] a site that the hub told days ago decides each minute as the hub does, over restarts; a clock that nobody proved ends nothing", () => {
  const seen = new Set<string>();
  for (const seed of seeds) {
    const { facts, endMs, toldMs } = draw(seed);
    const site = createSiteOf(tellSite(facts, toldMs));
    const { rules, pausedAtMs, pauseUntilMs, promisedUntilMs } = facts;
    const restMs = pausedAtMs === null ? 0 : Number(pauseUntilMs) - pausedAtMs;
    const dates = [toldMs, endMs, endMs + restMs, endMs + restMs + rules.graceSeconds * 1000];
    if (pauseUntilMs !== null) dates.push(pauseUntilMs);
    if (promisedUntilMs !== null) dates.push(promisedUntilMs);
    const moments = dates
      .flatMap((ms) => [-minuteMs, -1000, -1, 0, 1000, minuteMs].map((off) => ms + off))
      .concat(endMs + 20 * dayMs)
      .filter((ms) => ms >= toldMs)
      .sort((a, b) => a - b);
    for (const [index, atMs] of moments.entries()) {
      if (index % 4 === 3) site.restart();
      site.setWall(atMs, index % 3 === 0 ? "estimated" : "synced");
      const paper = onPaper(facts, endMs, atMs);
      const what = `seed ${seed} at ${new Date(atMs).toISOString()}`;
      expect([what, site.dial()]).toEqual([what, paper]);
      seen.add(paper);
      // The hub, which ends a pause within its minute, says the same.
      const ended =
        pausedAtMs !== null && atMs >= Number(pauseUntilMs)
          ? { ...facts, paid: { ...facts.paid, shiftedMs: facts.paid.shiftedMs + restMs }, pausedAtMs: null }
          : facts;
      const isIn = ["active", "grace"].includes(phaseOf(ended, atMs));
      expect([what, isIn]).toEqual([what, paper === "full"]);
    }
    site.setWall(endMs + 20 * dayMs, "unknown");
    const undated = onPaper(facts, endMs, toldMs);
    expect([seed, site.dial()]).toEqual([seed, undated]);
  }
  expect([...seen].sort()).toEqual(["full", "off", "page", "slower"]);
});

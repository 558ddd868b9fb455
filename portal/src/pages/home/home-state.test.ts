import { type Plan, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, cents, kbps, seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { endedAdvice } from "../../strings/ended-advice.ts";
import { first, later } from "../../strings/fr.ts";
import { planFacts } from "../../strings/plan-facts.ts";
import { english as en, swahili as sw } from "../../test-facts.ts";
import { ticketGroups, ticketOf } from "./home-state.ts";
import { whatIsLeft } from "./what-is-left.ts";

const day = 86_400;
const plan = (name: string, validityDays: number | null, more: Partial<Plan["terms"]> = {}): Plan => ({
  planId: name,
  name,
  priceCents: cents(5000),
  currency: "KES",
  active: true,
  terms: { ...unlimitedTerms, validitySeconds: validityDays === null ? null : seconds(validityDays * day), ...more },
});

test("[POR-01] a ticket says the price, what you get, for how long and how fast", () => {
  const daily = plan("1GB-DAILY", 1, { dataBytes: bytes(1024 ** 3), downKbps: kbps(5000), devices: 2 });
  expect(ticketOf(daily, en)).toEqual({
    planId: "1GB-DAILY",
    name: "1 GB Daily",
    price: { symbol: "KSh", amount: "50" },
    usual: null,
    facts: ["1 GB", "1 day", "up to 5 Mbps", "2 devices"],
  });
  expect(planFacts(daily, sw)).toEqual(["1 GB", "siku 1", "hadi 5 Mbps", "vifaa 2"]);
  expect(planFacts(plan("Free", null), en)).toEqual(["Unlimited data", "No time limit"]);
  expect(planFacts(plan("Talk", null, { useSeconds: seconds(5400) }), en)).toEqual([
    "Unlimited data",
    "1 hour 30 minutes online",
  ]);
});

test("[POR-01] up to four packages form one list; more are grouped by their validity", () => {
  const few = [plan("a", 1), plan("b", 7)];
  expect(ticketGroups(few, en).map((group) => [group.title, group.tickets.length])).toEqual([[null, 2]]);
  const many = [plan("a", 1), plan("b", 7), plan("c", 30), plan("d", 365), plan("e", null)];
  expect(ticketGroups(many, en).map((group) => [group.title, group.tickets.length])).toEqual([
    ["For today", 1],
    ["For the week", 1],
    ["For the month", 1],
    ["More", 2],
  ]);
  expect(ticketGroups([], en).flatMap((group) => group.tickets)).toEqual([]);
});

test.each([
  ["data-used", "Your data is used up", "Data yako imeisha"],
  ["too-many-devices", "Now used on another device", "Sasa inatumika kwenye kifaa kingine"],
  ["expired", "Your time is over", "Muda wako umeisha"],
  ["fault", "You are no longer online", "Hauko mtandaoni tena"],
] as const)("[POR-05] what ended as %s is said with what to do next", (reason, english, swahili) => {
  const ended = { planName: "1GB-DAILY", reason };
  expect(endedAdvice({ ended, online: null }, en)).toMatchObject({
    title: english,
    text: expect.stringMatching(/1 GB Daily.*package/),
  });
  expect(endedAdvice({ ended, online: null }, sw)?.title).toBe(swahili);
  expect(endedAdvice({ ended: null, online: null }, en)).toBeNull();
});

test("[CUS-18] a package that its owner paused is not over: the page says where it goes on", () => {
  const ended = { planName: "1GB-DAILY", reason: "paused" as const };
  expect(endedAdvice({ ended, online: null }, en)?.title).toContain(en.mine);
  expect(endedAdvice({ ended, online: null }, sw)?.title).toContain(sw.mine);
});

test("one line shows what is left of a package", () => {
  const one = { planName: "x", grantId: "g", bytesUsed: bytes(0), endsAtMs: null, downKbps: null };
  expect(whatIsLeft({ ...one, bytesLeft: bytes(700 * 1024 ** 2), secondsLeft: seconds(18_000) }, en)).toBe(
    "700 MB · 5 hours left",
  );
  expect(whatIsLeft({ ...one, bytesLeft: null, secondsLeft: null }, en)).toBe("No limit");
  // Neither depends on what is counted, or on how many of it there are.
  for (const [left, swahili, french] of [
    [3600, "Umebakiwa na saa 1", "Il reste 1 heure"],
    [3480, "Umebakiwa na dakika 58", "Il reste 58 minutes"],
  ] as const) {
    const time = { ...one, bytesLeft: null, secondsLeft: seconds(left) };
    expect([whatIsLeft(time, sw), whatIsLeft(time, { ...first, ...later })]).toEqual([swahili, french]);
  }
});

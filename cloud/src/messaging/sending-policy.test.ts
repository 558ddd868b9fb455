import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReply } from "./consents.ts";
import { usualMessageRules as usual } from "./message-rules.ts";
import { readCost } from "./sender-contract.ts";
import { decideSending, isEverOpen, monthOf, nextHourFor } from "./sending-policy.ts";

const nairobi = 180;
const at = (text: string) => Date.parse(`${text}+03:00`);
const local = (ms: number) => new Date(ms + nairobi * 60_000).toISOString().slice(5, 16).replace("T", " ");
const facts = { class: "service", utcOffsetMinutes: nairobi, rules: usual, allowed: null } as const;

describe("[MSG-05] whether a message may go out now", () => {
  test.each([
    ["service", null, "now"],
    ["service", true, "now"],
    ["service", false, "opted-out"],
    ["marketing", null, "no-consent"],
    ["marketing", true, "now"],
    ["marketing", false, "opted-out"],
    ["receipt", false, "now"],
  ] as const)("%s, who said %s: %s", (kind, allowed, said) => {
    const decision = decideSending({ ...facts, class: kind, allowed, nowMs: at("2026-11-20T12:00") });
    expect(decision.kind === "skip" ? decision.reason : decision.kind).toBe(said);
  });

  test("a receipt goes out at night, to who wants nothing else", () => {
    expect(decideSending({ ...facts, class: "receipt", allowed: false, nowMs: at("2026-11-20T02:00") })).toEqual({
      kind: "now",
    });
  });

  test.each([
    ["service", "2026-11-20T20:59", "11-20 20:59"],
    ["service", "2026-11-20T21:00", "11-21 07:00"],
    ["service", "2026-11-20T23:59:59.999", "11-21 07:00"],
    ["service", "2026-11-21T06:59", "11-21 07:00"],
    ["service", "2026-11-21T07:00", "11-21 07:00"],
    ["marketing", "2026-11-21T07:00", "11-21 08:00"],
    ["marketing", "2026-11-21T17:59", "11-21 17:59"],
    ["marketing", "2026-11-21T18:00", "11-22 08:00"],
  ] as const)("%s at %s waits until %s, by the provider's clock", (kind, now, until) => {
    expect(local(nextHourFor({ ...facts, class: kind, nowMs: at(now) }))).toBe(until);
  });

  test("the moment that is found is open, and no earlier minute is", () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(
        minute,
        minute,
        minute,
        fc.integer({ min: 1, max: 1440 }),
        fc.integer({ min: 0, max: 5000 }),
        (a, b, c, d, now) => {
          const rules = {
            ...usual,
            quietFromMinute: a,
            quietUntilMinute: b,
            marketingFromMinute: c,
            marketingUntilMinute: d,
          };
          if (!isEverOpen(rules)) return;
          const of = { class: "marketing", utcOffsetMinutes: 0, rules } as const;
          const isOpen = (ms: number) => nextHourFor({ ...of, nowMs: ms }) === ms;
          const found = nextHourFor({ ...of, nowMs: now * 60_000 });
          expect(isOpen(found)).toBe(true);
          for (let ms = now * 60_000; ms < found; ms += 7 * 60_000) expect(isOpen(ms)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a day that is closed all round is known as such", () => {
    const closed = { ...usual, quietFromMinute: 8 * 60, quietUntilMinute: 18 * 60 };
    expect([isEverOpen(usual), isEverOpen(closed)]).toEqual([true, false]);
    expect(isEverOpen({ ...usual, marketingFromMinute: 600, marketingUntilMinute: 600 })).toBe(false);
  });

  test("a month is one of the provider's calendar", () => {
    expect([monthOf(at("2026-12-01T00:00"), nairobi), monthOf(at("2026-11-30T23:59"), nairobi)]).toEqual([
      "2026-12",
      "2026-11",
    ]);
  });
});

test.each([
  ["STOP", "stop"],
  [" stop. ", "stop"],
  ["Acha", "stop"],
  ["anza", "start"],
  ["Please stop by the office", null],
  ["", null],
])("a reply of %j asks for %s", (text, asks) => {
  expect(readReply(text)).toBe(asks);
});

test.each([
  ["KES 0.8000", { millicents: 80_000, currency: "KES" }],
  ["UGX 25", { millicents: 2_500_000, currency: "UGX" }],
  ["0", null],
  ["KES -1", null],
  [undefined, null],
])("a gateway's price %j is read", (text, cost) => {
  expect(readCost(text)).toEqual(cost);
});

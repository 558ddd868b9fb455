/**
 * Dates and sums that somebody reckoned on paper, one by one: ends of months, a leap day, clocks at both ends of the world, a provider who moves to
 * summer time, the second before and after an end. The drawn months (`due-month.long.test.ts`) find what nobody thought of; these say what is meant.
 */
import { anyEngine, isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { describe, expect, test } from "vitest";
import type { Country, Deed, Every, Subscriber } from "./draw-subscribers.ts";
import { playMonth } from "./play-month.ts";

const month: Every = { unit: "month", count: 1 };
const at = (text: string) => Date.parse(text);
const pay = (text: string): Deed => ({ atMs: at(text), what: "pay-cash" });
const begins = "2028-01-31T18:30:10+03:00";

interface Case {
  readonly title: string;
  readonly country: Country;
  readonly every?: Every;
  readonly begins: string;
  readonly deeds: readonly Deed[];
  /** Its log, from the first payment on: what was done, for how many cents, paid until when. */
  readonly log: readonly string[];
  /** Until when the site would let the customer in by what it was told last. */
  readonly letInUntil?: string;
}

const cases: readonly Case[] = [
  {
    title: "paid early twice in a row: each payment goes on from the end, and the 31st comes back",
    country: "KE",
    begins,
    deeds: [pay("2028-02-10T10:00:01+03:00"), pay("2028-02-10T10:00:02+03:00")],
    log: [
      "renewed 250000 until 2028-02-29T18:30:10+03:00",
      "renewed 250000 until 2028-03-31T18:30:10+03:00",
      "renewed 250000 until 2028-04-30T18:30:10+03:00",
    ],
  },
  {
    title: "paid in the grace, twice in the same moment",
    country: "KE",
    begins,
    deeds: [pay("2028-03-01T10:00:01+03:00"), pay("2028-03-01T10:00:01+03:00")],
    log: [
      "renewed 250000 until 2028-02-29T18:30:10+03:00",
      "now-grace - until 2028-02-29T18:30:10+03:00",
      "renewed 250000 until 2028-03-31T18:30:10+03:00",
      "renewed 250000 until 2028-04-30T18:30:10+03:00",
    ],
  },
  {
    // 129,617 s after 29 February 18:30:10.
    title: "paid in the last moment of the grace",
    country: "TZ",
    begins,
    deeds: [pay("2028-03-02T06:30:27+03:00")],
    log: [
      "renewed 4500000 until 2028-02-29T18:30:10+03:00",
      "now-grace - until 2028-02-29T18:30:10+03:00",
      "renewed 4500000 until 2028-03-31T18:30:10+03:00",
    ],
  },
  {
    title: "paid a second after the grace: a new first day",
    country: "TZ",
    begins,
    deeds: [pay("2028-03-02T06:30:28+03:00")],
    log: [
      "renewed 4500000 until 2028-02-29T18:30:10+03:00",
      "now-grace - until 2028-02-29T18:30:10+03:00",
      "renewed 4500000 until 2028-04-02T06:30:28+03:00",
    ],
  },
  {
    // A day of 29 is left: 433,333 / 29 = 14,942.5; 250,000 / 29 = 8,620.7.
    title: "another plan a day before the end: both worths cut to the cent",
    country: "KE",
    begins,
    deeds: [{ atMs: at("2028-02-28T18:30:10+03:00"), what: "change-plan", to: "fast" }],
    log: ["renewed 250000 until 2028-02-29T18:30:10+03:00", "plan-changed 6322 until 2028-02-29T18:30:10+03:00"],
  },
  {
    // 14.5 days of 29: 433,333 / 2 = 216,666.5; 125,000. Back 7.25 days before the end: 62,500 less 108,333.25.
    title: "dearer in the middle, cheaper again at three quarters: odd cents on the way up and down",
    country: "KE",
    begins,
    deeds: [
      { atMs: at("2028-02-15T06:30:10+03:00"), what: "change-plan", to: "fast" },
      { atMs: at("2028-02-22T12:30:10+03:00"), what: "change-plan", to: "home" },
    ],
    log: [
      "renewed 250000 until 2028-02-29T18:30:10+03:00",
      "plan-changed 91666 until 2028-02-29T18:30:10+03:00",
      "plan-changed -45833 until 2028-02-29T18:30:10+03:00",
    ],
  },
  {
    // 1.5 days of 29 and a whole period that has not begun: 13,125 * 1.5... each by hand: 433,333*1.5/29 = 22,413.8; 250,000*1.5/29 = 12,931.03.
    title: "another plan with a period paid in advance: that one counts whole",
    country: "KE",
    begins,
    deeds: [
      pay("2028-02-10T10:00:01+03:00"),
      { atMs: at("2028-02-28T06:30:10+03:00"), what: "change-plan", to: "fast" },
    ],
    log: [
      "renewed 250000 until 2028-02-29T18:30:10+03:00",
      "renewed 250000 until 2028-03-31T18:30:10+03:00",
      `plan-changed ${22_413 - 12_931 + 183_333} until 2028-03-31T18:30:10+03:00`,
    ],
  },
  ...["2028-02-29T18:30:09+03:00", "2028-02-29T18:30:10+03:00", "2028-02-29T18:30:11+03:00"].map(
    (when): Case => ({
      title: `another plan at ${when.slice(11, 19)} of its last day, which ends at 18:30:10: nothing is left of it; the next period costs the new price`,
      country: "KE",
      begins,
      deeds: [{ atMs: at(when), what: "change-plan", to: "fast" }, pay("2028-02-29T18:45:01+03:00")],
      log: [
        "renewed 250000 until 2028-02-29T18:30:10+03:00",
        "plan-changed 0 until 2028-02-29T18:30:10+03:00",
        "now-grace - until 2028-02-29T18:30:10+03:00",
        "renewed 433333 until 2028-03-31T18:30:10+03:00",
      ],
    }),
  ),
  {
    title: "a holiday over the end: ten days later, and the 31st of the next month ten days later too",
    country: "KE",
    begins,
    deeds: [{ atMs: at("2028-02-25T12:00:01+03:00"), what: "pause", days: 10 }, pay("2028-03-08T10:00:01+03:00")],
    log: [
      "renewed 250000 until 2028-02-29T18:30:10+03:00",
      "paused - until 2028-02-29T18:30:10+03:00",
      "pause-ended - until 2028-03-10T18:30:10+03:00",
      "renewed 250000 until 2028-04-10T18:30:10+03:00",
    ],
  },
  {
    title: "a holiday that ends early gives back what it took, to the second",
    country: "KE",
    begins,
    deeds: [
      { atMs: at("2028-02-25T12:00:01+03:00"), what: "pause", days: 10 },
      { atMs: at("2028-02-26T13:01:04+03:00"), what: "resume" },
    ],
    log: [
      "renewed 250000 until 2028-02-29T18:30:10+03:00",
      "paused - until 2028-02-29T18:30:10+03:00",
      "pause-ended - until 2028-03-01T19:31:13+03:00",
    ],
  },
  {
    title:
      "cut off for three weeks, let in again by a promise, and paid: the month begins with the promise, not with the end",
    country: "UG",
    begins,
    deeds: [{ atMs: at("2028-03-20T10:00:01+03:00"), what: "promise", days: 2 }, pay("2028-03-21T10:00:01+03:00")],
    log: [
      "renewed 9000000 until 2028-02-29T18:30:10+03:00",
      "now-over - until 2028-02-29T18:30:10+03:00",
      "promised - until 2028-02-29T18:30:10+03:00",
      "renewed 9000000 until 2028-04-20T10:00:01+03:00",
    ],
  },
  {
    title: "the same promise broken, and paid after it: a new first day",
    country: "UG",
    begins,
    deeds: [
      { atMs: at("2028-03-20T10:00:01+03:00"), what: "promise", days: 2 },
      { atMs: at("2028-03-23T10:00:01+03:00"), what: "promise", days: 2 },
      pay("2028-03-25T10:00:02+03:00"),
    ],
    log: [
      "renewed 9000000 until 2028-02-29T18:30:10+03:00",
      "now-over - until 2028-02-29T18:30:10+03:00",
      "promised - until 2028-02-29T18:30:10+03:00",
      "now-over - until 2028-02-29T18:30:10+03:00",
      "renewed 9000000 until 2028-04-25T10:00:02+03:00",
    ],
  },
  {
    title: "a promise before the end, kept after it: goes on from the end",
    country: "UG",
    begins,
    deeds: [{ atMs: at("2028-02-29T10:00:01+03:00"), what: "promise", days: 2 }, pay("2028-03-02T10:00:01+03:00")],
    log: [
      "renewed 9000000 until 2028-02-29T18:30:10+03:00",
      "promised - until 2028-02-29T18:30:10+03:00",
      "now-grace - until 2028-02-29T18:30:10+03:00",
      "renewed 9000000 until 2028-03-31T18:30:10+03:00",
    ],
  },
  {
    title: "years from a leap day: the 28th in three of them, the 29th in the fourth",
    country: "KE",
    every: { unit: "month", count: 12 },
    begins: "2028-02-29T09:00:01+03:00",
    deeds: ["02", "03", "04"].map((second) => pay(`2028-03-01T10:00:${second}+03:00`)),
    log: [2029, 2030, 2031]
      .map((year) => `renewed 250000 until ${year}-02-28T09:00:01+03:00`)
      .concat("renewed 250000 until 2032-02-29T09:00:01+03:00"),
  },
  {
    title:
      "late in the evening of 30 January in Sao Paulo is 31 January in London: the month ends on the 29th there, the 30th next",
    country: "BR",
    begins: "2028-01-30T23:10:10-03:00",
    deeds: [pay("2028-02-10T10:00:01-03:00")],
    log: ["renewed 1999 until 2028-02-29T23:10:10-03:00", "renewed 1999 until 2028-03-30T23:10:10-03:00"],
  },
  {
    title: "31 January in Kiritimati, where it is the 30th still at ten in the evening in London",
    country: "KI",
    begins: "2028-01-31T12:20:10+14:00",
    deeds: [pay("2028-02-10T10:00:01+14:00")],
    log: ["renewed 12345 until 2028-02-29T12:20:10+14:00", "renewed 12345 until 2028-03-31T12:20:10+14:00"],
  },
  {
    title: "Lagos",
    country: "NG",
    begins: "2028-01-31T00:20:10+01:00",
    deeds: [pay("2028-02-10T10:00:01+01:00")],
    log: ["renewed 1500050 until 2028-02-29T00:20:10+01:00", "renewed 1500050 until 2028-03-31T00:20:10+01:00"],
  },
  {
    // By the summer's clock it began on the 31st, and would end a day sooner.
    title: "Berlin goes to summer time in the middle: nothing is taken from what is paid, and the site keeps its date",
    country: "DE",
    begins: "2028-01-30T23:30:05+01:00",
    deeds: [
      { atMs: at("2028-02-20T10:00:01+01:00"), what: "cancel" },
      { atMs: at("2028-02-20T10:00:02+01:00"), what: "undo" },
    ],
    log: [
      "renewed 2999 until 2028-02-29T23:30:05+01:00",
      "cancelled - until 2028-02-29T23:30:05+01:00",
      "cancel-undone - until 2028-02-29T23:30:05+01:00",
    ],
    letInUntil: "2028-03-03T23:30:05+01:00",
  },
  {
    title: "two weeks over the change of the clock are 336 hours",
    country: "DE",
    every: { unit: "week", count: 2 },
    begins: "2028-02-10T08:00:05+01:00",
    deeds: [],
    log: ["renewed 2999 until 2028-02-24T09:00:05+02:00"],
  },
];

describe.skipIf(isAbsent(anyEngine))("reckoned by hand", { timeout: 120_000 }, () => {
  const database = useDatabase(anyEngine);

  test("[DUE-RIGHT] [CUS-04] [CUS-05] [CUS-18] [CUS-19] each date and cent is what stands on the paper", async () => {
    const subscribers = cases.map(
      ({ country, every = month, begins, deeds }, index): Subscriber => ({
        index,
        country,
        phone: country === "UG" ? `+25677100${1000 + index}` : phoneOf(country, index),
        every,
        autoRenew: false,
        addOnCents: 0,
        feeCents: 0,
        beginsMs: at(begins),
        deeds,
        paysPrompt: null,
      }),
    );
    const startMs = at("2028-01-31T00:00:00+14:00");
    const played = await playMonth(database.current(), { startMs, endMs: at("2028-04-01T00:00:00Z"), subscribers });
    for (const [index, { title, log, letInUntil }] of cases.entries()) {
      const is = played.of.get(index);
      const until = (line: string) => line.replace(/\S+$/, (text) => new Date(text).toISOString());
      // What follows after the last line of the paper is the clock's: it ends unpaid.
      const lines = (is?.lines ?? []).map((line) => line.replace(/^\S+ /, "")).slice(0, log.length);
      expect([title, lines]).toEqual([title, log.map(until)]);
      if (letInUntil !== undefined)
        expect([title, new Date(is?.letIn.at(-1)?.untilMs ?? 0).toISOString()]).toEqual([
          title,
          new Date(letInUntil).toISOString(),
        ]);
    }
  });
});

const prefixes: Partial<Record<Country, string>> = { TZ: "+25575100", NG: "+234803100" };
const phoneOf = (country: Country, index: number) => `${prefixes[country] ?? "+25471100"}${1000 + index}`;

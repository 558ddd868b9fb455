import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createAlarms } from "./alarms.ts";

function alarmsOf() {
  const { clock, advance } = createSimulatedWorld();
  const lines: { event: string; fields: unknown }[] = [];
  const journal: string[] = [];
  const warn = (event: string, fields?: unknown) => void lines.push({ event, fields });
  const log = { debug() {}, info() {}, error() {}, warn };
  const raise = createAlarms(
    { clock, log },
    { record: async (events) => void journal.push(...[events].flat().map(({ kind }) => kind)) },
  );
  return { advance, lines, journal, raise };
}

test("60,000 wrong tries in ten minutes are a few lines, and then their number once a minute", () => {
  const { advance, lines, journal, raise } = alarmsOf();
  for (let minute = 0; minute < 10; minute++) {
    for (let number = 0; number < 6000; number++) raise("guessing", { who: `10.6.${minute}.${number}`, locks: 1 });
    advance(60_000);
  }
  expect(lines.filter(({ event }) => event === "guessing")).toHaveLength(5);
  const counted = lines
    .filter(({ event }) => event === "alarms-held-back")
    .map(({ fields }) => fields as { count: number });
  expect(counted).toHaveLength(10);
  expect(counted.reduce((sum, { count }) => sum + count, 5)).toBe(60_000);
  expect(journal).toHaveLength(12);
});

test("another name is not held back by it, and after a quiet minute each is told again", () => {
  const { advance, lines, raise } = alarmsOf();
  for (let tries = 0; tries < 7; tries++) raise("guessing", { tries });
  raise("seller-locked", {});
  expect(lines.at(-1)?.event).toBe("seller-locked");
  advance(120_000);
  raise("guessing", { tries: 8 });
  expect(lines.at(-1)).toEqual({ event: "guessing", fields: { tries: 8 } });
});

test("[MSG-09] an alarm of a kind that nobody has words for does not compile", () => {
  const { lines, raise } = alarmsOf();
  // @ts-expect-error: no row in `alarm-kinds.ts`
  raise("router-on-fire", {});
  expect(lines.at(-1)?.event).toBe("router-on-fire");
});

import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createGuessingGuard } from "./guessing.ts";
import { afterWrongTry, guessingLimits, lockedForMs, type Suspect } from "./guessing-policy.ts";

const guesser = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };

function guardOf() {
  const world = createSimulatedWorld();
  const alarms: string[] = [];
  return { world, alarms, guard: createGuessingGuard(world.clock, (name) => void alarms.push(name)) };
}

test("a few typing mistakes lock nobody, and are forgotten with time", () => {
  const { guard, world } = guardOf();
  for (let day = 0; day < 10; day++) {
    for (let mistake = 1; mistake < guessingLimits.wrongMax; mistake++) guard.wrongTry(guesser);
    expect(guard.lockedForSeconds(guesser)).toBe(0);
    world.advance(guessingLimits.wrongMax * guessingLimits.drainMs);
  }
});

test("who goes on is locked, each time for longer, up to an hour", () => {
  const { guard, world } = guardOf();
  const locks: number[] = [];
  for (let round = 0; round < 6; round++) {
    while (guard.lockedForSeconds(guesser) === 0) guard.wrongTry(guesser);
    locks.push(guard.lockedForSeconds(guesser));
    world.advance(guard.lockedForSeconds(guesser) * 1000);
  }
  expect(locks).toEqual([300, 600, 1200, 2400, 3600, 3600]);
});

test("tries while locked lengthen no lock, raise no alarm and make no attack of one phone", () => {
  const { guard, world, alarms } = guardOf();
  for (let guess = 0; guess < 1000; guess++) guard.wrongTry(guesser);
  expect(guard.lockedForSeconds(guesser)).toBe(guessingLimits.lockMs / 1000);
  expect(alarms).toEqual(["guessing", "guessing"]);
  expect(guard.underAttack).toBe(false);
  world.advance(guessingLimits.lockMs);
  expect(guard.lockedForSeconds(guesser)).toBe(0);
});

test("a new MAC does not help at the same address, nor a new address with the same MAC", () => {
  const { guard } = guardOf();
  for (let guess = 0; guess < guessingLimits.wrongMax; guess++) guard.wrongTry(guesser);
  expect(guard.lockedForSeconds({ ...guesser, mac: "02:00:00:00:00:01" })).toBeGreaterThan(0);
  expect(guard.lockedForSeconds({ ...guesser, address: "10.5.50.77" })).toBeGreaterThan(0);
  expect(guard.lockedForSeconds({ mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" })).toBe(0);
});

test("an attack from ever new devices is noticed once, and makes no limit of anybody smaller", () => {
  const { guard, alarms } = guardOf();
  const newcomer = (number: number) => ({ mac: `02:00:00:00:${number}`, address: `10.6.0.${number}` });
  for (let number = 0; number <= guessingLimits.siteWrongMax; number++) guard.wrongTry(newcomer(number));
  expect(guard.underAttack).toBe(true);
  expect(alarms.filter((name) => name === "guessing-at-site")).toHaveLength(1);
  for (let mistake = 1; mistake < guessingLimits.wrongMax; mistake++) guard.wrongTry(newcomer(500));
  expect(guard.lockedForSeconds(newcomer(500))).toBe(0);
  guard.wrongTry(newcomer(500));
  expect(guard.lockedForSeconds(newcomer(500))).toBeGreaterThan(0);
  expect(guard.lockedForSeconds({ mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.11" })).toBe(0);
});

test("however the tries are spread, a device gets through no more wrong ones than its bucket and its drain allow", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(120_000), { minLength: 1, maxLength: 300 }), (pauses) => {
      let suspect: Suspect | undefined;
      let nowMs = 0;
      let heard = 0;
      for (const pauseMs of pauses) {
        nowMs += pauseMs;
        if (lockedForMs(suspect, nowMs) > 0) continue;
        suspect = afterWrongTry(suspect, nowMs, guessingLimits);
        heard += 1;
      }
      const locks = suspect?.locks ?? 0;
      expect(heard).toBeLessThanOrEqual((locks + 1) * guessingLimits.wrongMax + nowMs / guessingLimits.drainMs);
    }),
  );
});

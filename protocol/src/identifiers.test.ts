import { expect, test } from "vitest";
import { newId } from "./identifiers.ts";
import { unixMs } from "./quantities.ts";

/** A world whose clock stays at `atMs` and whose random octets are all the same. */
function stillWorld(atMs: number, octet: number) {
  const at = { atMs };
  const clock = { wall: () => ({ atMs: unixMs(at.atMs), quality: "synced" as const }), monotonicMs: () => 0 };
  const random = { bytes: (count: number) => new Uint8Array(count).fill(octet) };
  return { at, world: { clock: { ...clock, after: () => ({ cancel: () => {} }) }, random } };
}

test("identifiers are UUIDv7 and begin with their time", () => {
  const { world } = stillWorld(0x0123_4567_89ab, 0xff);
  expect(newId(world)).toBe("01234567-89ab-77ff-bfff-ffffffffffff");
});

test("identifiers of one millisecond sort in the order of their creation", () => {
  const { world } = stillWorld(1_795_000_000_000, 0xff);
  const made = Array.from({ length: 2048 }, () => newId(world));
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});

test("when the counter is full, and when the clock goes back, an identifier keeps its millisecond", () => {
  const { at, world } = stillWorld(1_795_000_000_000, 0xff);
  const made = Array.from({ length: 10_000 }, () => newId(world));
  expect(new Set(made.map((id) => id.slice(0, 15)))).toEqual(new Set([(made[0] as string).slice(0, 15)]));
  at.atMs -= 1000;
  expect(newId(world) < (made[0] as string)).toBe(true);
});

test("two worlds do not count together", () => {
  const [one, other] = [stillWorld(1_795_000_000_000, 1), stillWorld(1_795_000_000_000, 1)];
  expect(newId(one.world)).toBe(newId(other.world));
});

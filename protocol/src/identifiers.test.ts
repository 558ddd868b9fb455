import { expect, test } from "vitest";
import { newId } from "./identifiers.ts";
import { unixMs } from "./quantities.ts";

/** A world whose clock stands at `atMs` and whose chance is the same octet for ever. */
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

test("what is made within one millisecond sorts in the order it was made", () => {
  const { world } = stillWorld(1_795_000_000_000, 0xff);
  const made = Array.from({ length: 2048 }, () => newId(world));
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});

test("beyond the room of its counter, and when the clock goes back, an identifier is still of its own millisecond", () => {
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

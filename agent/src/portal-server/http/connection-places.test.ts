import { expect, test } from "vitest";
import { type Place, placeToFree } from "./connection-places.ts";

const nowMs = 100_000;
const place = (address: string, sinceMs: number, isAnswering = false): Place => ({ address, sinceMs, isAnswering });

test.each<[string, readonly Place[], number | null]>([
  ["nobody: there is nothing to free", [], null],
  ["the one who waits longest", [place("a", 90_000), place("b", 80_000), place("c", 95_000)], 1],
  ["of the address with the most, its oldest", [place("a", 10), place("b", 99_000), place("b", 98_000)], 2],
  ["not one who is being answered", [place("a", 91_000, true), place("b", 99_000)], 1],
  ["but one who does not take the answer", [place("a", 89_999, true), place("b", 95_000, true)], 0],
  ["nobody, when all are being answered", [place("a", 99_000, true), place("b", 99_500, true)], null],
])("a newcomer gets the place of %s", (_, places, index) => {
  expect(placeToFree(places, nowMs)).toBe(index === null ? null : places[index]);
});

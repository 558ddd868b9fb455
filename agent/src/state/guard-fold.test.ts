import { expect, test } from "vitest";
import { noteMove, shiftMoves } from "./guard-fold.ts";

const dayMs = 86_400_000;
const empty = () => ({ guards: new Map(), moves: new Map<string, number[]>() });

test("NO-GIFT: how often a code went to another device is known for a day, and for as much as the clock may be corrected by", () => {
  const state = empty();
  noteMove(state, "g", 0);
  noteMove(state, "g", dayMs);
  expect(state.moves.get("g")).toEqual([0, dayMs]);
  noteMove(state, "g", 2 * dayMs);
  expect(state.moves.get("g")).toEqual([dayMs, 2 * dayMs]);
});

test("after a correction of the clock what was less than a day ago still is", () => {
  const state = empty();
  noteMove(state, "g", 3 * dayMs);
  shiftMoves(state, { stepMs: -2 * dayMs, nowMs: dayMs + 1000 });
  expect(state.moves.get("g")).toEqual([dayMs]);
});

import { expect, test } from "vitest";
import type { HubSocket } from "./hub-socket.ts";
import { createReadingPace } from "./reading-pace.ts";

function socket(): HubSocket & { readonly held: boolean[] } {
  const held: boolean[] = [];
  const meter = { onUnfinished() {}, hold: (isHeld: boolean) => void held.push(isHeld), cut() {} };
  return { send() {}, bufferedBytes: () => 0, close() {}, onMessage() {}, onClose() {}, meter, held };
}

test("while too much is in work, who sends more is not read on, until half of it is done", () => {
  const pace = createReadingPace(100);
  const [one, two] = [socket(), socket()];
  const endFirst = pace.begin(one, 60);
  const endSecond = pace.begin(two, 60);
  const endThird = pace.begin(two, 10);
  expect([one.held, two.held]).toEqual([[], [true]]);
  expect(pace.isHeld(two)).toBe(true);
  endThird();
  endFirst();
  expect(two.held).toEqual([true]);
  endSecond();
  expect(two.held).toEqual([true, false]);
  expect(pace.isHeld(two)).toBe(false);
  expect(pace.bytes).toBe(0);
});

import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createRateLimit } from "./rate-limit.ts";

function clockAt() {
  let nowMs = 0;
  return {
    move: (byMs: number) => {
      nowMs += byMs;
    },
    clock: {
      monotonicMs: () => nowMs,
      wall: () => ({ atMs: unixMs(nowMs), quality: "synced" as const }),
      after: () => ({ cancel: () => {} }),
    },
  };
}

test("[SYS-15] so many tries, then a wait that is told, then one more", () => {
  const { clock, move } = clockAt();
  const limit = createRateLimit(clock, { tries: 3, perSeconds: 30 });
  for (let count = 0; count < 3; count++) limit.take("a");
  expect(() => limit.take("a")).toThrow(expect.objectContaining({ status: 429, retryAfterSeconds: 10 }));
  limit.take("b");
  move(10_000);
  limit.take("a");
  expect(() => limit.take("a")).toThrow(expect.objectContaining({ retryAfterSeconds: 10 }));
});

test("what succeeded gives its try back, and no more than there were", () => {
  const { clock } = clockAt();
  const limit = createRateLimit(clock, { tries: 1, perSeconds: 60 });
  for (let count = 0; count < 5; count++) {
    limit.take("a");
    limit.giveBack("a");
    limit.giveBack("a");
  }
  limit.take("a");
  expect(() => limit.take("a")).toThrow("Too many tries");
});

test("[SYS-15] a part of a try is none", () => {
  const { clock, move } = clockAt();
  const limit = createRateLimit(clock, { tries: 1, perSeconds: 10 });
  limit.take("a");
  move(9_000);
  expect(() => limit.take("a")).toThrow(expect.objectContaining({ status: 429, retryAfterSeconds: 1 }));
  move(1_000);
  expect(limit.take("a")).toMatchObject({ remaining: 0 });
});

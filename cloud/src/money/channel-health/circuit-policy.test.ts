import { expect, test } from "vitest";
import { afterFailure, type Circuit, circuitState, duringTry } from "./circuit-policy.ts";

const minuteMs = 60_000;
const failed = (times: number, nowMs = 0) => {
  let circuit: Circuit | null = null;
  for (let count = 0; count < times; count++) circuit = afterFailure(circuit, nowMs);
  return circuit;
};

test.each<[string, Circuit | null, number, string]>([
  ["nothing failed", null, 0, "closed"],
  ["it failed twice", failed(2), 0, "closed"],
  ["it failed three times in a row", failed(3), 0, "open"],
  ["its minute is over", failed(3), minuteMs, "half-open"],
  ["the try failed: two minutes", failed(4), minuteMs, "open"],
  ["the two minutes are over", failed(4), 2 * minuteMs, "half-open"],
  ["somebody tries it", duringTry(failed(3) as Circuit, minuteMs), minuteMs + 1, "open"],
  ["whoever tried it is gone", duringTry(failed(3) as Circuit, minuteMs), 3 * minuteMs, "half-open"],
  ["it failed for days: at most half an hour", failed(500), 30 * minuteMs, "half-open"],
  ["it failed while the clock was days ahead", failed(500, 5 * 86_400_000), 0, "half-open"],
])("[PAY-04] %s", (_, circuit, nowMs, state) => {
  expect(circuitState(circuit, nowMs)).toBe(state);
});

test("[PAY-04] since when it is open stays, however often it is tried", () => {
  expect(afterFailure(failed(3, 5), 90)).toMatchObject({ failures: 4, openedAtMs: 5 });
});

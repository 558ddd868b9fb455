import { expect, test } from "vitest";
import {
  afterReport,
  afterStep,
  beginEviction,
  type Eviction,
  evictionLimits,
  isAlarming,
  nextStep,
} from "./sweep-policy.ts";

const router = { hasApi: true, coaIsSilent: false };
const stepAt = (eviction: Eviction) => nextStep(eviction, eviction.nextMs, router).kind;

test("[BEY-01] a router's word that it knows no such session is asked for twice, in two ways, before it ends one", () => {
  const first = beginEviction(0);
  expect(stepAt(first)).toBe("disconnect");
  const once = afterStep(first, "nak", 0);
  expect(stepAt(once)).toBe("remove");
  expect(stepAt(afterStep(once, "not-there", once.nextMs))).toBe("close-as-lost");
});

test("any other outcome begins the count anew, and a report that came since denies it", () => {
  const once = afterStep(beginEviction(0), "nak", 0);
  const acked = afterStep(once, "ack", once.nextMs);
  expect(stepAt(afterStep(acked, "not-there", acked.nextMs))).toBe("remove");
  const twice = afterStep(once, "not-there", once.nextMs);
  expect(stepAt(afterReport(twice, twice.unknownMs + 1))).toBe("remove");
  expect(stepAt(afterReport(twice, twice.unknownMs))).toBe("close-as-lost");
});

test("a router that never answers is tried again and again, at longer and longer times, and an alarm is raised", () => {
  let eviction = beginEviction(0);
  const waits: number[] = [];
  for (let step = 0; step < 8; step++) {
    const atMs = eviction.nextMs;
    expect(stepAt(eviction)).not.toBe("close-as-lost");
    eviction = afterStep(eviction, "no-answer", atMs);
    waits.push(eviction.nextMs - atMs);
  }
  expect(waits).toEqual([0, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
  expect([
    isAlarming(eviction, evictionLimits.alarmAfterMs - 1),
    isAlarming(eviction, evictionLimits.alarmAfterMs),
  ]).toEqual([false, true]);
});

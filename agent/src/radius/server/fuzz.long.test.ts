import { expect, test } from "vitest";
import { fuzz } from "./test-fuzz.ts";

test("a million malformed packets: no crash, no hang, no growth of memory, valid ones still answered", () => {
  fuzz(1, 50_000); // so that what is made once is made before the memory is looked at
  const before = process.memoryUsage();
  for (let part = 0; part < 10; part++) {
    const { nas, asked, answered } = fuzz(100 + part, 100_000);
    expect(answered).toBe(asked);
    expect(nas.handler.counters.failures).toBe(0);
  }
  const after = process.memoryUsage();
  expect(after.heapUsed - before.heapUsed).toBeLessThan(64 * 1024 * 1024);
}, 600_000);

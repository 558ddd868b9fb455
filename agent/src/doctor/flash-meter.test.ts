import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createFlashMeter } from "./flash-meter.ts";

test("[BEY-13] bytes written count over the last day, and since the start while the day is young", () => {
  const { clock, advance } = createSimulatedWorld();
  let written = 0;
  const meter = createFlashMeter(clock, () => written);
  const quarterMs = 15 * 60_000;
  for (let quarter = 0; quarter < 12 * 4; quarter++) {
    written += 4096;
    advance(quarterMs);
    meter.note();
  }
  expect(meter.figures()).toEqual({ writtenBytes: 48 * 4096, lastDayBytes: 48 * 4096, lastDaySeconds: 12 * 3600 });
  for (let quarter = 0; quarter < 60 * 4; quarter++) {
    written += 8192;
    advance(quarterMs);
    meter.note();
  }
  expect(meter.figures()).toMatchObject({ lastDayBytes: 96 * 8192, lastDaySeconds: 86_400 });
});

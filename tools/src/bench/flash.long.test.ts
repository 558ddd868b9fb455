import { internalFlash } from "@karibu/agent/start/internal-flash";
import { expect, test } from "vitest";
import { writtenIn } from "./flash.ts";

test("[BEY-35] on a router's own flash a small site writes less than half as often as on a stick, and within its budget of a day", async () => {
  const site = { subscribers: 20, hours: 6 };
  const stick = await writtenIn({ ...site, interimFlushSeconds: 60, isOnFlash: false });
  const { interimFlushSeconds } = internalFlash;
  const flash = await writtenIn({ ...site, interimFlushSeconds, isOnFlash: true });
  expect(flash.syncs).toBeLessThan(stick.syncs / 2);
  expect(flash.bytes).toBeLessThan(stick.bytes / 2);
  expect(flash.bytes * 4).toBeLessThan(4_000_000);
  // Nothing is left out for that: what waits is written with what comes next.
  expect(flash.records).toBeGreaterThan(stick.records * 0.99);
});

import { seconds, type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { RouterSample } from "@karibu/protocol/router/router-figures";
import { expect, test } from "vitest";
import { hourOf } from "./hour-of-figures.ts";

const sample = (atMs: number, change: Partial<RouterSample>): RouterSample => ({
  atMs: unixMs(atMs),
  cpuPercent: null,
  freeMemoryMib: null,
  totalMemoryMib: null,
  freeDiskMib: null,
  uptimeSeconds: seconds(1),
  sessions: null,
  temperatureTenths: null,
  voltageTenths: null,
  interfaces: [],
  ...change,
});

test("[RTR-06] an hour is the mean and the most of the load, the least that was free, the most of the rest, the sum of traffic", () => {
  const port = { name: "ether1", isRunning: true, receivedKib: 7, sentKib: null, receiveErrors: 1, sendErrors: null };
  const hour = hourOf([
    sample(1000, { cpuPercent: 10, freeMemoryMib: 500, sessions: 3, interfaces: [port] }),
    sample(2000, { freeMemoryMib: 400, temperatureTenths: 411 }),
    sample(3000, { cpuPercent: 31, sessions: 9, interfaces: [port, { ...port, name: "ether2", sentKib: 5 }] }),
  ]);
  expect(hour).toEqual({
    fromMs: 1000,
    samples: 3,
    cpuPercent: 21,
    cpuPercentMax: 31,
    freeMemoryMib: 400,
    totalMemoryMib: null,
    freeDiskMib: null,
    sessions: 9,
    temperatureTenths: 411,
    interfaces: [
      { name: "ether1", receivedKib: 14, sentKib: 0, errors: 2 },
      { name: "ether2", receivedKib: 7, sentKib: 5, errors: 1 },
    ],
  });
  expect(hourOf([])).toBeNull();
});

test("[RTR-06] figures of a time that no calendar has are left out: nobody could read the row", () => {
  for (const stamp of [-1000, -(2 ** 50) * 1000, 2 ** 50 * 1000])
    expect(hourOf([{ ...sample(0, {}), atMs: stamp as UnixMs }])).toBeNull();
});

import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Seconds, unixMs } from "../quantities.ts";
import { roughly } from "./packed-numbers.ts";
import { packedFiguresMax, packFigures, type RouterSample, unpackFigures } from "./router-figures.ts";

const count = fc.option(fc.oneof(fc.nat({ max: 2 ** 31 - 1 }), fc.constant(2 ** 42)), { nil: null });
const either = fc.option(fc.integer({ min: -400, max: 1200 }), { nil: null });
const names = ["ether1", "bridge-guest", "wifi 2,4", "=ret=", "Wi-Fi „Ufundi“", "<script>"];
const interfaceSample = (name: string) =>
  fc.record({
    name: fc.constant(name),
    isRunning: fc.boolean(),
    receivedKib: count,
    sentKib: count,
    receiveErrors: count,
    sendErrors: count,
  });
const sample = fc.record({
  atMs: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => unixMs(seconds * 1000)),
  cpuPercent: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }),
  freeMemoryMib: count,
  totalMemoryMib: count,
  freeDiskMib: count,
  uptimeSeconds: count.map((value) => value as Seconds | null),
  sessions: count,
  temperatureTenths: either,
  voltageTenths: either,
  interfaces: fc.subarray(names).chain((some) => fc.tuple(...some.map(interfaceSample)) as fc.Arbitrary<never[]>),
}) as fc.Arbitrary<RouterSample>;

const sorted = (samples: readonly RouterSample[], bytes: (kib: number) => number = (kib) => kib) =>
  samples.map((each) => ({
    ...each,
    interfaces: [...each.interfaces]
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((row) => ({
        ...row,
        receivedKib: row.receivedKib === null ? null : bytes(row.receivedKib),
        sentKib: row.sentKib === null ? null : bytes(row.sentKib),
      })),
  }));

test("[RTR-06] what is packed comes out again, whatever the numbers and names are", () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 14 }), (samples) => {
      const unpacked = unpackFigures(packFigures(samples));
      expect("samples" in unpacked && sorted(unpacked.samples)).toEqual(sorted(samples, roughly));
    }),
    { numRuns: 200 },
  );
});

test("a rough number is off by two thousandths at most, and small ones are exact", () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(), fc.nat({ max: 2 ** 50 })), (value) => {
      expect(Math.abs(roughly(value) - value)).toBeLessThanOrEqual(value < 512 ? 0 : value / 500);
      expect(roughly(roughly(value))).toBe(roughly(value));
    }),
  );
});

test("text that nobody packed is refused, or read within bounds; it never throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.base64String(), fc.string()), (text) => {
      const unpacked = unpackFigures(text);
      if ("samples" in unpacked) expect(unpacked.samples.length).toBeLessThanOrEqual(packedFiguresMax.samples);
      else expect(unpacked.refused).toBe("packed: not packed figures");
    }),
    { numRuns: 500 },
  );
  expect(unpackFigures("")).toHaveProperty("refused");
  const of = (...parts: readonly Uint8Array[]) => unpackFigures(Buffer.concat(parts).toString("base64"));
  const nothing = Buffer.alloc(9);
  expect(of(Uint8Array.of(0, 1), nothing, Uint8Array.of(0))).toHaveProperty("samples");
  expect(of(Uint8Array.of(0, 65), nothing, Uint8Array.of(0))).toHaveProperty("refused");
  expect(of(Uint8Array.of(0, 1), nothing, Uint8Array.of(33))).toHaveProperty("refused");
  expect(of(Uint8Array.of(1), deflateRawSync(Buffer.alloc(1_000_000)))).toHaveProperty("refused");
  // Differences that add up to more than a number may be.
  const far = Uint8Array.of(...Array.from({ length: 7 }, () => 0xff), 0x03);
  expect(of(Uint8Array.of(0, 2, 3), far, far, nothing)).toHaveProperty("refused");
});

test("an hour of a busy router with ten interfaces takes less than 600 characters", () => {
  let seed = 7;
  const random = (max: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed % max;
  };
  const busy = ["ether1", "bridge-guest", "wifi1", "wifi2"];
  const all = [...busy, "ether2", "ether3", "ether4", "ether5", "karibu", "karibu-hub"];
  const hour = Array.from({ length: 12 }, (_, at) => ({
    atMs: unixMs(1_800_000_000_000 + at * 300_000),
    cpuPercent: 5 + random(30),
    freeMemoryMib: 700 + random(8),
    totalMemoryMib: 1024,
    freeDiskMib: 870,
    uptimeSeconds: (400_000 + at * 300) as Seconds,
    sessions: 30 + random(20),
    temperatureTenths: 480 + random(20),
    voltageTenths: 241,
    interfaces: all.map((name) => ({
      name,
      isRunning: true,
      receivedKib: busy.includes(name) ? random(200_000) : name.startsWith("ether") ? 0 : random(60),
      sentKib: busy.includes(name) ? random(200_000) : name.startsWith("ether") ? 0 : random(60),
      receiveErrors: 0,
      sendErrors: 0,
    })),
  }));
  expect(packFigures(hour).length).toBeLessThan(600);
});

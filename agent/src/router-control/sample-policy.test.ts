import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { sampleEveryMs, takeSample } from "./sample-policy.ts";

const at = { atMs: unixMs(1_800_000_000_000), sessions: 7, before: new Map(), sinceMs: sampleEveryMs };
const port = {
  name: "ether1",
  type: "ether",
  running: "true",
  "rx-byte": "4096",
  "tx-byte": "2048",
  "rx-error": "3",
  "tx-error": "0",
};

test("[RTR-06] bytes and errors are those since the sample before; there is no figure for the first, and none after the router counted anew", () => {
  const first = takeSample({ resource: undefined, health: [], interfaces: [port] }, at);
  expect(first.sample.interfaces[0]).toMatchObject({ receivedKib: null, sentKib: null, receiveErrors: null });
  const later = { ...port, "rx-byte": "1052672", "rx-error": "5" };
  const next = takeSample({ resource: undefined, health: [], interfaces: [later] }, { ...at, before: first.counted });
  expect(next.sample.interfaces[0]).toMatchObject({ receivedKib: 1024, sentKib: 0, receiveErrors: 2, sendErrors: 0 });
  const anew = takeSample({ resource: undefined, health: [], interfaces: [port] }, { ...at, before: next.counted });
  expect(anew.sample.interfaces[0]).toMatchObject({ receivedKib: null, sentKib: 0, receiveErrors: null });
});

test("[RTR-06] a sample after an hour's sleep has the bytes of five minutes, not of the hour: a graph shows no peak that never was", () => {
  const { counted } = takeSample({ resource: undefined, health: [], interfaces: [port] }, at);
  const later = {
    ...port,
    "rx-byte": String(4096 + 12 * 1024 * 1024),
    "tx-byte": String(2048 + 24 * 1024 * 1024),
  };
  const sampled = (sinceMs: number) => {
    const { sample } = takeSample(
      { resource: undefined, health: [], interfaces: [later] },
      { ...at, before: counted, sinceMs },
    );
    return [sample.interfaces[0]?.receivedKib, sample.interfaces[0]?.sentKib];
  };
  expect([sampled(12 * sampleEveryMs), sampled(sampleEveryMs), sampled(sampleEveryMs - 2000)]).toEqual([
    [1024, 2048],
    [12_288, 24_576],
    [12_288, 24_576],
  ]);
});

test("tunnels of customers, ports that are switched off and the loopback have no figures, and at most 16 interfaces have", () => {
  const left = [
    { ...port, name: "<pppoe-juma>", dynamic: "true" },
    { ...port, name: "ether9", disabled: "true" },
    { ...port, name: "lo", type: "loopback" },
  ];
  const many = Array.from({ length: 20 }, (_, index) => ({ ...port, name: `ether${index}` }));
  const { sample } = takeSample({ resource: undefined, health: [], interfaces: [...left, ...many] }, at);
  expect(sample.interfaces.map(({ name }) => name)).toEqual(many.slice(0, 16).map(({ name }) => name));
});

test.each([
  [{}, { cpuPercent: null, uptimeSeconds: null, freeMemoryMib: null }],
  [
    { "cpu-load": "12", uptime: "1w2d3h4m5s", "free-memory": "104857600", "total-memory": "1073741824" },
    { cpuPercent: 12, uptimeSeconds: 788_645, freeMemoryMib: 100, totalMemoryMib: 1024 },
  ],
  [
    { "cpu-load": "a lot", uptime: "-1s", "free-memory": "1e9" },
    { cpuPercent: null, uptimeSeconds: null },
  ],
])("what a router says of itself, or does not: %j", (resource, expected) => {
  expect(takeSample({ resource, health: [], interfaces: [] }, at).sample).toMatchObject({ ...expected, sessions: 7 });
});

test.each([
  [
    [
      { name: "cpu-temperature", value: "48.5" },
      { name: "voltage", value: "24" },
    ],
    485,
    240,
  ],
  [
    [
      { name: "temperature", value: "-3" },
      { name: "psu1-voltage", value: "53.9" },
    ],
    -30,
    539,
  ],
  [
    [
      { name: "fan1-speed", value: "3300" },
      { name: "psu1-state", value: "ok" },
    ],
    null,
    null,
  ],
  [[{ name: "temperature", value: "warm" }], null, null],
])("health %j", (health, temperatureTenths, voltageTenths) => {
  const { sample } = takeSample({ resource: {}, health, interfaces: [] }, at);
  expect(sample).toMatchObject({ temperatureTenths, voltageTenths });
});

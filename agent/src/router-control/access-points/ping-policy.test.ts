import { expect, test } from "vitest";
import { nextState, readReply } from "./ping-policy.ts";

const address = "192.168.88.2";
const lost = { lossPercent: 100, roundTripUs: null };

test.each([
  [[{ seq: "0", time: "1ms200us", sent: "1", received: "1" }], { lossPercent: 0, roundTripUs: 1200 }],
  [
    [
      { seq: "0", time: "10ms", sent: "1", received: "1" },
      { seq: "1", status: "timeout", sent: "2", received: "1" },
      { seq: "2", time: "20ms", sent: "3", received: "2" },
    ],
    { lossPercent: 33, roundTripUs: 15_000 },
  ],
  [[{ seq: "0", status: "timeout", sent: "1", received: "0" }], lost],
  [[{ seq: "2", status: "no route to host", sent: "3", received: "0", "packet-loss": "100" }], lost],
  [[{ sent: "3", received: "3", "avg-rtt": "800us" }], { lossPercent: 0, roundTripUs: 800 }],
  [[], null],
  [[{ sent: "many", received: "-1" }], null],
])("[RAD-11] what the router says of pings: %j", (rows, reply) => {
  expect(readReply(rows as never)).toEqual(reply);
});

test("[RAD-11] one lost round is none; two are; the first answer ends it", () => {
  const first = nextState(address, undefined, { lossPercent: 33, roundTripUs: 900 });
  expect(first.state).toBe("up");
  const once = nextState(address, first, lost);
  expect(once.state).toBe("up");
  const twice = nextState(address, once, lost);
  expect(twice).toMatchObject({ state: "down", lossPercent: 100, roundTripUs: null });
  expect(nextState(address, twice, { lossPercent: 67, roundTripUs: 5000 }).state).toBe("up");
});

/** Access points of other makers, pinged by the router that the agent steers: told when one goes silent and comes back, and seldom else. */
import { expect, test } from "vitest";
import { openLiveSiteOfTest } from "./test-live-site.ts";

const minuteMs = 60_000;

test("[RAD-11] an access point that goes silent is told within minutes and again when it answers; the rest is told four times a day", async () => {
  const live = await openLiveSiteOfTest({});
  const addresses = ["192.168.88.2", "192.168.88.3"];
  live.hub.feed(
    "site",
    addresses.map((address, at) => ({
      kind: "access-point" as const,
      key: address,
      version: at + 1,
      body: { name: `Pole ${at + 1}`, address },
    })),
    2,
  );
  const told = () => live.hub.records.filter((record) => record.kind === "access-points");
  const states = () =>
    told().map((record) => (record.kind === "access-points" ? record.points.map(({ state }) => state) : []));
  await live.time.advance(6 * minuteMs);
  expect(told()).toMatchObject([
    { points: [{ address: addresses[0], state: "up", lossPercent: 0, roundTripUs: 23_000 }, {}] },
  ]);
  live.router.knobs.silentAddresses = ["192.168.88.3"];
  await live.time.advance(6 * minuteMs);
  expect(states()).toEqual([
    ["up", "up"],
    ["up", "down"],
  ]);
  live.router.knobs.silentAddresses = [];
  await live.time.advance(3 * minuteMs);
  expect(states().at(-1)).toEqual(["up", "up"]);
  const soFar = told().length;
  await live.time.advance(24 * 60 * minuteMs);
  expect(told().length - soFar).toBeLessThanOrEqual(4);
  const pings = live.said.filter(({ words }) => words[0] === "/tool/ping");
  expect(new Set(pings.map(({ words }) => words[1])).size).toBe(2);
}, 60_000);

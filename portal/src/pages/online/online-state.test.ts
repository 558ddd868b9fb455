import { bytes, seconds } from "@karibu/protocol/quantities";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { english as en, online as fullHour, hour } from "../../test-facts.ts";
import { onlineView, receiptOf } from "./online-state.ts";

const online = { ...fullHour, secondsLeft: seconds(1800) };
const facts = { plans: [hour], sinceMs: 0, wallMs: 0 };

test("[POR-01] the ring shows the time left, and keeps running between two requests", () => {
  expect(onlineView(online, facts, en)).toMatchObject({ timePart: 0.5, timeText: "30:00", isLow: false });
  expect(onlineView(online, { ...facts, sinceMs: 1_600_900 }, en)).toMatchObject({ timeText: "3:20", isLow: true });
  expect(onlineView(online, { ...facts, sinceMs: 9_999_999 }, en)).toMatchObject({ timeText: "0:00", timePart: 0 });
});

test("data left is shown of how much, and no limit is called so", () => {
  const gigabyte = 1024 ** 3;
  const counted = { ...online, bytesLeft: bytes(gigabyte / 4), bytesUsed: bytes((gigabyte / 4) * 3) };
  expect(onlineView(counted, facts, en)).toMatchObject({ dataPart: 0.25, dataNote: "256 MB of 1 GB" });
  expect(onlineView({ ...online, secondsLeft: null }, facts, en)).toMatchObject({
    dataPart: null,
    timeText: "∞",
    timePart: 1,
    dataText: "No limit",
  });
});

test("for every answer of the agent, fractions stay between 0 and 1", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      fc.constantFrom("1 hour", "gone"),
      (left, data, used, sinceMs, planName) => {
        const view = onlineView(
          { ...online, planName, secondsLeft: seconds(left), bytesLeft: bytes(data), bytesUsed: bytes(used) },
          { ...facts, sinceMs },
          en,
        );
        for (const part of [view.timePart, view.dataPart as number]) {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});

test.each([
  ["g", [{ receipt: "UK1", grantId: "g" }], "UK1"],
  ["code", [{ receipt: "UK1", grantId: "g" }], null],
  [
    "g",
    [
      { receipt: "UK2", grantId: "other" },
      { receipt: "UK1", grantId: "g" },
    ],
    "UK1",
  ],
  ["g", [{ receipt: null, grantId: "g" }, null], null],
  [undefined, [null, { receipt: "UK1", grantId: null }], "UK1"],
] as const)("[POR-03] online with %o, of the purchases %j the receipt %o is shown", (grantId, purchases, shown) => {
  expect(receiptOf(grantId, purchases)).toBe(shown);
});

test("[POR-03] what was bought beside the package that is in use stands on the page: it waits", () => {
  const other = {
    ...online,
    grantId: "g2",
    planName: "1GB-DAILY",
    secondsLeft: seconds(86_400),
    bytesLeft: bytes(1_000_000_000),
  };
  expect(onlineView(online, { ...facts, available: [other] }, en).ready).toEqual(["1 GB Daily · 1 GB · 1 day left"]);
  expect(onlineView(online, facts, en).ready).toEqual([]);
  expect(onlineView({ ...online, grantId: "g2" }, { ...facts, available: [other] }, en).ready, "itself").toEqual([]);
});

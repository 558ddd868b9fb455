import { expect, test } from "vitest";
import type { Alarm } from "../../data/fleet/alarms.ts";
import { alarmDetails, alarmRaw } from "./alarm-details.ts";

const told = (kind: string, fields: Alarm["fields"]) => alarmDetails({ kind, fields }, "KES").join(" · ");

test("[UIX-10] an alarm says who, how often, how much and why, in words; ids that nobody acts on are left out", () => {
  expect(told("seller-locked", { seller: "akinyi", locks: 2 })).toBe("Seller: akinyi · locked out 2 times");
  expect(told("guessing", { who: "AA:BB:CC:00:11:22", locks: 1 })).toBe(
    "Device: AA:BB:CC:00:11:22 · locked out 1 time",
  );
  expect(told("guessing-at-site-over", { wrongTries: 2400, heldBack: 900, minutes: 2 })).toBe(
    "Wrong codes: 2400 · 900 tries had to wait · for 2 minutes",
  );
  expect(told("channel-money-pending", { count: 3, cents: 6000 })).toBe("3 payments · KSh 60");
  expect(told("session-stays", { session: "9f", nas: "10.0.0.1", grant: "g", reason: "data-used", tries: 4 })).toBe(
    "its data is used up · tried 4 times to end it",
  );
  expect(told("update-failed", { release: "r1", version: "0.2.0", why: "crashed" })).toBe(
    "Release: 0.2.0 · it stopped at once",
  );
  expect(told("access-point-down", { address: "10.5.50.9", name: "Roof" })).toBe("Roof · 10.5.50.9");
  expect(told("webhook-switched-off", { name: "Our pager" })).toBe("Our pager");
  expect(told("device-twice", { mac: "AA:BB:CC:00:00:01", other: "School" })).toBe(
    "Device: AA:BB:CC:00:00:01 · Also at: School",
  );
  expect(told("router-busy", { percent: 96 })).toBe("96 % used");
  expect(told("site-without-log-ins", { expected: 12 })).toBe("12 log-ins are usual");
  expect(told("quota-reached-messages", { used: 1 })).toBe("1 message");
  expect(told("quota-reached-journal-bytes", { used: 2_000_000 })).toBe("2.00 MB");
  expect(told("journal-torn", { lostRecords: 0, droppedBytes: 1500 })).toBe("Lost: 1.50 kB");
  expect(alarmRaw({ fields: { problem: "Invalid Access Token" } })).toBe("Invalid Access Token");
});

test("what a newer agent says with an alarm is shown as it was said, after the rest", () => {
  expect(told("seller-locked", { tillName: "Front", seller: "akinyi", isLocked: true, unused: null })).toBe(
    "Seller: akinyi · tillName: Front · isLocked: true",
  );
});

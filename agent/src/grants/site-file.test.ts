import { unlimitedTerms } from "@karibu/protocol/plan";
import { expect, test } from "vitest";
import { parseSiteFile, voucherKey } from "./site-file.ts";

const parse = (value: unknown) => parseSiteFile(JSON.stringify(value));

test("[BEY-24] absent limits of a plan are none", () => {
  const parsed = parse({
    plans: [{ name: "free" }, { name: "hour", validitySeconds: 3600, devices: 2 }],
    accounts: [{ username: "nemo", password: "arctangent", plan: "hour" }],
    vouchers: [{ code: "ab-12 34", plan: "free" }],
  });
  if ("problem" in parsed) throw new Error(parsed.problem);
  expect(parsed.site.plans.get("free")).toEqual({ ...unlimitedTerms, devices: 1000 });
  expect(parsed.site.plans.get("hour")).toMatchObject({ validitySeconds: 3600, dataBytes: null, devices: 2 });
  expect(parsed.site.accounts.get("nemo")).toEqual({ password: "arctangent", planName: "hour" });
  expect(parsed.site.vouchers.planOf(voucherKey("AB1234"))).toBe("free");
});

const nights = {
  utcOffsetMinutes: 180,
  windows: [{ days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 1320, toMinute: 1740 }],
};
const inHours = (change: object) => ({
  plans: [{ name: "p", schedule: { ...nights, windows: [{ ...nights.windows[0], ...change }] } }],
});
const fairUse = { utcOffsetMinutes: 180, period: "day", quotaBytes: 5_000_000_000, downKbps: 1000, upKbps: 500 };

test("[BEY-24] [PLN-10] a plan of the file may have hours, and be slow from so much data on", () => {
  const parsed = parse({ plans: [{ name: "p", downKbps: 8000, upKbps: 2000, schedule: nights, fairUse }] });
  if ("problem" in parsed) throw new Error(parsed.problem);
  expect(parsed.site.plans.get("p")).toMatchObject({ schedule: nights, fairUse });
});

test.each([
  [{ plans: [{ name: "p", schedule: { windows: [] } }] }, "plans[0].schedule.utcOffsetMinutes"],
  [{ plans: [{ name: "p", schedule: { ...nights, window: [] } }] }, "plans[0].schedule.window"],
  [inHours({ isfree: true }), "plans[0].schedule.windows[0].isfree"],
  // Nobody would ever be let in: from ten at night to five is to minute 1740.
  [inHours({ toMinute: 300 }), "plans[0].schedule.windows[0]"],
  [inHours({ days: [] }), "plans[0].schedule.windows[0]"],
  [{ plans: [{ name: "p", schedule: { ...nights, windows: [] } }] }, "plans[0].schedule.windows"],
  [{ plans: [{ name: "p", fairUse: { ...fairUse, downKbps: 0 } }] }, "plans[0].fairUse.downKbps"],
  [{ plans: [{ name: "p", fairUse: { ...fairUse, per: "day" } }] }, "plans[0].fairUse.per"],
  [{ plans: [{ name: "p", validitySeconds: "1h" }] }, "plans[0].validitySeconds"],
  [{ plans: [{ name: "p", dataBytes: -5 }] }, "plans[0].dataBytes"],
  [{ plans: [{ name: "p", validitySecond: 5 }] }, "plans[0].validitySecond"],
  [{ plans: [{ name: "p" }, { name: "p" }] }, "plans[1].name"],
  [{ accounts: [{ username: "a", password: "b", plan: "none" }] }, "accounts[0].plan"],
  [{ plans: [{ name: "p" }], accounts: [{ username: "", password: "b", plan: "p" }] }, "accounts[0].username"],
  [{ plans: [{ name: "p" }], vouchers: [{ code: "1", plan: "q" }] }, "vouchers[0].plan"],
  [{ plans: [{ name: "p" }], vouchers: [{ code: "---", plan: "p" }] }, "vouchers[0].code"],
  [
    {
      plans: [{ name: "p" }],
      vouchers: [
        { code: "a1", plan: "p" },
        { code: "A-1", plan: "p" },
      ],
    },
    "vouchers[1].code",
  ],
  [{ sellers: [{ name: "s", pin: "4821", settledCents: -1 }] }, "sellers[0].settledCents"],
  [{ vouchers: 5 }, "vouchers"],
  [{ voucher: [] }, "voucher: there is no such field"],
])("what is wrong in %j is named: %s", (value, field) => {
  const parsed = parse(value);
  expect("problem" in parsed && parsed.problem.startsWith(field)).toBe(true);
});

test("a file that is not JSON is refused with the reason", () => {
  expect(parseSiteFile("{")).toEqual({ problem: expect.stringContaining("is not JSON") });
});

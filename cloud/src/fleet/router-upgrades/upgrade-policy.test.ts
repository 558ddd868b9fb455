import { expect, test } from "vitest";
import { nextStep, openForMs, type SiteFacts, sitesToBegin } from "./upgrade-policy.ts";

const minuteMs = 60_000;
const plan = { version: "7.24.2", healthyMs: 60 * minuteMs };
const base: SiteFacts = {
  step: "waiting",
  sinceMs: 0,
  isLinked: true,
  routerOs: "7.22.1 (stable)",
  toldAtMs: 0,
  stops: 0,
  backUp: "none",
  order: null,
};
const after = (facts: Partial<SiteFacts>, minutes = 1, awayMs = 0) =>
  nextStep({ ...base, ...facts }, plan, minutes * minuteMs, awayMs);

const back = { routerOs: "7.24.2 (stable)", toldAtMs: 5 * minuteMs };

test.each<readonly [string, ReturnType<typeof after>, object]>([
  ["it begins with a back-up", after({}), { kind: "back-up" }],
  ["a site that is away waits", after({ isLinked: false }), { kind: "stay" }],
  ["who has it already is done", after({ routerOs: "7.24.2 (stable)" }), { kind: "to", step: "done" }],
  ["no order before the back-up is there", after({ step: "backing-up", backUp: "waiting" }), { kind: "stay" }],
  [
    "no order without a back-up",
    after({ step: "backing-up", backUp: "failed" }),
    { kind: "fail", why: "back-up-failed" },
  ],
  [
    "a back-up that never comes",
    after({ step: "backing-up", backUp: "waiting" }, 31),
    { kind: "fail", why: "back-up-failed" },
  ],
  ["the order follows the back-up", after({ step: "backing-up", backUp: "done" }), { kind: "order" }],
  ["the order waits", after({ step: "ordered", order: { state: "sent", why: null } }), { kind: "stay" }],
  [
    "the router refuses in its own words",
    after({ step: "ordered", order: { state: "refused", why: "no space" } }),
    { kind: "fail", why: "no space" },
  ],
  ["it reboots", after({ step: "ordered", order: { state: "done", why: null } }), { kind: "to", step: "rebooting" }],
  ["it is away while it reboots", after({ step: "rebooting", isLinked: false }, 10), { kind: "stay" }],
  [
    "old news are no proof",
    after({ step: "rebooting", sinceMs: minuteMs, routerOs: "7.24.2", toldAtMs: 0 }, 10),
    { kind: "stay" },
  ],
  ["it is back", after({ step: "rebooting", ...back }, 10), { kind: "to", step: "watching" }],
  ["it never comes back", after({ step: "rebooting", isLinked: false }, 46), { kind: "fail", why: "not-back" }],
  ["it is back with the old one", after({ step: "rebooting" }, 46), { kind: "fail", why: "old-version" }],
  ["it must be well for an hour", after({ step: "watching", ...back }, 59), { kind: "stay" }],
  ["then it is done", after({ step: "watching", ...back }, 60), { kind: "to", step: "done" }],
  ["it sells nothing", after({ step: "watching", ...back, stops: 1 }, 2), { kind: "fail", why: "sells-nothing" }],
  [
    "it goes away again",
    after({ step: "watching", ...back, isLinked: false }, 30, 11 * minuteMs),
    { kind: "fail", why: "went-away" },
  ],
  [
    "a moment without link is none",
    after({ step: "watching", ...back, isLinked: false }, 70, minuteMs),
    { kind: "stay" },
  ],
])("[RTR-30] %s", (_, found, wanted) => {
  expect(found).toEqual(wanted);
});

test("[RTR-30] one site first, then more in each stage, none while one is under way", () => {
  const sites = (...over: ("done" | "failed" | "watching")[]) => [
    ...over,
    ...Array.from({ length: 10 - over.length }, () => "waiting" as const),
  ];
  expect(sitesToBegin(sites(), 0)).toBe(1);
  expect(sitesToBegin(sites("watching"), 1)).toBe(0);
  expect(sitesToBegin(sites("done"), 1)).toBe(2);
  expect(sitesToBegin(sites("done", "done", "done"), 3)).toBe(6);
  expect(sitesToBegin(sites(...Array.from({ length: 9 }, () => "done" as const)), 9)).toBe(1);
  expect(sitesToBegin(["done"], 1)).toBe(0);
});

test("[RTR-30] the window is the provider's own night, past midnight too", () => {
  const at = (hour: number, minute = 0) => Date.UTC(2027, 0, 15, hour, minute);
  const night = { fromMinute: 23 * 60, untilMinute: 4 * 60 };
  const minutesLeft = (ms: number) => openForMs(night, ms, 180) / minuteMs;
  expect(minutesLeft(at(19, 59))).toBe(0);
  expect(minutesLeft(at(20))).toBe(300);
  expect(minutesLeft(at(0, 30))).toBe(30);
  expect(minutesLeft(at(1))).toBe(0);
  expect(openForMs(null, at(12), 180)).toBe(86_400_000);
});

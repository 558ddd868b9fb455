import type { PurchaseState } from "@karibu/protocol/rpc/purchase-state";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRateLimit } from "../../ground/rate-limit.ts";
import { renderMetrics } from "../http/metrics.ts";
import { readCookie } from "../visit/identify-device-policy.ts";
import { chooseLoginUrl } from "./login-url-policy.ts";
import { mergePurchaseState } from "./purchase-policy.ts";

test.each([
  ["http://10.5.50.1/login", null, "http://10.5.50.1/login"],
  ["http://evil.example/login", null, null],
  ["http://203.0.113.9/login", null, null],
  ["http://172.32.0.1/login", null, null],
  ["http://10.5.50.1/other", "http://10.5.50.1/login", "http://10.5.50.1/other"],
  ["http://evil.example/login", "http://10.5.50.1/login", "http://10.5.50.1/login"],
  ["javascript:alert(1)", null, null],
  ["http://user:word@10.5.50.1/login", null, null],
  ["/login", "http://10.5.50.1/login", "http://10.5.50.1/login"],
  [undefined, null, null],
  [undefined, "http://10.5.50.1/login", "http://10.5.50.1/login"],
])("a hint of %s at a hotspot configured as %s posts to %s", (hinted, configured, url) => {
  expect(chooseLoginUrl(hinted, { loginUrls: configured === null ? [] : [configured] })).toBe(url);
});

test("a bucket gives its burst, then one per interval, and never more over any span", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 3000 }), { maxLength: 200 }), (gapsMs) => {
      const limit = createRateLimit({ burst: 5, everyMs: 1000, keysMax: 10 });
      let nowMs = 0;
      let taken = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        const waitSeconds = limit.take("a", nowMs);
        if (waitSeconds === 0) taken++;
        else expect(waitSeconds).toBe(1);
        expect(taken).toBeLessThanOrEqual(5 + nowMs / 1000);
      }
    }),
  );
});

test("keys in memory are bounded, and a flood of new ones does not free the one that is limited now", () => {
  const limit = createRateLimit({ burst: 1, everyMs: 60_000, keysMax: 100 });
  for (let index = 0; index < 1000; index++) limit.take(`old-${index}`, 0);
  expect(limit.take("me", 1)).toBe(0);
  for (let index = 0; index < 50; index++) limit.take(`new-${index}`, 2);
  expect(limit.take("me", 3)).toBeGreaterThan(0);
});

test("paid stays paid through any order of words, and a receipt once seen is kept", () => {
  const word = fc.record({
    state: fc.constantFrom(
      "created" as const,
      "prompted" as const,
      "paid" as const,
      "failed" as const,
      "unknown" as const,
    ),
    reason: fc.constantFrom(null, "cancelled" as const),
    receipt: fc.constantFrom(null, "UK1"),
    grantId: fc.constantFrom(null, "g"),
  });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      let state = words[0] as PurchaseState;
      for (const next of words) {
        const before = state;
        state = mergePurchaseState(before, next);
        if (before.state === "paid") expect(state.state).toBe("paid");
        if (before.receipt !== null) expect(state.receipt).toBe("UK1");
        if (before.grantId !== null) expect(state.grantId).toBe("g");
        if (state.state === "failed" && before !== state) expect(state.reason).not.toBeUndefined();
      }
    }),
  );
});

test("what it costs stays known while its purchase is open", () => {
  const prompted = { state: "prompted", reason: null, receipt: null, grantId: null } as const;
  const asked = mergePurchaseState({ ...prompted, state: "sending" }, { ...prompted, priceCents: 3000 });
  expect(mergePurchaseState(asked, prompted)).toEqual({ ...prompted, priceCents: 3000 });
});

test("an answered prompt stays answered while its purchase is open, and a more exact reason is sent with its failure", () => {
  const prompted = { state: "prompted", reason: null, receipt: null, grantId: null } as const;
  const answered = mergePurchaseState(prompted, { ...prompted, state: "unknown", promptAnswered: true });
  expect(answered).toMatchObject({ state: "unknown", promptAnswered: true });
  expect(mergePurchaseState(answered, { ...prompted, state: "unknown" })).toMatchObject({ promptAnswered: true });
  const failed = mergePurchaseState(answered, {
    ...prompted,
    state: "failed",
    reason: "not-sent",
    because: "system-busy",
  });
  expect(failed).toEqual({
    state: "failed",
    reason: "not-sent",
    because: "system-busy",
    receipt: null,
    grantId: null,
  });
  expect(mergePurchaseState(failed, { ...prompted, state: "paid" })).toEqual({ ...prompted, state: "paid" });
});

test("a cookie is read by its exact name", () => {
  expect(readCookie("a=1; karibu_device=ff; xkaribu_device=0", "karibu_device")).toBe("ff");
  expect(readCookie(undefined, "a")).toBeNull();
  expect(readCookie("a; =; b", "a")).toBeNull();
});

test("Prometheus' text format: labels and help are escaped", () => {
  const text = renderMetrics([
    { name: "karibu_x_total", help: "a\nb", kind: "counter", samples: [{ labels: { route: 'a"b\\' }, value: 2 }] },
  ]);
  expect(text).toBe(
    '# HELP karibu_x_total a\\nb\n# TYPE karibu_x_total counter\nkaribu_x_total{route="a\\"b\\\\"} 2\n',
  );
});

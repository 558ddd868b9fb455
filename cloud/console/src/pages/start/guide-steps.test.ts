import { expect, test } from "vitest";
import { isAllDone, openStep } from "./guide-steps.ts";

const doneAtMs = { name: null, keys: null, plan: 1, site: null, testSale: null, print: null };
const open = { name: false, keys: false, plan: true, site: false, testSale: false, print: false };
const fresh = { ...open, isDone: false, doneAtMs };

test("[TEN-15] the guide goes on with the first step that is not done and was not put off, or the one that was chosen", () => {
  expect(openStep(fresh, null, new Set())).toBe("name");
  expect(openStep({ ...fresh, name: true }, null, new Set())).toBe("keys");
  expect(openStep({ ...fresh, name: true }, null, new Set(["keys"]))).toBe("site");
  expect(openStep({ ...fresh, name: true }, "plan", new Set())).toBe("plan");
  expect(openStep({ ...fresh, name: true, keys: true, site: true, testSale: true }, null, new Set())).toBeNull();
  expect(openStep(fresh, null, new Set(["name", "keys", "site", "testSale"]))).toBeNull();
  expect([fresh, { ...fresh, name: true, keys: true, site: true, testSale: true }].map(isAllDone)).toEqual([
    false,
    true,
  ]);
});

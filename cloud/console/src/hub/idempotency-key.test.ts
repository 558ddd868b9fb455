import { expect, test } from "vitest";
import { ApiError } from "./api.ts";
import { createDeedKey, newUuid } from "./idempotency-key.ts";

const lost = new ApiError(0, "hub-away", "", null);
const broken = new ApiError(502, "error", "", null);
const underWay = new ApiError(409, "under-way", "", "Idempotency-Key", 2);
const refused = new ApiError(409, "too-much", "", "amountCents");

function keys() {
  let made = 0;
  return createDeedKey(() => `key-${++made}`);
}

test.each([
  ["lost", lost],
  ["a trouble of the hub", broken],
  ["still under way", underWay],
])("a try whose answer was %s is tried again as the same deed", (_name, error) => {
  const key = keys();
  const first = key.now();
  key.settle(error);
  expect(key.now()).toBe(first);
});

test("a refused try is corrected as another deed, and so is the next one after a done one", () => {
  const key = keys();
  key.settle(refused);
  expect(key.now()).toBe("key-2");
  key.settle(undefined);
  expect(key.now()).toBe("key-3");
});

test("keys are random UUIDs", () => {
  const made = Array.from({ length: 100 }, newUuid);
  expect(new Set(made).size).toBe(100);
  for (const one of made) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

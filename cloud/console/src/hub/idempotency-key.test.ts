import { expect, test } from "vitest";
import { ApiError } from "./api.ts";
import { createIdempotencyKey, newUuid } from "./idempotency-key.ts";

const lost = new ApiError(0, "hub-away", "", null);
const failed = new ApiError(502, "error", "", null);
const underWay = new ApiError(409, "under-way", "", "Idempotency-Key", { retryAfterSeconds: 2 });
const refused = new ApiError(409, "too-much", "", "amountCents");

function keys() {
  let count = 0;
  return createIdempotencyKey(() => `key-${++count}`);
}

test.each([
  ["no answer", lost],
  ["a failure of the hub", failed],
  ["work that still runs", underWay],
])("a try that ended with %s keeps its key for the next try", (_name, error) => {
  const key = keys();
  const first = key.now();
  key.settle(error);
  expect(key.now()).toBe(first);
});

test("a refused try gets a new key for the corrected form, and so does the next one after a success", () => {
  const key = keys();
  key.settle(refused);
  expect(key.now()).toBe("key-2");
  key.settle(undefined);
  expect(key.now()).toBe("key-3");
});

test("keys are random UUIDs", () => {
  const uuids = Array.from({ length: 100 }, newUuid);
  expect(new Set(uuids).size).toBe(100);
  for (const uuid of uuids)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

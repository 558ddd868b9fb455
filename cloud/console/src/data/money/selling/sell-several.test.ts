import { expect, test } from "vitest";
import { ApiError } from "../../../hub/api.ts";
import { isUndecided } from "../../../hub/idempotency-key.ts";
import type { sell } from "../payments.ts";
import { sellSeveral } from "./sell-several.ts";

/** A hub that sells each key once, and answers what `failures` has for a key first. */
function counter(failures: Record<string, ApiError>) {
  const sold = new Map<string, number>();
  const left = new Map(Object.entries(failures));
  const sellOne = (async (_order: object, key: string) => {
    const failure = left.get(key);
    left.delete(key);
    if (failure !== undefined && failure.status !== 0) throw failure;
    if (!sold.has(key)) sold.set(key, sold.size + 1);
    if (failure !== undefined) throw failure; // its answer was lost
    return { id: key, state: "paid", payment: { id: `sale ${sold.get(key)}` } };
  }) as unknown as typeof sell;
  return { sold, sellOne };
}

const lost = new ApiError(0, "hub-away", "", null);
const refused = new ApiError(409, "float-used-up", "", null);

const order = { siteId: "s1", planId: "p1" };

test("[PAY-18] three codes are three sales, each once, also when an answer was lost in between and the seller tries again", async () => {
  const { sold, sellOne } = counter({ "k/1": lost });
  const all = { count: 3, key: "k", isUndecided, sellOne };
  await expect(sellSeveral(order, all)).rejects.toBe(lost);
  const { payments, stoppedBy } = await sellSeveral(order, all);
  expect([payments.map(({ id }) => id), stoppedBy, sold.size]).toEqual([["sale 1", "sale 2", "sale 3"], null, 3]);
});

test("a refusal after the first sale tells what was sold; before it nothing was", async () => {
  const second = counter({ "k/1": refused });
  const { payments, stoppedBy } = await sellSeveral(order, {
    count: 3,
    key: "k",
    isUndecided,
    sellOne: second.sellOne,
  });
  expect([payments.length, stoppedBy]).toEqual([1, refused]);
  const first = counter({ k: refused });
  await expect(sellSeveral(order, { count: 3, key: "k", isUndecided, sellOne: first.sellOne })).rejects.toBe(refused);
  expect(first.sold.size).toBe(0);
});

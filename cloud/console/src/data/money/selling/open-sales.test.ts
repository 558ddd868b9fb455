import { expect, test } from "vitest";
import { ApiError } from "../../../hub/api.ts";
import { openSalesOf } from "./open-sales.ts";
import type { SoldSeveral } from "./sell-several.ts";

const sold: SoldSeveral = { payments: [], stoppedBy: null };
const lost = new ApiError(0, "offline", "lost", null);
const order = { planId: "day", siteId: "market", expectsCents: 5000 };

function tab() {
  const rows = new Map<string, string>();
  const store = {
    getItem: (name: string) => rows.get(name) ?? null,
    setItem: (name: string, value: string) => void rows.set(name, value),
    removeItem: (name: string) => void rows.delete(name),
  };
  const keys: string[] = [];
  const time = { nowMs: 0 };
  let answer: unknown = null;
  const open = (userId = "asha", isForbidden = false) =>
    openSalesOf(userId, {
      store: isForbidden ? { ...store, setItem: () => expect.fail("full") } : store,
      nowMs: () => time.nowMs,
      sendAll: async (_order, { key }) => {
        keys.push(key);
        if (answer !== null) throw answer;
        return sold;
      },
    });
  const answers = (next: unknown) => {
    answer = next;
  };
  return { open, keys, time, rows, answers };
}

test("[PAY-18] a sale whose answer was lost goes on with its key in another form, after another sale, and in a page that was loaded anew", async () => {
  const { open, keys, answers, rows } = tab();
  const sales = open();
  answers(lost);
  await expect(sales.sell({ order, count: 1 }, "first")).rejects.toBe(lost);
  answers(null);
  await sales.sell({ order: { ...order, phone: "0712345678" }, count: 1 }, "other");
  const anew = open();
  expect(anew.list()).toMatchObject([{ key: "first", order }]);
  // A price that changed since is not another sale.
  expect(await anew.sell({ order: { ...order, expectsCents: 6000, expectsCurrency: "KES" }, count: 1 }, "second")).toBe(
    sold,
  );
  expect(keys).toEqual(["first", "other", "first"]);
  expect([anew.list(), rows.size]).toEqual([[], 0]);
  await anew.sell({ order, count: 1 }, "third");
  expect(keys.at(-1)).toBe("third");
});

test("[PAY-18] a refusal ends it; a day later, and for another seller, there is none; it may be dropped", async () => {
  const { open, answers, time } = tab();
  const sales = open();
  answers(new ApiError(409, "float-too-small", "no", null));
  await expect(sales.sell({ order, count: 1 }, "first")).rejects.toBeInstanceOf(ApiError);
  expect(sales.list()).toEqual([]);
  answers(lost);
  await expect(sales.sell({ order, count: 2 }, "second")).rejects.toBe(lost);
  expect([open("juma").list().length, open().list().length]).toEqual([0, 1]);
  time.nowMs = 86_400_000;
  expect(sales.list()).toEqual([]);
  time.nowMs = 0;
  sales.drop("second");
  expect(open().list()).toEqual([]);
});

test("what is in the store may be anything, and a store that takes nothing loses nothing while the page is open", async () => {
  const { open, answers, rows } = tab();
  for (const text of ["{", "null", '[1,{"key":1}]']) {
    rows.set("open-sales/asha", text);
    expect(open().list()).toEqual([]);
  }
  const sales = open("asha", true);
  answers(lost);
  await expect(sales.sell({ order, count: 1 }, "first")).rejects.toBe(lost);
  expect(sales.list()).toMatchObject([{ key: "first" }]);
});

import { afterEach, expect, test, vi } from "vitest";
import { listGroups, plansToChoose } from "../data/catalogue/plans.ts";
import { listPromotions } from "../data/catalogue/promotions.ts";
import { batchesToChoose, listAllBatches } from "../data/catalogue/vouchers.ts";
import { listChannels, listChannelsToFind, listMpesaChannels, listSellingChannels } from "../data/money/channels.ts";
import { readOfferedPlans } from "../data/tenancy/customer-page.ts";

afterEach(() => void vi.unstubAllGlobals());

/** A hub with so many rows in each list. */
function hubWith(rows: number): URL[] {
  const asked: URL[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    const url = new URL(path, "http://hub.test");
    asked.push(url);
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const until = Math.min(rows, from + Number(url.searchParams.get("limit")));
    const items = Array.from({ length: until - from }, (_, at) => {
      const id = `${from + at}`;
      return {
        id,
        planId: id,
        batchId: id,
        promotionId: id,
        groupId: id,
        name: id,
        kind: "mpesa-till",
        sells: true,
        state: Number(id) % 2 === 0 ? "ready" : "making",
      };
    });
    return new Response(JSON.stringify({ items, nextCursor: until < rows ? String(until) : null }), { status: 200 });
  });
  return asked;
}

test("a form has the rows of all pages to choose from: also the oldest plan, and the oldest batch that is ready", async () => {
  const asked = hubWith(230);
  expect((await plansToChoose()).map(({ planId }) => planId).at(-1)).toBe("229");
  expect(asked).toHaveLength(3);
  expect((await readOfferedPlans()).length).toBe(230);
  expect(asked.slice(3).map((url) => url.searchParams.get("active"))).toEqual(["true", "true", "true"]);
  const batches = await batchesToChoose();
  expect([batches.length, batches.at(-1)?.batchId]).toEqual([115, "228"]);
});

test("what a page shows as a whole is whole: promotions, groups of plans, channels, and the batches that codes are narrowed by", async () => {
  hubWith(230);
  const whole = await Promise.all([listPromotions(), listGroups(), listChannels(), listChannelsToFind()]);
  for (const { items, nextCursor } of whole) expect([items.length, nextCursor]).toEqual([230, null]);
  const lists = await Promise.all([listSellingChannels(), listMpesaChannels(), listAllBatches()]);
  expect(lists.map(({ length }) => length)).toEqual([230, 230, 230]);
});

test("one page is one question, none is an empty list, and a list without an end is left after twenty pages", async () => {
  const one = hubWith(100);
  expect([(await plansToChoose()).length, one.length]).toEqual([100, 1]);
  const none = hubWith(0);
  expect([await plansToChoose(), none.length]).toEqual([[], 1]);
  const endless = hubWith(Number.MAX_SAFE_INTEGER);
  expect([(await plansToChoose()).length, endless.length]).toEqual([2000, 20]);
});

/** Months of trade at a small site: what it keeps stops growing. `five-years.long.test.ts` lives five years at a busy one. */
import { expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { createSimulatedWorld } from "../world/simulated-world.ts";
import { tradeForYears, type YearFigures } from "./years-of-trade.ts";

/** What grew with the number of sales. Used codes do still, by half a byte each. */
const levelling = [
  "grants",
  "tokens",
  "slots",
  "devices",
  "usage",
  "terms",
  "sales",
  "otherEnds",
  "fedGrants",
] as const;

test("[BEY-13] after months of trade a site holds no more than after the first ones: grants, tokens, slots, usage and rows level off", async () => {
  const figures: YearFigures[] = [];
  await tradeForYears({
    folder: createFaultyFolder(createSimulatedWorld()),
    days: 180,
    trade: { purchases: 8, logIns: 12, vouchers: 1, cashSales: 1 },
    figuresEveryDays: 10,
    onFigures: (now) => void figures.push(now),
  });
  const most = (key: keyof YearFigures, fromDay: number, toDay: number): number =>
    Math.max(...figures.filter(({ day }) => day > fromDay && day <= toDay).map((one) => one[key]));
  const last = figures.at(-1) as YearFigures;
  expect(last.soldSoFar).toBe(180 * 10);
  for (const key of levelling) {
    expect(most(key, 0, 180), key).toBeGreaterThan(0);
    expect(most(key, 150, 180), key).toBeLessThanOrEqual(most(key, 100, 150) * 1.1);
  }
  // Some 31 days of sales, and the weeks and months that still run.
  expect(last.grants).toBeLessThan(10 * 45);
  expect(last.usedCodes).toBeGreaterThan(140);
}, 240_000);

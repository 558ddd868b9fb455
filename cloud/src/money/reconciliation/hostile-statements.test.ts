/** Statements that somebody made to hold the hub up, or to have a day closed that does not agree. */
import { expect, test } from "vitest";
import type { StatementLine } from "../channels/channel-messages.ts";
import { followBalance } from "./statement-balance.ts";


/** The least time of some. */
function tookMs(work: () => unknown): number {
  return Math.min(
    ...[1, 2, 3, 4, 5].map(() => {
      const startMs = performance.now();
      work();
      return performance.now() - startMs;
    }),
  );
}

const lineOf = (row: number, more: Partial<StatementLine>): StatementLine => ({
  line: row + 1,
  receipt: `Q${String(row).padStart(9, "0")}`,
  kind: "outflow",
  amountCents: 100,
  completedAtMs: 1000,
  accountText: null,
  payer: null,
  linkedReceipt: null,
  ...more,
});

test("[BEY-09] a statement whose rows are all of one second is followed in a time that grows with its rows alone", async () => {
  const rowsOf = (rows: number) =>
    Array.from({ length: rows }, (_, row) =>
      lineOf(row, { kind: "inflow", account: "selling", balance: { changeCents: 1, afterCents: row + 1 } }),
    );
  const [few, many] = [rowsOf(10_000), rowsOf(40_000)];
  expect(followBalance(many).balance).toEqual({ state: "agrees", openingCents: 0, closingCents: 40_000 });
  // Four times as many: 4 where each row is moved once, 16 where each moves all that come after it.
  expect(tookMs(() => followBalance(many)) / tookMs(() => followBalance(few))).toBeLessThan(9);
});

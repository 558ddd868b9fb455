import { expect, test } from "vitest";
import { growthOf, linearGrowth } from "../../ground/test-growth.ts";
import { followBalance } from "./statement-balance.ts";

/** Payments of one shilling each, all in one second, each with the balance that follows. */
const rowsOfOneSecond = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    receipt: `R${at}`,
    kind: "inflow" as const,
    completedAtMs: 0,
    balance: { changeCents: 100, afterCents: (at + 1) * 100 },
  }));

test("rows of one second are taken in the order that follows, also where the statement begins with them", () => {
  const rows = rowsOfOneSecond(120);
  const mixed = [...rows.slice(0, 40).toReversed(), ...rows.slice(40)];
  expect(followBalance(mixed).balance).toEqual({ state: "agrees", openingCents: 0, closingCents: 12_000 });
  const later = rows.slice(2).map((row, at) => ({ ...row, completedAtMs: at * 1000 }));
  expect(followBalance([...rows.slice(0, 2).toReversed(), ...later]).balance).toEqual({
    state: "agrees",
    openingCents: 0,
    closingCents: 12_000,
  });
});

test("[BEY-08] a statement whose rows are all of one second takes a time that grows with their number alone: 50,000 of them held the hub for seven seconds", () => {
  expect(followBalance(rowsOfOneSecond(48_000)).balance).toMatchObject({ state: "agrees" });
  const growth = growthOf((size) => {
    const rows = rowsOfOneSecond(6000 * size);
    return () => followBalance(rows);
  });
  expect(growth).toBeLessThan(linearGrowth);
});

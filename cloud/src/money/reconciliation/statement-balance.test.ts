import { expect, test } from "vitest";
import { growthOf, linearGrowth } from "../../ground/test-growth.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import { followBalance, withoutRepeats } from "./statement-balance.ts";

type Line = Pick<StatementLine, "receipt" | "kind" | "completedAtMs" | "balance" | "account">;

/** A row of this second that moved so much, and left so much. */
const row = (
  receipt: string,
  second: number,
  changeCents: number,
  afterCents: number,
  of: Partial<Line> = {},
): Line => ({
  ...{ receipt, kind: "inflow", completedAtMs: second * 1000, balance: { changeCents, afterCents } },
  ...of,
});
const balanceOf = (lines: readonly Line[]) => followBalance(lines).balance;
const agrees = (openingCents: number, closingCents: number) => ({ state: "agrees", openingCents, closingCents });
/** By receipt. */
const outsideOf = (lines: readonly Line[]) =>
  Object.fromEntries([...followBalance(lines).outsideCents].map(([{ receipt }, outside]) => [receipt, outside]));

const day = [row("A", 1, 500, 10_500), row("B", 2, -200, 10_300), row("C", 3, 700, 11_000)];

test("[BEY-08] a statement agrees where each balance follows from the one before, whichever end is first", () => {
  expect(balanceOf(day)).toEqual(agrees(10_000, 11_000));
  expect(balanceOf(day.toReversed())).toEqual(agrees(10_000, 11_000));
  expect(balanceOf(day.slice(0, 1))).toEqual(agrees(10_000, 10_500));
});

test("[BEY-08] a missing row is named by the next one, and by how much it is off; of several the first", () => {
  expect(balanceOf([day[0], day[2]] as Line[])).toEqual({ state: "differs", receipt: "C", offCents: -200 });
  const longer = [...day, row("D", 4, 100, 11_100), row("E", 5, 100, 12_200), row("F", 6, 100, 12_300)];
  expect(balanceOf(longer.filter(({ receipt }) => receipt !== "B"))).toMatchObject({ receipt: "C" });
  expect(balanceOf(longer)).toEqual({ state: "differs", receipt: "E", offCents: 1000 });
  // The newest first: it is told from the oldest on.
  expect(balanceOf(longer.toReversed())).toEqual({ state: "differs", receipt: "E", offCents: 1000 });
});

test("[BEY-08] rows without a balance are passed over, and without any the balance is not compared", () => {
  const bare = (receipt: string): Line => ({ receipt, kind: "inflow", completedAtMs: 1500 });
  expect(balanceOf([])).toEqual({ state: "absent" });
  expect(balanceOf([bare("X"), bare("Y")])).toEqual({ state: "absent" });
  expect(balanceOf([bare("X"), ...day, bare("Y")])).toEqual(agrees(10_000, 11_000));
});

test("[BEY-08] a balance that is no amount leaves the column uncompared, and names its row", () => {
  const torn: Line = { ...row("X", 2, 5, 0), balance: { changeCents: 5, afterCents: null } };
  const { balance, outsideCents } = followBalance([...day, torn]);
  expect(balance).toEqual({ state: "unreadable", receipt: "X" });
  expect(outsideCents.size).toBe(0);
});

test("[BEY-08] a day that ends as it began follows in both orders: its times say which end is first", () => {
  const there = [row("A", 1, 100, 100), row("B", 2, -100, 0)];
  expect(balanceOf(there)).toEqual(agrees(0, 0));
  expect(balanceOf(there.toReversed())).toEqual(agrees(0, 0));
  const back = [row("A", 1, -100, 0), row("B", 2, 100, 100)];
  expect(balanceOf(back)).toEqual(agrees(100, 100));
  expect(balanceOf(back.toReversed())).toEqual(agrees(100, 100));
});

test("[BEY-08] all in one second, the order counts in which fewer rows are moved", () => {
  const inOrder = [row("A", 0, 100, 100), row("B", 0, 50, 150), row("C", 0, -150, 0)];
  expect(balanceOf(inOrder)).toEqual(agrees(0, 0));
  expect(balanceOf(inOrder.toReversed())).toEqual(agrees(0, 0));
});

/** In the layout that mixes accounts a sweep stands twice. */
const sweeps = [
  row("A", 1, 900, 900, { account: "selling" }),
  row("S", 2, -900, 0, { kind: "sweep", account: "selling" }),
  row("S", 2, 900, 5900, { kind: "sweep", account: "other" }),
  row("B", 3, 300, 300, { account: "selling" }),
];

test("[BEY-08] a sweep is followed in the account that it left, and what it brought to another one is told", () => {
  const { balance, outsideCents } = followBalance(sweeps);
  expect(balance).toEqual(agrees(0, 300));
  expect([...outsideCents].map(([line, outside]) => [line.account, outside])).toEqual([["selling", 900]]);
});

test("[BEY-08] a charge on another account moves what is there, and nothing where customers' money arrives", () => {
  const lines = [...sweeps, row("F", 4, -40, 5860, { kind: "charge", account: "other" } as Partial<Line>)];
  expect(balanceOf(lines)).toEqual(agrees(0, 300));
  expect(outsideOf(lines)).toEqual({ S: 900, F: -40 });
});

test("[BEY-08] a payout that does not say its account is of the one whose balance it follows", () => {
  const payout = (after: number) => row("P", 4, -100, after, { kind: "outflow" } as Partial<Line>);
  expect(balanceOf([...sweeps, payout(200)])).toEqual(agrees(0, 200));
  expect(outsideOf([...sweeps, payout(200)])).toEqual({ S: 900 });
  // It left the other account.
  expect(balanceOf([...sweeps, payout(5800)])).toEqual(agrees(0, 300));
  expect(outsideOf([...sweeps, payout(5800)])).toEqual({ S: 900, P: -100 });
  // Where no row is of another account it can be of none, and does not follow.
  expect(balanceOf([...day, payout(5800)])).toEqual({ state: "differs", receipt: "P", offCents: -5100 });
});

test("[BEY-08] a statement of other accounts alone has no balance of the one where customers' money arrives", () => {
  const other = [row("A", 1, 100, 100, { account: "other" }), row("B", 2, 50, 150, { account: "other" })];
  expect(balanceOf(other)).toEqual({ state: "absent" });
  expect(outsideOf(other)).toEqual({ A: 100, B: 50 });
});

test("[BEY-08] a row that moved nothing stands at its place among those of its second", () => {
  const lines = [row("N", 0, 0, 100), row("A", 0, 100, 100), row("B", 1, 50, 150)];
  expect(balanceOf(lines)).toEqual(agrees(0, 150));
});

test("[BEY-08] of two exports that overlap in one file each row counts once; what moved money twice, twice", () => {
  const whole = (of: Partial<StatementLine>) =>
    ({ ...row("A", 1, 500, 500), amountCents: 500, ...of }) as unknown as StatementLine;
  const kept = (...lines: StatementLine[]) => withoutRepeats(lines).length;
  expect(kept(whole({}), whole({}))).toBe(1);
  for (const other of [
    { receipt: "B" },
    { kind: "outflow" },
    { completedAtMs: 2000 },
    { amountCents: 501 },
    { balance: { changeCents: 501, afterCents: 500 } },
    { balance: { changeCents: 500, afterCents: 1000 } },
    { account: "other" },
  ] as Partial<StatementLine>[])
    expect(kept(whole({}), whole(other)), JSON.stringify(other)).toBe(2);
  // Nobody can tell these apart.
  for (const same of [
    { balance: undefined },
    { balance: { changeCents: 500, afterCents: null } },
    { balance: { changeCents: 0, afterCents: 500 } },
  ] as Partial<StatementLine>[])
    expect(kept(whole(same), whole(same)), JSON.stringify(same)).toBe(2);
});

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

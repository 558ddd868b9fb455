/** Does the statement's own Balance column follow from its rows? If not, rows are missing or were changed, and nothing agrees. Pure. */
import type { StatementLine } from "../channels/channel-messages.ts";

export type StatementBalance =
  /** It has no such column, or no row. */
  | { readonly state: "absent" }
  /** A cell of the column holds no amount: the balance was not compared. */
  | { readonly state: "unreadable"; readonly receipt: string }
  /** Opening and all rows give the closing. */
  | { readonly state: "agrees"; readonly openingCents: number; readonly closingCents: number }
  /** The first row where the balance is not what the row before and its own money give, and by how much. */
  | { readonly state: "differs"; readonly receipt: string; readonly offCents: number };

type Row = Pick<StatementLine, "receipt" | "balance">;

/** @param lines in the file's order: the oldest first, or the newest first */
export function followBalance(lines: readonly Row[]): StatementBalance {
  const rows: { readonly receipt: string; readonly changeCents: number; readonly afterCents: number }[] = [];
  for (const { receipt, balance } of lines) {
    if (balance === undefined) continue;
    const { changeCents, afterCents } = balance;
    if (afterCents === null) return { state: "unreadable", receipt };
    rows.push({ receipt, changeCents, afterCents });
  }
  const orders = [rows, rows.toReversed()];
  const breaks = orders.map((order) =>
    order.flatMap(({ receipt, changeCents, afterCents }, index) => {
      const before = order[index - 1];
      const offCents = before === undefined ? 0 : afterCents - before.afterCents - changeCents;
      return offCents === 0 ? [] : [{ receipt, offCents }];
    }),
  ) as [Break[], Break[]];
  const isNewestFirst = breaks[1].length < breaks[0].length;
  const inTime = isNewestFirst ? rows.toReversed() : rows;
  const [first, last] = [inTime[0], inTime.at(-1)];
  if (first === undefined || last === undefined) return { state: "absent" };
  const broken = breaks[isNewestFirst ? 1 : 0][0];
  if (broken !== undefined) return { state: "differs", ...broken };
  return { state: "agrees", openingCents: first.afterCents - first.changeCents, closingCents: last.afterCents };
}

interface Break {
  readonly receipt: string;
  readonly offCents: number;
}

/**
 * Does the statement's own Balance column follow from its rows? If not, rows are missing or were changed, and nothing agrees. Pure.
 *
 * One layout mixes the organisation's accounts: a sweep stands twice, in the account that it left and in the one that it reached, each with the
 * balance of its own. Followed is the account where customers' money arrives (`selling`); what the others hold comes from what moved there.
 */
import type { StatementLine } from "../channels/channel-messages.ts";

export type StatementBalance =
  /** It has no such column, or no row of the account where customers' money arrives. */
  | { readonly state: "absent" }
  /** A cell of the column holds no amount: the balance was not compared. */
  | { readonly state: "unreadable"; readonly receipt: string }
  /** Opening and all rows give the closing. */
  | { readonly state: "agrees"; readonly openingCents: number; readonly closingCents: number }
  /** The first row where the balance is not what the row before and its own money give, and by how much. */
  | { readonly state: "differs"; readonly receipt: string; readonly offCents: number };

type Line = Pick<StatementLine, "receipt" | "kind" | "completedAtMs" | "balance" | "account">;

interface Row {
  readonly line: Line;
  readonly changeCents: number;
  readonly afterCents: number;
}

export interface FollowedBalance {
  readonly balance: StatementBalance;
  /** What a line moved in the channel's other accounts; left out: nothing. */
  readonly outsideCents: ReadonlyMap<Line, number>;
}

/** @param lines in the file's order: the oldest first, or the newest first; rows of one second in any order */
export function followBalance(lines: readonly Line[]): FollowedBalance {
  const rows: Row[] = [];
  const nothing = new Map<Line, number>();
  for (const line of lines) {
    if (line.balance === undefined) continue;
    const { changeCents, afterCents } = line.balance;
    if (afterCents === null) return { balance: { state: "unreadable", receipt: line.receipt }, outsideCents: nothing };
    rows.push({ line, changeCents, afterCents });
  }
  const [asWritten, turned] = [follow(rows), follow(rows.toReversed())];
  // A day that begins and ends with the same balance follows in both orders: its times say which it is, or, all in one second, the order that
  // needs fewer rows moved.
  const aheadMs = (rows[0]?.line.completedAtMs ?? 0) - (rows.at(-1)?.line.completedAtMs ?? 0);
  const isNewestFirst = aheadMs > 0 || (aheadMs === 0 && turned.moved < asWritten.moved);
  const off = turned.breaks.length - asWritten.breaks.length;
  const { breaks, selling } = off < 0 || (off === 0 && isNewestFirst) ? turned : asWritten;
  const outsideCents = new Map<Line, number>();
  for (const row of rows) {
    const isSweep = row.line.kind === "sweep";
    const isSelling = selling.has(row);
    if (isSweep && isSelling) outsideCents.set(row.line, 0 - row.changeCents);
    else if (!isSweep && !isSelling) outsideCents.set(row.line, row.changeCents);
  }
  const [first, last] = [[...selling][0], [...selling].at(-1)];
  if (first === undefined || last === undefined) return { balance: { state: "absent" }, outsideCents };
  const [broken] = breaks;
  if (broken !== undefined) return { balance: { state: "differs", ...broken }, outsideCents };
  const openingCents = first.afterCents - first.changeCents;
  return { balance: { state: "agrees", openingCents, closingCents: last.afterCents }, outsideCents };
}

/**
 * Two exports that overlap, in one file: a row that came twice left the same balance both times, which no second movement does. Rows that are
 * equal but for their balance moved money twice, and rows without one nobody can tell apart: they stay.
 */
export function withoutRepeats(lines: readonly StatementLine[]): readonly StatementLine[] {
  const seen = new Set<string>();
  return lines.filter(({ receipt, kind, completedAtMs, amountCents, balance, account = "" }) => {
    if (balance === undefined || balance.afterCents === null || balance.changeCents === 0) return true;
    const { changeCents, afterCents } = balance;
    const row = [receipt, kind, completedAtMs, amountCents, changeCents, afterCents, account].join("|");
    if (seen.has(row)) return false;
    seen.add(row);
    return true;
  });
}

/** Rows of one second that are looked through for the one that fits. */
const lookedThroughMax = 50;

const isOfSelling = ({ line }: Row) => line.account !== "other";

/** Nobody knows the opening yet: a second's first row is the one whose balance before it no other row of it left. */
function firstOf(rows: readonly Row[]): number {
  const left = new Set(
    rows.filter(isOfSelling).map(({ changeCents, afterCents }) => (changeCents === 0 ? null : afterCents)),
  );
  const first = rows.findIndex((row) => isOfSelling(row) && !left.has(row.afterCents - row.changeCents));
  return first >= 0 ? first : rows.findIndex(isOfSelling);
}

/** @returns the rows of the selling account in their order, where one does not follow, and how many of a second were taken out of the file's order */
function follow(rows: readonly Row[]) {
  const isMixed = rows.some(({ line }) => line.account === "other");
  const selling = new Set<Row>();
  const breaks: { readonly receipt: string; readonly offCents: number }[] = [];
  let endCents: number | null = null;
  let moved = 0;
  const fits = (row: Row) => endCents === null || row.afterCents - row.changeCents === endCents;
  const take = (row: Row) => {
    const { account, receipt } = row.line;
    if (account === "other" || (account === undefined && isMixed && !fits(row))) return;
    if (endCents !== null && !fits(row))
      breaks.push({ receipt, offCents: row.afterCents - row.changeCents - endCents });
    endCents = row.afterCents;
    selling.add(row);
  };
  for (let at = 0; at < rows.length; ) {
    let until = at + 1;
    while (until < rows.length && rows[until]?.line.completedAtMs === rows[at]?.line.completedAtMs) until++;
    // A whole day may be of one second: no more than these rows are moved about.
    const open = rows.slice(at, Math.min(until, at + lookedThroughMax));
    for (let next = at + open.length; open.length > 0; next++) {
      const fitting = endCents === null ? firstOf(open) : open.findIndex((row) => isOfSelling(row) && fits(row));
      if (fitting > 0) moved++;
      take(open.splice(Math.max(0, fitting), 1)[0] as Row);
      if (next < until) open.push(rows[next] as Row);
    }
    at = until;
  }
  return { selling, breaks, moved };
}

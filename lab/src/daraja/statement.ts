/** Statements of the organisation portal in both layouts, with the rows that importers get wrong. */

import type { Organisation, Success } from "./daraja-types.ts";

type StatementLayout = "portal" | "short";

/** Money that the owner moved at the channel: on to another account of the organisation's, or to the bank. */
export interface Moved {
  readonly receipt: string;
  readonly amount: number;
  readonly atMs: number;
  readonly to: "settlement" | "bank";
}

interface StatementOptions {
  /** Of one short code alone. Left out: of all that the simulator has, under the sample's. */
  readonly shortcode?: string;
  /** As the portal writes it: `From 20-11-2026 00:00:00 To 20-11-2026 23:59:59`. */
  readonly period?: string;
  /** Left out: all that is there is moved on at the end of each statement. */
  readonly moved?: readonly Moved[];
}

export function statementCsv(
  layout: StatementLayout,
  successes: readonly Success[],
  org: Pick<Organisation, "reversals" | "payouts" | "returnedPayouts">,
  options: StatementOptions = {},
): string {
  const quote = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const rows = statementRows(layout, successes, org, options);
  return rows.map((row) => row.map(quote).join(",")).join("\r\n");
}

/** The cells of the file: the portal gives the same ones out as CSV and as a workbook. */
export function statementRows(
  layout: StatementLayout,
  allSuccesses: readonly Success[],
  org: Pick<Organisation, "reversals" | "payouts" | "returnedPayouts">,
  { shortcode, period, moved }: StatementOptions = {},
): string[][] {
  const successes = allSuccesses.filter((each) => shortcode === undefined || each.shortcode === shortcode);
  const own = new Set(successes.map(({ receipt }) => receipt));
  const reversals = org.reversals().filter(({ original }) => shortcode === undefined || own.has(original));
  const payouts = org.payouts().filter((each) => shortcode === undefined || each.shortcode === shortcode);
  const sent = new Set(payouts.map(({ receipt }) => receipt));
  const returned = org.returnedPayouts().filter(({ original }) => sent.has(original));
  let balance = 0;
  let settledBalance = 0;
  const rows: string[][] = [];
  const stamp = (atMs: number) => {
    const [date = "", time = ""] = new Date(atMs + 3 * 3_600_000).toISOString().split(/[T.]/);
    const [year, month, day] = date.split("-");
    return layout === "portal" ? `${day}-${month}-${year} ${time}` : `${day}/${month}/${year} ${time}`;
  };
  const written = (value: number) => value.toLocaleString("en-US", { minimumFractionDigits: 2 });
  const money = (value: number) => (value === 0 ? "" : written(value));
  const add = (
    receipt: string,
    atMs: number,
    details: string,
    paidIn: number,
    withdrawn: number,
    more: { party?: string; linked?: string; account?: string; isSettlement?: boolean } = {},
  ) => {
    if (more.isSettlement === true) settledBalance += paidIn;
    else balance += paidIn - withdrawn;
    const after = written(more.isSettlement === true ? settledBalance : balance);
    const { party = "", linked = "", account = "" } = more;
    rows.push(
      layout === "portal"
        ? [
            receipt,
            stamp(atMs),
            stamp(atMs),
            details,
            "Completed",
            money(paidIn),
            money(-withdrawn),
            after,
            "true",
            "Pay Utility",
            party,
            linked,
            account,
            "KES",
          ]
        : [receipt, stamp(atMs), details, "Completed", money(paidIn), money(withdrawn), after],
    );
  };
  const all = [
    ...successes.map((each) => ({ atMs: each.atMs, write: () => inflow(each) })),
    ...reversals.map((each) => ({
      atMs: each.atMs,
      write: () =>
        add(each.receipt, each.atMs, `Reversal of ${each.original}`, 0, each.amount, { linked: each.original }),
    })),
    ...payouts.map((each) => ({
      atMs: each.atMs,
      write: () => add(each.receipt, each.atMs, `Business Payment to ${each.msisdn}`, 0, each.amount),
    })),
    ...returned.map((each) => ({
      atMs: each.atMs,
      write: () =>
        add(each.receipt, each.atMs, `Reversal of ${each.original}`, each.amount, 0, { linked: each.original }),
    })),
    ...(moved ?? []).map((each) => ({ atMs: each.atMs, write: () => move(each) })),
  ].sort((one, other) => one.atMs - other.atMs);
  function inflow(each: Success): void {
    const masked = `${each.msisdn.slice(0, 4)}****${each.msisdn.slice(-3)}`;
    const details = `Pay Bill from ${masked} - JANE DOE  Acc. ${each.accountReference}`;
    add(each.receipt, each.atMs, details, each.amount, 0, {
      party: `${masked} - JANE DOE `,
      account: each.accountReference,
    });
    add(each.receipt, each.atMs, "Pay Bill Charge", 0, 0.5);
  }
  function move({ receipt, atMs, amount, to }: Moved): void {
    const details =
      to === "bank" ? "Withdrawal of Funds to Bank" : "Utility Account to Organization Settlement Account";
    add(receipt, atMs, details, 0, amount);
    // The portal's file is of the utility account alone; the short one has the other side too, with the balance of that account.
    if (to === "settlement" && layout === "short") add(receipt, atMs, details, amount, 0, { isSettlement: true });
  }
  for (const each of all) each.write();
  // Nothing is moved out of an account that is empty, or that owes charges.
  if (moved === undefined && balance > 0)
    move({ receipt: "SWEEP00001", atMs: all.at(-1)?.atMs ?? 0, amount: balance, to: "settlement" });
  const header =
    layout === "portal"
      ? [
          "Receipt No.",
          "Completion Time",
          "Initiation Time",
          "Details",
          "Transaction Status",
          "Paid In",
          "Withdrawn",
          "Balance",
          "Balance Confirmed",
          "Reason Type",
          "Other Party Info",
          "Linked Transaction ID",
          "A/C No.",
          "Currency",
        ]
      : [
          "Receipt No",
          "Completion Time",
          "Details",
          "Transaction Status",
          "Paid In (KSHs)",
          "Withdrawn (KSHs)",
          "Balance (KSHs)",
        ];
  const preamble =
    layout === "portal"
      ? [
          ["Account Holder:", "Lab"],
          ["Short Code:", shortcode ?? "174379"],
          ["Account:", "Utility Account"],
          period === undefined ? ["Time Period:", "From", "To"] : ["Time Period:", period],
          ["Operator:", "lab"],
          ["Opening Balance:", "0.00"],
        ]
      : [];
  return [...preamble, header, ...rows.reverse()];
}

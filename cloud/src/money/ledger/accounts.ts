/**
 * The chart of accounts.
 *
 *   clearing:<channel>     money that the channel holds for the provider; equals the receipts, so it reconciles with statements
 *   unreceipted:<channel>  the channel says paid, and no receipt has come yet; the receipt brings it back to zero
 *   revenue                plans sold, and proved to be paid
 *   discounts              what promotions took off the usual prices; revenue less this is what was sold for
 *   pending                plans sold for money that nothing has proved yet; proof moves it to revenue
 *   credit                 what customers have with the provider (overpaid, paid twice, topped up); by party
 *   suspense               money whose owner is not known, or that waits for verification
 *   deposits               what customers left for equipment, and get back
 *   refunds                refunded to customers, out of revenue
 *   debts                  reversed money that the customer had spent already, or has twice; and what they owed a former system
 *   cash                   the office's till
 *   paper:<batch>          cash that was taken for a batch's printed vouchers, by whoever sold them, and was not handed in yet
 *   float:<user>           what staff who sell for cash a site's seller or a reseller has prepaid (credit) or owes (debit)
 *   venue:<venue>          what the owner of a venue has earned of its sales and was not paid yet
 *   venue-shares           what owners of venues earned
 *   taken-over             what another system took for credit that came with its customers, less what they owed it: it is to be found in its till
 *   to-bank                left a channel for the bank, as its statement says; the bank's own statement is not read yet
 *   opening                what channels held when their books began, as a named person said
 *   write-offs             debts that nobody will pay any more
 *   commission, fees, expenses
 *
 * A new account also needs its side in the database's `karibu_names_money` (`money/received/schema.sql`): is it what customers' money is called, or
 * what it became? In `received/received-books.ts` it needs its part of the sums.
 */
export type LedgerAccount =
  | `clearing:${string}`
  | `unreceipted:${string}`
  | `float:${string}`
  | `venue:${string}`
  | `paper:${string}`
  | "revenue"
  | "pending"
  | "credit"
  | "suspense"
  | "deposits"
  | "discounts"
  | "refunds"
  | "debts"
  | "cash"
  | "commission"
  | "fees"
  | "expenses"
  | "venue-shares"
  | "taken-over"
  | "to-bank"
  | "opening"
  | "write-offs";

/** What an account is, by the part of its name before the colon. */
export type AccountKind = KindOf<LedgerAccount>;
type KindOf<Account extends string> = Account extends `${infer Kind}:${string}` ? Kind : Account;
/** Of an account that is one of many. */
export type OwnedAccountKind =
  Extract<LedgerAccount, `${string}:${string}`> extends `${infer Kind}:${string}` ? Kind : never;

export const accountNatures = ["asset", "liability", "income", "expense"] as const;
export type AccountNature = (typeof accountNatures)[number];

const chart: Readonly<Record<AccountKind, AccountNature>> = {
  clearing: "asset",
  unreceipted: "asset",
  cash: "asset",
  paper: "asset",
  debts: "asset",
  "taken-over": "asset",
  "to-bank": "asset",
  opening: "liability",
  credit: "liability",
  suspense: "liability",
  deposits: "liability",
  float: "liability",
  venue: "liability",
  revenue: "income",
  pending: "liability",
  discounts: "expense",
  refunds: "expense",
  commission: "expense",
  fees: "expense",
  expenses: "expense",
  "venue-shares": "expense",
  "write-offs": "expense",
};

export function natureOf(account: string): AccountNature {
  const kind = account.replace(/:.*$/, "");
  return Object.hasOwn(chart, kind) ? chart[kind as AccountKind] : "asset";
}

/**
 * The one rule of signs for readers, on screen and in files: an amount is above zero when the account grows. Assets and expenses grow
 * by debit, income and liabilities by credit, so that a sale is positive income and what a customer has is positive credit.
 * @param cents debit positive, credit negative, as in the books
 */
export function growthOf(account: string, cents: number): number {
  const nature = natureOf(account);
  return nature === "asset" || nature === "expense" ? cents : 0 - cents;
}

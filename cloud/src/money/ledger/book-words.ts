/** The books in files for people: accounts, kinds of entries, natures. The console has the same words; a test of it compares them. */
import {
  commonHeads,
  type FileLanguage,
  inLanguage,
  type Word,
  type Wording,
} from "../../ground/lists/export-words.ts";
import type { AccountKind, AccountNature, OwnedAccountKind } from "./accounts.ts";

/** `{name}`: whose it is. */
export const accountWords: Wording<AccountKind> = {
  clearing: ["Held by {name}", "Zilizo {name}"],
  unreceipted: ["Paid, receipt to come ({name})", "Imelipwa, risiti inakuja ({name})"],
  paper: ["Cash of vouchers: {name}", "Taslimu za vocha: {name}"],
  float: ["Float of {name}", "Akiba ya {name}"],
  revenue: ["Plans sold", "Vifurushi vilivyouzwa"],
  pending: ["Plans sold, not proved yet", "Vifurushi vilivyouzwa, bado havijathibitishwa"],
  credit: ["Customers' credit", "Salio za wateja"],
  deposits: ["Customers' deposits", "Amana za wateja"],
  suspense: ["Money without an owner", "Pesa zisizo na mwenyewe"],
  discounts: ["Discounts", "Punguzo"],
  refunds: ["Refunds and reversals", "Marejesho na pesa zilizorudi"],
  debts: ["Customers' debts", "Madeni ya wateja"],
  cash: ["Cash in the till", "Taslimu zilizo sandukuni"],
  commission: ["Commission", "Kamisheni"],
  fees: ["Fees", "Ada"],
  expenses: ["Expenses", "Gharama"],
  venue: ["Share of {name}", "Gawio la {name}"],
  "venue-shares": ["Shares of venues", "Magawio ya maeneo"],
  "taken-over": ["Held by the former system", "Zilizo kwenye mfumo wa zamani"],
  "to-bank": ["On the way to the bank", "Ziko njiani kwenda benki"],
  opening: ["Opening balances", "Salio za kuanzia"],
  "write-offs": ["Debts written off", "Madeni yaliyofutwa"],
};

export const natureWords: Wording<AccountNature> = {
  asset: ["What you have", "Ulichonacho"],
  liability: ["What you owe", "Unachodaiwa"],
  income: ["Income", "Mapato"],
  expense: ["Costs", "Gharama"],
};

export const entryWords: Wording = {
  correction: ["Correction", "Sahihisho"],
  receipt: ["Payment", "Malipo"],
  unreceipted: ["Paid, no receipt yet", "Imelipwa, bado risiti"],
  suspense: ["Money without an owner", "Pesa zisizo na mwenyewe"],
  assignment: ["Assigned to the customer", "Zimepewa mteja"],
  "credit-used": ["Paid from credit", "Imelipwa kwa salio"],
  reversal: ["Reversed", "Imebatilishwa"],
  disproof: ["Disproved", "Imekanushwa"],
  restored: ["Proved after all", "Imethibitishwa baadaye"],
  proof: ["Proved: counts as revenue", "Imethibitishwa: inahesabiwa kama mapato"],
  refund: ["Refund", "Rejesho"],
  expense: ["Expense", "Gharama"],
  void: ["Voided", "Imefutwa"],
  "top-up": ["Credit topped up", "Salio limeongezwa"],
  "debt-paid": ["Debt from before paid", "Deni la awali limelipwa"],
  "taken-over": ["Balance taken over", "Salio lililohamishwa"],
  float: ["Seller's float", "Akiba ya muuzaji"],
  commission: ["Commission", "Kamisheni"],
  "cash-sale": ["Cash sale", "Mauzo taslimu"],
  fee: ["Fee", "Ada"],
  charge: ["Channel's charge", "Ada ya njia ya malipo"],
  withdrawal: ["Withdrawn to the bank", "Zimetolewa kwenda benki"],
  opening: ["Opening balance", "Salio la kuanzia"],
  "voucher-sale": ["Voucher sold", "Vocha imeuzwa"],
  "voucher-cash": ["Cash of vouchers handed in", "Taslimu za vocha zimekabidhiwa"],
  discount: ["Discount", "Punguzo"],
  "venue-share": ["Share of a venue", "Gawio la eneo"],
  "venue-pay-out": ["Share paid out", "Gawio limelipwa"],
};

const goneChannel: Word = ["Channel", "Njia"];
/** What an owner is called that nobody knows any more. */
export const goneOwner: Wording<OwnedAccountKind> = {
  clearing: goneChannel,
  unreceipted: goneChannel,
  float: ["a user", "mtumiaji"],
  venue: ["a venue", "eneo"],
  paper: ["a batch", "kundi"],
};

/** Never empty, and never two accounts alike while owners have names of their own. */
export function accountTitle(account: string, owner: string | null, language: FileLanguage): string {
  const kind = account.replace(/:.*$/, "");
  if (!Object.hasOwn(accountWords, kind)) return kind;
  const gone = Object.hasOwn(goneOwner, kind) ? inLanguage(goneOwner[kind as OwnedAccountKind], language) : "";
  return inLanguage(accountWords[kind as AccountKind], language).replace("{name}", owner ?? gone);
}

export const postingWords = {
  heads: {
    ...commonHeads,
    madeAtMs: ["Booked", "Iliwekwa"],
    cause: ["What it is about", "Kuhusu"],
    kind: ["Kind", "Aina"],
    accountName: ["Account", "Akaunti"],
    nature: ["Its nature", "Asili yake"],
    debitCents: ["Debit", "Debiti"],
    creditCents: ["Credit", "Krediti"],
    paymentReference: ["Payment's reference", "Rejeleo la malipo"],
    growthCents: ["By how much the account grew", "Kiasi ambacho akaunti imekua"],
  },
  values: { kind: entryWords, nature: natureWords },
} as const;

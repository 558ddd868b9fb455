/** The comparison at the end of a day finds what it is there for: each planted fault is named, and a day without one is clean. */
import { expect, test } from "vitest";
import { compareBooks, type DayTruth, type HubBooks } from "./test-day-books.ts";

const inflow = {
  place: "paybill",
  receipt: "UKL51ZDR4F",
  amountCents: 5000,
  currency: "KES",
  returnedCents: 0,
} as const;
const truth: DayTruth = {
  inflows: [inflow],
  forged: new Set(["UF00000001"]),
  channels: new Map([
    ["c1", "paybill"],
    ["c2", "dead"],
  ]),
  feeCents: new Map([["paybill", 50]]),
  payoutCents: new Map(),
  tillCents: 0,
  unaskable: new Set(["dead"]),
};
const receipt: HubBooks["receipts"][number] = {
  receipt: "UKL51ZDR4F",
  channelId: "c1",
  paymentId: "p1",
  state: "booked",
  amountCents: 5000,
  planCents: 5000,
  creditCents: 0,
  suspenseCents: 0,
  currency: "KES",
  provenance: "proved",
  note: null,
};
const payment = {
  id: "p1",
  channelId: "c1",
  state: "paid",
  receipt: "UKL51ZDR4F",
  grantId: "g1",
  amountCents: 5000,
  currency: "KES",
  pendingCents: 0,
  review: null,
};
const account = (name: string, balanceCents: number) => ({ account: name, currency: "KES", balanceCents });
const books: HubBooks = {
  receipts: [receipt],
  payments: [payment],
  accounts: [account("clearing:c1", 4950), account("fees", 50), account("revenue", -5000)],
  refunds: [],
  differences: [],
};
const lie: HubBooks["receipts"][number] = {
  ...receipt,
  receipt: "UF00000001",
  channelId: "c2",
  paymentId: null,
  provenance: "told",
};
const withLie = (more: object, listed: HubBooks["differences"] = []): HubBooks => ({
  ...books,
  receipts: [receipt, { ...lie, ...more }],
  accounts: [...books.accounts, account("clearing:c2", 5000), account("credit", -5000)],
  differences: listed,
});
/** The forgery is in the books, and the channel holds so much less. */
const closing = {
  channelId: "c2",
  receipt: "closing-balance",
  what: "balance-differs",
  statementCents: 0,
  bookedCents: 5000,
};
const listed = [
  { channelId: "c2", receipt: "UF00000001", what: "not-on-statement", statementCents: 0, bookedCents: 5000 },
];

test("a day whose books agree has no difference, and says in which state the money is", () => {
  expect(compareBooks(books, truth)).toEqual({
    unexplained: [],
    named: { "booked, proved": 1 },
    forgedServiceCents: {},
  });
});

test.each<[string, HubBooks, Partial<DayTruth>, RegExp]>([
  ["money that is not in the books", { ...books, receipts: [] }, {}, /paid at the channel, and not in the books/],
  ["money that is booked twice", { ...books, receipts: [receipt, receipt] }, {}, /booked twice/],
  ["another amount", { ...books, receipts: [{ ...receipt, amountCents: 4999 }] }, {}, /5000 KES at the channel, 4999/],
  ["another channel", { ...books, receipts: [{ ...receipt, channelId: "c2" }] }, {}, /booked at another channel/],
  [
    "real money that is disproved",
    { ...books, receipts: [{ ...receipt, state: "disproved" }] },
    {},
    /real, and disproved/,
  ],
  [
    "a reversal that the books lack",
    books,
    { inflows: [{ ...inflow, returnedCents: 5000 }] },
    /5000 went back at the ch/,
  ],
  ["who paid and got nothing", { ...books, payments: [{ ...payment, grantId: null }] }, {}, /gave nothing/],
  [
    "who paid for a payment that failed",
    { ...books, payments: [{ ...payment, state: "failed" }] },
    {},
    /that is failed/,
  ],
  ["service without money", { ...books, payments: [{ ...payment, receipt: null }] }, {}, /without a receipt/],
  [
    "a cent too much in the ledger",
    { ...books, accounts: [...books.accounts, account("credit", 1)] },
    {},
    /all accounts, KES: 1/,
  ],
  ["a fee that nobody charged", books, { feeCents: new Map() }, /clearing of paybill: 4950 in the ledger, 5000/],
  ["money that nobody paid", withLie({ receipt: "UKL99ZDR4F" }), {}, /in the books, and nobody paid it/],
  ["a forgery that counts as proved", withLie({ provenance: "proved" }, listed), {}, /forged, and proved/],
  ["a forgery that no list names", withLie({}), {}, /differences do not name it/],
  [
    "a forgery where the channel can be asked",
    withLie({}, listed),
    { unaskable: new Set() },
    /where the channel can be/,
  ],
  [
    "a closing balance that no forgery explains",
    withLie({ state: "credit", planCents: 0, creditCents: 5000 }, [...listed, { ...closing, bookedCents: 6000 }]),
    {},
    /the statement says balance-differs/,
  ],
  [
    "a difference about real money",
    {
      ...books,
      differences: [
        { channelId: "c1", receipt: "UKL51ZDR4F", what: "amount-differs", statementCents: 1, bookedCents: 2 },
      ],
    },
    {},
    /the statement says amount-differs/,
  ],
])("%s is unexplained", (_, hub, changed, expected) => {
  expect(compareBooks(hub, { ...truth, ...changed }).unexplained.join("\n")).toMatch(expected);
});

test("a forgery that is told and on the list of differences has a name; what it holds open counts", () => {
  const { unexplained, named } = compareBooks(
    withLie({ state: "credit", planCents: 0, creditCents: 5000 }, [...listed, closing]),
    truth,
  );
  expect(unexplained).toEqual([]);
  expect(named).toEqual({ "booked, proved": 1, "forged: told, credit": 1 });
});

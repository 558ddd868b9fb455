/** The judge on stories that are told by hand: the channel's account, lines of customers, and orders that cut a router off. */
import { expect, test } from "vitest";
import type { Books, Chronicle, Fact, HubBooks, PlanTerms } from "./chronicle.ts";
import { judge } from "./judge.ts";

const endMs = 6_000_000;
const siteBooks: Books = { when: "end", siteClockMs: 0, grants: [], spent: [], sessions: [], sales: [], soldCents: {} };
const none: HubBooks = {
  ...{
    purchases: [],
    receipts: [],
    entries: [],
    grants: [],
    changes: [],
    starts: [],
    sessions: [],
    cashSales: [],
    sellers: [],
  },
  ...{ listedSales: [], listed: [], lines: [], routerOrders: [] },
};
const online: PlanTerms = { validitySeconds: null, useSeconds: null, dataBytes: null, devices: 1, priceCents: 5000 };
const rights: Chronicle["rights"] = [{ rightId: "a1", kind: "account", plan: "line" }];

/** What the judge says by these invariants of these facts. */
function said(of: readonly string[], facts: readonly Fact[], hub: Partial<HubBooks> = {}): string[] {
  const all: Fact[] = [
    { atMs: 0, kind: "agent-up" },
    { atMs: 0, kind: "hub-up" },
    ...facts,
    { atMs: endMs, kind: "books", books: siteBooks },
    { atMs: endMs, kind: "hub-books", books: { ...none, ...hub } },
  ];
  return judge({ plans: { line: online }, rights, phones: 2, facts: all })
    .filter(({ invariant }) => of.includes(invariant))
    .map(({ what }) => what);
}

test("BANK-ZERO: what the channel holds is what came in, without what its owner took out and what it took for itself", () => {
  const moved: Fact[] = [
    { atMs: 1, kind: "money-moved", receipt: "U1", amountCents: 5000, reference: "R", isPrompted: true },
    { atMs: 1, kind: "money-moved", receipt: "U2", amountCents: 700, reference: "R", isPrompted: false },
    { atMs: 2, kind: "money-returned", receipt: "U2", amountCents: 700 },
    { atMs: 2, kind: "withdrawn", receipt: "W1", amountCents: 2000, to: "bank" },
    { atMs: 3, kind: "withdrawn", receipt: "W2", amountCents: 900, to: "settlement" },
  ];
  const night = { chargedCents: 50, saidCents: 2950, bookedCents: 2950, differing: [] as string[] };
  const on = (change: Partial<typeof night>) =>
    said(["BANK-ZERO"], [...moved, { atMs: endMs, kind: "channel-night", ...night, ...change }]);
  expect(on({})).toEqual([]);
  expect(on({ bookedCents: 2949 })).toEqual(["the channel holds 2950, and 2949 by the books"]);
  expect(on({ saidCents: 3850 })).toEqual(["the channel holds 2950, and 3850 as the hub reads it"]);
  expect(on({ differing: ["closing-balance"] })).toHaveLength(1);
});

test("BANK-ZERO: what staff were mistaken about differs, by so much, and stands in the list of what differs", () => {
  const out: Fact = { atMs: 2, kind: "paid-out", receipt: "P1", payee: "254700000001", amountCents: 1000 };
  const moved: Fact[] = [
    { atMs: 1, kind: "money-moved", receipt: "U1", amountCents: 5000, reference: "R", isPrompted: true },
    out,
    { atMs: 3, kind: "staff-mistaken", refundId: "1", of: "p1", method: "payout", said: "not-paid" },
    { atMs: 700_000, kind: "withdrawn", receipt: "W1", amountCents: 900, to: "settlement" },
  ];
  const night = (saidCents: number, bookedCents: number, differing: readonly string[]): Fact => ({
    ...{ atMs: endMs, kind: "channel-night", chargedCents: 0, saidCents, bookedCents, differing },
  });
  const on = (facts: readonly Fact[], ...[fact, hub]: [Fact, Partial<HubBooks>?]) =>
    said(["BANK-ZERO"], [...facts, fact], hub);
  expect(on(moved, night(4000, 5000, ["P1", "closing-balance"]))).toEqual([]);
  expect(on(moved, night(4000, 5000, []))).toEqual([expect.stringContaining("no list says that they differ")]);
  const nothingSince = moved.filter(({ kind }) => kind !== "withdrawn");
  expect(on(nothingSince, night(4000, 5000, []))).toEqual([]);
  expect(on(moved, night(4000, 4500, ["closing-balance"]))).toEqual(["the channel holds 4000, and 4500 by the books"]);
  const paid = { refunds: [{ refundId: "1", of: "p1", method: "payout", amountCents: 1000, receipt: "P1" }] };
  expect(on(moved, night(4000, 4000, []), paid)).toEqual([]);
  // A person settled it by the receipt of one that came back, which the books hear from the statement of the night.
  const other: Fact = { atMs: 2, kind: "paid-out", receipt: "P2", payee: "254700000001", amountCents: 1000 };
  const back: Fact = { atMs: 2, kind: "payout-returned", receipt: "B2", of: "P2", amountCents: 1000 };
  const byOther = { refunds: [{ refundId: "1", of: "p1", method: "payout", amountCents: 1000, receipt: "P2" }] };
  const differs = ["P1", "closing-balance"];
  expect(on([...moved, other, back], night(4000, 5000, differs), byOther)).toEqual([]);
  expect(on([...moved, other, back], night(4000, 4000, differs), byOther)).toHaveLength(1);
  // Or settled it rightly without any, after the statement's last row.
  const unnamed = { refunds: [{ refundId: "1", of: "p1", method: "payout", amountCents: 1000, receipt: null }] };
  expect(on(moved.slice(0, 2), night(4000, 4000, differs), unnamed)).toEqual([]);
  expect(on(moved.slice(0, 2), night(4000, 4000, ["closing-balance"]), unnamed)).toHaveLength(1);
  const receipt = { receipt: "U1", purchaseId: "p1", amountCents: 5000, planCents: 5000, creditCents: 0 };
  const reversed = {
    receipts: [
      { ...receipt, suspenseCents: 0, returnedCents: 0, state: "reversed", isProved: true, provedBy: "callback" },
    ],
  };
  const believed: Fact[] = [
    ...moved.filter((fact) => fact !== out && fact.kind !== "staff-mistaken"),
    { atMs: 3, kind: "staff-mistaken", refundId: "1", of: "p1", method: "reversal", said: "paid" },
  ];
  expect(on(believed, night(5000, 0, ["U1", "closing-balance"]), reversed)).toEqual([]);
  expect(on(believed, night(5000, 0, ["closing-balance"]), reversed)).toEqual([
    "U1 is reversed in the books alone, and no list says so",
  ]);
});

const line: Fact = {
  ...{ atMs: 0, kind: "line", line: "l1", rightId: "a1", priceCents: 5000 },
  ...{ paidUntilMs: 1_000_000, graceSeconds: 600 },
};
const news = (what: string, loggedMs: number, amountCents: number | null = null) => ({ what, loggedMs, amountCents });
const over = [news("now-grace", 1_030_000), news("now-over", 1_640_000)];
const booked = { line: "l1", state: "over", paidUntilMs: 1_000_000, log: over };
/** The ledger has what the log says was taken. */
function due(facts: readonly Fact[], change: Partial<typeof booked> | null = {}, entries = ledgerOf(change?.log)) {
  const hub = change === null ? {} : { lines: [{ ...booked, ...change }], entries };
  return said(["DUE-RIGHT"], [line, ...facts], hub);
}

const ledgerOf = (log: typeof over = []): HubBooks["entries"] =>
  log
    .filter(({ what }) => what === "renewed")
    .map((_, at) => ({
      key: `subscription:l1:renew/${at}`,
      purchaseId: null,
      postings: [
        { account: "cash", amountCents: 5000 },
        { account: "revenue", amountCents: -5000 },
      ],
    }));

test("DUE-RIGHT: a line that nobody paid for is in grace, then over, and its log says when", () => {
  expect(due([])).toEqual([]);
  expect(due([], null)).toEqual(["line l1: it is in no list"]);
  expect(due([], { state: "grace" })).toEqual(["line l1: it is over, and grace by the books"]);
  expect(due([], { paidUntilMs: 1_060_000 })).toHaveLength(1);
  expect(due([], { log: over.slice(0, 1) })).toHaveLength(1);
  expect(due([], { log: [news("now-grace", 1_300_000), ...over.slice(1)] })).toHaveLength(1);
  expect(due([], { log: [...over.slice(0, 1), news("now-over", 1_500_000)] })).toHaveLength(2);
  // A hub that was down looks when it is up again.
  const down: Fact[] = [
    { atMs: 1_590_000, kind: "hub-down", how: "killed", othersUp: 0 },
    { atMs: 2_500_000, kind: "hub-up" },
  ];
  const late = [...over.slice(0, 1), news("now-over", 2_560_000)];
  expect(due(down, { log: late })).toEqual([]);
  expect(due([], { log: late })).toHaveLength(1);
  // Its grace came and went while the hub was down: when it looks, the line is over.
  const downInGrace: Fact[] = [
    { atMs: 990_000, kind: "hub-down", how: "killed", othersUp: 0 },
    { atMs: 1_590_000, kind: "hub-up" },
  ];
  expect(due(downInGrace, { log: over.slice(1) })).toEqual([]);
  expect(due([], { log: over.slice(1) })).toHaveLength(1);
});

const renewed = (atMs: number, isDone = true): Fact[] => [
  { atMs, kind: "line-renewed", act: 1, line: "l1" },
  { atMs: atMs + 40, kind: "staff-heard", act: 1, isDone },
];
const dayMs = 86_400_000;

test("DUE-RIGHT: a day that was paid for costs its price once, and goes on from the end, or from now where it was over", () => {
  const paid = [news("renewed", 900_020, 5000)];
  const active = { state: "active", paidUntilMs: 1_000_000 + dayMs };
  expect(due(renewed(900_000), { ...active, log: paid })).toEqual([]);
  expect(due(renewed(900_000), { ...active, log: [news("renewed", 900_020, 4999)] })).toHaveLength(1);
  expect(due(renewed(900_000))).toContain("line l1: 1 days were paid for, and 0 are booked");
  expect(due(renewed(900_000, false), { ...active, log: paid })).toContain(
    "line l1: 0 days were paid for, and 1 are booked",
  );
  const twice = { ...active, paidUntilMs: 1_000_000 + 2 * dayMs, log: [...paid, ...paid] };
  expect(due(renewed(900_000), twice)).toContain("line l1: 1 days were paid for, and 2 are booked");
  expect(due(renewed(900_000), { ...active, log: paid }, [])).toEqual([
    "line l1: its days make 5000, and 0 is in the ledger",
  ]);
  const late = [...over, news("renewed", 3_000_020, 5000)];
  expect(due(renewed(3_000_000), { ...active, paidUntilMs: 3_000_020 + dayMs, log: late })).toEqual([]);
  expect(due(renewed(3_000_000), { ...active, log: late })).toHaveLength(1);
});

test("DUE-RIGHT: a promise lets its customer in until then, and a day that is paid for after it begins where the promise did", () => {
  const promise: Fact[] = [
    { atMs: 2_000_000, kind: "line-promised", act: 1, line: "l1", untilMs: 4_000_000 },
    { atMs: 2_000_040, kind: "staff-heard", act: 1, isDone: true },
  ];
  const log = [...over, news("promised", 2_000_020)];
  expect(due(promise, { log: [...log, news("now-over", 4_030_000)] })).toEqual([]);
  // Without a grace it is over at once, and only the promise lets its customer in.
  const strict = { ...line, graceSeconds: 0 } as Fact;
  const soon = [news("now-over", 1_030_000), news("promised", 2_000_020), news("now-over", 4_030_000)];
  expect(said(["DUE-RIGHT"], [strict, ...promise], { lines: [{ ...booked, log: soon }] })).toEqual([]);
  const second: Fact[] = [{ atMs: 3_000_000, kind: "line-renewed", act: 2, line: "l1" }];
  const paid = { state: "active", log: [...log, news("renewed", 3_000_020, 5000)] };
  expect(due([...promise, ...second], { ...paid, paidUntilMs: 2_000_020 + dayMs })).toEqual([]);
  expect(due([...promise, ...second], { ...paid, paidUntilMs: 3_000_020 + dayMs })).toHaveLength(1);
});

test("DUE-RIGHT: who promised pays before they promise again, who brings the cash is not sent away, and the site lets its customer in as long as the hub says", () => {
  const promise = (act: number, atMs: number, untilMs: number): Fact[] => [
    { atMs, kind: "line-promised", act, line: "l1", untilMs },
    { atMs: atMs + 40, kind: "staff-heard", act, isDone: true },
  ];
  const once = promise(1, 900_000, 1_900_000);
  const log = [news("promised", 900_020), news("now-grace", 1_030_000), news("now-over", 1_930_000)];
  expect(due(once, { log })).toEqual([]);
  const again = [...once, ...promise(2, 950_000, 1_900_000)];
  expect(due(again, { log: [news("promised", 900_020), news("promised", 950_020), ...log.slice(1)] })).toEqual([
    "line l1: its customer promised to pay, did not, and promised again",
  ]);
  expect(due(renewed(900_000, false))).toEqual(["line l1: somebody came to pay a day, and nobody took it"]);
  // The hub died at the first try, and the provider was suspended before the second one.
  const suspended: Fact[] = [
    { atMs: 920_000, kind: "provider-stepped", act: 9, step: "suspend", sells: false },
    { atMs: 920_040, kind: "staff-heard", act: 9, isDone: true },
  ];
  const second: Fact[] = [
    { atMs: 900_000, kind: "line-renewed", act: 1, line: "l1" },
    { atMs: 975_000, kind: "staff-heard", act: 1, isDone: false },
  ];
  expect(due([...second, ...suspended])).toEqual([]);
  expect(due([...renewed(900_000, false), ...suspended])).toHaveLength(1);
  const atSite = (letInUntilMs: number, facts: readonly Fact[], change: Partial<typeof booked>) =>
    due(
      [
        ...facts,
        { atMs: endMs, kind: "copy-at-site", grants: [], changes: [], accounts: [{ rightId: "a1", letInUntilMs }] },
      ],
      change,
    );
  expect(atSite(1_600_000, [], {})).toEqual([]);
  expect(atSite(1_000_000, [], {})).toHaveLength(1);
  expect(atSite(1_900_000, once, { log })).toEqual([]);
  // Asked for at the same moment, and refused.
  const refused: Fact[] = [
    { atMs: 900_000, kind: "line-promised", act: 2, line: "l1", untilMs: 1_960_000 },
    { atMs: 900_040, kind: "staff-heard", act: 2, isDone: false },
  ];
  expect(atSite(1_900_000, [...once, ...refused], { log })).toEqual([]);
  const paid = { state: "active", paidUntilMs: 1_000_000 + dayMs, log: [news("renewed", 900_020, 5000)] };
  expect(atSite(1_600_000 + dayMs, renewed(900_000), paid)).toEqual([]);
});

test("the customer of a line is let in as long as it is paid, promised or in grace, and no longer", () => {
  const session = (toMs: number, cause: string): Fact[] => [
    { atMs: 10_000, kind: "session-began", session: "s", phone: 0, mac: "m" },
    { atMs: 10_000, kind: "charged-to", session: "s", rightId: "a1" },
    { atMs: toMs, kind: "session-ended", session: "s", cause, bytes: 0 },
  ];
  const site = (facts: readonly Fact[]) => said(["OFF-IN-TIME", "NO-THEFT"], [line, ...facts]).length;
  expect(site(session(1_600_000, "Session-Timeout"))).toBe(0);
  expect(site(session(1_000_000, "Session-Timeout"))).toBe(1);
  expect(site(session(2_400_000, "User-Request"))).toBe(1);
  expect(site([...renewed(900_000), ...session(2_400_000, "User-Request")])).toBe(0);
  expect(site([...renewed(900_000), ...session(1_600_000, "Session-Timeout")])).toBe(1);
});

test("UNDO: an order that closes a router's way to the hub is taken back within ten minutes, and nobody is told that it stands", () => {
  const off = (toMs: number): Fact[] => [
    { atMs: 1_000_000, kind: "uplink-off" },
    { atMs: toMs, kind: "uplink-on" },
  ];
  const undone = (facts: readonly Fact[], state = "undone") =>
    said(["UNDO"], facts, { routerOrders: [{ action: "ether1 off", state }] });
  expect(undone(off(1_060_000))).toEqual([]);
  expect(undone(off(1_700_000))).toEqual(["an order closed the router's way to the hub for 700 s"]);
  expect(undone(off(1_060_000), "done")).toHaveLength(1);
  // It has no power: nothing can be taken back before it has.
  const dark: Fact[] = [
    { atMs: 1_010_000, kind: "router-down" },
    { atMs: 1_650_000, kind: "router-up" },
  ];
  expect(undone([...off(1_700_000), ...dark].sort((one, other) => one.atMs - other.atMs))).toEqual([]);
  expect(undone([{ atMs: 1_000_000, kind: "uplink-off" }])).toHaveLength(1);
});

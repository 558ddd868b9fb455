/** The judge on stories that are told by hand: what a hub must not do with cash, plans that change, gifts and statements. */
import { expect, test } from "vitest";
import type { CashSale, Chronicle, Fact, HubBooks, PlanTerms } from "./chronicle.ts";
import { judge } from "./judge.ts";

const hour: PlanTerms = {
  validitySeconds: 3600,
  useSeconds: null,
  dataBytes: null,
  devices: 1,
  priceCents: 5000,
};
const plans = { hour, dear: { ...hour, priceCents: 5100 }, dated: { ...hour, untilMs: 1_000_000 } };
const sale: CashSale = { saleId: "s1", seller: "ann", rightId: "c.s1", priceCents: 5000, commissionCents: 500 };
const purchase: HubBooks["purchases"][number] = {
  purchaseId: "p1",
  reference: "R1",
  state: "prompted",
  plan: "hour",
  priceCents: 5000,
  review: null,
  createdAtMs: 100_000,
};
const posting = (account: string, amountCents: number) => ({ account, amountCents });
const sold = {
  key: "cash-sale:x:s1",
  purchaseId: null,
  postings: [posting("float:ann", 4500), posting("commission", 500), posting("revenue", -5000)],
};
const handedIn = {
  key: "seller-hand-in:ann:k",
  purchaseId: null,
  postings: [posting("float:ann", -1000), posting("cash", 1000)],
};
const hubBooks: HubBooks = {
  purchases: [purchase],
  receipts: [],
  entries: [sold, handedIn],
  grants: [],
  changes: [],
  cashSales: [sale],
  sellers: [{ seller: "ann", soldCents: 5000, commissionCents: 500, handedInCents: 1000 }],
  lines: [],
  routerOrders: [],
  listedSales: [sale],
  starts: [],
  sessions: [],
  listed: [{ purchaseId: "p1", state: "prompted" }],
};
const siteBooks = {
  when: "end" as const,
  siteClockMs: 0,
  grants: [],
  spent: [],
  sessions: [],
  sales: [{ saleId: "s1", priceCents: 5000, rightId: "c.s1" }],
  soldCents: { ann: 5000 },
};
const endMs = 9_000_000;

/** As a hub books it: each gift once, where it was not refused. */
function givenIn(facts: readonly Fact[]): HubBooks["changes"] {
  const refused = new Set(facts.flatMap((fact) => (fact.kind === "staff-heard" && !fact.isDone ? [fact.act] : [])));
  return facts.flatMap((fact) =>
    fact.kind === "given" && !refused.has(fact.act)
      ? [{ rightId: fact.rightId, seconds: fact.seconds, useSeconds: 0, dataBytes: fact.dataBytes, isPaused: false }]
      : [],
  );
}

/** Names of what is broken in a day on which one thing was sold for cash and one thing was begun to be bought. */
function broken(
  change: Partial<HubBooks>,
  more: readonly Fact[] = [],
  rights: Chronicle["rights"] = [],
  offered: Chronicle["plans"] = plans,
): string[] {
  const facts: Fact[] = [
    { atMs: 0, kind: "agent-up" },
    {
      atMs: 1000,
      kind: "sold",
      ask: 1,
      saleId: "s1",
      seller: "Ann",
      plan: "hour",
      priceCents: 5000,
      code: "1",
      rightId: "c.s1",
    },
    { atMs: 2000, kind: "handed-in", act: 0, seller: "ann", amountCents: 1000 },
    { atMs: 2100, kind: "staff-heard", act: 0, isDone: true },
    ...more,
    { atMs: endMs, kind: "books", books: siteBooks },
    { atMs: endMs, kind: "hub-books", books: { ...hubBooks, changes: givenIn(more), ...change } },
  ];
  return judge({ plans: offered, rights, phones: 2, facts }).map(({ invariant }) => invariant);
}

test("a package that a site gave back to a restored hub goes on where its channel says that nobody paid, if a person is to look", () => {
  const restored: Fact = { atMs: 200_000, kind: "restored", backUpMs: 100_000 };
  const given = { rightId: "g1", isRevoked: false, isSuspended: false, isUnverified: true, purchaseId: "p1" };
  const denied = (review: string | null, facts: readonly Fact[], state = "failed") => {
    const purchases = [{ ...purchase, state, review }];
    const listed = [{ purchaseId: "p1", state }];
    return broken({ purchases, listed, grants: [{ ...given, isForgotten: false }] }, facts).includes("MONEY-ONCE");
  };
  expect(denied("denied", [restored])).toBe(false);
  expect(denied("no-answer", [restored], "unknown")).toBe(false);
  expect(denied(null, [restored], "unknown")).toBe(true);
  expect(denied(null, [restored])).toBe(true);
  expect(denied("denied", [])).toBe(true);
});

test("cash is booked once, to the cent, and is the same in each list", () => {
  expect(broken({})).toEqual([]);
  expect(broken({ cashSales: [] })).toContain("ONE-TRUTH");
  expect(broken({ entries: [sold, sold, handedIn] })).toContain("MONEY-ONCE");
  expect(broken({ entries: [sold] })).toContain("LEDGER-ZERO");
  expect(broken({ listedSales: [{ ...sale, priceCents: 1 }] })).toContain("ONE-TRUTH");
  expect(broken({ cashSales: [sale, { ...sale, saleId: "s1 again" }] })).toContain("MONEY-ONCE");
  const keeps = (commissionPermille: number): Fact[] => [
    { atMs: 0, kind: "seller", seller: "ann", commissionPermille },
  ];
  expect(broken({}, keeps(100))).toEqual([]);
  expect(broken({}, keeps(110))).toEqual(["MONEY-ONCE"]);
  const dated = (soldAtMs: number) => ({ cashSales: [{ ...sale, soldAtMs }], listedSales: [{ ...sale, soldAtMs }] });
  expect(broken(dated(60_000))).toEqual([]);
  expect(broken(dated(400_000))).toEqual(["ONE-TRUTH"]);
  const twice = { key: "seller-hand-in:ann:l", purchaseId: null, postings: handedIn.postings };
  const sellers = [{ seller: "ann", soldCents: 5000, commissionCents: 500, handedInCents: 2000 }];
  expect(broken({ entries: [sold, handedIn, twice], sellers })).toContain("MONEY-ONCE");
});

test("what is listed as received is what the ledger has of customers, and sellers owe what they have not handed in", () => {
  const listed = (amountCents: number) => broken({ received: [{ receipt: null, amountCents, state: "entered" }] });
  expect(listed(5000)).toEqual([]);
  expect(listed(4500)).toEqual(["ONE-TRUTH"]);
  const owes = (owedCents: number) =>
    broken({ sellers: [{ seller: "ann", soldCents: 5000, commissionCents: 500, handedInCents: 1000, owedCents }] });
  expect(owes(3500)).toEqual([]);
  expect(owes(4000)).toEqual(["ONE-TRUTH"]);
});

test("LEDGER-ZERO: each account holds what was made of it, nobody spends more than they have, and a paid purchase keeps no credit", () => {
  const entry = (...postings: readonly (readonly [account: string, cents: number, party?: string | null])[]) => ({
    ...{ key: "x", purchaseId: null },
    postings: postings.map(([account, amountCents, party]) => ({
      ...posting(account, amountCents),
      ...(party === undefined ? {} : { party }),
    })),
  });
  const with_ = (more: ReturnType<typeof entry>) => broken({ entries: [sold, handedIn, more] });
  expect(with_(entry(["expenses", 100], ["cash", -100]))).toEqual(["LEDGER-ZERO", "LEDGER-ZERO"]);
  expect(with_(entry(["credit", -100, "joe"], ["debts", 100, "eve"]))).toEqual([]);
  expect(with_(entry(["credit", 100, "joe"], ["credit", -100, "eve"]))).toEqual(["LEDGER-ZERO"]);
  expect(with_(entry(["credit", -100, null], ["debts", 100, "eve"]))).toEqual(["LEDGER-ZERO"]);
  const keeps = (state: string) => ({
    ...{ purchases: [{ ...purchase, state, heldCents: 300 }], listed: [{ purchaseId: "p1", state }] },
  });
  expect(broken(keeps("prompted"))).toEqual([]);
  expect(broken(keeps("paid")).length).toBe(
    broken({ ...keeps("paid"), purchases: [{ ...purchase, state: "paid" }] }).length + 1,
  );
});

test("a plan that changes is sold for what it costs at that moment, and nothing is begun while the provider may not sell", () => {
  const change: Fact[] = [
    { atMs: 50_000, kind: "plan-changed", act: 1, plan: "hour", to: "dear" },
    { atMs: 50_100, kind: "staff-heard", act: 1, isDone: true },
  ];
  expect(broken({}, change)).toContain("MONEY-ONCE");
  expect(broken({ purchases: [{ ...purchase, plan: "dear", priceCents: 5100 }] }, change)).toEqual([]);
  expect(broken({ purchases: [{ ...purchase, plan: "dear", priceCents: 5000 }] }, change)).toContain("MONEY-ONCE");
  const shut: Fact[] = [
    { atMs: 60_000, kind: "provider-stepped", act: 1, step: "suspend", sells: false },
    { atMs: 60_100, kind: "staff-heard", act: 1, isDone: true },
    { atMs: 101_000, kind: "purchase-said", ask: 2, purchaseId: "p1", state: "prompted" },
  ];
  expect(broken({}, shut)).toContain("MONEY-ONCE");
});

test("what stands on a statement that was read is in the books", () => {
  const read: Fact[] = [
    { atMs: 3000, kind: "money-moved", receipt: "U1", amountCents: 5000, reference: "HOUSE", isPrompted: false },
    { atMs: 4000, kind: "statement", act: 1, receipts: ["U1"] },
  ];
  expect(broken({}, read)).toEqual([]);
  expect(broken({}, [...read, { atMs: 4100, kind: "staff-heard", act: 1, isDone: true }])).toContain("NO-SILENCE");
  // That somebody is to look at what was paid twice is no reason why it is in no book.
  const heard: Fact[] = [
    { atMs: 3000, kind: "money-moved", receipt: "U1", amountCents: 5000, reference: "R1", isPrompted: false },
    { atMs: 3000, kind: "acknowledged", receipt: "U1" },
  ];
  const inSuspense = { ...{ receipt: "U1", purchaseId: "p1", amountCents: 5000, planCents: 0, creditCents: 0 } };
  const waits = (suspenseCents: number): HubBooks["receipts"] => [
    {
      ...inSuspense,
      suspenseCents,
      returnedCents: 5000 - suspenseCents,
      state: "suspense",
      isProved: false,
      provedBy: null,
    },
  ];
  expect(broken({ receipts: waits(0) }, heard)).toContain("NO-SILENCE");
  expect(broken({ receipts: waits(5000) }, heard)).not.toContain("NO-SILENCE");
  // What a prompt asked for the hub can ask about: it does not wait for ever.
  const prompted = heard.map((fact) => (fact.kind === "money-moved" ? { ...fact, isPrompted: true } : fact));
  expect(broken({ receipts: waits(5000) }, prompted)).toContain("NO-SILENCE");
  const looked = (review: string) => broken({ purchases: [{ ...purchase, review }] }, heard);
  expect(looked("paid-twice")).toContain("NO-SILENCE");
  expect(looked("amount-differs")).not.toContain("NO-SILENCE");
  const listed = (isProved: boolean) =>
    broken({ receipts: waits(5000).map((each) => ({ ...each, purchaseId: null, isProved })) }, [
      ...read,
      { atMs: 4100, kind: "staff-heard", act: 1, isDone: true },
    ]);
  expect(listed(true)).not.toContain("PROVED-ONLY");
  expect(listed(false)).toContain("PROVED-ONLY");
});

test("a payment that the channel told of plainly stands on the page that waits at its next look", () => {
  const whole = {
    receipt: "R1",
    purchaseId: "p1",
    amountCents: 5000,
    planCents: 5000,
    creditCents: 0,
    suspenseCents: 0,
  };
  const receipts: HubBooks["receipts"] = [
    { ...whole, returnedCents: 0, state: "booked", isProved: true, provedBy: null },
  ];
  const shown = (atMs: number, isPlain = true, struck: Fact[] = []): string[] =>
    broken({ receipts }, [
      { atMs: 190_000, kind: "asked", ask: 9, what: "purchase", phone: 0, rightId: null },
      { atMs: 200_000, kind: "purchase-said", ask: 9, purchaseId: "p1", state: "prompted" },
      { atMs: 210_000, kind: "acknowledged", receipt: "R1", isPlain },
      ...struck,
      { atMs, kind: "purchase-said", ask: 9, purchaseId: "p1", state: "paid" },
    ]).filter((each) => each === "NO-SILENCE");
  expect(shown(214_900)).toEqual([]);
  expect(shown(216_000)).toEqual(["NO-SILENCE"]);
  expect(shown(216_000, false)).toEqual([]);
  expect(shown(216_000, true, [{ atMs: 211_000, kind: "hub-down", how: "killed", othersUp: 1 }])).toEqual([]);
  expect(shown(216_000, true, [{ atMs: 211_000, kind: "trouble-began", trouble: "wan", what: "cut" }])).toEqual([]);
});

test("what staff gave is given, and a date ends what is begun before it", () => {
  const rights = [
    { rightId: "v1", kind: "voucher" as const, plan: "hour" },
    { rightId: "v2", kind: "voucher" as const, plan: "dated" },
  ];
  const online = (rightId: string, toMs: number): Fact[] => [
    { atMs: 10_000, kind: "session-began", session: rightId, phone: 0, mac: "m" },
    { atMs: 10_000, kind: "charged-to", session: rightId, rightId },
    { atMs: toMs, kind: "session-ended", session: rightId, cause: "Session-Timeout", bytes: 0 },
  ];
  const given: Fact[] = [
    { atMs: 20_000, kind: "given", act: 1, rightId: "v1", seconds: 1200, useSeconds: 0, dataBytes: 0 },
    { atMs: 20_100, kind: "staff-heard", act: 1, isDone: true },
  ];
  expect(broken({}, online("v1", 3_610_000), rights)).toEqual([]);
  expect(broken({}, [...given, ...online("v1", 3_610_000)], rights)).toEqual(["NO-THEFT"]);
  expect(broken({}, [...given, ...online("v1", 4_810_000)], rights)).toEqual([]);
  expect(broken({}, online("v1", 4_810_000), rights)).toEqual(["OFF-IN-TIME"]);
  expect(broken({}, online("v2", 1_000_000), rights)).toEqual([]);
  expect(broken({}, online("v2", 3_600_000), rights)).toEqual(["OFF-IN-TIME"]);
});

test("more data that a router without API can't be told counts at the next log-in: no other end is excused by it", () => {
  const full = { ...hour, dataBytes: 1000 };
  const rights = [{ rightId: "v1", kind: "voucher" as const, plan: "full" }];
  const alone: Fact = { atMs: 0, kind: "no-router-api" };
  const given: Fact[] = [
    { atMs: 20_000, kind: "given", act: 1, rightId: "v1", seconds: 0, useSeconds: 0, dataBytes: 500 },
    { atMs: 20_100, kind: "staff-heard", act: 1, isDone: true },
  ];
  const ends = (cause: string, bytes: number): Fact[] => [
    { atMs: 10_000, kind: "session-began", session: "s", phone: 0, mac: "m" },
    { atMs: 10_000, kind: "charged-to", session: "s", rightId: "v1" },
    { atMs: 900_000, kind: "session-ended", session: "s", cause, bytes },
  ];
  const typed = (code: string): Fact[] => [
    { atMs: 910_000, kind: "asked", ask: 9, what: "code", phone: 0, mac: "m", rightId: "v1" },
    { atMs: 910_000, kind: "answered", ask: 9, code },
  ];
  const all = (facts: readonly Fact[]) => broken({}, facts, rights, { ...plans, full });
  expect(all([alone, ...given, ...ends("NAS-Request", 1000)])).toEqual([]);
  expect(all([alone, ...given, ...ends("NAS-Request", 1000), ...typed("ok")])).not.toContain("NO-THEFT");
  expect(all([...given, ...ends("NAS-Request", 1000)])).toEqual(["NO-THEFT"]);
  expect(all([alone, ...given, ...ends("NAS-Request", 900)])).toEqual(["NO-THEFT"]);
  expect(all([alone, ...given, ...ends("Session-Timeout", 1000)])).toEqual(["NO-THEFT"]);
  expect(all([alone, ...given, ...ends("NAS-Request", 1000), ...typed("data-used")])).toContain("NO-THEFT");
  const refused = given.map((fact) => (fact.kind === "staff-heard" ? { ...fact, isDone: false } : fact));
  expect(all([alone, ...refused, ...ends("NAS-Request", 900)])).toEqual(["NO-THEFT"]);
});

test("a device that is logged in again for what staff gave was not put off, and one that stays off was", () => {
  const rights = [{ rightId: "v1", kind: "voucher" as const, plan: "hour" }];
  const once = (session: string, fromMs: number, toMs: number): Fact[] => [
    { atMs: fromMs, kind: "session-began", session, phone: 0, mac: "m" },
    { atMs: fromMs, kind: "charged-to", session, rightId: "v1" },
    { atMs: toMs, kind: "session-ended", session, cause: "Admin-Reset", bytes: 0 },
  ];
  const given: Fact[] = [
    { atMs: 500_000, kind: "given", act: 1, rightId: "v1", seconds: 60, useSeconds: 0, dataBytes: 0 },
    { atMs: 500_100, kind: "staff-heard", act: 1, isDone: true },
  ];
  const first = once("a", 10_000, 501_000);
  expect(broken({}, [...given, ...first, ...once("b", 504_000, 3_700_000)], rights)).toEqual([]);
  expect(broken({}, [...given, ...first], rights)).toEqual(["NO-THEFT"]);
  expect(broken({}, [...first, ...once("b", 504_000, 3_700_000)], rights)).toEqual(["NO-THEFT"]);
});

test("what a phone left behind under its old MAC may be ended at any time; its session under the new one may not", () => {
  const rights = [{ rightId: "v1", kind: "voucher" as const, plan: "hour" }];
  const once = (session: string, phone: number, mac: string, fromMs: number, toMs: number): Fact[] => [
    { atMs: fromMs, kind: "session-began", session, phone, mac },
    { atMs: fromMs, kind: "charged-to", session, rightId: "v1" },
    { atMs: toMs, kind: "session-ended", session, cause: "Admin-Reset", bytes: 0 },
  ];
  const two = { ...plans, hour: { ...hour, devices: 2 } };
  const old = once("a", 0, "m", 10_000, 310_000);
  expect(broken({}, old, rights, two)).toEqual(["NO-THEFT"]);
  expect(broken({}, [...old, ...once("b", 0, "n", 12_000, 310_001)], rights, two)).toEqual(["NO-THEFT"]);
  expect(broken({}, [...old, ...once("b", 1, "n", 12_000, 310_001)], rights, two)).toEqual(["NO-THEFT", "NO-THEFT"]);
});

test("site and hub say the same of sessions, also where a router gives an id again", () => {
  const session = (bytes: number, isOpen: boolean, seconds = 7) => ({
    ...{ session: "s", rightId: "v1", isOpen, bytes, seconds, startedAtMs: 1000 },
  });
  const told = (sessions: HubBooks["sessions"]) =>
    broken({ sessions }, [
      { atMs: endMs, kind: "books", books: { ...siteBooks, sessions: [session(0, false), session(5, true)] } },
    ]);
  expect(told([session(0, false), session(5, true)])).toEqual([]);
  expect(told([session(0, false), session(9, true)])).toEqual(["ONE-TRUTH"]);
  expect(told([session(0, false, 6), session(5, true)])).toEqual(["ONE-TRUTH"]);
  expect(told([session(0, false), session(5, true, 6)])).toEqual([]);
  expect(told([{ ...session(0, false), startedAtMs: 2000 }, session(5, true)])).toEqual(["ONE-TRUTH"]);
  expect(told([])).toEqual(["ONE-TRUTH", "ONE-TRUTH"]);
});

test("site and hub say the same of when something ends, with what staff gave since it began", () => {
  const change = { rightId: "g1", seconds: 90, useSeconds: 0, dataBytes: 0, isPaused: false };
  const gift: Fact = { ...change, atMs: 500, kind: "given", act: 7 };
  const grant = { rightId: "g1", startedAtMs: 1000, endsAtMs: 61_000, bytes: 0, onlineSeconds: 0, devices: [] };
  const ends = (endsAtMs: number, givenSeconds: number) =>
    broken({ changes: [change], starts: [{ rightId: "g1", startedAtMs: 1000, endsAtMs }] }, [
      gift,
      { atMs: endMs, kind: "books", books: { ...siteBooks, grants: [{ ...grant, givenSeconds }] } },
    ]).filter((name) => name === "ONE-TRUTH");
  expect(ends(151_000, 0)).toEqual([]);
  expect(ends(91_000, 60)).toEqual([]);
  expect(ends(61_000, 0)).toEqual(["ONE-TRUTH"]);
  expect(ends(151_000, 60)).toEqual(["ONE-TRUTH"]);
  // What the site took back for its disk is not begun at the hub either.
  const starts = [{ rightId: "g1", startedAtMs: 1000, endsAtMs: 61_000 }];
  const known = (site: object): string[] =>
    broken({ starts }, [{ atMs: endMs, kind: "books", books: { ...siteBooks, ...site } }]).filter(
      (name) => name === "ONE-TRUTH",
    );
  expect(known({ grants: [grant] })).toEqual([]);
  expect(known({ spent: ["g1"] })).toEqual([]);
  expect(known({})).toEqual(["ONE-TRUTH"]);
});

test("in the end the site's own copy says of each package what the hub says", () => {
  const good = { rightId: "g1", isRevoked: false, isSuspended: false, isUnverified: false };
  const more = { rightId: "g1", seconds: 60, useSeconds: 0, dataBytes: 0, isPaused: false };
  const atHub = { grants: [{ ...good, purchaseId: null, isForgotten: false }], changes: [more] };
  const copy = (change: Partial<typeof good>, given: Partial<typeof more> = {}): Fact[] => [
    { atMs: endMs, kind: "copy-at-site", grants: [{ ...good, ...change }], changes: [{ ...more, ...given }] },
  ];
  expect(broken(atHub, copy({}))).not.toContain("ONE-TRUTH");
  for (const told of [{ isRevoked: true }, { isSuspended: true }, { isUnverified: true }])
    expect(broken(atHub, copy(told))).toContain("ONE-TRUTH");
  const anew = { ...good, goesOnFrom: "g0" };
  expect(broken({ ...atHub, grants: [{ ...anew, purchaseId: null, isForgotten: false }] }, copy({}))).toContain(
    "ONE-TRUTH",
  );
  for (const given of [{ seconds: 0 }, { useSeconds: 1 }, { dataBytes: 1 }, { isPaused: true }])
    expect(broken(atHub, copy({}, given))).toContain("ONE-TRUTH");
  expect(broken(atHub, [{ atMs: endMs, kind: "copy-at-site", grants: [], changes: [] }])).toContain("ONE-TRUTH");
});

test("what a seller handed in is settled at the site; what is kept of later sales may come later", () => {
  const settled = (settledCents: number): string[] =>
    broken({}, [
      { atMs: endMs, kind: "copy-at-site", grants: [], changes: [], settled: [{ seller: "ann", settledCents }] },
    ]);
  expect(settled(1000)).toEqual([]);
  expect(settled(1500)).toEqual([]);
  expect(settled(0)).toEqual(["ONE-TRUTH"]);
  expect(settled(1501)).toEqual(["ONE-TRUTH"]);
  // Of a sale that the hub had heard of by then, what is kept is settled, too.
  const later: Fact[] = [
    { atMs: 95_000, kind: "handed-in", act: 1, seller: "ann", amountCents: 1000 },
    { atMs: 95_100, kind: "staff-heard", act: 1, isDone: true },
  ];
  const twice = (settledCents: number): string[] =>
    broken(
      {
        entries: [sold, handedIn, { ...handedIn, key: "seller-hand-in:ann:l" }],
        sellers: [{ seller: "ann", soldCents: 5000, commissionCents: 500, handedInCents: 2000 }],
      },
      [
        ...later,
        { atMs: endMs, kind: "copy-at-site", grants: [], changes: [], settled: [{ seller: "ann", settledCents }] },
      ],
    );
  expect(twice(2500)).toEqual([]);
  expect(twice(2000)).toEqual(["ONE-TRUTH"]);
});

test("the office takes the cash that is brought, but for a provider that is suspended", () => {
  const brought = (isDone: boolean): Fact[] => [
    { atMs: 30_000, kind: "handed-in", act: 1, seller: "ann", amountCents: 700 },
    { atMs: 30_100, kind: "staff-heard", act: 1, isDone },
  ];
  const step = (act: number, atMs: number, name: "suspend" | "reactivate"): Fact[] => [
    { atMs, kind: "provider-stepped", act, step: name, sells: true },
    { atMs: atMs + 100, kind: "staff-heard", act, isDone: true },
  ];
  expect(broken({}, brought(false))).toEqual(["MONEY-ONCE"]);
  expect(broken({}, [...step(2, 20_000, "suspend"), ...brought(false), ...step(3, 40_000, "reactivate")])).toEqual([]);
  const again = step(3, 25_000, "reactivate");
  expect(broken({}, [...step(2, 20_000, "suspend"), ...again, ...brought(false)])).toEqual(["MONEY-ONCE"]);
});

test("what a customer bought waits while staff have switched them off, and goes on with them", () => {
  const step = (act: number, isOff: boolean, atMs: number): Fact[] => [
    { atMs, kind: "customer-stepped", act, customer: "c1", isOff },
    { atMs, kind: "staff-heard", act, isDone: true },
  ];
  const bought: Fact = { atMs: 1, kind: "bought", purchaseId: "p1", rightId: "g1", plan: "hour", customer: "c1" };
  const online = (fromMs: number, toMs: number): Fact[] => [
    { atMs: fromMs, kind: "session-began", session: "s", phone: 0, mac: "m" },
    { atMs: fromMs, kind: "charged-to", session: "s", rightId: "g1" },
    { atMs: toMs, kind: "session-ended", session: "s", cause: "User-Request", bytes: 0 },
  ];
  const on = (isSuspended: boolean, more: readonly Fact[]): boolean => {
    const grant = { rightId: "g1", isRevoked: false, isSuspended, isUnverified: false };
    const facts: Fact[] = [...more, bought, { atMs: endMs, kind: "copy-at-site", grants: [grant], changes: [] }];
    const grants = [{ ...grant, purchaseId: null, isForgotten: false }];
    return broken({ grants }, facts).some((name) => name === "ONE-TRUTH" || name === "OFF-IN-TIME");
  };
  const off = step(7, true, 1_000_000);
  const again = step(8, false, 2_000_000);
  expect(on(true, off)).toBe(false);
  expect(on(false, [...off, ...again])).toBe(false);
  expect(on(true, [...off, ...again])).toBe(true);
  expect(on(true, [])).toBe(true);
  expect(on(false, off)).toBe(true);
  expect(on(true, [...off, ...online(10_000, 1_010_000)])).toBe(false);
  expect(on(true, [...off, ...online(10_000, 1_900_000)])).toBe(true);
});

test("what staff gave is in the hub's books once, and the time of a pause with it", () => {
  const rights = [{ rightId: "g1", kind: "voucher" as const, plan: "hour" }];
  const gift = (act: number, isDone: boolean | null): Fact[] => [
    { atMs: 200_000, kind: "given", act, rightId: "g1", seconds: 60, useSeconds: 0, dataBytes: 0 },
    ...(isDone === null ? [] : [{ atMs: 200_100, kind: "staff-heard" as const, act, isDone }]),
  ];
  const has = (seconds: number, more: readonly Fact[]) => {
    const changes = [{ rightId: "g1", seconds, useSeconds: 0, dataBytes: 0, isPaused: false }];
    return broken({ changes }, more, rights).includes("MONEY-ONCE");
  };
  expect(has(60, gift(7, true))).toBe(false);
  expect(has(120, gift(7, true))).toBe(true);
  expect(has(0, gift(7, true))).toBe(true);
  expect(has(60, [...gift(7, true), ...gift(8, false)])).toBe(false);
  expect(has(120, [...gift(7, true), ...gift(8, null)])).toBe(false);
  expect(has(120, [...gift(7, true), ...gift(8, true)])).toBe(false);
  // What an outage gave in a pause is taken off; one after it, with the code switched off, is none of these.
  const order = (act: number, atMs: number): Fact => ({ atMs, kind: "staff-heard", act, isDone: true });
  const held = (act: number, isHeld: boolean, atMs: number): Fact[] => [
    { atMs, kind: "held", act, by: "staff", rightId: "g1", isHeld },
    order(act, atMs),
  ];
  const paused: Fact[] = [
    { atMs: 10_000, kind: "credits-outages" },
    { atMs: 20_000, kind: "session-began", session: "s", phone: 0, mac: "m" },
    { atMs: 20_001, kind: "charged-to", session: "s", rightId: "g1" },
    ...held(11, true, 1_000_000),
    { atMs: 1_000_001, kind: "session-ended", session: "s", cause: "NAS-Request", bytes: 0 },
    ...held(12, false, 1_600_000),
    { atMs: 2_000_000, kind: "taken-back", act: 13, rightId: "g1", purchaseId: null },
    order(13, 2_000_000),
  ];
  const outage = (fromMs: number, toMs: number): Fact[] => [
    { atMs: fromMs, kind: "trouble-began", trouble: "wan", what: "cut" },
    { atMs: toMs, kind: "trouble-ended", trouble: "wan" },
  ];
  expect(has(600, paused)).toBe(false);
  expect(has(0, paused)).toBe(true);
  expect(has(0, [...paused, ...outage(3_000_000, 3_300_000)])).toBe(true);
});

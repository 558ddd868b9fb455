/** The judge on stories that are told by hand: paper, what is given back, money of others, and phones that wait, leave or go on elsewhere. */
import { expect, test } from "vitest";
import type { Books, Fact, HubBooks, PlanTerms } from "./chronicle.ts";
import { judge } from "./judge.ts";

const hour: PlanTerms = { validitySeconds: 3600, useSeconds: null, dataBytes: null, devices: 1, priceCents: 5000 };
const endMs = 3_000_000;
const books: Books = { when: "end", siteClockMs: 0, grants: [], spent: [], sessions: [], sales: [], soldCents: {} };
const none: HubBooks = {
  ...{ purchases: [], receipts: [], entries: [], grants: [], changes: [], starts: [], sessions: [] },
  ...{ cashSales: [], sellers: [], lines: [], routerOrders: [], listedSales: [], listed: [] },
};
const posting = (account: string, amountCents: number) => ({ account, amountCents });

/** What the judge says of an hour's voucher and these facts. */
function said(facts: readonly Fact[], site: Partial<Books> = {}, hub: Partial<HubBooks> | null = null): string {
  const all: Fact[] = [
    { atMs: 0, kind: "agent-up" },
    ...facts,
    { atMs: endMs, kind: "books", books: { ...books, ...site } },
    ...(hub === null ? [] : [{ atMs: endMs, kind: "hub-books" as const, books: { ...none, ...hub } }]),
  ];
  const rights = [{ rightId: "v.b.1", kind: "voucher" as const, plan: "hour" }];
  return judge({ plans: { hour }, rights, phones: 2, facts: all })
    .map(({ what }) => what)
    .join("; ");
}

test("a printed voucher is sold once when it is used, and not before", () => {
  const starts = [{ rightId: "v.b.1", startedAtMs: 1000, endsAtMs: null }];
  const sale = { purchaseId: null, postings: [posting("paper:b", 5000), posting("revenue", -5000)] };
  const entries = [{ key: "voucher-sale:b.1", ...sale }];
  const ofPaper = "voucher v.b.1";
  expect(said([], {}, { starts, entries })).not.toContain(ofPaper);
  expect(said([], {}, { starts })).toContain(`${ofPaper} was used, and is sold 0 times`);
  expect(said([], {}, { entries })).toContain(`${ofPaper} was used by nobody`);
  const atHotspot: Fact[] = [
    { atMs: 2000, kind: "asked", ask: 1, what: "account", phone: 0, rightId: "v.b.1" },
    { atMs: 9000, kind: "hotspot-said", ask: 1, isOnline: false, message: "RADIUS server is not responding" },
  ];
  expect(said(atHotspot, {}, { entries })).toContain(`${ofPaper} was used by nobody`);
  // Told to the hub, and taken back, as where the site's own page says that it can't write.
  const noDisk: Fact = { atMs: 1000, kind: "trouble-began", trouble: "disk", what: "pulled-out" };
  expect(said([noDisk, ...atHotspot], {}, { entries })).not.toContain(ofPaper);
});

const bought = { atMs: 5000, kind: "bought", purchaseId: "p1", rightId: "g1", plan: "hour" } as const;
const paid = { reference: "R1", state: "paid", plan: "hour", priceCents: 5000, review: null, createdAtMs: 0 };
const purchases = [{ purchaseId: "p1", ...paid }];

const asks = (method: "cash" | "credit"): Fact => ({ atMs: 9000, kind: "giving-back", of: "p1", method });

test("of a purchase no more is given back than it cost, and not all after it ran", () => {
  const back = (cents: number) => ({
    purchases,
    refunds: [{ refundId: "1", of: "p1", method: "cash", amountCents: cents }],
    entries: [{ key: "refund:1", purchaseId: "p1", postings: [posting("refunds", cents), posting("cash", -cents)] }],
  });
  const ran: Fact[] = [
    { atMs: 6000, kind: "session-began", session: "s", phone: 0, mac: "m" },
    { atMs: 6000, kind: "charged-to", session: "s", rightId: "g1" },
    bought,
    asks("cash"),
    { atMs: 1_000_000, kind: "taken-back", rightId: "g1", purchaseId: "p1" },
  ];
  const asked = [bought, asks("cash")];
  expect(said(asked, {}, back(5000))).not.toContain("given back");
  expect(said([bought], {}, back(5000))).toContain("was given back as cash, and nobody asked");
  expect(said(asked, {}, { ...back(5000), refunds: [] })).toContain("refund 1 is in the ledger, and in no list");
  expect(said(asked, {}, back(6000))).toContain("for 5000 was given back with 6000");
  expect(said(asked, {}, back(4000))).not.toContain("given back");
  expect(said([bought, asks("credit")], {}, back(4000))).toContain("was given back as cash, and nobody asked");
  const grant = { rightId: "g1", purchaseId: "p1", isRevoked: false, isSuspended: false, isForgotten: false };
  const withGrant = (isRevoked: boolean) => ({ ...back(4000), grants: [{ ...grant, isRevoked, isUnverified: false }] });
  expect(said(asked, {}, withGrant(true))).not.toContain("goes on");
  expect(said(asked, {}, withGrant(false))).toContain("was given back, and goes on");
  expect(said(ran, {}, back(4000))).not.toContain("given back");
  expect(said(ran, {}, back(5000))).toContain("all of it was given back");
});

test("what the channel gave back stays sold, all of it is given back beside that, and a person is to look at it", () => {
  const sold = {
    key: "receipt:U1",
    purchaseId: "p1",
    postings: [posting("clearing:c", 5000), posting("revenue", -5000)],
  };
  const grants = [
    { rightId: "g1", purchaseId: "p1", isRevoked: true, isSuspended: false, isUnverified: false, isForgotten: false },
  ];
  /** By staff before, and by the channel then: what its customer has twice is a debt. */
  const reversed = (byStaff: number, byChannel: number, review: string | null = "reversed") => ({
    purchases: [{ ...purchases[0], purchaseId: "p1", state: "reversed", review }] as HubBooks["purchases"],
    grants,
    entries: [
      sold,
      ...(byStaff === 0
        ? []
        : [{ key: "refund:1", purchaseId: "p1", postings: [posting("refunds", byStaff), posting("cash", -byStaff)] }]),
      {
        ...{ key: "reversal:U1", purchaseId: "p1" },
        postings: [posting("refunds", byChannel), posting("debts", byStaff), posting("clearing:c", -5000)],
      },
    ],
    refunds: byStaff === 0 ? [] : [{ refundId: "1", of: "p1", method: "cash", amountCents: byStaff }],
  });
  const wrong = /sold for|is given back|nobody is to look/;
  expect(said([], {}, reversed(0, 5000))).not.toMatch(wrong);
  expect(said([asks("cash")], {}, reversed(2300, 2700))).not.toMatch(wrong);
  expect(said([], {}, reversed(0, 5000, null))).toContain("nobody is to look");
  expect(said([asks("cash")], {}, reversed(2300, 5000))).toContain(
    "for 5000 was reversed, and 7300 of it is given back",
  );
  // Out of what was earned, as if it had never been there.
  const unsold = {
    key: "reversal:U1",
    purchaseId: "p1",
    postings: [posting("revenue", 5000), posting("clearing:c", -5000)],
  };
  expect(said([], {}, { ...reversed(0, 5000), entries: [sold, unsold] })).toMatch(
    /sold for 0.* is given back|is given back.* sold for 0/,
  );
  // Before anything was opened nothing was sold.
  expect(said([], {}, { ...reversed(0, 0), grants: [], entries: [] })).not.toMatch(wrong);
});

test("no part of what moved is below nought: less than the price pays for no plan", () => {
  const receipt = { ...{ receipt: "U1", purchaseId: "p1", amountCents: 4500, suspenseCents: 0, returnedCents: 0 } };
  const proved = { state: "booked", isProved: true, provedBy: "list" };
  const booked = (planCents: number, creditCents: number) =>
    said([], {}, { purchases, receipts: [{ ...receipt, ...proved, planCents, creditCents }] });
  expect(booked(0, 4500)).not.toContain("U1 pays");
  expect(booked(5000, -500)).toContain("U1 pays 5000 for a plan and leaves -500 as credit");
});

test("what was paid in parts pays, once the parts make the price", () => {
  const parts = (heldCents: number) =>
    said([], {}, { purchases: [{ ...purchases[0], state: "prompted", heldCents }] as HubBooks["purchases"] });
  expect(parts(4900)).not.toContain("and is prompted");
  expect(parts(5000)).toContain("purchase p1 keeps 5000 of 5000 that it costs, and is prompted");
});

test("money pays for its payer's purchase, and lets in no other", () => {
  const of = (payer: string): Fact[] => [
    { atMs: 0, kind: "asked", ask: 1, what: "purchase", phone: 0, rightId: null },
    { atMs: 1, kind: "purchase-said", ask: 1, purchaseId: "p1", state: "prompted", payer: "254700000001" },
    { atMs: 2, kind: "money-moved", receipt: "U1", amountCents: 5000, reference: "HOUSE", isPrompted: false, payer },
  ];
  const parts = { amountCents: 5000, planCents: 5000, creditCents: 0, suspenseCents: 0, returnedCents: 0 };
  const state = { state: "booked", isProved: true, provedBy: "pull" };
  const hub = { purchases, receipts: [{ receipt: "U1", purchaseId: "p1", ...parts, ...state }] };
  expect(said(of("254700000001"), {}, hub)).not.toContain("pays purchase");
  expect(said(of("254700001001"), {}, hub)).toContain("U1 of 254700001001");
  const claimed: Fact = { atMs: 3, kind: "asked", ask: 2, what: "claim", phone: 0, receipt: "U1", rightId: null };
  expect(said([...of("254700001001"), claimed], {}, hub)).not.toContain("pays purchase");
  // Who claims on another phone gets what they claim, and not what that phone began.
  expect(said([...of("254700001001"), { ...claimed, phone: 1 }], {}, hub)).toContain("U1 of 254700001001");
  const stranger: Fact[] = [
    { atMs: 3, kind: "asked", ask: 2, what: "false-claim", phone: 0, receipt: "U1", rightId: null },
    { atMs: 4, kind: "hotspot-said", ask: 2, isOnline: true, message: "" },
  ];
  expect(said(stranger)).toContain("is online by U1, which another paid");
});

const code = (ask: number, rightId: string | null, code: string, waitSeconds = 0, mac = "m"): Fact[] => [
  { atMs: ask * 1000, kind: "asked", ask, what: "code", phone: 0, mac, rightId },
  { atMs: ask * 1000, kind: "answered", ask, code, waitSeconds },
];

test("who types a right code is locked out for its own wrong tries alone, and waits for others for a moment", () => {
  const wrong = [1, 2, 3, 4].flatMap((ask) => code(ask, null, "unknown-user"));
  expect(said(code(5, "v.b.1", "guessing", 60))).toContain("locked out after 0 wrong tries");
  expect(said([...wrong, ...code(5, "v.b.1", "guessing", 60)])).not.toContain("locked out after");
  expect(said(code(5, "v.b.1", "one-moment", 3))).toBe("");
  expect(said(code(5, "v.b.1", "one-moment", 60))).toContain("is to wait 60 s");
});

const began = (atMs: number, session: string, mac: string): Fact[] => [
  ...code(atMs / 1000, "v.b.1", "ok", 0, mac),
  { atMs, kind: "session-began", session, phone: 0, mac },
  { atMs, kind: "charged-to", session, rightId: "v.b.1" },
];
const booked = (session: string, isOpen: boolean) => ({ session, rightId: "v.b.1", isOpen, bytes: 0 });

test("a package for one device is online on one: who comes next pushes it out within a minute", () => {
  const next = (atMs: number): Fact[] => [
    { atMs, kind: "session-began", session: "t", phone: 1, mac: "n" },
    { atMs, kind: "charged-to", session: "t", rightId: "v.b.1" },
  ];
  const ends = (atMs: number): Fact => ({ atMs, kind: "session-ended", session: "s", cause: "Admin-Reset", bytes: 0 });
  const two = "online on more devices than its 1";
  expect(said([...began(1000, "s", "m"), ...next(500_000)])).toContain(two);
  expect(said([...began(1000, "s", "m"), ...next(500_000), ends(560_000)])).not.toContain(two);
  expect(said([...began(1000, "s", "m"), ends(1000), ...next(500_000)])).not.toContain(two);
  // The router answers nobody: the site can't act.
  const deaf: Fact = { atMs: 400_000, kind: "trouble-began", trouble: "router", what: "deaf" };
  expect(said([...began(1000, "s", "m"), deaf, ...next(500_000)])).not.toContain(two);
});

test("who was told that it is logged out is off", () => {
  const out: Fact[] = [
    { atMs: 9000, kind: "asked", ask: 99, what: "log-out", phone: 0, mac: "m", rightId: null },
    { atMs: 9000, kind: "answered", ask: 99, code: "ok" },
  ];
  const ends: Fact = { atMs: 9100, kind: "session-ended", session: "s", cause: "User-Request", bytes: 0 };
  expect(said([...began(1000, "s", "m"), ...out])).toContain("session s goes on");
  expect(said([...began(1000, "s", "m"), ...out, ends])).not.toContain("goes on");
});

test("a phone that goes on with another address is charged in one place", () => {
  const moved = [
    ...began(1000, "s", "m"),
    { atMs: 60_000, kind: "new-mac", phone: 0, keepsCookie: true } as const,
    ...began(61_000, "t", "n"),
  ];
  const open = booked("t", true);
  expect(said(moved, { sessions: [booked("s", true), open] })).toContain("is charged for s too");
  expect(said(moved, { sessions: [booked("s", false), open] })).not.toContain("charged for");
  const forgets: Fact = { atMs: 1000, kind: "new-mac", phone: 0, keepsCookie: false };
  const [asks, answer, ...session] = began(1000, "s", "m") as [Fact, Fact, ...Fact[]];
  const both = { sessions: [booked("s", true), open] };
  expect(said([asks, answer, forgets, ...session, ...began(61_000, "t", "n")], both)).not.toContain("charged for");
  expect(said([forgets, ...moved], both)).toContain("is charged for s too");
  const atHotspot: Fact[] = [
    { atMs: 500, kind: "session-began", session: "r", phone: 0, mac: "m" },
    { atMs: 500, kind: "charged-to", session: "r", rightId: "v.b.1" },
  ];
  expect(said([...atHotspot, ...moved], both)).not.toContain("charged for");
  const restarts: Fact[] = [
    { atMs: 1003, kind: "agent-down", how: "killed" },
    { atMs: 2000, kind: "agent-up" },
  ];
  const [letIn, after] = [moved.slice(0, began(1000, "s", "m").length), moved.slice(began(1000, "s", "m").length)];
  expect(said([...letIn, ...restarts, ...after], both)).not.toContain("charged for");
});

test("a site alone may forget a sale for two bits of its journal, and for no bits of another file", () => {
  const sale = { saleId: "s1", seller: "Ann", plan: "hour", priceCents: 5000, code: "1", rightId: "c.s1" };
  const twice = (file: string): Fact[] => [
    { atMs: 1000, kind: "sold", ask: 1, ...sale },
    ...[2000, 3000].map((atMs) => ({ atMs, kind: "damaged", file, how: "bit" }) as const),
    { atMs: 4000, kind: "agent-down", how: "killed" },
    { atMs: 5000, kind: "agent-up" },
    ...code(90, "c.s1", "unknown-user"),
  ];
  const refused = "typed the right code of c.s1";
  expect(said(twice("journal/a/1.jsonl"))).not.toContain(refused);
  expect(said(twice("state.json"))).toContain(refused);
});

test("who comes back is let in by itself at the next look: not by what it typed, and not with what somebody else had", () => {
  const backMs = 400_000;
  const session = (name: string, atMs: number, rightId: string): Fact[] => [
    { atMs, kind: "session-began", session: name, phone: 0, mac: "m" },
    { atMs, kind: "charged-to", session: name, rightId },
  ];
  const back = (after: readonly Fact[]) =>
    said([
      ...began(1000, "s", "m"),
      { atMs: 90_000, kind: "session-ended", session: "s", cause: "Lost-Service", bytes: 0 },
      { atMs: backMs, kind: "came-back", phone: 0, mac: "m", isOnline: false },
      ...after,
    ]);
  const outside = "came back with v.b.1 and was not let in";
  expect(back([])).toContain(outside);
  expect(back(session("t", backMs + 5000, "v.b.1"))).not.toContain(outside);
  expect(back(session("t", backMs + 5000, "another"))).toContain(outside);
  expect(back([...code(402, "v.b.1", "ok"), ...session("t", backMs + 5000, "v.b.1")])).toContain(outside);
  const diedAt = (atMs: number): Fact[] => [
    { atMs, kind: "agent-down", how: "killed" },
    { atMs: atMs + 1, kind: "agent-up" },
  ];
  expect(back(diedAt(999))).not.toContain(outside);
  expect(back(diedAt(7000))).toContain(outside);
});

test("another provider reads and changes nothing, whatever ids it knows", () => {
  const heard = (fact: { reach: string; status: number; isList?: boolean; saw?: readonly string[] }) =>
    said([{ atMs: 5, kind: "neighbour-heard", isList: false, saw: [], ...fact }]);
  expect(heard({ reach: "give time", status: 404 })).not.toContain("another provider");
  expect(heard({ reach: "give time", status: 200 })).toContain('another provider was allowed to "give time"');
  expect(heard({ reach: "list payments", status: 200, isList: true })).not.toContain("another provider");
  expect(heard({ reach: "list payments", status: 200, isList: true, saw: ["p1"] })).toContain("and saw p1");
});

test("PROVED-ONLY: what only somebody told who knew the address opens what it bought, and is no revenue and pays nothing out", () => {
  const leaked: Fact[] = [{ atMs: 1, kind: "leaked", receipt: "UL1", purchaseId: "p1", amountCents: 5000 }, bought];
  const entry = (key: string, ...postings: HubBooks["entries"][number]["postings"]) => ({
    ...{ key, purchaseId: "p1", postings },
  });
  const told = entry("receipt:UL1", posting("clearing:c", 5000), posting("pending", -5000));
  const proof = entry("proved:p1", posting("pending", 5000), posting("revenue", -5000));
  const back = entry("refund:1", posting("refunds", 5000), posting("cash", -5000));
  const what = /nobody paid|never moved|taken back|was paid, and is/;
  expect(said(leaked, {}, { purchases, entries: [told] })).not.toMatch(what);
  expect(said([bought], {}, { purchases, entries: [told] })).toContain("is paid, and nobody paid");
  expect(said(leaked, {}, { purchases, entries: [told, proof] })).toContain("is revenue of 5000, and nobody paid");
  const listed = (state: string) => ({ purchases, received: [{ receipt: "UL1", amountCents: 5000, state }] });
  expect(said(leaked, {}, { ...listed("told"), entries: [told] })).not.toMatch(what);
  expect(said(leaked, {}, { ...listed("proved"), entries: [told] })).toContain("UL1 is listed as proved");
  expect(said(leaked, {}, { purchases, entries: [told, back] })).toContain("5000 were paid out for purchase p1");
  const money = { atMs: 2, kind: "money-moved", receipt: "U1", amountCents: 5000, reference: "R1" } as const;
  const isPaid: Fact[] = [...leaked, { ...money, isPrompted: true, payer: "254700000001" }];
  expect(said(isPaid, {}, { purchases, entries: [told, proof] })).not.toMatch(what);
  const good = { rightId: "g1", purchaseId: "p1", isRevoked: false, isSuspended: false, isForgotten: false };
  const opened = (askedCents: number, isUnverified: boolean, entries: HubBooks["entries"]): string => {
    const facts = [...leaked.map((fact) => (fact.kind === "leaked" ? { ...fact, askedCents } : fact))];
    return said(facts, {}, { purchases, entries, grants: [{ ...good, isUnverified }] });
  };
  const openedBy = "was opened by a callback that may open nothing";
  expect(opened(5000, true, [told])).not.toMatch(/was opened|waits for its proof/);
  expect(opened(2500, true, [told])).toContain(openedBy);
  const within = (centsMax: number): string => {
    const limit: Fact = { atMs: 0, kind: "unverified-limit", centsMax };
    return said([limit, ...leaked], {}, { purchases, entries: [told], grants: [{ ...good, isUnverified: true }] });
  };
  expect(within(5000)).not.toContain("is the limit");
  expect(within(4900)).toContain("callbacks alone opened packages for 5000 in an hour, and 4900 is the limit");
  expect(opened(5000, false, [told])).toContain("is proved, and 5000 of it waits for its proof");
});

test("PROVED-ONLY: who pays out of their credit pays with all of it that the plan costs, and no channel holds that", () => {
  const parts = {
    creditCents: 0,
    suspenseCents: 0,
    returnedCents: 0,
    state: "booked",
    isProved: false,
    provedBy: null,
  };
  const receipt = { receipt: "c1", purchaseId: "p1", amountCents: 5000, planCents: 5000, ...parts, isFromCredit: true };
  const spends = (cents: number, ...more: HubBooks["entries"]) =>
    said(
      [],
      {},
      {
        purchases,
        receipts: [receipt],
        entries: [
          {
            key: "receipt:credit:c1",
            purchaseId: "p1",
            postings: [posting("credit", cents), posting("revenue", -cents)],
          },
          ...more,
        ],
      },
    );
  expect(spends(5000)).not.toMatch(/nobody paid|clearing/);
  expect(spends(4000)).toContain("nobody paid");
  // It was given back since: it was paid all the same.
  const back = { key: "refund:r1", purchaseId: "p1", postings: [posting("refunds", 5000), posting("credit", -5000)] };
  expect(spends(5000, back)).not.toContain("nobody paid");
});

test("PAID-STAYS: what was paid is shown as paid, until its payer has the money again", () => {
  const shown = (atMs: number, state: string): Fact => ({
    atMs,
    kind: "purchase-said",
    ask: 1,
    purchaseId: "p1",
    state,
  });
  const receipt = { ...{ receipt: "U1", purchaseId: "p1", amountCents: 5000, planCents: 5000, creditCents: 0 } };
  const receipts = [
    { ...receipt, suspenseCents: 0, returnedCents: 0, state: "reversed", isProved: true, provedBy: "list" },
  ];
  const isShown = (...facts: Fact[]) => said(facts, {}, { purchases, receipts });
  const returned: Fact = { atMs: 5, kind: "money-returned", receipt: "U1", amountCents: 5000 };
  const wrong = "was paid, and is shown as failed";
  expect(isShown(shown(1, "paid"), shown(2, "paid"))).not.toContain("is shown as");
  expect(isShown(shown(1, "paid"), shown(2, "failed"))).toContain(wrong);
  expect(isShown(shown(1, "paid"), shown(2, "failed"), returned)).toContain(wrong);
  expect(isShown(shown(1, "paid"), returned, shown(6, "failed"))).not.toContain("is shown as");
});

test("PAID-STAYS: what a restored hub lacks the credit for, which paid a part of it, waits for a person; without a restore it stays paid", () => {
  const shown: Fact = { atMs: 1, kind: "purchase-said", ask: 1, purchaseId: "p1", state: "paid" };
  const restored: Fact = { atMs: 200_000, kind: "restored", backUpMs: 0 };
  const grant = { rightId: "g1", purchaseId: "p1", isRevoked: false, isSuspended: false, isForgotten: false };
  const receipt = { ...{ receipt: "U1", purchaseId: "p1", amountCents: 100, planCents: 0, creditCents: 100 } };
  const isLeft = (facts: Fact[], review: string | null, amountCents = 100) =>
    said(
      [shown, bought, ...facts],
      {},
      {
        purchases: [{ purchaseId: "p1", ...paid, state: "unknown", review }],
        receipts: [
          {
            ...{ ...receipt, amountCents, creditCents: amountCents, suspenseCents: 0, returnedCents: 0 },
            ...{ state: "booked", isProved: true, provedBy: "statement" },
          },
        ],
        grants: [{ ...grant, isUnverified: false }],
      },
    );
  const [wrong, unsold] = ["was paid, and is unknown in the books", "(unknown) has 1 grants"];
  for (const what of [wrong, unsold]) {
    expect(isLeft([restored], "underpaid")).not.toContain(what);
    expect(isLeft([], "underpaid")).toContain(what);
    expect(isLeft([restored], null)).toContain(what);
    expect(isLeft([restored], "underpaid", 5000)).toContain(what);
  }
});

test("who has paid comes back and gets it; of what was taken back they may hear that there is no hub to ask", () => {
  const back: Fact[] = [
    bought,
    { atMs: 900_000, kind: "asked", ask: 1, what: "paid-return", phone: 0, rightId: "g1" },
    { atMs: 900_100, kind: "answered", ask: 1, code: "hub-away" },
  ];
  const taken: Fact = { atMs: 400_000, kind: "taken-back", rightId: "g1", purchaseId: "p1" };
  expect(said(back)).toContain('phone 0 had paid for g1 (hour) and heard "hub-away"');
  expect(said([taken, ...back])).not.toContain("had paid for");
});

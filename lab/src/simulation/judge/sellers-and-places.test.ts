/** The judge on stories that are told by hand: sellers and their page, who takes whose place, and sessions whose end was heard. */
import { expect, test } from "vitest";
import type { Books, Fact, PlanTerms } from "./chronicle.ts";
import { judge } from "./judge.ts";

const hour: PlanTerms = { validitySeconds: 3600, useSeconds: null, dataBytes: null, devices: 1, priceCents: 5000 };
const endMs = 900_000;
const books: Books = { when: "end", siteClockMs: 0, grants: [], spent: [], sessions: [], sales: [], soldCents: {} };

function said(facts: readonly Fact[], site: Partial<Books> = {}, devices = 1): string {
  const all: Fact[] = [
    { atMs: 0, kind: "agent-up" },
    { atMs: 0, kind: "habits", floatCents: 12_000, settledCents: 1000, diskMs: 0 },
    ...facts,
    { atMs: endMs, kind: "books", books: { ...books, ...site } },
  ];
  const rights = [{ rightId: "v", kind: "voucher" as const, plan: "hour" }];
  return judge({ plans: { hour: { ...hour, devices } }, rights, phones: 3, facts: all })
    .map(({ what }) => what)
    .join("; ");
}

const asks = (atMs: number, ask: number, rightId: string, seller = "Ann"): Fact => ({
  ...{ atMs, kind: "asked", ask, what: "sale", phone: -1, rightId, seller, saleCents: 5000 },
});
const hears = (atMs: number, ask: number, code: string): Fact => ({ atMs, kind: "answered", ask, code });
const sells = (atMs: number, ask: number, code: string, seller = "Ann"): Fact[] => [
  asks(atMs, ask, `c.${code}`, seller),
  hears(atMs, ask, "ok"),
  {
    ...{ atMs, kind: "sold", ask, saleId: code, seller, plan: "hour", priceCents: 5000, code, rightId: `c.${code}` },
  },
];
const page = (outCents: number, codes: readonly string[]): Fact => ({
  ...{ atMs: 60_000, kind: "seller-page", seller: "Ann", outCents, codes },
});

test("the page of a seller says what they owe, and lists what they sold and nobody has used", () => {
  const two = [...sells(1000, 1, "11"), ...sells(2000, 2, "12"), ...sells(3000, 3, "13", "Ben")];
  const used: Fact[] = [
    { atMs: 9000, kind: "session-began", session: "s", phone: 0, mac: "m" },
    { atMs: 9000, kind: "charged-to", session: "s", rightId: "c.11" },
  ];
  const said9000 = (codes: readonly string[], more: readonly Fact[] = []) => said([...two, ...more, page(9000, codes)]);
  expect(said9000(["12", "11"])).not.toContain("the page of Ann");
  expect(said([...two, page(8900, ["12", "11"])])).toContain("says 8900 cents to hand in, and 9000 to 9000 are right");
  expect(said9000(["12"])).toContain("lacks the code 11");
  expect(said9000(["12", "11"], used)).toContain("shows the code 11 as not used");
  expect(said9000(["12", "11", "13"])).toContain("shows the code 13, which another one sold");
  // What was refused is not owed; what met a fault may be written later.
  const third = (code: string) =>
    said([...two, asks(4000, 4, "c.14"), hears(4000, 4, code), page(14_000, ["12", "11"])]);
  for (const code of ["not-offered", "bad-request", "slow-down"])
    expect(third(code)).toContain("says 14000 cents to hand in, and 9000 to 9000 are right");
  expect(third("fault")).not.toContain("the page of Ann");
  // Of what nobody answered it may show either.
  expect(said([...two, asks(4000, 4, "c.14"), page(14_000, ["12", "11"])])).not.toContain("the page of Ann");
});

test("a right PIN sells what the float has room for, and what was sold belongs to one seller", () => {
  const two = [...sells(1000, 1, "11"), ...sells(2000, 2, "12")];
  const third = (code: string) => said([...two, asks(100_000, 3, "c.13"), hears(100_000, 3, code)]);
  expect(third("not-offered")).not.toContain("asked for a sale");
  // One rightful refusal is no reason for the next.
  const cheap = { ...asks(200_000, 4, "c.14"), saleCents: 2000 } as Fact;
  const refusedTwice = [...two, asks(100_000, 3, "c.13"), hears(100_000, 3, "not-offered"), cheap];
  expect(said([...refusedTwice, hears(200_000, 4, "not-offered")])).toContain("asked for a sale of 2000");
  expect(third("fault")).toContain('Ann asked for a sale of 5000 and heard "fault"');
  expect(said([asks(3000, 3, "c.13"), hears(3000, 3, "not-offered")])).toContain('heard "not-offered"');
  expect(said([...two, asks(3000, 3, "c.12", "Ben"), hears(3000, 3, "bad-request")])).not.toContain("asked for a sale");
  expect(said([...two, ...sells(3000, 3, "12", "Ben")])).toContain("the code of sale 12 of Ann was shown to Ben");
});

test("a seller with the right PIN is told to wait, or to log in, only where something led to it", () => {
  const asked = "asked for a sale";
  const wrong = (atMs: number, ask: number): Fact[] => [
    { atMs, kind: "asked", ask, what: "sale", phone: -1, rightId: null, seller: "Ann" },
    hears(atMs, ask, ask < 5 ? "wrong-password" : "guessing"),
  ];
  const after = (before: readonly Fact[], code: string) =>
    said([...before, asks(100_000, 20, "c.20"), hears(100_000, 20, code)]);
  const wrongPins = (count: number) => Array.from({ length: count }, (_, at) => wrong(90_000, at + 1)).flat();
  expect(after(wrongPins(5), "guessing")).not.toContain(asked);
  expect(after(wrongPins(4), "guessing")).toContain(asked);
  expect(after(wrongPins(8), "slow-down")).not.toContain(asked);
  expect(after(wrongPins(3), "slow-down")).toContain(asked);
  // Another one's sale, or one that was used; not a repeated one.
  expect(after([asks(2000, 1, "c.20", "Ben"), hears(2000, 1, "ok")], "bad-request")).not.toContain(asked);
  expect(after([asks(2000, 1, "c.20")], "bad-request")).toContain(asked);

  const enters: Fact[] = [
    { atMs: 1000, kind: "asked", ask: 1, what: "seller-in", phone: -1, rightId: null, seller: "Ann" },
    hears(1000, 1, "ok"),
  ];
  const onPage = (...between: Fact[]) =>
    said([
      ...enters,
      ...between,
      { ...asks(300_000, 2, "c.2"), isOnPage: true } as Fact,
      hears(300_000, 2, "logged-out"),
    ]);
  const leaves: Fact = { ...(enters[0] as Fact), atMs: 200_000, ask: 3, what: "seller-out" } as Fact;
  expect(onPage()).toContain(asked);
  expect(onPage(leaves)).not.toContain(asked);
  expect(onPage({ atMs: 2000, kind: "agent-down", how: "stopped" }, { atMs: 3000, kind: "agent-up" })).not.toContain(
    asked,
  );
});

test("wrong PINs lock no seller out on the phone that knows them", () => {
  const entersAs = (atMs: number, ask: number, code: string): Fact[] => [
    { atMs, kind: "asked", ask, what: "seller-in", phone: -1, rightId: null, seller: "Ann" },
    hears(atMs, ask, code),
  ];
  const locked = "locked out of their own phone";
  expect(said(entersAs(1000, 1, "guessing"))).not.toContain(locked);
  expect(said([...entersAs(1000, 1, "ok"), ...entersAs(2000, 2, "guessing")])).toContain(locked);
  // A restart forgets no phone, but a disk may.
  const restart: Fact[] = [
    { atMs: 3000, kind: "agent-down", how: "stopped" },
    { atMs: 4000, kind: "agent-up" },
  ];
  const again = (...between: Fact[]) =>
    said([...entersAs(1000, 1, "ok"), ...between, ...restart, ...entersAs(5000, 2, "guessing")]);
  expect(again()).toContain(locked);
  expect(again({ atMs: 2000, kind: "damaged", file: "purchase-key.json", how: "lost" })).not.toContain(locked);
  expect(again({ atMs: 2000, kind: "trouble-began", trouble: "disk", what: "full" })).not.toContain(locked);
});

const types = (atMs: number, ask: number, phone: number, what: "code" | "repeat"): Fact => ({
  ...{ atMs, kind: "asked", ask, what, phone, mac: `m${phone}`, rightId: "v" },
});
const online = (fromMs: number, toMs: number, phone: number, session: string): Fact[] => [
  { atMs: fromMs, kind: "session-began", session, phone, mac: `m${phone}` },
  { atMs: fromMs, kind: "charged-to", session, rightId: "v" },
  { atMs: toMs, kind: "session-ended", session, cause: "Admin-Reset", bytes: 0 },
];

test("who posts once more what let it in takes no place of one that is online, and one code that is typed costs one place", () => {
  const put = (what: "code" | "repeat") =>
    said(
      [
        types(1000, 1, 0, "code"),
        ...online(1000, 201_000, 0, "s0"),
        types(200_000, 2, 1, "code"),
        ...online(200_000, 401_000, 1, "s1"),
        types(400_000, 3, 0, what),
      ].sort((one, other) => one.atMs - other.atMs),
    );
  const early = "session s1 of v (hour) ended by Admin-Reset";
  expect(put("code")).not.toContain(early);
  expect(put("repeat")).toContain(early);
});

test("who comes where a place is idle puts nobody off who is online", () => {
  const put = (isHeard: boolean) =>
    said(
      [
        types(1000, 1, 0, "code"),
        ...online(1000, 201_000, 0, "s0"),
        types(2000, 2, 1, "code"),
        ...online(2000, 100_000, 1, "s1"),
        {
          atMs: 100_000,
          kind: "report" as const,
          session: "s1",
          status: "stop" as const,
          bytes: 0,
          seconds: 98,
          isHeard,
        },
        types(200_000, 3, 2, "code"),
        ...online(200_000, 300_000, 2, "s2"),
      ].sort((one, other) => one.atMs - other.atMs),
      {},
      2,
    );
  const early = "session s0 of v (hour) ended by Admin-Reset";
  expect(put(false)).not.toContain(early);
  expect(put(true)).toContain(early);
});

test("a session whose Stop the site has said that it has is not open in its books", () => {
  const ended = (isHeard: boolean): Fact[] => [
    { atMs: 1000, kind: "session-began", session: "s", phone: 0, mac: "m" },
    { atMs: 500_000, kind: "session-ended", session: "s", cause: "User-Request", bytes: 0 },
    { atMs: 500_000, kind: "report", session: "s", status: "stop", bytes: 0, seconds: 499, isHeard },
  ];
  const sessions = [{ session: "s", rightId: "v", isOpen: true, bytes: 0 }];
  expect(said(ended(false), { sessions })).not.toContain("and the site had its end");
  expect(said(ended(true), { sessions })).toContain("session s is open, and the site had its end");
});

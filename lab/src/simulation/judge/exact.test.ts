/** The judge on stories that are told by hand, where nothing stands in the way: to the byte, the second and the millisecond. */
import { expect, test } from "vitest";
import type { Books, Fact, PlanTerms, Shown, Told } from "./chronicle.ts";
import { judge } from "./judge.ts";

const plan: PlanTerms = {
  validitySeconds: 3600,
  useSeconds: null,
  dataBytes: 5000,
  devices: 1,
  downKbps: 2000,
  upKbps: 512,
  idleTimeoutSeconds: 120,
  priceCents: 500,
};
const told: Told = {
  seconds: 3599,
  idleSeconds: 120,
  bytes: 5000,
  upBitsPerSecond: 512_000,
  downBitsPerSecond: 2_000_000,
  reportSeconds: 300,
  places: 1,
};
const books: Books = { when: "end", siteClockMs: 0, grants: [], spent: [], sessions: [], sales: [], soldCents: {} };
const grant = { rightId: "v", startedAtMs: 1000, endsAtMs: 3_601_000, bytes: 700, onlineSeconds: 100, devices: ["m"] };

const typed = (atMs: number, code = "ok"): Fact[] => [
  { atMs, kind: "asked", ask: atMs, what: "code", phone: 0, mac: "m", rightId: "v" },
  { atMs, kind: "answered", ask: atMs, code },
];
const report = (atMs: number, status: "interim" | "stop", bytes: number, isHeard = true): Fact[] => {
  const what = { session: "s", status, bytes, seconds: (atMs - 1002) / 1000 };
  return [
    { atMs, kind: "report", ...what, isHeard: false },
    ...(isHeard ? [{ atMs: atMs + 2, kind: "report" as const, ...what, isHeard: true }] : []),
  ];
};
const began = (change: Partial<Told> = {}): Fact[] => [
  ...typed(1000),
  { atMs: 1002, kind: "session-began", session: "s", phone: 0, mac: "m", told: { ...told, ...change } },
  { atMs: 1500, kind: "charged-to", session: "s", rightId: "v" },
];
const ended: Fact[] = [
  ...report(101_002, "stop", 700),
  { atMs: 101_002, kind: "session-ended", session: "s", cause: "User-Request", bytes: 700 },
];

/** What the judge says of these facts and books. */
function said(facts: readonly Fact[], site: Partial<Books> = {}, endsMs = 400_000): string {
  const all: Fact[] = [
    { atMs: 0, kind: "agent-up" },
    { atMs: 0, kind: "habits", floatCents: 600, settledCents: 0, diskMs: 0 },
    ...facts,
    { atMs: endsMs, kind: "books", books: { ...books, grants: [grant], ...site } },
  ];
  const rights = [{ rightId: "v", kind: "voucher" as const, plan: "plan" }];
  return judge({ plans: { plan }, rights, phones: 2, facts: all })
    .map(({ invariant, what }) => `${invariant} ${what}`)
    .join("; ");
}

test("what the router is told is what the plan gives, without what was used", () => {
  expect(said([...began(), ...ended])).toBe("");
  expect(said([...began({ seconds: 3601 }), ...ended])).toContain("NO-GIFT");
  expect(said([...began({ seconds: null }), ...ended])).toContain("no end of its time");
  expect(said([...began({ seconds: 3000 }), ...ended])).toContain("3000 s, and 3599 were left");
  expect(said([...began({ bytes: 5001 }), ...ended])).toContain("5001 bytes, and at most 5000 were left");
  expect(said([...began({ bytes: 4999 }), ...ended])).toContain("4999 bytes, and 5000 were left");
  expect(said([...began({ bytes: null }), ...ended])).toContain("no end of its data");
  expect(said([...began({ idleSeconds: null }), ...ended])).toContain("s of silence");
  expect(said([...began({ reportSeconds: null }), ...ended])).toContain("to report each");
  expect(said([...began({ places: 0 }), ...ended])).toContain("0 places of 1");
  const swapped = { upBitsPerSecond: told.downBitsPerSecond, downBitsPerSecond: told.upBitsPerSecond };
  expect(said([...began(swapped), ...ended])).toContain("bit/s, and");
});

test("who was told of a fault, and comes back with what the site had of them, begins it then: who types it later is told the rest", () => {
  const first: Fact[] = [
    ...typed(1000, "fault"),
    { atMs: 5002, kind: "session-began", session: "s", phone: 0, mac: "m", told: { ...told, seconds: 3600 } },
    { atMs: 5500, kind: "charged-to", session: "s", rightId: "v" },
    ...report(105_002, "stop", 0),
    { atMs: 105_002, kind: "session-ended", session: "s", cause: "User-Request", bytes: 0 },
  ];
  const later = (seconds: number): Fact[] => [
    ...typed(205_000),
    { atMs: 205_002, kind: "session-began", session: "t", phone: 0, mac: "m", told: { ...told, seconds } },
    { atMs: 205_500, kind: "charged-to", session: "t", rightId: "v" },
  ];
  expect(said([...first, ...later(3400)])).not.toContain("NO-THEFT session t");
  expect(said([...first, ...later(3601)])).toContain("NO-GIFT session t");
});

test("what the site said that it has is charged, through a crash, and nothing else", () => {
  const of = (bytes: number, onlineSeconds = 100) => ({ grants: [{ ...grant, bytes, onlineSeconds }] });
  const crash: Fact[] = [
    { atMs: 101_100, kind: "agent-down", how: "killed" },
    { atMs: 102_000, kind: "agent-up" },
  ];
  expect(said([...began(), ...ended, ...crash], of(600))).toContain("is charged 600 bytes, and the site had 700");
  expect(said([...began(), ...ended, ...crash], of(700, 99))).toContain("is charged 99 s, and the site had 100");
  expect(said([...began(), ...ended], of(701))).toContain("is charged 701 bytes, and its router told 700");
  expect(said([...began(), ...ended], of(700, 101))).toContain("is charged 101 s, and its router told 100");
  const open = { session: "s", rightId: "v", isOpen: true, bytes: 700 };
  expect(said([...began(), ...ended], { sessions: [open] })).toContain("JOURNAL-KEPT session s is open");
  expect(said([...began(), ...ended], { sessions: [{ ...open, isOpen: false, bytes: 699 }] })).toContain(
    "has 699 bytes",
  );
});

test("the millisecond of the end lets nobody in, and the one before lets everybody in", () => {
  const atEnd = (ms: number, code: string) => said([...began(), ...ended, ...typed(ms, code)], {}, 4_000_000);
  expect(atEnd(3_600_999, "ok")).toBe("");
  expect(atEnd(3_601_000, "expired")).toBe("");
  expect(atEnd(3_601_000, "ok")).toContain("was let in by v (plan) 0 ms after its end");
  expect(atEnd(3_600_999, "expired")).toContain('heard "expired"');
});

test("the page says what is left, to the byte and the second", () => {
  const shown: Shown = {
    rightId: "v",
    isOnline: false,
    secondsLeft: 3401,
    bytesLeft: 4300,
    bytesUsed: 700,
    downKbps: 2000,
  };
  const page = (change: Partial<Shown>) =>
    said([
      ...began(),
      ...ended,
      { atMs: 200_000, kind: "page-said", phone: 0, mac: "m", packages: [{ ...shown, ...change }] },
    ]);
  expect(page({})).toBe("");
  expect(page({ secondsLeft: 3402 })).toContain("3402 s are left, and at most 3401 are right");
  expect(page({ secondsLeft: 3400 })).toContain("3400 s are left, and 3401 are right");
  expect(page({ bytesLeft: 4301 })).toContain("4301 bytes are left, and 4300 is right");
  expect(page({ bytesUsed: 600, bytesLeft: 4400 })).toContain("600 bytes are used, and the router told 700");
  expect(page({ downKbps: 512 })).toContain("512 kbit/s");
  expect(page({ rightId: "other" })).toContain("it is nothing that anybody has");
});

test("a session that goes on is open by the books, and is charged to what its own phone asked for", () => {
  const over: Fact = { atMs: 60_000, kind: "believed-over", session: "s", isOver: true };
  expect(said([...began(), over, ...ended])).toContain("ONE-TRUTH session s goes on");
  expect(said([{ atMs: 0, kind: "hub-up" }, ...began(), over, ...ended])).toContain("ONE-TRUTH session s goes on");
  const packets: Fact = { atMs: 50_000, kind: "trouble-began", trouble: "packets", what: "all lost" };
  expect(said([...began(), packets, over, ...ended])).not.toContain("goes on");
  const others = began().map((fact) => (fact.kind === "asked" ? { ...fact, phone: 1 } : fact));
  expect(said([...others, ...ended])).toContain("session s of phone 0 is charged to v, for which it never asked");
});

test("who guesses waits, and no seller goes beyond the float or sells by a wrong PIN", () => {
  const guess = (ask: number, code: string, waitSeconds?: number): Fact[] => [
    { atMs: 5, kind: "asked", ask, what: "code", phone: 1, mac: "g", rightId: null },
    { atMs: 5, kind: "answered", ask, code, ...(waitSeconds === undefined ? {} : { waitSeconds }) },
  ];
  const seven = [1, 2, 3, 4, 5, 6, 7].flatMap((ms) => guess(ms, "unknown-user"));
  const rest = [...began(), ...ended];
  expect(said([...seven, ...guess(8, "guessing", 300), ...rest])).toBe("");
  expect(said([...seven, ...guess(8, "unknown-user"), ...rest])).toContain("had 8 wrong tries");
  expect(said([...seven, ...guess(8, "guessing", 30), ...rest])).toContain("is locked for 30 s alone");
  const sale = (ask: number): Fact[] => [
    { atMs: 9, kind: "asked", ask, what: "sale", phone: -1, rightId: `c${ask}`, seller: "Ann" },
    { atMs: 9, kind: "answered", ask, code: "ok" },
    {
      atMs: 9,
      kind: "sold",
      ask,
      saleId: `s${ask}`,
      seller: "Ann",
      plan: "plan",
      priceCents: 500,
      code: `${ask}`,
      rightId: `c${ask}`,
    },
  ];
  expect(said([...sale(70), ...rest])).not.toContain("float");
  expect(said([...sale(70), ...sale(71), ...rest])).toContain("Ann sold for 1000 with a float of 600");
  const wrong: Fact[] = [
    { atMs: 9, kind: "asked", ask: 80, what: "sale", phone: -1, rightId: null, seller: "Ann" },
    { atMs: 9, kind: "answered", ask: 80, code: "ok" },
  ];
  expect(said([...wrong, ...rest])).toContain("a wrong PIN sold");
});

test("who must wait for wrong codes waits also after a crash, but for one that came before the lock was on disk", () => {
  const heard = (ask: number, atMs: number, code: string, waitSeconds?: number): Fact[] => [
    { atMs, kind: "asked", ask, what: "code", phone: 0, mac: "m", rightId: null },
    { atMs, kind: "answered", ask, code, ...(waitSeconds === undefined ? {} : { waitSeconds }) },
  ];
  const after = (diedAtMs: number): string => {
    const facts: Fact[] = [
      ...heard(1, 1000, "guessing", 300),
      { atMs: diedAtMs, kind: "agent-down", how: "power" },
      { atMs: diedAtMs + 100, kind: "agent-up" },
      ...heard(2, 60_000, "unknown-user"),
    ];
    return JSON.stringify(judge({ rights: [], plans: {}, facts, books: [] } as never));
  };
  expect(after(1000)).not.toContain("its code was tried");
  expect(after(30_000)).toContain("its code was tried");
});

test("an error in the log is a fault, but for what others did, and of a disk that failed; a warning is none, but for news that nobody hears", () => {
  const logged = (who: "agent" | "hub", event: string, level: "warn" | "error" = "error"): Fact => {
    return { atMs: 7, kind: "logged", who, level, event };
  };
  const rest = [...began(), ...ended];
  expect(said([logged("agent", "hub-away", "warn"), logged("hub", "receipt-amounts-differ"), ...rest])).toBe("");
  expect(said([logged("agent", "portal-fault"), ...rest])).toBe("NO-CRASH the agent logs as error: portal-fault");
  expect(said([logged("hub", "notices-lost", "warn"), ...rest])).toBe("NO-CRASH the hub logs as warn: notices-lost");
  const disk: Fact = { atMs: 6, kind: "trouble-began", trouble: "disk", what: "full" };
  expect(said([disk, logged("agent", "portal-fault"), ...rest])).not.toContain("portal-fault");
  expect(said([disk, logged("hub", "sweep-failed"), ...rest])).toContain("sweep-failed");
});

import { expect, test } from "vitest";
import { readBook } from "../../catalogue/takeover/read-book.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { type CustomerFile, centsOf, dateOf, readCustomerCsv } from "./customer-file.ts";
import { linesOfBook } from "./from-book.ts";
import { type KnownThings, planCustomers } from "./plan-customers.ts";

const offset = 180;
const read = (text: string) => readCustomerCsv(text, offset) as CustomerFile;
const wrongOf = ({ errors }: { errors: CustomerFile["errors"] }) =>
  errors.map(({ line, field, problem }) => `${line} ${field} ${problem}`);

test.each([
  ["1250", 125_000],
  ["1,250.00", 125_000],
  ["-30.5", -3050],
  ["30,50", 3050],
  ["100.0000", 10_000],
  ["0", 0],
  ["1,25,000", null],
  ["12.345", null],
  ["1e5", null],
  ["KSh 5", null],
])("[CUS-22] a balance of %j is %j cents", (text, cents) => {
  expect(centsOf(text)).toBe(cents);
});

test.each([
  ["2026-12-01", Date.UTC(2026, 11, 1, 21)],
  ["2026-12-01 14:30", Date.UTC(2026, 11, 1, 11, 30)],
  ["2026-12-01T14:30:05.000Z", Date.UTC(2026, 11, 1, 14, 30, 5)],
  ["0000-00-00", "none"],
  ["1970-01-01 03:00", "none"],
  ["9999-12-31", null],
  ["2026-02-30", null],
  ["01/12/2026", null],
  ["2026-12-01 25:00", null],
])("[CUS-22] paid until %j is until %j", (text, untilMs) => {
  expect(dateOf(text, offset)).toBe(untilMs);
});

test("[CUS-22] our own columns are read in any order and case, with a guard against formulas taken off; a slip of a column is an error, and each wrong line is named", () => {
  const head = "Phone;NAME;username;password;plan;paid_until;balance;active;note";
  const file = read(
    [
      head,
      `0711000001;'=Achieng;achieng.home;her-password;Home 10;2026-12-01;1250;yes;"two\nlines"`,
      "0711000002;Barasa;barasa.home;;Home 10;soon;many;maybe;",
      ";;nobody;;;;;;",
      "0711000003;Wan\u0007jiku;;;;;;;",
    ].join("\n"),
  );
  expect(file).toMatchObject({ source: "karibu", ignored: [] });
  expect(file.lines).toMatchObject([
    {
      line: 3,
      name: "=Achieng",
      phone: "0711000001",
      password: "her-password",
      balanceCents: 125_000,
      isActive: true,
      note: "two\nlines",
    },
  ]);
  expect(wrongOf(file)).toEqual([
    "4 paid_until bad-date",
    "4 active bad-active",
    "4 balance bad-balance",
    "5 name no-name",
    "6 name control-character",
  ]);
  expect(wrongOf(read("name,phone,paid_untill\nA,1,2"))).toEqual(["1 paid_untill no-such-column"]);
  expect(wrongOf(read("name,name\nA,1"))).toEqual(["1 name column-twice"]);
  expect(wrongOf(read("name,phone"))).toEqual(["1 file no-lines"]);
  expect(wrongOf(read(`name,phone\n${"A,\n".repeat(1001)}`))).toEqual(["1002 file too-many-lines"]);
  expect(wrongOf(read(`name${",x".repeat(300)}\nA`))).toEqual(["1 file unreadable"]);
  expect(readCustomerCsv("site,address\nMarket,10.0.0.1", offset)).toBeNull();
});

test("[CUS-22] columns of Splynx, UISP and PHPNuxBill are known by their names; what they say beside is left out, and named", () => {
  const splynx = read(
    "ID,Status,Full name,Portal login,Phone number,Email,Account balance,Partner,Street,City\n" +
      '7,Blocked,Achieng Otieno,achieng,"0711000001, 0722","a@mail.test, b@mail.test",150.0000,Main,Moi Avenue,Voi',
  );
  expect(splynx).toMatchObject({ source: "splynx", errors: [], ignored: ["partner"] });
  expect(splynx.lines).toMatchObject([
    {
      name: "Achieng Otieno",
      number: "7",
      username: "achieng",
      phone: "0711000001",
      email: "a@mail.test",
      balanceCents: 15_000,
      isActive: false,
      otherPhones: ["0722"],
      note: "Moi Avenue, Voi\nb@mail.test",
    },
  ]);
  const uisp = read(
    "Id,First name,Last name,Company name,Phone,Account balance,Invoice template\n3,Barasa,Wekesa,,0711000002,-20,A",
  );
  expect(uisp).toMatchObject({ source: "uisp", ignored: ["invoice template"] });
  expect(uisp.lines).toMatchObject([{ name: "Barasa Wekesa", username: null, balanceCents: -2000 }]);
  const nux = read(
    '"id";"username";"fullname";"phonenumber";"email";"balance";"namebp";"routers";"status";"Payment"\n' +
      '"1";"wanjiku";"Wanjiku";"0711000003";"";"50";"Home 10";"r1";"on";"x"',
  );
  expect(nux).toMatchObject({ source: "phpnuxbill-csv", ignored: ["routers", "status", "payment"] });
  expect(nux.lines).toMatchObject([{ username: "wanjiku", plan: "Home 10", balanceCents: 5000, isActive: true }]);
});

test("[CUS-22] a second number, of the same cell or of a column of its own, is kept beside the first; where the customer is here already it is an error, and not lost", () => {
  const splynx = read("Full name,Phone,Phone number\nAchieng,0711000001,0711000021\nBarasa,0711000002,0711000002");
  expect(splynx.lines).toMatchObject([
    { phone: "0711000001", otherPhones: ["0711000021"] },
    { phone: "0711000002", otherPhones: ["0711000002"] },
  ]);
  const file = read(
    [
      "number,name,phone,note",
      '1,Achieng,"0711000001; 0711000021",The blue gate',
      "1,Achieng,0711000021,",
      "1,Achieng,0711000031,",
      '2,Otieno,"0711000009, 0711000029",',
      '3,Wekesa,"0711000003, 12",',
      '4,Mueni,"0711000007, +254 711 000007",',
      "5,Kamau,,",
      "5,Kamau,0711000008,",
    ].join("\n"),
  );
  const plan = planCustomers(file, known, chosen, "KES");
  expect(wrongOf(plan)).toEqual([
    "4 phone other-phone",
    "5 phone other-phone",
    "6 phone bad-phone",
    "9 phone other-phone",
  ]);
  expect(plan.lines).toMatchObject([
    { name: "Achieng", phone: "254711000001", note: "The blue gate\nTel. +254711000021" },
    { name: "Achieng", does: "join" },
    { name: "Mueni", phone: "254711000007", note: null },
    { name: "Kamau", phone: null },
  ]);
});

test("[CUS-22] PPP secrets of a router's export are lines of customers, with their passwords; hotspot codes are not", () => {
  const text = [
    "# 2026-11-22 10:00:00 by RouterOS 7.16.2",
    "/ppp profile",
    "add name=home10 rate-limit=10M/10M",
    "/ppp secret",
    "add name=achieng.home password=her-password profile=home10 service=pppoe",
    "/ip hotspot user",
    "add name=CODE123 password=CODE123 profile=1h",
  ].join("\n");
  const book = readBook(text, { offsetMinutes: offset, nowMs: 0 });
  expect(book).not.toBeNull();
  if (book === null) return;
  const { lines } = linesOfBook(book);
  expect(lines).toMatchObject([
    { name: "achieng.home", username: "achieng.home", password: "her-password", service: "pppoe" },
  ]);
});

test("[CUS-22] a balance of a book that can't be read, and a date that nobody is paid until, are errors and not nothing", () => {
  const text =
    "# 2026-11-22 10:00:00 by RouterOS 7.16.2\n/ppp secret\nadd name=achieng.home password=her-password service=pppoe";
  const book = readBook(text, { offsetMinutes: offset, nowMs: 0 });
  const [user] = book?.users ?? [];
  expect(book).not.toBeNull();
  if (book === null || user === undefined) return;
  const of = (change: Partial<typeof user>) => linesOfBook({ ...book, users: [{ ...user, ...change }] });
  expect(wrongOf(of({ balance: "15.555" }))).toEqual([`${user.line} balance bad-balance`]);
  expect(wrongOf(of({ endsAtMs: Date.UTC(9999, 0, 1) }))).toEqual([`${user.line} paid_until bad-date`]);
  expect(of({ balance: "15.555" }).lines).toEqual([]);
  expect(of({ balance: "15.50", endsAtMs: 0 }).lines).toMatchObject([{ balanceCents: 1550, paidUntilMs: null }]);
});

const known: KnownThings = {
  country: "KE",
  plans: new Map([["home 10", { planId: "plan-10", name: "Home 10" }]]),
  sites: new Map([["harbour", "site-2"]]),
  usernames: new Set(["taken"]),
  customers: new Map([["party 254711000009" as Party, { customerId: "here", name: "Otieno" }]]),
  credited: new Set(["party 254711000010" as Party]),
  partyOf: (phone) => `party ${phone}` as Party,
};
const chosen = { siteId: "site-1", planId: null, service: "pppoe", autoRenew: true } as const;

test("[CUS-22] lines of one number or phone are one customer, whose balance counts once; who is here already gets the line; what can't come is named", () => {
  const file = read(
    [
      "number,name,phone,username,password,plan,site,balance",
      "1,Achieng,0711000001,achieng.home,her-password,home 10,,100",
      "1,Achieng,,achieng.shop,,Home 10,Harbour,100",
      "2,Otieno,0711000009,otieno,otieno,Home 10,,50",
      "3,Wekesa,0711000003,taken,,Home 10,,",
      "4,Wekesa,0711000004,ACHIENG.home,,Home 10,,",
      "5,Wekesa,12,t-oken,,Other,Nowhere,",
      "6,Wekesa,,,,,,70",
      "1,Achieng,0711000001,achieng.third,,Home 10,,90",
      "7,Mueni,0711000007,,,,,-30",
      "9,Mueni,,,,,,-30",
      "10,Kamau,0711000010,,,,,-40",
      "8,Kamau,0711000010,,,,,40",
    ].join("\n"),
  );
  const plan = planCustomers(file, known, chosen, "KES");
  expect(plan.lines).toMatchObject([
    { person: 0, does: "make", creditCents: 10_000, account: { password: "her-password", siteId: "site-1" } },
    { person: 0, does: "join", creditCents: 0, account: { password: null, siteId: "site-2", planId: "plan-10" } },
    // A password that is the name is none.
    { person: 1, does: "join", customerId: "here", creditCents: 5000, account: { password: null } },
    { person: 2, does: "make", creditCents: 0, owesCents: 3000, account: null },
  ]);
  expect(wrongOf(plan)).toEqual([
    "5 username username-taken",
    "6 username username-twice",
    "7 phone bad-phone",
    "7 username bad-username",
    "7 plan no-such-plan",
    "7 site no-such-site",
    "8 phone balance-without-phone",
    "9 balance other-balance",
    "11 phone balance-without-phone",
    "12 balance credited-before",
    "13 balance credited-before",
  ]);
  expect(plan.totals).toEqual({
    ...{
      customers: 2,
      joined: 2,
      accounts: 3,
      newPasswords: 2,
      paid: 0,
      creditCents: 15_000,
      owesCents: 3000,
      left: 8,
    },
    currency: "KES",
  });
  expect(planCustomers(file, known, { ...chosen, siteId: "site-2" }, "KES").seen).not.toBe(plan.seen);
  expect(planCustomers(file, known, chosen, "KES").seen).toBe(plan.seen);
});

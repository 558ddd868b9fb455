import { expect, test } from "vitest";
import type { Party } from "../../../ground/amounts/parties.ts";
import type { DateOrder } from "../../../ground/lists/date-order.ts";
import { readBook } from "../read-book.ts";
import type { ColumnChoice } from "./customer-columns.ts";
import { type CustomerFile, readCustomerCsv } from "./customer-file.ts";
import { linesOfBook } from "./from-book.ts";
import { type KnownThings, planCustomers } from "./plan-customers.ts";

const offset = 180;
interface Said {
  readonly columns?: ColumnChoice["columns"];
  readonly dateOrder?: DateOrder;
  readonly remembered?: ReadonlyMap<string, ColumnChoice>;
}
const readOrNot = (text: string, { columns, dateOrder, remembered = new Map() }: Said = {}) =>
  readCustomerCsv(text, {
    offsetMinutes: offset,
    currency: "KES",
    chosen: { columns: columns ?? null, dateOrder: dateOrder ?? null },
    remembered,
  });
const read = (text: string, said: Said = {}) => readOrNot(text, said) as CustomerFile;
const wrongOf = ({ errors }: { errors: CustomerFile["errors"] }) =>
  errors.map(({ line, field, problem }) => `${line} ${field} ${problem}`);

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
  expect(wrongOf(read(`name,phone\n${"A,\n".repeat(20_001)}`))).toEqual(["20002 file too-many-lines"]);
  expect(wrongOf(read(`name${",x".repeat(300)}\nA`))).toEqual(["1 file unreadable"]);
  expect(readOrNot("An e-mail of somebody\nwith a second line")).toBeNull();
  expect(readOrNot("Market,10.0.0.1")).toBeNull();
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

test("[CUS-22] UISP's export: services stand below their client; the first is the client's own line, a further one is told; archived is not active", () => {
  const uisp = read(
    [
      "Id,First name,Last name,Name,Username,Emails,Phones,Street 1,City,Is Lead,Archived,Balance,Note,PPPOE Username (custom attribute),Service,Service note,Service active from (Y-m-d)",
      "16,Teresia,Achieng,Teresia Achieng,t@mail.test,t@mail.test,0711000001/0711000021,Moi Avenue,Voi,0,0,-450.00,Gate,teresia.home,,,",
      ",,,,,,,,,,,,,,Home 10,Slow on rainy days,2026-01-01",
      ",,,,,,,,,,,,,,Home 20,,2026-01-01",
      "17,Maro,Otieno,Maro Otieno,,,0711000002,,,0,1,0,,,,,",
    ].join("\n"),
  );
  expect(uisp.source).toBe("uisp");
  expect(uisp.lines).toMatchObject([
    {
      line: 2,
      name: "Teresia Achieng",
      username: "teresia.home",
      plan: "Home 10",
      phone: "0711000001",
      otherPhones: ["0711000021"],
      balanceCents: -45_000,
      isActive: true,
    },
    { line: 5, name: "Maro Otieno", username: null, plan: null, isActive: false },
  ]);
  expect(wrongOf(uisp)).toEqual(["4 username no-login"]);
  expect(uisp.ignored).toEqual(["username", "is lead", "service note", "service active from (y-m-d)"]);
});

test("[CUS-22] any file's columns are what a person says they are, told with some of their values; passwords are hidden", () => {
  const text = [
    "Konto;Mteja wetu;Namba;Bal;Ends;Pwd",
    "7;'=HYPERLINK(1);0711 000 001;(1.250,00);05/12/2026;her-password",
    "8;Barasa;711000002;30,5;06/12/2026;",
    "9;Barasa;711000002;$5;31/12/2026;",
  ].join("\n");
  const asked = read(text);
  expect(asked).toMatchObject({ source: "csv", lines: [] });
  expect(wrongOf(asked)).toEqual(["1 name no-name-column"]);
  expect(asked.columns).toMatchObject({ from: "known", hasTwoWayDates: false });
  expect(asked.columns?.columns.map(({ name, samples }) => [name, ...samples])).toEqual([
    ["Konto", "7", "8", "9"],
    ["Mteja wetu", "=HYPERLINK(1)", "Barasa"],
    ["Namba", "0711 000 001", "711000002"],
    ["Bal", "(1.250,00)", "30,5", "$5"],
    ["Ends", "05/12/2026", "06/12/2026", "31/12/2026"],
    ["Pwd", "•••"],
  ]);
  const columns = ["number", "name", "phone", "owes", "paid_until", "password"] as const;
  const said = read(text, { columns });
  expect(said.columns).toMatchObject({ from: "chosen", dateOrder: "day-first", hasTwoWayDates: true });
  expect(said.lines).toMatchObject([
    { name: "=HYPERLINK(1)", phone: "0711 000 001", balanceCents: 125_000, paidUntilMs: Date.UTC(2026, 11, 5, 21) },
    { name: "Barasa", balanceCents: -3050, paidUntilMs: Date.UTC(2026, 11, 6, 21) },
  ]);
  expect(wrongOf(said)).toEqual(["4 owes other-currency"]);
  expect(wrongOf(read(text, { columns, dateOrder: "month-first" }))).toContain("4 paid_until bad-date");
  // A further file of the same system is read as this one was.
  const header = said.columns?.header ?? "";
  const remembered = new Map([[header, { columns, dateOrder: "month-first" as const }]]);
  const next = read(text.split("\n").slice(0, 2).join("\n").toUpperCase(), { remembered });
  expect(next.columns).toMatchObject({ from: "remembered", dateOrder: "month-first" });
  expect(next.lines).toMatchObject([{ paidUntilMs: Date.UTC(2026, 4, 12, 21) }]);
  expect(read(text.replace("Bal", "Balance"), { remembered }).columns?.from).toBe("known");
});

test("[CUS-22] a choice that says a thing twice, leaves the name out, or is of another file, is told; dates that may be two days are asked", () => {
  const text = "A,B,C\nAchieng,0711000001,05/12/2026";
  const wrong = (columns: ColumnChoice["columns"], of = text) => wrongOf(read(of, { columns }));
  expect(wrong(["name", "phone", "paid_until"])).toEqual(["2 paid_until which-date-order"]);
  expect(wrong(["name", "name", null])).toEqual(["1 name column-twice"]);
  expect(wrong(["note", "note", null])).toEqual(["1 name no-name-column"]);
  expect(wrong(["name", "phone"])).toContain("1 mapping columns-differ");
  // Lists of log-ins have no names.
  expect(read("A,B,C\nachieng.home,x,y", { columns: ["username", "password", null] }).lines).toMatchObject([
    { name: "achieng.home", username: "achieng.home" },
  ]);
  const mikhmon = read("Username,Password,Profile,Time Limit,Data Limit,Comment\nCODE1,CODE1,1h,,,");
  expect([mikhmon.source, ...wrongOf(mikhmon)]).toEqual(["mikhmon", "1 name no-name-column"]);
  expect(wrong(["name", "phone", null], "A,B,C\nM\uFFFDller,0711000001,")).toEqual(["2 name lost-letters"]);
});

test("[CUS-22] what people call their columns is known: in tabs, with numbers that a spreadsheet spoiled, and with nothing as a database writes it", () => {
  const file = read(
    "Customer Name\tMobile No.\tPackage\tPPPoE Username\tExpiry Date\tAmount Due\tStatus\tTown\n" +
      "Achieng\t254711000001.0\tHome 10\tachieng.home\t13/12/2026\t1,250\tSuspended\tNULL",
  );
  expect(file).toMatchObject({ source: "csv", errors: [], ignored: [] });
  expect(file.lines).toMatchObject([
    {
      name: "Achieng",
      phone: "254711000001",
      plan: "Home 10",
      username: "achieng.home",
      paidUntilMs: Date.UTC(2026, 11, 13, 21),
      balanceCents: -125_000,
      isActive: false,
      note: null,
    },
  ]);
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

test("[CUS-22] a line whose cells a comma has moved is named, and no cell is read as another column", () => {
  const file = read(
    "name,phone,balance,active\nAchieng, K.,0711000001,500,yes,\nBarasa,0711000002,500,yes,\nA,0711000003,5,,\nB, C.,0711000004,5,,",
  );
  expect(wrongOf(file)).toEqual(["2 file more-cells", "5 file more-cells"]);
  expect(file.lines.map(({ name, balanceCents }) => [name, balanceCents])).toEqual([
    ["Barasa", 50_000],
    ["A", 500],
  ]);
});

test("[CUS-22] services below a client whose line a comma has moved are not another client's", () => {
  const uisp = read(
    [
      "Id,Name,Phones,Is Lead,Balance,PPPOE Username (custom attribute),Service",
      "16,Achieng,0711000001,0,0,achieng.home,Home 10",
      "17,Otieno, M.,0711000002,0,0,otieno.home,",
      ",,,,,otieno.shop,Home 20",
      "18,Wanjiku,0711000003,0,0,,",
      ",,,,,wanjiku.home,Home 30",
    ].join("\n"),
  );
  expect(uisp.source).toBe("uisp");
  expect(uisp.lines.map(({ name, username }) => [name, username])).toEqual([
    ["Achieng", "achieng.home"],
    ["Wanjiku", "wanjiku.home"],
  ]);
  expect(wrongOf(uisp)).toEqual(["3 file more-cells", "4 file more-cells"]);
});

test("[CUS-22] a dump's codes for PPPoE are nobody's log-in: unused ones are named, and none becomes a customer; a cut dump is said to be cut", () => {
  const dump = [
    "INSERT INTO `tbl_plans` (`id`, `name_plan`, `price`, `type`, `validity`, `validity_unit`) VALUES (2, 'Home', '2000', 'PPPOE', 1, 'Months');",
    "INSERT INTO tbl_customers (id,username,password,pppoe_username,pppoe_password,fullname,phonenumber,email,balance,service_type,status) VALUES",
    "(2,'home1','w','ppp-home1','p2','Odhiambo','','','0.00','PPPoE','Active');",
    "INSERT INTO tbl_voucher (id,type,id_plan,code,user,status) VALUES (1,'PPPOE',2,'FRESH','0','0'),",
    "(2,'PPPOE',2,'USED','home1','1');",
  ].join("\n");
  const linesOf = (text: string) => {
    const book = readBook(text, { offsetMinutes: offset, nowMs: 0 });
    if (book === null) throw new Error("no book");
    return linesOfBook(book);
  };
  const { lines, errors } = linesOf(dump);
  expect(lines).toMatchObject([{ name: "Odhiambo", username: "ppp-home1" }]);
  expect(lines).toHaveLength(1);
  expect(errors).toEqual([{ line: 4, field: "username", problem: "recharge-code" }]);
  expect(linesOf(dump.slice(0, -5)).errors).toContainEqual({ line: 0, field: "file", problem: "cut-off" });
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
  nowMs: Date.UTC(2026, 10, 22, 9),
  plans: new Map([["home 10", { planId: "plan-10", name: "Home 10", isLimited: false }]]),
  sites: new Map([["harbour", "site-2"]]),
  usernames: new Set(["taken"]),
  addresses: new Set(),
  customers: new Map([["party 254711000009" as Party, { customerId: "here", name: "Otieno" }]]),
  phoneless: new Set(),
  credited: new Set(["party 254711000010" as Party]),
  partyOf: (phone) => `party ${phone}` as Party,
};
const chosen = { siteId: "site-1", planId: null, service: "pppoe", autoRenew: true } as const;

test("[CUS-22] running lines whose plan is limited in data are counted: they get all of it again", () => {
  const file = read(
    [
      "name,username,password,plan,paid_until",
      "A,a.home,password-1,Home 10,2026-12-01",
      "B,b.home,password-2,Home 10,2026-11-01",
      "C,c.home,password-3,Home 10,",
    ].join("\n"),
  );
  const fullAgain = (isLimited: boolean) => {
    const plans = new Map([["home 10", { planId: "plan-10", name: "Home 10", isLimited }]]);
    return planCustomers(file, { ...known, plans }, chosen, "KES").totals.fullAgain;
  };
  expect([fullAgain(true), fullAgain(false)]).toEqual([1, 0]);
});

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
    // What opens the line today opens it tomorrow.
    { person: 1, does: "join", customerId: "here", creditCents: 5000, account: { password: "otieno" } },
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
      plansMade: 0,
      newPasswords: 1,
      weakPasswords: 1,
      paid: 0,
      fullAgain: 0,
      creditCents: 15_000,
      owesCents: 3000,
      left: 8,
    },
    currency: "KES",
  });
  expect(planCustomers(file, known, { ...chosen, siteId: "site-2" }, "KES").seen).not.toBe(plan.seen);
  expect(planCustomers(file, known, chosen, "KES").seen).toBe(plan.seen);
});

test("[CUS-22] a number that a spreadsheet shortened is no log-in, no password and nobody's number: who pays for whose line would be chance", () => {
  const file = read(
    [
      "Account No,Name,Username,Password,Package,Balance",
      "2.54711E+11,Achieng,achieng.home,her-password,Home 10,",
      '"2,54711E+11",Barasa,barasa.home,his-password,Home 10,',
      "1001,Mueni,2.54711E+11,her-password,Home 10,",
      "1002,Otieno,otieno.home,1.23E+08,Home 10,",
      "1003,Kamau,1e5,e+10,Home 10,",
    ].join("\n"),
  );
  expect(wrongOf(file)).toEqual([
    "2 number lost-digits",
    "3 number lost-digits",
    "4 username lost-digits",
    "5 password lost-digits",
  ]);
  expect(file.lines).toMatchObject([{ name: "Kamau", username: "1e5", password: "e+10" }]);
});

test("[CUS-22] numbers of a list's lines that begin again give nobody another one's line; one name may be written in two ways", () => {
  const file = read(
    [
      "No.,Name,Username,Password,Package",
      "1,Achieng Otieno,achieng.home,her-password,Home 10",
      "2,Barasa,barasa.home,his-password,Home 10",
      "1,Wekesa,wekesa.home,his-password,Home 10",
      "1,ACHIENG  OTIENO.,achieng.shop,her-password,Home 10",
    ].join("\n"),
  );
  const plan = planCustomers(file, known, chosen, "KES");
  expect(wrongOf(plan)).toEqual(["4 name other-name"]);
  expect(plan.lines).toMatchObject([
    { person: 0, does: "make" },
    { person: 1, does: "make" },
    { person: 0, does: "join", account: { username: "achieng.shop" } },
  ]);
});

test("[CUS-22] one line of a customer that is off puts none of their other lines off, and does not go on by itself; who has none that is on is off", () => {
  const file = read(
    [
      "name,phone,username,password,plan,active",
      "Achieng,0711000001,achieng.shop,her-password,Home 10,no",
      "Achieng,0711000001,achieng.home,her-password,Home 10,yes",
      "Otieno,0711000009,otieno.shop,his-password,Home 10,no",
      "Barasa,0711000002,barasa.home,his-password,Home 10,no",
      "Barasa,0711000002,barasa.shop,his-password,Home 10,",
    ].join("\n"),
  );
  const plan = planCustomers(file, known, chosen, "KES");
  expect(plan.lines.map(({ isActive, account }) => [account?.username, isActive, account?.isOn])).toEqual([
    ["achieng.shop", true, false],
    ["achieng.home", true, true],
    // He is a customer already, and stays as he is.
    ["otieno.shop", false, false],
    ["barasa.home", false, true],
    ["barasa.shop", false, true],
  ]);
});

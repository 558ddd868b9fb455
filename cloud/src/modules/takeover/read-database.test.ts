/** Databases of other systems: PHPNuxBill's back-up and dump, and the tables of FreeRADIUS. */
import { expect, test } from "vitest";
import { databaseTimeMs, radiusDateMs } from "./database-dates.ts";
import type { ForeignBook, ForeignUser } from "./foreign-book.ts";
import { readBook } from "./read-book.ts";
import { readSqlDump } from "./read-sql-dump.ts";

const nowMs = Date.UTC(2026, 10, 22, 9);
const read = (text: string) => readBook(text, { offsetMinutes: 180, nowMs }) as ForeignBook;
const userOf = (book: ForeignBook, name: string) => book.users.find((one) => one.name === name) as ForeignUser;
const planOf = (book: ForeignBook, name: string) => book.plans.find((plan) => plan.name === userOf(book, name).plan);

const bandwidth = {
  id: "1",
  name_bw: "5M",
  rate_down: "5",
  rate_down_unit: "Mbps",
  rate_up: "1",
  rate_up_unit: "Mbps",
};
const plan = {
  id: "1",
  name_plan: "Home",
  id_bw: "1",
  price: "2000",
  type: "PPPOE",
  validity: "1",
  validity_unit: "Months",
};
const customer = {
  id: 1,
  username: "a",
  password: "pw",
  fullname: "A",
  phonenumber: "0",
  email: "1",
  balance: "0.00",
  status: "Active",
};
const recharge = {
  customer_id: 1,
  username: "a",
  plan_id: 1,
  namebp: "Home",
  expiration: "2026-12-01",
  time: "10:00:00",
  status: "on",
  routers: "R1",
  type: "PPPOE",
};
const backUp = (tables: object) => JSON.stringify({ tbl_bandwidth: [bandwidth], tbl_plans: [plan], ...tables });

test.each([
  ["Others", "pppoe"],
  ["Hotspot", "pppoe"],
  ["PPPoE", "pppoe"],
])("[CUS-22] PHPNuxBill's back-up: what was bought counts, though the customer's form says %s", (said, service) => {
  const book = read(backUp({ tbl_customers: [{ ...customer, service_type: said }], tbl_user_recharges: [recharge] }));
  expect(userOf(book, "a")).toMatchObject({ service, plan: "Home", state: "running", isSubscriber: true });
});

test("[CUS-22] PHPNuxBill: of many recharges the one that is on counts, else the one that ends last; another one that runs is told", () => {
  const old = { ...recharge, expiration: "2026-12-31", status: "off", routers: "R2", namebp: "Old" };
  const other = { ...recharge, expiration: "2026-11-25", routers: "R3", namebp: "Other" };
  const book = read(backUp({ tbl_customers: [customer], tbl_user_recharges: [old, recharge, other] }));
  expect(userOf(book, "a").endsAtMs).toBe(Date.UTC(2026, 11, 1, 7));
  expect(book.warnings).toMatchObject([{ code: "further-recharge", what: "a: Other (R3) 2026-11-25" }]);
  const over = read(backUp({ tbl_customers: [customer], tbl_user_recharges: [old, { ...recharge, status: "off" }] }));
  expect(userOf(over, "a")).toMatchObject({ state: "over", endsAtMs: Date.UTC(2026, 11, 31, 7) });
});

test("[RTR-31] PHPNuxBill with several routers: the codes of one come alone, with those that are of all, and its names are told", () => {
  const hotspot = { ...plan, type: "Hotspot" };
  const voucher = { type: "Hotspot", id_plan: 1, status: "0" };
  const code = { ...customer, password: "a", fullname: "" };
  const file = backUp({
    tbl_plans: [hotspot],
    tbl_customers: [code, { ...code, id: 2, username: "b", password: "b" }],
    tbl_user_recharges: [
      { ...recharge, type: "Hotspot" },
      { ...recharge, type: "Hotspot", customer_id: 2, username: "b", routers: "R2" },
    ],
    tbl_voucher: [
      { ...voucher, code: "one", routers: "R1" },
      { ...voucher, code: "two", routers: "R2" },
      { ...voucher, code: "any", routers: "radius" },
      { ...voucher, code: "used", routers: "R3", status: "1" },
    ],
  });
  const living = (router?: string) =>
    readBook(file, { offsetMinutes: 180, nowMs, router })
      ?.users.filter(({ state }) => state === "unused" || state === "running")
      .map(({ name }) => name);
  expect(living()).toEqual(["a", "b", "one", "two", "any"]);
  expect(living("R1")).toEqual(["a", "one", "any"]);
  expect(living("R2")).toEqual(["b", "two", "any"]);
  expect(read(file).routers).toEqual(["R1", "R2"]);
});

test("[CUS-22] PHPNuxBill: its zeros and ones for nothing are nothing, and a plan without limits has none whatever its form kept", () => {
  const limited = {
    ...plan,
    type: "Hotspot",
    limit_type: "Both_Limit",
    time_limit: 5,
    time_unit: "Hrs",
    data_limit: 2,
    data_unit: "GB",
  };
  const book = read(
    backUp({
      tbl_plans: [
        { ...limited, typebp: "Unlimited" },
        { ...limited, id: "2", name_plan: "Two", typebp: "Limited" },
      ],
      tbl_customers: [customer],
    }),
  );
  expect(userOf(book, "a")).toMatchObject({ phone: null, email: null });
  expect(book.plans).toMatchObject([
    { useSeconds: null, dataBytes: null },
    { useSeconds: 18_000, dataBytes: 2e9 },
  ]);
});

test("[CUS-22] PHPNuxBill: what a voucher's time was used for comes from FreeRADIUS's list of sessions, since it was bought", () => {
  const hourly = {
    ...plan,
    type: "Hotspot",
    typebp: "Limited",
    limit_type: "Time_Limit",
    time_limit: 2,
    time_unit: "Hrs",
  };
  const code = { ...customer, password: "a", fullname: "" };
  const bought = { ...recharge, type: "Hotspot", recharged_on: "2026-11-22", recharged_time: "08:00:00" };
  const session = { username: "A", acctsessiontime: 600, acctinputoctets: 5, acctoutputoctets: 6 };
  const radacct = [
    { ...session, acctstarttime: "2026-11-21 09:00:00" },
    { ...session, acctstarttime: "2026-11-22 09:00:00" },
  ];
  const tables = { tbl_plans: [hourly], tbl_customers: [code], tbl_user_recharges: [bought] };
  expect(userOf(read(backUp({ ...tables, radacct })), "a")).toMatchObject({
    usedSeconds: 600,
    usedBytes: 11,
    isSubscriber: false,
  });
  expect(userOf(read(backUp(tables)), "a").isUseUnknown).toBe(true);
});

test("[CUS-22] phpMyAdmin's JSON of PHPNuxBill's tables is read as its own back-up is; of two databases the first one counts", () => {
  const table = (name: string, data: object[]) => ({ type: "table", name, database: "nux", data });
  const list = [
    { type: "header", version: "5.2.1", comment: "Export to JSON plugin for phpMyAdmin" },
    { type: "database", name: "nux" },
    table("tbl_customers", [customer]),
    table("tbl_plans", [plan]),
    table("tbl_user_recharges", [recharge]),
    table("tbl_customers", [{ ...customer, username: "other" }]),
  ];
  const book = read(JSON.stringify(list));
  expect(book.users.map(({ name, password }) => [name, password])).toEqual([["a", "pw"]]);
  expect(book.refused).toMatchObject([{ code: "not-read", what: "nux.tbl_customers", line: 1 }]);
  expect(readBook("[1, {}, null]", { offsetMinutes: 180, nowMs })).toBeNull();
});

const insert = (table: string, columns: string, rows: readonly string[]) =>
  `INSERT INTO \`${table}\` (${columns}) VALUES ${rows.join(",")};\n`;
const checks = (...rows: readonly (readonly [string, string, string])[]) =>
  insert(
    "radcheck",
    "username, attribute, op, value",
    rows.map(([name, attribute, value]) => `('${name}','${attribute}',':=','${value}')`),
  );
const groupReplies = (...rows: readonly (readonly [string, string, string])[]) =>
  insert(
    "radgroupreply",
    "groupname, attribute, op, value",
    rows.map(([name, attribute, value]) => `('${name}','${attribute}',':=','${value}')`),
  );
const members = (...rows: readonly (readonly [string, string])[]) =>
  insert(
    "radusergroup",
    "username, groupname, priority",
    rows.map(([name, group]) => `('${name}','${group}',1)`),
  );

test("[RTR-31] RADIUSdesk: what its vouchers used counts where its sessions are cleared; a code that runs from its first log-in counts from then", () => {
  const code = (name: string, ...more: readonly (readonly [string, string, string])[]) =>
    checks([name, "Cleartext-Password", name], [name, "Rd-User-Type", "voucher"], ...more);
  const codes = ["new", "old", "online", "data", "percent", "silent", "done"] as const;
  const day = (name: string) => [name, "Rd-Voucher", "1-00-00-00"] as const;
  const hours = (name: string) => [name, "Rd-Total-Time", "7200"] as const;
  const text =
    code("new", day("new")) +
    code("old", day("old")) +
    code("online", hours("online"), day("online")) +
    code("data", ["data", "Rd-Total-Data", "1000"]) +
    code("percent", hours("percent")) +
    code("silent", hours("silent")) +
    code("done", day("done")) +
    insert("vouchers", "time_cap, name, status, time_used, data_used, perc_time_used", [
      "(NULL,'new','new',NULL,NULL,NULL)",
      "(86400,'old','used',21600,NULL,25)",
      "(7200,'ONLINE','used',600,NULL,8)",
      "(NULL,'data','used',NULL,400,NULL)",
      "(NULL,'percent','used',NULL,NULL,50)",
      "(NULL,'silent','used',NULL,NULL,NULL)",
      "(86400,'done','depleted',86400,NULL,100)",
      "(NULL,'nobody','new',NULL,NULL,NULL)",
    ]);
  const book = read(text);
  const told = codes.map((name) => {
    const { state, usedSeconds, usedBytes, endsAtMs, isUseUnknown = false } = userOf(book, name);
    return [name, state, usedSeconds, usedBytes, endsAtMs, isUseUnknown];
  });
  expect(told).toEqual([
    ["new", "unused", 0, 0, null, false],
    ["old", "running", 0, 0, nowMs + 64_800_000, false],
    ["online", "running", 600, 0, null, false],
    ["data", "running", 0, 400, null, false],
    ["percent", "running", 3600, 0, null, false],
    ["silent", "running", 0, 0, null, true],
    ["done", "over", 0, 0, nowMs, false],
  ]);
  expect(book.refused).toMatchObject([{ code: "no-log-in", what: "nobody" }]);
});

test("[RTR-31] FreeRADIUS: a code with its group's limits, and one with a speed of its own", () => {
  const book = read(
    checks(["c1", "Cleartext-Password", "c1"], ["c2", "User-Password", "c2"], ["c2", "Mikrotik-Rate-Limit", "2M/8M"]) +
      groupReplies(
        ["day", "Mikrotik-Rate-Limit", "1M/2M"],
        ["day", "Access-Period", "86400"],
        ["day", "Mikrotik-Total-Limit", "5"],
        ["day", "Mikrotik-Total-Limit-Gigawords", "1"],
      ) +
      members(["c1", "day"], ["C2", "day"]),
  );
  expect(planOf(book, "c1")).toMatchObject({
    name: "day",
    upKbps: 1000,
    downKbps: 2000,
    validitySeconds: 86_400,
    dataBytes: 2 ** 32 + 5,
  });
  expect(planOf(book, "c2")).toMatchObject({ name: "day 2M/8M", upKbps: 2000, downKbps: 8000, dataBytes: 2 ** 32 + 5 });
  expect(book.users.map(({ isUseUnknown }) => isUseUnknown)).toEqual([true, true]);
});

test("[RTR-31] FreeRADIUS: limits that we have not are told, as are values that can't be read; none is guessed", () => {
  const book = read(
    checks(
      ["c1", "Cleartext-Password", "c1"],
      ["c1", "Max-All-Session", "two hours"],
      ["c1", "Max-Daily-Session", "60"],
      ["c1", "Login-Time", "Al0800-1800"],
      ["c1", "Expiration", "31 Feb 2027"],
    ),
  );
  expect(book.warnings.map(({ code, what }) => `${code} ${what}`)).toEqual([
    "attribute-unread login-time (1)",
    "recurring-limit c1: max-daily-session=60",
    "bad-value c1: max-all-session=two hours",
    "bad-date c1: 31 Feb 2027",
  ]);
  expect(userOf(book, "c1")).toMatchObject({ state: "unclear", limitSeconds: null });
});

test("[CUS-22] FreeRADIUS: a line keeps its password where only its NT hash is there; other hashes are nobody's password", () => {
  const hash = "0B340A7005F4C900BF15E1D362239383";
  const dials = ["Framed-Protocol", "PPP"] as const;
  const book = read(
    checks(["l1", "NT-Password", hash], ["l1", ...dials], ["l2", "MD5-Password", hash], ["l2", ...dials]),
  );
  expect(userOf(book, "l1")).toMatchObject({ password: null, passwordHash: { ntHash: hash.toLowerCase() } });
  expect(userOf(book, "l2").passwordHash).toBeUndefined();
});

test("[RTR-31] FreeRADIUS: an unused code with a last day keeps that day", () => {
  const book = read(
    checks(["c1", "Cleartext-Password", "c1"], ["c1", "Expiration", "22 Dec 2026"], ["c1", "Max-All-Session", "60"]),
  );
  expect(userOf(book, "c1")).toMatchObject({
    state: "running",
    endsAtMs: Date.UTC(2026, 11, 21, 21),
    limitSeconds: 60,
  });
});

test("[RTR-31] rows of other columns than their table are counted, and read by nobody", () => {
  const book = read(
    `${checks(["c1", "Cleartext-Password", "c1"])}INSERT INTO radcheck (username, attribute, op, value) VALUES ('half', 'x');\nINSERT INTO radcheck SET username='set';`,
  );
  expect(book.found).toEqual({ "radius-users": 3 });
  expect(book.refused.map(({ code, line }) => [code, line])).toEqual([
    ["not-read", 2],
    ["not-read", 3],
  ]);
});

test("[RTR-31] strings of a dump: quotation marks, backslashes by whose dump it is, casts, functions and comments", () => {
  const rows = (text: string) =>
    readSqlDump(text, { t: ["a", "b"] })
      ?.rows.get("t")
      ?.map(({ a, b }) => [a, b]);
  const mysql = String.raw`INSERT INTO t (a,b) VALUES ('x\'y;(', "two ""words"""),(_utf8mb4'n\n', NULL), (CONCAT('a,b',')'), 0x41);`;
  expect(rows(mysql)).toEqual([
    ["x'y;(", 'two "words"'],
    ["n\n", undefined],
    ["CONCAT('a,b',')')", "A"],
  ]);
  const postgresql = String.raw`-- PostgreSQL database dump
INSERT INTO public."t" ("a", b) VALUES ('x\', E'y\'z'), ('2026-01-01'::date, 'it''s');`;
  expect(rows(postgresql)).toEqual([
    ["x\\", "y'z"],
    ["2026-01-01", "it's"],
  ]);
  const copy = "COPY public.t (b, a) FROM stdin;\n\\N\tone\\ttwo\n2\t\\\\N\n\\.\nSELECT 1;";
  expect(rows(copy)).toEqual([
    ["one\ttwo", undefined],
    ["\\N", "2"],
  ]);
  const created =
    "create table if not exists t (b int default (1), primary key (b), a varchar(9) comment 'x, (y');insert into t values (1,'z');";
  expect(rows(created)).toEqual([["z", "1"]]);
});

test("[RTR-31] a dump of PostgreSQL that ends within its lines is cut", () => {
  const whole = "COPY t (a) FROM stdin;\none\ntwo\n\\.\n";
  const cut = (end: number) => readSqlDump(whole.slice(0, end), { t: ["a"] });
  expect(cut(whole.length)).toMatchObject({ isCut: false });
  expect(cut(whole.length - 3)).toMatchObject({ isCut: true });
  expect(cut(whole.length - 5)?.rows.get("t")).toHaveLength(1);
});

test.each([
  ["22 May 2026", "2026-05-21T21:00:00Z"],
  ["May 22 2026 10:18:33", "2026-05-22T07:18:33Z"],
  ["December 4 2026", "2026-12-03T21:00:00Z"],
  ["2026-12-04T10:00:00+01:00", "2026-12-04T09:00:00Z"],
  ["1795420800", "2026-11-23T08:00:00Z"],
])("FreeRADIUS's date %s", (text, at) => {
  expect(radiusDateMs(text, 180)).toBe(Date.parse(at));
});

test.each(["22/05/2026", "kesho", "31 Feb 2026", "0000-00-00 00:00:00", ""])("%s is no date", (text) => {
  expect(radiusDateMs(text, 180)).toBeNull();
  expect(databaseTimeMs(text, 180)).toBeNull();
});

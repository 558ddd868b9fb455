/**
 * Files as routers and systems write them, made by hand after the facts of their makers: whatever stands in one is counted, and nobody disappears without a
 * line. Names and passwords are invented.
 */
import { readFile } from "node:fs/promises";
import { readCustomerCsv } from "@karibu/cloud/modules/takeover/customers/customer-file";
import { linesOfBook } from "@karibu/cloud/modules/takeover/customers/from-book";
import { type KnownThings, planCustomers } from "@karibu/cloud/modules/takeover/customers/plan-customers";
import type { ForeignBook, Origin } from "@karibu/cloud/modules/takeover/foreign-book";
import { readBook } from "@karibu/cloud/modules/takeover/read-book";
import { planTakeover } from "@karibu/cloud/modules/takeover/takeover-plan";
import { readStatement } from "@karibu/cloud/money/channels/daraja/read-statement";
import { longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";

const nowMs = Date.UTC(2026, 10, 22, 9);
const nothing = { planIds: new Map<string, string>(), isLiveCode: () => false };
const textOf = (name: string) => readFile(new URL(`files/${name}`, import.meta.url), "utf8");
const bookOf = async (name: string) => readBook(await textOf(name), { offsetMinutes: 180, nowMs }) as ForeignBook;

test.each<[string, string, object]>([
  ["hotspot-of-mikhmon.rsc", "mikhmon", { "hotspot-users": [16, 6, 3, 7] }],
  ["mikhmon-users.csv", "hotspot-users", { "hotspot-users": [5, 1, 1, 3] }],
  ["home-lines.rsc", "hotspot-users", { "ppp-secrets": [14, 10, 2, 2] }],
  ["mixed.rsc", "router", { "hotspot-users": [3, 0, 0, 3], "ppp-secrets": [1, 1, 0, 0], "user-manager": [4, 0, 0, 4] }],
  ["manager-of-routeros-6.rsc", "user-manager", { "user-manager": [2, 0, 0, 2] }],
  ["printed.json", "router", { "hotspot-users": [3, 1, 2, 0], "user-manager": [2, 2, 0, 0] }],
  ["phpnuxbill.sql", "phpnuxbill", { "phpnuxbill-customers": [3, 3, 0, 0], "phpnuxbill-vouchers": [2, 0, 1, 1] }],
  ["phpnuxbill-dump.sql", "phpnuxbill", { "phpnuxbill-customers": [3, 2, 1, 0] }],
  [
    "phpnuxbill-backup.json",
    "phpnuxbill",
    { "phpnuxbill-customers": [8, 6, 1, 1], "phpnuxbill-vouchers": [4, 3, 1, 0] },
  ],
  ["daloradius.sql", "radius", { "radius-users": [15, 11, 2, 2] }],
  ["freeradius-of-postgresql.sql", "radius", { "radius-users": [3, 3, 0, 0] }],
  ["radiusdesk.sql", "radius", { "radius-users": [6, 4, 2, 0] }],
  [
    "phpnuxbill-of-phpmyadmin.sql",
    "phpnuxbill",
    { "phpnuxbill-customers": [4, 3, 0, 1], "phpnuxbill-vouchers": [4, 3, 1, 0] },
  ],
  ["several-databases.sql", "phpnuxbill", { "phpnuxbill-customers": [4, 2, 2, 0] }],
  ["freeradius-of-pg-dump.sql", "radius", { "radius-users": [4, 3, 1, 0] }],
  ["rows-without-tables.sql", "radius", { "radius-users": [2, 1, 0, 1] }],
])("[RTR-31] %s: found is read, refused and doubtful together, in each source", async (name, source, counts) => {
  const book = await bookOf(name);
  const plan = planTakeover(book, nothing, nowMs);
  expect(book.source).toBe(source);
  const told = plan.sources.map(({ from, found, read, refused, doubtful }) => [from, [found, read, refused, doubtful]]);
  expect(Object.fromEntries(told)).toEqual(counts);
  for (const { found, read, refused, doubtful } of plan.sources) expect(read + refused + doubtful).toBe(found);
  expect(plan.users).toHaveLength(book.users.length);
});

test("[RTR-31] statements of users in an export are as many as were found, however they are written", async () => {
  const menus: Readonly<Record<string, Origin>> = {
    "/ip hotspot user": "hotspot-users",
    "/ppp secret": "ppp-secrets",
    "/user-manager user": "user-manager",
    "/tool user-manager user": "user-manager",
  };
  for (const name of ["hotspot-of-mikhmon.rsc", "home-lines.rsc", "mixed.rsc", "manager-of-routeros-6.rsc"]) {
    const counts: Partial<Record<Origin, number>> = {};
    let origin: Origin | undefined;
    for (const line of (await textOf(name)).split("\n")) {
      if (line.startsWith("/")) origin = menus[line];
      else if (origin !== undefined)
        counts[origin] = (counts[origin] ?? 0) + [...line.matchAll(/(?:^|; )(?:add|set|remove|disable) /g)].length;
    }
    expect((await bookOf(name)).found, name).toEqual(counts);
  }
});

test("[RTR-31] comments with dates and notes, letters of UTF-8, statements behind others, the default profile and scripts are read", async () => {
  const book = await bookOf("hotspot-of-mikhmon.rsc");
  const user = (name: string) => book.users.find((one) => one.name === name);
  expect(user("70001")).toMatchObject({ state: "running", endsAtMs: Date.UTC(2026, 11, 20, 11) });
  expect(user("70002")).toMatchObject({ state: "running", endsAtMs: Date.UTC(2026, 11, 24, 5, 30) });
  expect(user("70003")?.state).toBe("over");
  expect(user("café-1")).toMatchObject({ plan: "default", limitSeconds: 3600 });
  expect(user("half-a-gig")?.limitBytes).toBe(500 * 1024 ** 2);
  expect(user("one-way")?.limitBytes).toBe(1024 ** 3);
  expect(user("behind")?.plan).toBe("wiki");
  expect(user("gate")).toMatchObject({ password: "gate", plan: "wiki" });
  const plans = Object.fromEntries(book.plans.map((plan) => [plan.name, plan]));
  expect(plans.default).toMatchObject({ upKbps: 512, downKbps: 1000 });
  expect(plans["saa-3"]).toMatchObject({
    price: "50",
    validitySeconds: 10_800,
    sessionSeconds: 10_800,
    idleSeconds: 600,
  });
  expect(plans.wiki).toMatchObject({ validitySeconds: 604_800, devices: null });
  expect(book.warnings.map(({ code, what }) => `${code} ${what}`)).toEqual([
    "session-limit saa-3: session-timeout=3h",
    "script-unread bure: on-login",
    "bad-date 70004: kesho",
    "one-way-limit one-way",
  ]);
  expect(book.refused.map(({ code, line }) => [code, line])).toEqual([
    ["not-read", 32],
    ["router-own", 15],
    ["no-name", 31],
  ]);
});

test("[RTR-31] profiles of PPPoE are plans, with speed, addresses and how many at once; each line has one or is named", async () => {
  const book = await bookOf("home-lines.rsc");
  const plans = Object.fromEntries(book.plans.map((plan) => [plan.name, plan]));
  expect(plans["home-5"]).toMatchObject({ upKbps: 5000, downKbps: 5000, pool: "pool-home", devices: 1 });
  expect(plans["home-10"]).toMatchObject({ upKbps: 5000, downKbps: 10_000, devices: null, sessionSeconds: 86_400 });
  expect(plans.default).toMatchObject({ upKbps: 2000, devices: 1 });
  expect(plans["default-encryption"]).toMatchObject({ upKbps: 1000 });
  const user = (name: string) => book.users.find((one) => one.name === name);
  expect(user("house 5")?.address).toEqual({ ip: "10.20.1.5" });
  expect(user("house-9")?.address).toEqual({ routes: ["10.66.0.0/24"] });
  expect(user("house-7")).toMatchObject({
    fullName: null,
    password: "café",
    endsAtMs: Date.UTC(2026, 11, 31, 20, 59, 59),
  });
  const plan = planTakeover(book, nothing, nowMs);
  expect(plan.users.filter(({ doubts }) => doubts.includes("no-plan")).map(({ name }) => name)).toEqual(["far"]);
});

test("[RTR-31] one user of User Manager hides none of the hotspot; of two of one name a person says which one counts", async () => {
  const book = await bookOf("mixed.rsc");
  expect(book.plans.map(({ name }) => name)).toEqual(["day", "default", "day (PPPoE)", "day (User Manager)", "week"]);
  const plans = Object.fromEntries(book.plans.map((plan) => [plan.name, plan]));
  expect(plans["day (User Manager)"]).toMatchObject({ upKbps: 1000, downKbps: 4000, dataBytes: 6 * 1024 ** 3 });
  expect(plans.week).toMatchObject({ dataBytes: 10 * 1024 ** 3, useSeconds: 7200, devices: null });
  const behind = (doubles: Origin | null) =>
    planTakeover(book, nothing, nowMs, doubles).users.flatMap(({ from, name, doubts }) =>
      doubts.includes("twice") ? [`${from} ${name}`] : [],
    );
  expect(behind(null)).toEqual(["hotspot-users shared1", "user-manager shared1"]);
  expect(behind("hotspot-users")).toEqual(["user-manager shared1"]);
  expect(behind("user-manager")).toEqual(["hotspot-users shared1"]);
  const told = planTakeover(book, nothing, nowMs).users.find(({ name }) => name === "um2");
  expect(told).toMatchObject({ fate: "voucher", doubts: ["use-unknown"] });
});

test("[RTR-31] a dump of phpMyAdmin: columns in any order, line ends of Windows, texts with quotation marks, and a program whose rows are nobody's", async () => {
  const book = await bookOf("phpnuxbill-of-phpmyadmin.sql");
  const user = (name: string) => book.users.find((one) => one.name === name);
  expect(user("nyumba-1")).toMatchObject({ fullName: "Mama Njeri\r\nO'Brien", password: "w;o,r)d", plan: "Home 5" });
  expect(user("ppp-2")).toMatchObject({ password: "it's-2", fullName: "Zuri \\ Moja", balance: "-150.00" });
  expect(user("8H3K2M")).toMatchObject({ state: "running", isSubscriber: false, isUseUnknown: true });
  expect(book.users.some(({ name }) => name.includes("p_code"))).toBe(false);
  expect(book.warnings.map(({ code, what }) => `${code} ${what}`)).toEqual(["no-plan LOST99"]);
});

test("[RTR-31] several databases in one dump: of two that have the same tables the first one is read, the other one's rows are named", async () => {
  const book = await bookOf("several-databases.sql");
  expect(book.plans.map(({ name, price }) => [name, price])).toEqual([
    ["Hours", "20"],
    ["Home", "1500"],
  ]);
  expect(book.refused.map(({ code, what }) => `${code} ${what}`)).toEqual([
    "not-read nuxbill_2024.tbl_customers",
    "not-read nuxbill_2024.tbl_customers",
  ]);
  expect(book.warnings.map(({ code, what }) => `${code} ${what}`)).toEqual(["rows-unread nuxbill_2024.tbl_plans (2)"]);
  expect(book.users.find(({ name }) => name === "code-1001")).toMatchObject({ usedSeconds: 1800, usedBytes: 3000 });
});

test("[RTR-31] lines of pg_dump: what stands in a table that nobody asked for hides none behind it", async () => {
  const book = await bookOf("freeradius-of-pg-dump.sql");
  const user = (name: string) => book.users.find((one) => one.name === name);
  expect(user("njeri's")).toMatchObject({ password: "it's", service: "pppoe", plan: "home" });
  expect(user("saa-8hrs")).toMatchObject({ usedSeconds: 1200, plan: "hrs8" });
  expect(user("nobody")).toBeUndefined();
  expect(book.warnings.map(({ code, what }) => `${code} ${what}`)).toEqual(["attribute-unread ascend-data-rate (1)"]);
});

test("[RTR-31] rows without their tables: who numbers each row, or has a column more, has the same groups", async () => {
  const book = await bookOf("rows-without-tables.sql");
  expect(book.users.map(({ name, plan }) => [name, plan])).toEqual([
    ["PX91KD", "saa2"],
    ["house-31", "home"],
  ]);
  expect(book.plans.find(({ name }) => name === "saa2")).toMatchObject({ useSeconds: 7200, downKbps: 2000 });
  expect(book.warnings).toEqual([]);
});

/** As disks and programs write the same text. */
test.each<[string, (text: string) => string]>([
  ["with line ends of Windows", (text) => text.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n")],
  ["with a mark at its head", (text) => `\uFEFF${text.replace("\uFEFF", "")}`],
  [
    "with a name before each table",
    (text) => text.replaceAll(/\b(tbl_|rad[cgrua]|userinfo|billing_plans|permanent_users|vouchers\b)/g, "wifi_$1"),
  ],
])("[RTR-31] each dump %s is the same book", async (_, change) => {
  for (const name of ["phpnuxbill-dump.sql", "daloradius.sql", "freeradius-of-postgresql.sql", "radiusdesk.sql"]) {
    const text = await textOf(name);
    expect(readBook(change(text), { offsetMinutes: 180, nowMs })?.users, name).toEqual((await bookOf(name)).users);
  }
});

longTest("[RTR-31] thousands of rows in one statement are all read, and cut within it the whole ones are", () => {
  const row = (at: number) => `(${at},'c${at}','Cleartext-Password',':=','it''s \\'${at}\\'; (ok),')`;
  const rows = Array.from({ length: 20_000 }, (_, at) => row(at));
  const text = `INSERT INTO \`radcheck\` VALUES ${rows.join(",")};\n`;
  const of = { offsetMinutes: 180, nowMs };
  expect(readBook(text, of)?.users).toHaveLength(20_000);
  expect(readBook(text, of)?.users[19_999]?.password).toBe("it's '19999'; (ok),");
  const cut = readBook(text.slice(0, text.length / 2), of);
  expect(cut?.warnings.map(({ code }) => code)).toContain("partial-export");
  expect(cut?.found["radius-users"]).toBe(cut?.users.length);
  expect(cut?.users.every(({ name, password }) => password === `it's '${name.slice(1)}'; (ok),`)).toBe(true);
});

test.each([
  ["a page", "<!DOCTYPE html>\n<html><script>\nvar a = 1; /usage add name=x\n</script><body>Log in</body></html>"],
  ["a script", "#!/bin/sh\n/usr/bin/mysqldump radius; /bin/gzip dump.sql\n"],
  ["a refusal", "mysqldump: Got error: 1045: Access denied for user 'root'@'localhost' (using password: NO)\n"],
  ["an empty dump", "-- MySQL dump 10.13\nCREATE TABLE `radcheck` (`id` int(11));\n-- Dump completed\n"],
])("[RTR-31] %s instead of a file is none", (_, text) => {
  expect(readBook(text, { offsetMinutes: 180, nowMs })).toBeNull();
});

const codes: readonly Origin[] = ["hotspot-users", "user-manager", "phpnuxbill-vouchers"];
const known: KnownThings = {
  country: "KE",
  nowMs,
  plans: new Map(),
  sites: new Map(),
  usernames: new Set(),
  addresses: new Set(),
  customers: new Map(),
  phoneless: new Set(),
  credited: new Set(),
  partyOf: (phone) => phone as ReturnType<KnownThings["partyOf"]>,
};
const chosen = { siteId: "site-1", planId: null, service: "pppoe", autoRenew: true } as const;

test.each<[string, { lines: number; codes: number; left: string[]; weak: number; plans: string[] }]>([
  [
    "home-lines.rsc",
    {
      lines: 10,
      codes: 0,
      left: ["other-service", "no-password", "no-such-plan", "not-read"],
      weak: 5,
      plans: ["home-5", "home-10", "shop", "default", "default-encryption"],
    },
  ],
  ["mixed.rsc", { lines: 1, codes: 7, left: [], weak: 1, plans: ["day (PPPoE)"] }],
  ["phpnuxbill.sql", { lines: 3, codes: 1, left: [], weak: 2, plans: ["Daily", "Home"] }],
  ["phpnuxbill-dump.sql", { lines: 2, codes: 0, left: ["not-read"], weak: 2, plans: ["Home 10"] }],
  [
    "phpnuxbill-backup.json",
    {
      lines: 5,
      codes: 4,
      left: ["other-service", "recharge-code", "no-such-plan"],
      weak: 4,
      plans: ["1 hour", "Home"],
    },
  ],
  [
    "daloradius.sql",
    {
      lines: 7,
      codes: 5,
      left: ["no-password", "device", "no-log-in"],
      weak: 4,
      plans: ["home x1", "home 20M/20M", "home", "RADIUS"],
    },
  ],
  ["radiusdesk.sql", { lines: 1, codes: 3, left: ["device", "no-log-in"], weak: 0, plans: ["Home"] }],
  ["phpnuxbill-of-phpmyadmin.sql", { lines: 2, codes: 4, left: ["no-such-plan"], weak: 0, plans: ["Home 5"] }],
  ["several-databases.sql", { lines: 1, codes: 1, left: ["not-read", "not-read"], weak: 1, plans: ["Home"] }],
  ["freeradius-of-pg-dump.sql", { lines: 2, codes: 1, left: ["no-login"], weak: 1, plans: ["home"] }],
  ["rows-without-tables.sql", { lines: 1, codes: 1, left: [], weak: 0, plans: ["home"] }],
])(
  "[CUS-22] %s: each line keeps its password and has its plan, or is named; none gets a new password",
  async (name, want) => {
    const book = await bookOf(name);
    const file = linesOfBook(book);
    const plan = planCustomers(file, known, chosen, "KES");
    expect(plan.totals).toMatchObject({ accounts: want.lines, newPasswords: 0, weakPasswords: want.weak });
    expect(plan.errors.map(({ problem }) => problem)).toEqual(want.left);
    expect(plan.plans.map((one) => one.name)).toEqual(want.plans);
    expect(plan.lines.every(({ account }) => account?.newPlan != null)).toBe(true);
    // Whoever was in the file is a line, a code, or has a line of the report.
    const found = Object.values(book.found).reduce((sum, count) => sum + count, 0);
    const codesRefused = book.refused.filter(({ from }) => codes.includes(from)).length;
    // A code for PPPoE is counted among the codes, and named.
    const named = plan.errors.filter(({ problem }) => problem !== "recharge-code").length;
    expect(plan.lines.length + named + file.codes + codesRefused).toBe(found);
    const secrets = new Map(book.users.map((user) => [user.name, user.password]));
    for (const { account } of plan.lines) expect(account?.password).toBe(secrets.get(account?.username ?? ""));
  },
);

/** Bytes of a file as strangers' disks and messages leave them: its end is missing, and some are others. */
const damaged = (text: string) =>
  fc
    .record({
      end: fc.nat(text.length),
      changes: fc.array(fc.tuple(fc.nat(text.length), fc.constantFrom(...`\\"'\`;,()[]{}=\t\n\r\0#-/*$é0Z \ud800`)), {
        maxLength: 12,
      }),
    })
    .map(({ end, changes }) => {
      const symbols = [...text.slice(0, end)];
      for (const [at, symbol] of changes) if (at < symbols.length) symbols[at] = symbol;
      return symbols.join("");
    });

test.each([
  "hotspot-of-mikhmon.rsc",
  "mikhmon-users.csv",
  "home-lines.rsc",
  "mixed.rsc",
  "manager-of-routeros-6.rsc",
  "printed.json",
  "phpnuxbill.sql",
  "phpnuxbill-dump.sql",
  "phpnuxbill-backup.json",
  "daloradius.sql",
  "freeradius-of-postgresql.sql",
  "radiusdesk.sql",
  "phpnuxbill-of-phpmyadmin.sql",
  "several-databases.sql",
  "freeradius-of-pg-dump.sql",
  "rows-without-tables.sql",
])(
  "[RTR-31] %s, cut anywhere and with letters changed: read or refused, and what was found is accounted for",
  async (name) => {
    const text = await textOf(name);
    fc.assert(
      fc.property(damaged(text), (file) => {
        const book = readBook(file, { offsetMinutes: 180, nowMs });
        if (book === null) return;
        const plan = planTakeover(book, nothing, nowMs);
        for (const { found, read, refused, doubtful } of plan.sources) expect(read + refused + doubtful).toBe(found);
        for (const { endsAtMs, usedSeconds, usedBytes, limitSeconds, limitBytes } of book.users)
          for (const value of [endsAtMs, usedSeconds, usedBytes, limitSeconds, limitBytes])
            expect(value === null || Number.isSafeInteger(value)).toBe(true);
        planCustomers(linesOfBook(book), known, chosen, "KES");
      }),
      { numRuns: 60 },
    );
  },
);

test("[CUS-22] nobody of a database stays behind for a number or an address that is none: it stands in their note", async () => {
  const text = (await textOf("phpnuxbill-dump.sql"))
    .replace("'0','1','','Personal',0.00", "'kwa jirani','not@an@address','','Personal',0.00")
    .replace("'0722000002'", "'simu'");
  const plan = planCustomers(
    linesOfBook(readBook(text, { offsetMinutes: 180, nowMs }) as ForeignBook),
    known,
    chosen,
    "KES",
  );
  expect(plan.lines.map(({ phone, email, note }) => [phone, email, note])).toEqual([
    [null, null, "Tel. kwa jirani\nE-mail: not@an@address"],
  ]);
  // Whose balance nobody could find again.
  expect(plan.errors.map(({ field, problem }) => `${field} ${problem}`)).toContain("phone bad-phone");
});

const csvOf = (text: string) =>
  readCustomerCsv(text, {
    offsetMinutes: 180,
    currency: "KES",
    chosen: { columns: null, dateOrder: null },
    remembered: new Map(),
  });

test.each<[string, string, { lines: string[]; wrong: string[] }]>([
  [
    "splynx-customers.csv",
    "splynx",
    {
      lines: ["house-1 -150000", "house-2 0", "house-4 null", "house-1 0"],
      wrong: ["4 name no-name"],
    },
  ],
  [
    "uisp-clients.csv",
    "uisp",
    { lines: ["amina-1 0", "amina-2 null", "duka-1 -125050"], wrong: ["5 username no-login"] },
  ],
])("[CUS-22] %s: each line comes or has its error, with its money as it is written", async (name, source, want) => {
  const file = csvOf(await textOf(name));
  expect(file?.source).toBe(source);
  expect(file?.lines.map(({ username, balanceCents }) => `${username} ${balanceCents}`)).toEqual(want.lines);
  expect(file?.errors.map(({ line, field, problem }) => `${line} ${field} ${problem}`)).toEqual(want.wrong);
});

test.each<[string, [string, string, number][]]>([
  [
    "mpesa-portal.csv",
    [
      ["UKL51ZDR4F", "inflow", 110_000],
      ["UKL51ZDR4F", "charge", 550],
      ["UKL51ZDR4G", "reversal", 10_000],
      ["UKL51ZDR4H", "other", 5000],
      ["UKL51ZDR4J", "sweep", 99_450],
    ],
  ],
  [
    "mpesa-saved.csv",
    [
      ["UKL51ZDR5A", "inflow", 110_050],
      ["UKL51ZDR5B", "inflow", 2000],
    ],
  ],
])("[BEY-08] %s: each row of money is read", async (name, rows) => {
  const read = readStatement(await textOf(name));
  if ("complaint" in read) throw new Error(read.complaint);
  expect(read.lines.map(({ receipt, kind, amountCents }) => [receipt, kind, amountCents])).toEqual(rows);
  expect(read.lines.every(({ completedAtMs }) => completedAtMs < nowMs)).toBe(true);
});

test.each(["splynx-customers.csv", "uisp-clients.csv", "mikhmon-users.csv", "mpesa-portal.csv", "mpesa-saved.csv"])(
  "[CUS-22] [BEY-08] %s, cut anywhere and with letters changed: read or refused, and no amount or date is none",
  async (name) => {
    const text = await textOf(name);
    fc.assert(
      fc.property(damaged(text), (file) => {
        const customers = csvOf(file);
        for (const { balanceCents, paidUntilMs } of customers?.lines ?? [])
          for (const value of [balanceCents, paidUntilMs])
            expect(value === null || Number.isSafeInteger(value)).toBe(true);
        const statement = readStatement(file);
        for (const { amountCents, completedAtMs } of "complaint" in statement ? [] : statement.lines)
          expect(Number.isSafeInteger(amountCents) && Number.isSafeInteger(completedAtMs)).toBe(true);
      }),
      { numRuns: 60 },
    );
  },
);

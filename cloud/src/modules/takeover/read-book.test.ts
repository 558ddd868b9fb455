import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { readExport } from "../../ground/router-exports/read-export.ts";
import { byteCount, dateTimeMs, durationSeconds, rateLimit } from "../../ground/router-exports/routeros-values.ts";
import type { ForeignBook } from "./foreign-book.ts";
import { listCodes } from "./listing.ts";
import { withOwnPlans } from "./own-plans.ts";
import { planNameOf } from "./plan-names.ts";
import { readBook } from "./read-book.ts";
import { readSqlDump } from "./read-sql-dump.ts";
import { planTakeover } from "./takeover-plan.ts";

const nowMs = Date.UTC(2026, 10, 22, 9);
const of = { offsetMinutes: 180, nowMs };
const read = (text: string) => readBook(text, of) as ForeignBook;
const userOf = (book: ForeignBook, name: string) => book.users.find((user) => user.name === name);

test.each([
  ["1d", 86_400],
  ["2h30m", 9000],
  ["1w1d", 691_200],
  ["00:30:00", 1800],
  ["3d02:00:00", 266_400],
  ["45", 45],
  ["1h500ms", 3600],
  ["", null],
  ["1y", null],
  ["h1", null],
])("[RTR-31] a duration of RouterOS, %j, is %j seconds", (text, lasts) => {
  expect(durationSeconds(text)).toBe(lasts);
});

test("[RTR-31] bytes, rates and dates of RouterOS; what is of another shape is null", () => {
  expect([byteCount("1G"), byteCount("500"), byteCount("1X"), byteCount("9999999999999999")]).toEqual([
    1_073_741_824,
    500,
    null,
    null,
  ]);
  expect(rateLimit("512k/2M 1M/4M 256k/1M 8/8")).toEqual({ upKbps: 512, downKbps: 2000 });
  expect([rateLimit("3M"), rateLimit("0/0"), rateLimit("fast")]).toEqual([
    { upKbps: 3000, downKbps: 3000 },
    { upKbps: null, downKbps: null },
    null,
  ]);
  const noon = Date.UTC(2026, 10, 22, 9);
  expect([dateTimeMs("nov/22/2026 12:00:00", 180), dateTimeMs("2026-11-22 12:00:00", 180)]).toEqual([noon, noon]);
  for (const bad of ["2026-02-30 12:00:00", "nov/31/2026 12:00:00", "foo/22/2026 12:00:00", "2026-11-22", ""])
    expect(dateTimeMs(bad, 180), bad).toBeNull();
});

test("[RTR-31] numbers that nobody sold or used become the most of them: each is a number still, and so is what is made of it", () => {
  const most = "9007199254740991";
  const book = read(
    [
      "# 2026-11-22 10:00:00 by RouterOS 7.22",
      "/ip hotspot user profile",
      `add name=p shared-users=${"9".repeat(30)} idle-timeout=${most}s rate-limit=${"9".repeat(15)}/${"9".repeat(15)}`,
      "/ip hotspot user",
      `add name=aa11bb22 password=x profile=p limit-uptime=${most}s limit-bytes-in=8000T limit-bytes-out=8000T`,
      `add name=cc33dd44 password=x profile=p uptime=${most}s bytes-in=8000T bytes-out=8000T`,
    ].join("\n"),
  );
  const plan = planTakeover(book, { planIds: new Map(), isLiveCode: () => false }, nowMs);
  const unsafe: string[] = [];
  JSON.stringify([book, plan], (key, value) => {
    if (typeof value === "number" && !Number.isSafeInteger(value)) unsafe.push(`${key}=${value}`);
    return value;
  });
  expect(unsafe).toEqual([]);
  expect(listCodes(book, plan, []).flatMap(({ codes }) => codes)).toHaveLength(2);
});

test("[RTR-31] an export's words are read as RouterOS wrote them: quotes, escapes, lines that go on, menus on their own line", () => {
  const text = [
    "# nov/22/2026 10:00:00 by RouterOS 6.49.10",
    "/ip hotspot user",
    'add comment="a \\"b\\" \\\\ \\24x\\r\\nnext" name="two words" \\',
    "    password=p=q profile=1d",
    "set [ find default=yes ] name=other",
    "/ip hotspot user profile add name=1d; :put hello",
    "#error exporting /interface (timeout)",
  ].join("\r\n");
  const { rows, version, isPartial } = readExport(text) ?? {};
  expect(rows?.get("/ip/hotspot/user")).toEqual([
    { line: "3", comment: 'a "b" \\ $x\r\nnext', name: "two words", password: "p=q", profile: "1d" },
    { line: "5", name: "other", default: "yes" },
  ]);
  expect(rows?.get("/ip/hotspot/user/profile")).toMatchObject([{ line: "6" }]);
  expect([version, isPartial]).toEqual(["6.49.10", true]);
  expect(readExport("hello\nworld")).toBeNull();
});

describe("files of somebody who wants the reader to work for ever, or to tell what it should not", () => {
  test("[RTR-31] a time of 300,000 digits is none, at once", () => {
    expect(durationSeconds("1".repeat(300_000))).toBeNull();
  });

  longTest(
    "[RTR-31] a log-in of 200,000 attributes is read, and each line of its own is told",
    () => {
      const rows = Array.from({ length: 200_000 }, () => "('c1','Max-Daily-Session',':=','60')").join(",");
      const book = read(`INSERT INTO radcheck (username,attribute,op,value) VALUES ${rows};`);
      expect(book.warnings.filter(({ code }) => code === "recurring-limit")).toHaveLength(200_000);
    },
    10_000,
  );

  test("[RTR-31] 60,000 plans of 60,000 codes are counted while nobody else waits", () => {
    const names = Array.from({ length: 60_000 }, (_, at) => `p${at}`);
    const user1 = { name: "a", password: "", profile: "p1" };
    const book = read(JSON.stringify({ "/ip/hotspot/user": [user1], "/ip/hotspot/user/profile": [{ name: "p1" }] }));
    const [user] = book.users;
    const [plan] = book.plans;
    if (user === undefined || plan === undefined) throw new Error("there are both");
    const many = {
      ...book,
      plans: names.map((name) => ({ ...plan, name })),
      users: names.map((name) => ({ ...user, name, plan: name })),
    };
    const planned = planTakeover(many, { planIds: new Map(), isLiveCode: () => false }, nowMs);
    expect(planned.plans.every(({ counts }) => counts.voucher === 1)).toBe(true);
  }, 10_000);

  test("[RTR-31] a statement that nobody can read is shown without the passwords in it, also in its brackets", () => {
    const text = `/ip hotspot user
add name=a password=a
set [ find password="the first word" ] password=second
set [ find where name=x and password=third ] otp-secret=fourth`;
    expect(read(text).refused.map(({ what }) => what)).toEqual([
      "set password=… [ find password=… ]",
      "set otp-secret=… [ find where name=x and password=… ]",
    ]);
  });

  test("[RTR-31] a price of Mikhmon's that can't be read is told, and not taken for nothing", () => {
    const mark = ':put (\\",rem,1.000,1d,1.000,,Disable,\\")';
    const text = `/ip hotspot user profile\nadd name=day on-login="${mark}"\n/ip hotspot user\nadd name=a password=a`;
    expect(read(text).warnings).toMatchObject([{ code: "bad-value", line: 2, what: "day: price=1.000" }]);
  });

  test("[RTR-31] users below a menu that was entered in two steps are read", () => {
    const book = read("/ip hotspot\nuser add name=a password=a\nuser profile add name=day rate-limit=1M/2M");
    expect(book).toMatchObject({ found: { "hotspot-users": 1 }, users: [{ name: "a" }], plans: [{ name: "day" }, {}] });
  });
});

describe("Mikhmon", () => {
  const onLogin = (mark: string) =>
    `:put (\\",rem,${mark},,Disable,\\"); {:local date [ /system clock get date ];:local year [ :pick \\$date 7 11 ];}`;
  const exportOf = (version: string) =>
    [
      `# 2026-11-22 10:00:00 by RouterOS ${version}`,
      "/ip hotspot user profile",
      `add name=day on-login="${onLogin("900,1d,1000")}" rate-limit=1M/5M shared-users=2`,
      "add name=free",
      "/ip hotspot user",
      "add name=4821 password=4821 profile=day comment=vc-123-11.20.26-kiosk",
      "add name=anna password=secret profile=day comment=up-123-11.20.26-",
      'add name=7000 password=7000 profile=day comment="nov/23/2026 12:00:00"',
      'add name=7001 password=7001 profile=day comment="2026-11-22 11:59:59"',
      'add name=7002 password=7002 profile=day comment="202/-1/26 12:00:00"',
      "add name=7003 password=7003 profile=day limit-uptime=1s comment=vc-123-11.20.26-",
      "add name=boss password=x profile=free",
      "/ppp secret",
      'add name=house password=h1 profile=home service=pppoe comment="Mama Njeri"',
      "add name=vpn password=h2 service=l2tp",
    ].join("\n");

  test("[RTR-31] profiles become plans with price, validity and speed; comments tell what is unused, running, over and blocked", () => {
    const book = read(exportOf("6.49.10"));
    expect(book.source).toBe("mikhmon");
    expect(book.plans[0]).toMatchObject({
      name: "day",
      price: "1000",
      validitySeconds: 86_400,
      downKbps: 5000,
      upKbps: 1000,
      devices: 2,
    });
    const states = Object.fromEntries(book.users.map(({ name, state }) => [name, state]));
    expect(states).toEqual({
      4821: "unused",
      anna: "unused",
      7000: "running",
      7001: "over",
      7002: "unclear",
      7003: "blocked",
      boss: "unused",
      house: "running",
    });
    expect(userOf(book, "7000")?.endsAtMs).toBe(Date.UTC(2026, 10, 23, 9));
    expect(userOf(book, "house")).toMatchObject({ service: "pppoe", fullName: "Mama Njeri", plan: "home" });
    expect(book.warnings).toMatchObject([{ code: "bad-date", line: 10 }]);
  });

  test("[CUS-22] a date without a time in a line's comment is what it is paid until, and what stands behind it is the customer", () => {
    const commented = (comment: string) =>
      userOf(read(exportOf("7.16.2").replace('comment="Mama Njeri"', `comment="${comment}"`)), "house");
    const endOfDay = Date.UTC(2026, 11, 5, 21);
    expect(commented("dec/05/2026")).toMatchObject({ endsAtMs: endOfDay, fullName: null });
    expect(commented("2026-12-05 - Mama Njeri")).toMatchObject({ endsAtMs: endOfDay, fullName: "Mama Njeri" });
    expect(commented("2026-12-05 14:00")).toMatchObject({ endsAtMs: Date.UTC(2026, 11, 5, 11), fullName: null });
    expect(commented("dec/05/2026 14:00:00 0711")).toMatchObject({
      endsAtMs: Date.UTC(2026, 11, 5, 11),
      fullName: null,
    });
    // When it was laid, perhaps: who is on stays on.
    expect(commented("2024-05-01 Mama Njeri")).toMatchObject({ endsAtMs: null, fullName: "Mama Njeri" });
    for (const name of ["2026-02-30", "2026-12-051", "House 2026-12-05"])
      expect(commented(name)).toMatchObject({ endsAtMs: null, fullName: name });
  });

  test("[RTR-31] from RouterOS 7.10 on its expiry script cuts dates wrongly: that is said, with the profile", () => {
    expect(read(exportOf("7.16.2")).warnings).toContainEqual({ code: "mikhmon-dates", line: 3, what: "day" });
    expect(read(exportOf("7.9.2")).warnings.map(({ code }) => code)).not.toContain("mikhmon-dates");
  });

  test("[RTR-31] the rows that the menus print have what was used so far", () => {
    const rows = {
      "/system/resource": [{ version: "7.22.1 (stable)" }],
      "/ip/hotspot/user/profile": [{ name: "2h", "shared-users": 1 }],
      "/ip/hotspot/user": [
        {
          name: "5000",
          password: 5000,
          profile: "2h",
          "limit-uptime": "2h",
          uptime: "30m",
          "bytes-in": 10,
          "bytes-out": 20,
        },
        { name: "5001", password: "5001", profile: "2h", "limit-uptime": "2h", uptime: "2h" },
        { name: "5001", password: "5001", profile: "2h", disabled: true },
      ],
    };
    const book = read(JSON.stringify(rows));
    expect(book.source).toBe("hotspot-users");
    expect(book.users).toMatchObject([
      { state: "running", usedSeconds: 1800, usedBytes: 30, limitSeconds: 7200, password: "5000" },
      { state: "over" },
      { state: "blocked" },
    ]);
    expect(book.warnings).toEqual([{ code: "twice", line: 0, what: "5001" }]);
  });
});

test("[RTR-31] whoever is online now counts with what their session used, and is neither unused nor over", () => {
  const user = { password: "", profile: "2h", "limit-uptime": "2h" };
  const rows = {
    "/ip/hotspot/user": [
      { ...user, name: "fresh", uptime: "0s", "bytes-in": "0" },
      { ...user, name: "later", uptime: "1h30m", "bytes-in": "5" },
      { ...user, name: "other", uptime: "0s" },
    ],
    "/ip/hotspot/active": [
      { user: "fresh", uptime: "10m", "bytes-in": "1000", "bytes-out": "2000" },
      { user: "later", uptime: "45m", "bytes-in": "1", radius: "false" },
      { user: "other", uptime: "45m", radius: "true" },
    ],
  };
  expect(read(JSON.stringify(rows)).users).toMatchObject([
    { name: "fresh", state: "running", usedSeconds: 600, usedBytes: 3000 },
    { name: "later", state: "running", usedSeconds: 8100, usedBytes: 6 },
    { name: "other", state: "unused", usedSeconds: 0 },
  ]);
});

test("[RTR-31] a code that a router printed as a number keeps each of its digits", () => {
  const printed = `{"/ip/hotspot/user": [{"name": 12345678901234567, "password": 12345678901234567, "profile": "2h"},
    {"name": 10.50, "password": 10.50, "profile": "2h"}], "/ip/hotspot/user/profile": [{"name": "2h"}]}`;
  expect(read(printed).users).toMatchObject([
    { name: "12345678901234567", password: "12345678901234567" },
    { name: "10.50", password: "10.50" },
  ]);
});

test("[RTR-31] an export does not tell what was used of a limit: those codes are named, and none that is surely fresh", () => {
  const mark = ':put (",rem,10,1d,10,,Disable,")';
  const text = `/ip hotspot user profile
add name=day on-login="${mark.replaceAll('"', '\\"')}"
/ip hotspot user
add name=fresh password=fresh profile=day limit-uptime=1h comment="vc-123-11.20.26-"
add name=begun password=begun profile=day limit-uptime=1h comment="nov/23/2026 10:00:00"
add name=hours password=hours limit-uptime=1h
add name=free password=free`;
  const unknown = read(text).users.flatMap(({ name, isUseUnknown }) => (isUseUnknown ? [name] : []));
  expect(unknown).toEqual(["begun", "hours"]);
  const printed = { "/ip/hotspot/user": [{ name: "hours", "limit-uptime": "1h", uptime: "0s" }] };
  expect(read(JSON.stringify(printed)).users[0]?.isUseUnknown).toBeUndefined();
});

test("[RTR-31] a date in the comment ends a code though its profile says nothing of it; one of the past is a person's to judge", () => {
  const text = `/ip hotspot user
add name=later password=later comment="Dec/20/2026 14:00:00 N"
add name=iso password=iso comment="2026-12-20 14:00:00"
add name=past password=past comment="jan/05/2026 10:00:00 made by Juma"`;
  const book = read(text);
  expect(book.users).toMatchObject([
    { state: "running", endsAtMs: Date.UTC(2026, 11, 20, 11) },
    { state: "running", endsAtMs: Date.UTC(2026, 11, 20, 11) },
    { state: "unclear", endsAtMs: null },
  ]);
  expect(book.warnings).toMatchObject([{ code: "past-date", line: 4 }]);
});

test("[RTR-31] a price that can't be read is told, and not taken for nothing; a prefix of IPv6 goes to its line", () => {
  const text = `/user-manager profile
add name=week price=1,000
/user-manager user
add name=a password=a
/ppp secret
add name=l password=l service=pppoe remote-ipv6-prefix=2001:db8:1::/56`;
  const book = read(text);
  expect(book.warnings).toMatchObject([{ code: "bad-value", what: "week: price=1,000" }, { code: "no-plan" }]);
  expect(userOf(book, "l")?.address).toEqual({ ipv6Prefix: "2001:db8:1::/56" });
});

test("[RTR-31] Mikhmon's list as CSV: comments may have commas, a line that is cut is told, and its plans are those of the same name here", () => {
  const text =
    "Username,Password,Profile,Time Limit,Data Limit,Comment\r\n71234567,71234567,siku-1,,,vc-1-11.20.26-duka,la pili\r\n7123,9876,siku-1,1d,1073741824,dec/20/2026 14:00:00\r\ncut,x\r\n";
  const book = read(text);
  expect(book).toMatchObject({ found: { "hotspot-users": 3 }, refused: [{ code: "not-read", line: 4 }] });
  expect(book.users).toMatchObject([
    { name: "71234567", plan: "siku-1", state: "unused" },
    { password: "9876", limitSeconds: 86_400, limitBytes: 2 ** 30, state: "running" },
  ]);
  const without = planTakeover(book, { planIds: new Map(), isLiveCode: () => false }, nowMs);
  expect(without.users[0]?.doubts).toContain("no-plan");
  const terms = { ...unlimitedTerms, validitySeconds: seconds(86_400) };
  const own = new Map([["siku-1", { planId: "p1", priceCents: 2000, terms }]]);
  const known = planTakeover(
    withOwnPlans(book, own),
    { planIds: new Map([["siku-1", "p1"]]), isLiveCode: () => false },
    nowMs,
  );
  expect(known.users.map(({ doubts }) => doubts)).toEqual([[], ["use-unknown"]]);
  expect(known.plans).toMatchObject([{ name: "siku-1", planId: "p1", price: "20.00", validitySeconds: 86_400 }]);
});

test("[RTR-31] User Manager: where a profile leaves the number of devices to its users, it is theirs; whoever has more than others is told", () => {
  const book = read(
    [
      "# 2026-11-22 10:00:00 by RouterOS 7.16.2",
      "/user-manager profile",
      "add name=family price=50 validity=1d",
      "add name=mixed price=50 validity=1d",
      "add name=open price=50 validity=1d",
      "add name=one override-shared-users=1 price=50 validity=1d",
      "/user-manager user",
      "add name=f1 password=f1 shared-users=3",
      "add name=f2 password=f2 shared-users=3",
      "add name=m1 password=m1",
      "add name=m2 password=m2 shared-users=4",
      "add name=o1 password=o1 shared-users=unlimited",
      "add name=n1 password=n1 shared-users=5",
      "/user-manager user-profile",
      ...["family f1", "family f2", "mixed m1", "mixed m2", "open o1", "one n1"].map((row) => {
        const [profile, user] = row.split(" ");
        return `add profile=${profile} user=${user}`;
      }),
    ].join("\n"),
  );
  expect(book.plans.map(({ name, devices }) => `${name} ${devices}`)).toEqual([
    "family 3",
    "mixed 1",
    "open null",
    "one 1",
  ]);
  expect(book.warnings).toEqual([{ code: "bad-value", line: 11, what: "m2: shared-users=4" }]);
});

test("[RTR-31] Mikhmon's list as CSV that a spreadsheet has saved: a code that it shortened and an end that it wrote anew are refused by line, and no code begins afresh", () => {
  const line = (name: string, comment: string) => `${name},${name},siku-1,,,${comment}`;
  const book = read(
    [
      "Username,Password,Profile,Time Limit,Data Limit,Comment",
      line("1.23E+08", "vc-1-11.20.26-"),
      line("ab12cd", "12/20/2026 14:00"),
      line("ab12ce", "20/12/2026 2:00 PM"),
      line("ab12cf", "2026-12-20 14:00:00"),
      line("ab12cg", "2026-12-20 14:00"),
      line("ab12e5", "vc-1-11.20.26-"),
    ].join("\r\n"),
  );
  expect(book.refused.map(({ code, line }) => `${line} ${code}`)).toEqual([2, 3, 4, 6].map((at) => `${at} not-read`));
  expect(book.users.map(({ name, state }) => `${name} ${state}`)).toEqual(["ab12cf running", "ab12e5 unused"]);
});

test("[RTR-31] Mikhmon's list as CSV that a spreadsheet has saved: what it put into quotation marks, because of a comma in it, is read whole, and a code that runs begins no second time", () => {
  const book = read(
    [
      "Username,Password,Profile,Time Limit,Data Limit,Comment",
      'ab12cd,ab12cd,siku-1,,,"dec/20/2026 14:00:00 Juma, room 5"',
      '"kim, the guest","p""w,1",siku-1,1d,,"vc-1-11.20.26-duka, la ""pili"""',
      'open,"half,siku-1,,,vc-2',
    ].join("\r\n"),
  );
  expect(book.users).toMatchObject([
    { name: "ab12cd", state: "running", endsAtMs: Date.UTC(2026, 11, 20, 11) },
    { name: "kim, the guest", password: 'p"w,1', limitSeconds: 86_400, state: "unused" },
    { name: "open", password: '"half', state: "unused" },
  ]);
});

test("[RTR-31] User Manager: profiles with their limitations, and which one of a user runs", () => {
  const rows = {
    "/user-manager/user": [
      { name: "kim", password: "k", "shared-users": "1" },
      { name: "lea", password: "l", disabled: "false" },
      { name: "max", password: "m" },
    ],
    "/user-manager/profile": [{ name: "week", price: "500", validity: "1w", "override-shared-users": "off" }],
    "/user-manager/limitation": [
      { name: "fast", "rate-limit-rx": "1000000", "rate-limit-tx": "4000000", "transfer-limit": "1073741824" },
    ],
    "/user-manager/profile-limitation": [{ profile: "week", limitation: "fast" }],
    "/user-manager/user-profile": [
      { user: "kim", profile: "week", state: "running-active", "end-time": "2026-11-25 12:00:00" },
      { user: "lea", profile: "week", state: "waiting" },
    ],
  };
  const book = read(JSON.stringify(rows));
  expect(book.plans).toMatchObject([
    { name: "week", validitySeconds: 604_800, dataBytes: 1_073_741_824, upKbps: 1000, downKbps: 4000, devices: 1 },
  ]);
  expect(book.users.map(({ name, state }) => [name, state])).toEqual([
    ["kim", "running"],
    ["lea", "unused"],
    ["max", "unclear"],
  ]);
  expect(book.warnings).toEqual([{ code: "no-plan", line: 0, what: "max" }]);
});

test("[RTR-31] User Manager: what was used counts where it is printed, and is said to be unknown where it is not", () => {
  const menus = (user: object) =>
    JSON.stringify({
      "/user-manager/profile": [{ name: "hours" }],
      "/user-manager/limitation": [{ name: "lim", "uptime-limit": "10h" }],
      "/user-manager/profile-limitation": [{ profile: "hours", limitation: "lim" }],
      "/user-manager/user": [{ name: "kim", password: "k", ...user }],
      "/user-manager/user-profile": [{ user: "kim", profile: "hours", state: "running-active" }],
    });
  expect(read(menus({})).users[0]).toMatchObject({ state: "running", isUseUnknown: true, usedSeconds: 0 });
  const told = read(menus({ "total-uptime": "4h", "total-download": "1MiB", "total-upload": "5" })).users[0];
  expect(told).toMatchObject({ state: "running", usedSeconds: 14_400, usedBytes: 1_048_581 });
  expect(told?.isUseUnknown).toBeUndefined();
});

test("[RTR-31] User Manager: sessions since its profile began are what a user used, also the one that runs", () => {
  const rows = {
    "/user-manager/profile": [{ name: "week", validity: "1w" }, { name: "hours" }],
    "/user-manager/limitation": [{ name: "lim", "uptime-limit": "10h" }],
    "/user-manager/profile-limitation": [
      { profile: "week", limitation: "lim" },
      { profile: "hours", limitation: "lim" },
    ],
    "/user-manager/user": [{ name: "kim" }, { name: "lea" }, { name: "max" }],
    "/user-manager/user-profile": [
      { user: "kim", profile: "week", state: "running-active", "end-time": "2026-11-25 12:00:00" },
      { user: "lea", profile: "hours", state: "running-active", "end-time": "unlimited" },
      { user: "max", profile: "hours", state: "running-active", "end-time": "unlimited" },
    ],
    "/user-manager/session": [
      { user: "kim", started: "2026-11-17 10:00:00", uptime: "3h", download: "7", upload: "7" },
      { user: "kim", started: "2026-11-19 10:00:00", uptime: "1h", download: "1000", upload: "10" },
      { user: "kim", started: "2026-11-22 11:00:00", uptime: "30m", download: "5", upload: "5" },
      { user: "lea", started: "2026-01-01 10:00:00", uptime: "2h", download: "1", upload: "0" },
    ],
  };
  expect(read(JSON.stringify(rows)).users.map(({ name, ...user }) => [name, user.usedSeconds, user.usedBytes])).toEqual(
    [
      ["kim", 5400, 1020],
      ["lea", 7200, 1],
      ["max", 0, 0],
    ],
  );
  expect(read(JSON.stringify(rows)).users.some(({ isUseUnknown }) => isUseUnknown)).toBe(false);
});

test("[RTR-31] User Manager: printed sessions that name their user by its row's id are that user's", () => {
  const rows = {
    "/user-manager/profile": [{ name: "hours" }],
    "/user-manager/limitation": [{ name: "lim", "uptime-limit": "10h" }],
    "/user-manager/profile-limitation": [{ profile: "hours", limitation: "lim" }],
    "/user-manager/user": [{ ".id": "*1", name: "lea" }],
    "/user-manager/user-profile": [{ user: "*1", profile: "hours", state: "running-active", "end-time": "unlimited" }],
    "/user-manager/session": [{ user: "*1", started: "2026-01-01 10:00:00", uptime: "2h", download: "1", upload: "0" }],
  };
  expect(read(JSON.stringify(rows)).users).toMatchObject([{ name: "lea", usedSeconds: 7200, usedBytes: 1 }]);
});

describe("a dump of PHPNuxBill", () => {
  const dump = [
    "-- MariaDB dump; don't read this",
    "/*!40101 SET NAMES utf8mb4 */;",
    "CREATE TABLE `tbl_bandwidth` (",
    "  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,",
    "  `name_bw` varchar(255) NOT NULL,",
    "  `rate_down` int(10) unsigned NOT NULL,",
    "  `rate_down_unit` enum('Kbps','Mbps') NOT NULL,",
    "  `rate_up` int(10) unsigned NOT NULL,",
    "  `rate_up_unit` enum('Kbps','Mbps') NOT NULL,",
    "  PRIMARY KEY (`id`)",
    ") ENGINE=InnoDB;",
    "INSERT INTO `tbl_bandwidth` VALUES (1,'5 Mbps; it''s fast',5,'Mbps',512,'Kbps');",
    "INSERT INTO `tbl_plans` (`id`, `name_plan`, `id_bw`, `price`, `type`, `limit_type`, `time_limit`, `time_unit`, `data_limit`, `data_unit`, `validity`, `validity_unit`, `shared_users`) VALUES",
    "(1, 'Daily (1GB)', 1, '50', 'Hotspot', 'Data_Limit', NULL, 'Hrs', 1, 'GB', 1, 'Days', 1),",
    "(2, 'Home', 1, '2000', 'PPPOE', 'Unlimited', NULL, NULL, NULL, NULL, 1, 'Months', NULL);",
    "INSERT INTO tbl_customers (id,username,password,pppoe_username,pppoe_password,fullname,phonenumber,email,balance,service_type,status) VALUES (1,'jane','pw\\'1','','','Jane, \\\"J\\\"','254722000111','j@x.test','150.00','Hotspot','Active'),(2,'home1','w','ppp-home1','p2','Odhiambo','','','0.00','PPPoE','Active'),(3,'gone','x','','','','','','0','Hotspot','Banned');",
    "INSERT INTO tbl_user_recharges (id,customer_id,username,plan_id,expiration,time,status,type) VALUES (1,1,'jane',1,'2026-11-23','10:30:00','on','Hotspot'),(2,2,'home1',2,'2026-11-01','10:00:00','off','PPPOE');",
    "INSERT INTO tbl_voucher (id,type,id_plan,code,user,status) VALUES (1,'Hotspot',1,'K7Q2','0','0'),(2,'Hotspot',1,'USED1','jane','1'),(3,'Hotspot',9,'LOST','0','0');",
    "INSERT INTO tbl_users VALUES (1,'admin','sha1');",
  ].join("\n");

  test("[RTR-31] plans in decimal gigabytes, customers with name, phone, balance and end, vouchers by their state", () => {
    const book = read(dump);
    expect(book.source).toBe("phpnuxbill");
    expect(book.plans).toMatchObject([
      { name: "Daily (1GB)", price: "50", dataBytes: 1e9, useSeconds: null, validitySeconds: 86_400, downKbps: 5000 },
      { name: "Home", validitySeconds: 2_592_000, upKbps: 512, devices: 1 },
    ]);
    expect(userOf(book, "jane")).toMatchObject({
      state: "running",
      password: "pw'1",
      fullName: 'Jane, "J"',
      phone: "254722000111",
      balance: "150.00",
      endsAtMs: Date.UTC(2026, 10, 23, 7, 30),
    });
    expect(userOf(book, "ppp-home1")).toMatchObject({ service: "pppoe", password: "p2", state: "over", plan: "Home" });
    expect(userOf(book, "gone")?.state).toBe("blocked");
    expect([userOf(book, "K7Q2")?.state, userOf(book, "USED1")?.state]).toEqual(["unused", "over"]);
    expect(book.warnings).toEqual([{ code: "no-plan", line: 18, what: "LOST" }]);
  });

  test("[RTR-31] a dump whose end is missing is said to be partial; comments behind its last statement are no cut", () => {
    const cut = read(dump.slice(0, dump.indexOf("(3,'Hotspot',9") + 8));
    expect(cut.warnings).toEqual([{ code: "partial-export", line: 0, what: "" }]);
    expect(cut.users.map(({ name }) => name)).not.toContain("");
    const ended = read(`${dump}\r\n--\r\n-- Dump completed on 2026-11-22\r\n--`);
    expect(ended.warnings.map(({ code }) => code)).toEqual(["no-plan"]);
  });

  test("[RTR-31] plans of one name, for the hotspot and for PPPoE, stay two: each code has the limits that it was sold with", () => {
    const two = dump.replace("(2, 'Home', 1,", "(2, 'Daily (1GB)', 1,");
    const book = read(two);
    const limitsOf = (name: string) => book.plans.find((plan) => plan.name === userOf(book, name)?.plan);
    expect(new Set(book.plans.map(({ name }) => name)).size).toBe(2);
    expect(limitsOf("K7Q2")).toMatchObject({ price: "50", validitySeconds: 86_400, dataBytes: 1e9 });
    expect(limitsOf("ppp-home1")).toMatchObject({ price: "2000", validitySeconds: 2_592_000, dataBytes: null });
  });

  test("[RTR-31] a dump that was cut anywhere ends, gives whole rows or fewer, and says that it was cut; other files are none", () => {
    const tables = { tbl_voucher: ["id", "type", "id_plan", "code", "user", "status"] };
    const whole = readSqlDump(dump, tables);
    const rows = whole?.rows.get("tbl_voucher") ?? [];
    expect(rows).toHaveLength(3);
    expect(whole?.isCut).toBe(false);
    for (let end = 0; end < dump.length; end += 7) {
      const cut = readSqlDump(dump.slice(0, end), tables);
      const some = cut?.rows.get("tbl_voucher") ?? [];
      expect(some).toEqual(rows.slice(0, some.length));
      if (cut !== null && dump[end - 1] !== ";")
        expect(cut.isCut, dump.slice(0, end).slice(-40)).toBe(dump[end - 2] !== ";");
    }
    for (const other of ["", "hello", "{}", "[1]", '{"a": [{}]}', "SELECT 1;"])
      expect(readBook(other, of), other).toBeNull();
  });
});

test("[RTR-31] [CUS-22] names of plans that would be one here are told apart: of another case, with blanks at their ends, with control characters, or too long", () => {
  const long = "x".repeat(120);
  const profiles = ["Day", "day", "DAY ", "a\\tb", "a b", long, `${long}y`];
  const file = [
    "# 2026-11-22 10:00:00 by RouterOS 7.16.2",
    "/ip hotspot user profile",
    ...profiles.map((name) => `add name="${name}" rate-limit=1M/1M`),
    "/ip hotspot user",
    ...profiles.map((name, at) => `add name=code-${at} profile="${name}" limit-uptime=1h`),
  ].join("\n");
  const book = read(file);
  const names = book.plans.map(({ name }) => name);
  expect(names.map(planNameOf)).toEqual(names);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(profiles.length);
  expect(book.users.map(({ plan }) => plan)).toEqual(names);
});

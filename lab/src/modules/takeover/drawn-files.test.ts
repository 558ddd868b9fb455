/** Nothing that stood in a file disappears without a line, however its program wrote it: files are drawn, and each user of them is looked for. */
import { readCustomerCsv } from "@karibu/cloud/modules/takeover/customers/customer-file";
import type { ForeignBook } from "@karibu/cloud/modules/takeover/foreign-book";
import { readBook } from "@karibu/cloud/modules/takeover/read-book";
import { planTakeover } from "@karibu/cloud/modules/takeover/takeover-plan";
import { readStatement } from "@karibu/cloud/money/channels/daraja/read-statement";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DrawnTable,
  type DrawnUser,
  drawnCsv,
  drawnDump,
  drawnExport,
  drawnUsers,
  heads,
  lineEnds,
} from "./test-drawn-files.ts";

const nowMs = Date.UTC(2026, 10, 22, 9);
const of = { offsetMinutes: 180, nowMs };
const nothing = { planIds: new Map<string, string>(), isLiveCode: () => false };
const numRuns = 120;

/** Each user is there once with their password, and the counts of the report come out. */
function isWhole(text: string, users: readonly DrawnUser[]): void {
  const book = readBook(text, of) as ForeignBook;
  expect(book, text).not.toBeNull();
  const wanted = users.map(({ name, password }) => `${name} ${password}`);
  expect(book.users.map(({ name, password }) => `${name} ${password}`).toSorted(), text).toEqual(wanted.toSorted());
  const { sources } = planTakeover(book, nothing, nowMs);
  expect(sources.reduce((sum, { found }) => sum + found, 0)).toBe(users.length + book.refused.length);
  for (const { found, read, refused, doubtful } of sources) expect(read + refused + doubtful).toBe(found);
}

const drawn = (file: (users: readonly DrawnUser[]) => fc.Arbitrary<string>, forbidden = "") =>
  drawnUsers(forbidden).chain((users) => file(users).map((text) => ({ users, text })));

const both = (users: readonly DrawnUser[], attribute: string): DrawnTable => ({
  table: "radcheck",
  rows: users.map(({ name, password }, at) => ({
    id: String(at),
    username: name,
    attribute,
    op: ":=",
    value: password,
  })),
});
const customers = (users: readonly DrawnUser[]): DrawnTable => ({
  table: "tbl_customers",
  rows: users.map(({ name, password }, at) => ({
    ...{ id: String(at + 1), username: name, password, fullname: `O'Hara; (${at}`, phonenumber: null, email: "1" },
    ...{ balance: "0.00", service_type: "Others", status: "Active" },
  })),
});

const comments = ["vc-123-11.22.26-", "dec/20/2026 14:00:00 N", "2026-12-20 14:00:00", "up-1", "a note"];
const files: readonly (readonly [string, fc.Arbitrary<{ users: readonly DrawnUser[]; text: string }>])[] = [
  [
    "Mikhmon's export",
    drawn((users) => drawnExport("/ip hotspot user", users, (_, at) => `comment="${comments[at % comments.length]}"`)),
  ],
  ["PPP secrets", drawn((users) => drawnExport("/ppp secret", users, () => "profile=home service=pppoe"))],
  ["User Manager", drawn((users) => drawnExport("/user-manager user", users, () => "group=default"))],
  [
    "Mikhmon's list",
    drawn(
      (users) =>
        fc.record({ eol: lineEnds, head: heads }).map(({ eol, head }) => {
          const rows = users.map(({ name, password }) => `${name},${password},day,1h,,vc-1, a note`);
          return head + ["Username,Password,Profile,Time Limit,Data Limit,Comment", ...rows].join(eol) + eol;
        }),
      ",",
    ),
  ],
  ["FreeRADIUS's dump", drawn((users) => drawnDump([both(users, "Cleartext-Password")]))],
  [
    "RADIUSdesk's dump",
    drawn((users) =>
      drawnDump([
        both(users, "Cleartext-Password"),
        {
          table: "vouchers",
          rows: users.map(({ name }) => ({ id: "1", name, status: "used", time_used: "60", data_used: null })),
        },
      ]),
    ),
  ],
  ["PHPNuxBill's dump", drawn((users) => drawnDump([customers(users)]))],
  [
    "PHPNuxBill's back-up",
    drawn((users) =>
      fc
        .record({ head: heads, isPretty: fc.boolean() })
        .map(
          ({ head, isPretty }) =>
            head + JSON.stringify({ tbl_customers: customers(users).rows }, null, isPretty ? 2 : 0),
        ),
    ),
  ],
];

test.each(files)("[RTR-31] [CUS-22] %s, drawn: each user is read as it stands, with its password", (_, file) => {
  fc.assert(
    fc.property(file, ({ users, text }) => isWhole(text, users)),
    { numRuns },
  );
});

test.each<[string, string, Readonly<Record<string, (user: DrawnUser, at: number) => string>>]>([
  [
    "Splynx's CSV",
    "splynx",
    {
      ID: (_, at) => String(at + 1),
      Login: ({ name }) => name,
      "Full name": (_, at) => `Name ${at}`,
      Status: () => "Active",
      "Account balance": () => "0.00",
    },
  ],
  [
    "UISP's CSV",
    "uisp",
    {
      Id: (_, at) => String(at + 1),
      "First name": (_, at) => `Name ${at}`,
      "Last name": () => "O'Hara",
      "PPPOE Username (custom attribute)": ({ name }) => name,
      "Is Lead": () => "No",
    },
  ],
])("[CUS-22] %s, drawn: each line comes, or has its error", (_, source, columns) => {
  const file = drawnUsers("\\").chain((users) =>
    drawnCsv(
      Object.keys(columns),
      users.map((user, at) => Object.values(columns).map((cell) => cell(user, at))),
    ).map((text) => ({ users, text })),
  );
  fc.assert(
    fc.property(file, ({ users, text }) => {
      const chosen = { columns: null, dateOrder: null };
      const read = readCustomerCsv(text, { offsetMinutes: 180, currency: "KES", chosen, remembered: new Map() });
      expect(read?.source, text).toBe(source);
      const lines = new Set([...(read?.lines ?? []), ...(read?.errors ?? [])].map(({ line }) => line));
      expect(lines.size, text).toBe(users.length);
      for (const line of read?.lines ?? []) expect(users.map(({ name }) => name)).toContain(line.username);
    }),
    { numRuns },
  );
});

test("[BEY-08] a statement of M-Pesa, drawn: each row of money is a line", () => {
  const columns = [
    "Receipt No.",
    "Completion Time",
    "Details",
    "Transaction Status",
    "Paid In",
    "Withdrawn",
    "Balance",
    "A/C No.",
  ];
  const rows = fc
    .array(fc.constantFrom("Pay Bill from 2547****111 - O'HARA; JANE, Acc. 12", 'Pay Bill from 2547****222 - "MARY"'), {
      minLength: 1,
      maxLength: 20,
    })
    .map((all) =>
      all.map((details, at) => [
        `UKL51Z${1000 + at}`,
        "2026-11-20 09:00:00",
        details,
        "Completed",
        "100.00",
        "",
        "100.00",
        "a",
      ]),
    );
  fc.assert(
    fc.property(
      rows.chain((all) => drawnCsv(columns, all).map((text) => ({ all, text }))),
      ({ all, text }) => {
        const read = readStatement(text);
        if ("complaint" in read) throw new Error(`${read.complaint}: ${text}`);
        expect(read.lines.map(({ receipt }) => receipt)).toEqual(all.map(([receipt]) => receipt));
      },
    ),
    { numRuns },
  );
});

/** In a dump, whatever its program calls a row. */
test.each([
  ["INSERT OR IGNORE INTO radcheck"],
  ["INSERT DELAYED IGNORE INTO radcheck"],
  ["INSERT radcheck"],
  ["REPLACE LOW_PRIORITY INTO `radius`.`radcheck`"],
  ['INSERT INTO "public"."radcheck"'],
  ["INSERT INTO [radcheck]"],
])("[RTR-31] rows behind %s are read", (verb) => {
  const row = `${verb} (id,username,attribute,op,value) VALUES (1,'a','Cleartext-Password',':=',N'b');`;
  // SQL Server's mark between them hides none, either.
  const book = readBook(`${row}\nGO\n${row.replace("'a'", "'c'")}\nGO\n`, of);
  expect(book?.users.map(({ name, password }) => [name, password])).toEqual([
    ["a", "b"],
    ["c", "b"],
  ]);
  expect(book?.warnings).toEqual([]);
});

test("[RTR-31] bytes and bits that a program writes as digits are the text and the number that they are", () => {
  const text = [
    "INSERT INTO tbl_plans (id,name_plan,type) VALUES (1,'Day','Hotspot');",
    "INSERT INTO tbl_voucher (id_plan,type,code,status) VALUES (1,'Hotspot',0x41C3A944,b'0'),(1,'Hotspot',X'4546',b'1'),(1,'Hotspot',_binary 0x4748,'0'),(1,'Hotspot',_binary 'IJ','0');",
  ].join("\n");
  expect(readBook(text, of)?.users.map(({ name, state }) => [name, state])).toEqual([
    ["AéD", "unused"],
    ["EF", "over"],
    ["GH", "unused"],
    ["IJ", "unused"],
  ]);
});

test("[RTR-31] a router's export with the line ends of old Macs is one", () => {
  const text = "# by RouterOS 6.49.10\n/ip hotspot user\nadd name=a password=\\\n    b\n".replaceAll("\n", "\r");
  expect(readBook(text, of)?.users.map(({ name, password }) => [name, password])).toEqual([["a", "b"]]);
});

describe("long files take their time, and no more", { timeout: 120_000 }, () => {
  const many = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at));
  const dump = (table: string, columns: string, rows: readonly string[]) =>
    `INSERT INTO ${table} (${columns}) VALUES\n${rows.join(",\n")};\n`;
  const checks = "id,username,attribute,op,value";
  const router = (...lines: readonly string[]) => ["# by RouterOS 6.49.10", ...lines].join("\n");
  const files: [string, () => string, number][] = [
    [
      "100,000 rows of one statement",
      () =>
        dump(
          "radcheck",
          checks,
          many(100_000, (at) => `(${at},'u${at}','Cleartext-Password',':=','p')`),
        ),
      100_000,
    ],
    [
      "100,000 users of an export",
      () => router("/ip hotspot user", ...many(100_000, (at) => `add name=u${at} password=p`)),
      100_000,
    ],
    [
      "20,000 profiles of one name",
      () =>
        router(
          "/ip hotspot user profile",
          ...many(20_000, () => "add name=p"),
          "/ip hotspot user",
          "add name=a profile=p",
        ),
      1,
    ],
    [
      "20,000 users, each changed",
      () =>
        router(
          "/ip hotspot user",
          ...many(20_000, (at) => `add name=u${at}`),
          ...many(20_000, (at) => `set [ find name=u${at} ] password=p`),
        ),
      20_000,
    ],
    [
      "20,000 log-ins whose limits differ, and whose plans have one name",
      () =>
        dump(
          "radcheck",
          checks,
          many(20_000, (at) => `(${at},'u${at}','Idle-Timeout',':=','${at + 1}')`),
        ),
      20_000,
    ],
  ];
  test.each(inLongRunAll(files, ([name]) => name === "20,000 users, each changed"))("[RTR-31] %s", (_, text, users) => {
    const began = performance.now();
    expect(readBook(text(), of)?.users).toHaveLength(users);
    // Tens of times what it takes; were each row compared with each other, it would be minutes.
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});

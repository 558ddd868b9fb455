import { hostileTexts } from "@karibu/protocol/hostile-texts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { growthOf, linearGrowth } from "../../ground/test-growth.ts";
import { compareExports } from "./compare-exports.ts";
import { readExport, sharedExport } from "./read-export.ts";

const file = (...lines: string[]) => ["# 2026-11-22 10:00:00 by RouterOS 7.22", ...lines, ""].join("\r\n");

describe("what an export shows", () => {
  test.each([
    ["/ppp secret add name=juma password=hunter22 service=pppoe", "hunter22"],
    ['/interface wireless security-profiles add name=x wpa2-pre-shared-key="open sesame"', "open sesame"],
    ["/ip ipsec identity add secret=abc123", "abc123"],
    ["/interface wireguard add name=w private-key=yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=", "yAnz5TF"],
    ["/snmp community set [ find default=yes ] name=s3cretcommunity", "s3cretcommunity"],
    ['/ip hotspot user add name=MANGO42 comment="sold by Asha"', "MANGO42"],
    ['/ip hotspot user add name=MANGO42 comment="vc MANGO42"', "MANGO42"],
    ["/user-manager user add name=MANGO42 password=MANGO42 shared-users=1", "MANGO42"],
    ["/user-manager user-profile add profile=week user=MANGO42", "MANGO42"],
    ["/container envs add key=KARIBU_ROUTER_PASSWORD list=karibu value=api-password", "api-password"],
    ['/system script add name=x source=":local pw \\"letmein\\"; /tool fetch url=x"', "letmein"],
    ['/interface ethernet set [ find default-name=ether1 ] comment="pass: hunter22"', "hunter22"],
    ['/interface ethernet set [ find default-name=ether1 ] comment="password is hunter22"', "hunter22"],
    ['/ip address add address=10.0.0.1/24 comment="admin Xk29dmQ81LpZ"', "Xk29dmQ81LpZ"],
    ['/tool netwatch add host=1.1.1.1 up-script="/tool fetch url=https://u:pw12345@h/"', "pw12345"],
    [
      '/system scheduler add name=x on-event="/tool fetch http-header-field=\\"Authorization: Bearer abcdefgh\\""',
      "abcdefgh",
    ],
    ['/ip dns static add name=x address=1.2.3.4 comment="https://juma:hunter22@cam.local/"', "hunter22"],
  ])("[RTR-12] %s: without its secret", (line, secret) => {
    expect(sharedExport(file(line))).not.toContain(secret);
    expect(sharedExport(file(line))).toMatch(/^\/\w/);
  });

  test("[RTR-12] what is no secret stays readable", () => {
    const line =
      '/ip firewall filter add action=accept chain=input connection-state=established,related comment="defconf: accept"';
    expect(sharedExport(file(line))).toBe(`${line}\n`);
    const wifi = "/interface wifi security add authentication-types=wpa2-psk,wpa3-psk name=s";
    expect(sharedExport(file(wifi))).toBe(`${wifi}\n`);
  });

  test("lines that go on with a backslash are one", () => {
    expect(readExport("/ip pool add name=a \\\r\n    ranges=10.0.0.2-10.0.0.9\r\n")).toHaveLength(1);
  });
});

describe("differences", () => {
  const a = "/ip pool add name=guests ranges=10.0.0.2-10.0.0.9";
  const b = "/ip pool add name=guests ranges=10.0.0.2-10.0.0.99";
  const rule = (n: number) => `/ip firewall filter add action=drop chain=input comment=r${n}`;

  test.each([
    ["nothing, but for the date", file(a), file(a).replace("10:00", "11:00"), []],
    ["a row more", file(a), file(a, rule(1)), [{ kind: "added", menu: "/ip firewall filter" }]],
    ["a row less", file(a, rule(1)), file(a), [{ kind: "removed", menu: "/ip firewall filter" }]],
    [
      "another value of the same row",
      file(a),
      file(b),
      [
        {
          kind: "changed",
          menu: "/ip pool",
          words: [{ name: "ranges", was: "10.0.0.2-10.0.0.9", is: "10.0.0.2-10.0.0.99" }],
        },
      ],
    ],
    [
      "a comment that repeats a code",
      file("/ip hotspot user add name=MANGO42"),
      file("/ip hotspot user add name=MANGO42 comment=vc-MANGO42"),
      [{ kind: "changed", words: [{ name: "comment", was: "", is: "vc-•••" }] }],
    ],
    ["the same rules in another order", file(rule(1), rule(2)), file(rule(2), rule(1)), [{ kind: "moved" }]],
    ["the same twice, then once", file(rule(1), rule(1)), file(rule(1)), [{ kind: "removed" }]],
  ])("[RTR-12] %s", (_, was, is, expected) => {
    const found = compareExports(was, is);
    expect(found).toMatchObject(expected);
    expect(found).toHaveLength(expected.length);
  });

  test("[RTR-12] a secret that changed shows that it did, and not what it is", () => {
    const line = (secret: string) => file(`/system script add name=x source="${secret}"`);
    const [found, ...more] = compareExports(line("one"), line("other1"));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ kind: "changed", words: [{ name: "source" }] });
    expect(JSON.stringify(found)).not.toMatch(/one|other1/);
  });

  test("hostile texts break nothing, and bring no letters that turn a line around", () => {
    for (const text of hostileTexts) {
      const found = compareExports(file(a), `${file(a)}/ip pool add name="${text.replaceAll("\n", "")}"\r\n`);
      for (const each of found) expect(each.line).not.toMatch(/[\u202a-\u202e\n\r]/);
    }
    fc.assert(fc.property(fc.string(), fc.string(), (was, is) => void compareExports(was, `/${is}`)));
  });

  test("ten thousand lines that all changed take no long time", () => {
    const many = (tail: string) =>
      file(
        ...Array.from(
          { length: 10_000 },
          (_, n) => `/ip firewall address-list add list=l address=10.0.${n >> 8}.${n & 255} comment=${tail}`,
        ),
      );
    expect(compareExports(many("a"), many("b"))).toHaveLength(10_000);
  });
});

const rowsAlike = (rows: number, column: string) =>
  Array.from({ length: rows }, (_, row) => `/ip address add address=10.0.0.1 ${column}=${row}\n`).join("");

test.each<[string, (size: number) => readonly [string, string]]>([
  [
    "long blanks behind a secret's word",
    (size) => ["", `/ip address add comment="password${" ".repeat(40_000 * size)}"\n`],
  ],
  ["brackets that nobody closes", (size) => ["", `/ip address add ${"[ ".repeat(20_000 * size)}\n`]],
  ["quotations that nobody closes", (size) => ["", `/ip address add ${'a=\\" '.repeat(4000 * size)}\n`]],
  ["many rows that look alike", (size) => [rowsAlike(2000 * size, "a"), rowsAlike(2000 * size, "b")]],
])(
  "[RTR-12] an export that is made to hold the hub up takes a time that grows with its length alone: %s",
  (_, made) => {
    const growth = growthOf((size) => {
      const [was, is] = made(size);
      return () => compareExports(was, is);
    });
    expect(growth).toBeLessThan(linearGrowth);
  },
);

test("a quotation that nobody closes is one word to its end, and a bracket inside another is read", () => {
  const words = (line: string) => readExport(`/ip pool add ${line}\n`)[0]?.words;
  expect(words('name="half \\" of it')).toEqual([{ name: "name", value: '"half \\" of it' }]);
  expect(words("[ find default-name=ether1 ] a=b")).toEqual([
    { name: "", value: "[ find default-name=ether1 ]" },
    { name: "a", value: "b" },
  ]);
  expect(sharedExport('/ppp secret add password="half \\" hunter22\n')).not.toContain("hunter22");
});

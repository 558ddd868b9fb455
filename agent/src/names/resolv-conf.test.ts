import { expect, test } from "vitest";
import { parseResolvConf, questionsFor } from "./resolv-conf.ts";

const alone = { servers: ["127.0.0.1"], search: [], dotsMin: 1 };

test.each([
  ["an empty file: the machine's own server", "", alone],
  ["two servers", "nameserver 10.0.0.1\nnameserver 2001:db8::1\n", { servers: ["10.0.0.1", "2001:db8::1"] }],
  [
    "the fourth server is not taken",
    "1234".replaceAll(/./g, "nameserver 10.0.0.$&\n"),
    { servers: ["10.0.0.1", "10.0.0.2", "10.0.0.3"] },
  ],
  [
    "comments, tabs, Windows' line ends",
    "# nameserver 10.0.0.9\r\n\tnameserver\t10.0.0.1 # ours\r\n; x",
    { servers: ["10.0.0.1"] },
  ],
  ["a server that is no address", "nameserver dns.example\nnameserver 10.0.0.1", { servers: ["10.0.0.1"] }],
  [
    "of several search lists the last",
    "search a.example\nsearch b.example. c.example",
    { search: ["b.example", "c.example"] },
  ],
  ["domain", "domain lan.example\n", { search: ["lan.example"] }],
  ["a search list of nothing but the root", "search .\n", { search: [] }],
  ["options", "options timeout:30 ndots:5 rotate", { dotsMin: 5 }],
  ["more dots than a name may need", "options ndots:99", { dotsMin: 15 }],
])("resolv.conf: %s", (_, text, expected) => {
  expect(parseResolvConf(text)).toEqual({ ...alone, ...expected });
});

test.each([
  ["hub.example", { search: ["lan"], dotsMin: 1 }, ["hub.example", "hub.example.lan"]],
  ["hub", { search: ["lan", "site"], dotsMin: 1 }, ["hub.lan", "hub.site", "hub"]],
  ["hub.example", { search: ["lan"], dotsMin: 5 }, ["hub.example.lan", "hub.example"]],
  ["hub.example.", { search: ["lan"], dotsMin: 5 }, ["hub.example"]],
  ["hub", { search: [], dotsMin: 1 }, ["hub"]],
])("asked for %s with %o", (name, conf, questions) => {
  expect(questionsFor(name, conf)).toEqual(questions);
});

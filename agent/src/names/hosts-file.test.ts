import { expect, test } from "vitest";
import { localAddresses } from "./hosts-file.ts";

const hosts = `
127.0.0.1   localhost  # the machine itself
::1         localhost ip6-localhost
192.0.2.7   Hub.Karibu.Example hub
2001:db8::7 hub
# 192.0.2.9 off
nonsense    broken
`;

test.each([
  ["a name of the file", "hub.karibu.example", ["192.0.2.7"]],
  ["in other letters, with a dot at its end", "HUB.karibu.example.", ["192.0.2.7"]],
  ["one with two lines: IPv4 first", "hub", ["192.0.2.7", "2001:db8::7"]],
  ["localhost", "localhost", ["127.0.0.1", "::1"]],
  ["a name below localhost, which no server is asked for (RFC 6761 §6.3)", "a.localhost", ["127.0.0.1", "::1"]],
  ["a line that is a comment", "off", null],
  ["a line whose address is none", "broken", null],
  ["a part of a name", "karibu.example", null],
  ["a name that is not there", "elsewhere.example", null],
])("the hosts file: %s", (_, name, addresses) => {
  expect(localAddresses(name, hosts)?.map(({ address }) => address) ?? null).toEqual(addresses);
});

test("localhost is this machine without any hosts file", () => {
  expect(localAddresses("localhost", "")).toEqual([
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ]);
});

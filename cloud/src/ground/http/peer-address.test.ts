import type { IncomingMessage } from "node:http";
import express from "express";
import { expect, test } from "vitest";
import { networkOf, peerAddressBy } from "./peer-address.ts";

test.each([
  ["196.201.214.200", "196.201.214.200"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001::1", "2001:db8:1:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%s is counted as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  ["a stranger who names others", "196.201.214.200", ["10.0.0.1, 127.0.0.1"], "196.201.214.200"],
  ["a proxy that names nobody", "127.0.0.1", [], "127.0.0.1"],
  ["a proxy's client", "::ffff:127.0.0.1", ["196.201.214.200"], "196.201.214.200"],
  ["a proxy's client who names others", "127.0.0.1", ["1.2.3.4, 196.201.214.200"], "196.201.214.200"],
  ["the client of two proxies", "127.0.0.1", ["1.2.3.4, 196.201.214.200, 10.9.8.7"], "196.201.214.200"],
  ["proxies alone", "127.0.0.1", ["10.1.1.1, 10.9.8.7"], "10.1.1.1"],
  ["headers of two lines", "127.0.0.1", ["1.2.3.4", "2001:db8::7"], "2001:db8::7"],
  ["a proxy that is not trusted", "192.0.2.1", ["196.201.214.200"], "192.0.2.1"],
])("behind trusted proxies the address is that of %s", (_, remoteAddress, named, address) => {
  const app = express();
  app.set("trust proxy", ["loopback", "10.0.0.0/8"]);
  const request = { socket: { remoteAddress }, headers: named.length === 0 ? {} : { "x-forwarded-for": named } };
  expect(peerAddressBy(app)(request as unknown as IncomingMessage)).toBe(address);
  // As Express says it of a request.
  const asked = Object.create(app.request, {
    app: { value: app },
    socket: { value: { remoteAddress } },
    headers: { value: named.length === 0 ? {} : { "x-forwarded-for": named.join(", ") } },
  }) as { readonly ip: string };
  expect(asked.ip.replace(/^::ffff:/, "")).toBe(address);
});

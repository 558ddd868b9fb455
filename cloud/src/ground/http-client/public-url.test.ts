import { request } from "undici";
import { expect, test } from "vitest";
import { isPublicAddress, publicDispatcher, publicUrlSchema } from "./public-url.ts";

test.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.31.0.1",
  "192.168.88.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "::1",
  "::ffff:127.0.0.1",
  "fd00::1",
  "fe80::1",
  "64:ff9b::7f00:1",
  "not an address",
])("%s is no address of the internet", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

/** IANA's special-purpose address registries of both families, multicast, and each way to write an IPv4 address as IPv6: first and last. */
const special: readonly (readonly [network: string, first: string, last: string])[] = [
  ["0.0.0.0/8", "0.0.0.0", "0.255.255.255"],
  ["10.0.0.0/8", "10.0.0.0", "10.255.255.255"],
  ["100.64.0.0/10", "100.64.0.0", "100.127.255.255"],
  ["127.0.0.0/8", "127.0.0.0", "127.255.255.255"],
  ["169.254.0.0/16", "169.254.0.0", "169.254.255.255"],
  ["172.16.0.0/12", "172.16.0.0", "172.31.255.255"],
  ["192.0.0.0/24", "192.0.0.0", "192.0.0.255"],
  ["192.0.2.0/24", "192.0.2.0", "192.0.2.255"],
  ["192.31.196.0/24", "192.31.196.0", "192.31.196.255"],
  ["192.52.193.0/24", "192.52.193.0", "192.52.193.255"],
  ["192.88.99.0/24", "192.88.99.0", "192.88.99.255"],
  ["192.168.0.0/16", "192.168.0.0", "192.168.255.255"],
  ["192.175.48.0/24", "192.175.48.0", "192.175.48.255"],
  ["198.18.0.0/15", "198.18.0.0", "198.19.255.255"],
  ["198.51.100.0/24", "198.51.100.0", "198.51.100.255"],
  ["203.0.113.0/24", "203.0.113.0", "203.0.113.255"],
  ["224.0.0.0/4", "224.0.0.0", "239.255.255.255"],
  ["240.0.0.0/4", "240.0.0.0", "255.255.255.255"],
  ["::/96 with dots", "::", "::255.255.255.255"],
  ["::/96 in hex", "::1:0", "::ffff:ffff"],
  ["::ffff:0:0/96 with dots", "::ffff:0.0.0.0", "::ffff:8.8.8.8"],
  ["::ffff:0:0/96 in hex", "::ffff:0:0", "::ffff:808:808"],
  ["::ffff:0:0:0/96, translated", "::ffff:0:10.0.0.1", "::ffff:0:ffff:ffff"],
  ["64:ff9b::/96", "64:ff9b::", "64:ff9b::ffff:ffff"],
  ["64:ff9b:1::/48", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"],
  ["100::/64", "100::", "100::ffff:ffff:ffff:ffff"],
  ["100:0:0:1::/64", "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff"],
  ["2001::/23", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2002::/16", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2620:4f:8000::/48", "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"],
  ["3fff::/20", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["5f00::/16", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["fe80::/10", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["fe80::/10 with a zone", "fe80::1%lo", "2606:4700::1111%lo"],
  ["fec0::/10", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["ff00::/8", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
];

test.each(special)("%s holds no address of the internet, as an address and in a URL", (_, first, last) => {
  for (const address of [first, last]) {
    expect([address, isPublicAddress(address)]).toEqual([address, false]);
    const url = `https://${address.includes(":") ? `[${address.replace("%", "%25")}]` : address}/`;
    expect([url, publicUrlSchema.safeParse(url).success]).toEqual([url, false]);
  }
});

test.each([
  "1.1.1.1",
  "9.255.255.255",
  "11.0.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "196.201.214.200",
  "223.255.255.255",
  "2606:4700::1111",
  "2c0f:fe08::1",
  "2001:200::1",
  "2003::1",
  "3fff:1000::1",
])("%s is one", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  "http://example.com/",
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://0x7f.1/",
  "https://[::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://localhost/",
  "https://metadata.google.internal/",
  "https://router.lan/",
  "https://user:password@example.com/",
  "file:///etc/passwd",
  "gopher://example.com/",
  "https://",
])("%s is refused where a URL is entered", (url) => {
  expect(publicUrlSchema.safeParse(url).success).toBe(false);
});

test("an https address by name is taken", () => {
  expect(publicUrlSchema.parse("https://hooks.example.com/karibu?x=1")).toContain("hooks.example.com");
});

test("a name that leads inside is not dialled, whatever it said when it was entered", async () => {
  const lookup = ((_name: string, _options: object, callback: (error: null, addresses: object[]) => void) =>
    callback(null, [{ address: "127.0.0.1", family: 4 }])) as never;
  const asked = request("https://rebinding.example.com/", { dispatcher: publicDispatcher(lookup) });
  await expect(asked).rejects.toThrow("leads to an address inside");
});

test("of a name's addresses one that leads inside is enough: the connection may try each of them", async () => {
  const lookup = ((_name: string, _options: object, callback: (error: null, addresses: object[]) => void) =>
    callback(null, [
      { address: "1.1.1.1", family: 4 },
      { address: "10.0.0.1", family: 4 },
    ])) as never;
  const asked = request("https://rebinding.example.com/", { dispatcher: publicDispatcher(lookup) });
  await expect(asked).rejects.toThrow("leads to an address inside");
});

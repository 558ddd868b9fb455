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

test.each(["1.1.1.1", "196.201.214.200", "2606:4700::1111"])("%s is one", (address) => {
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

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { brokenText, lineBreaks } from "../hostile-texts.ts";
import type { AttributeValue } from "./attribute-value.ts";
import { type AttributeName, type AttributeRow, attributes, vendors } from "./attributes.ts";
import { type Attribute, decodePacket, encodeAttributes, encodePacket, type Packet } from "./codec.ts";
import { formatAddress, parseAddress } from "./ip-address.ts";
import { hidePassword, replyIsAuthentic, requestIsAuthentic, sealReply, sealRequest } from "./seal.ts";

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");

function decoded(bytes: Uint8Array): Packet {
  const result = decodePacket(bytes);
  if (result.kind === "malformed") throw new Error(result.reason);
  return result.packet;
}

const rfcSecret = "xyzzy5461";
const telnet = {
  request: hex(`01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be 70 8d
    93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8 01 10 05 06 00 00 00 03`),
  accept: hex(`02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2 06 06 00 00 00 01 0f 06 00 00 00 00
    0e 06 c0 a8 01 03`),
};
const framed = {
  request: hex(`01 01 00 47 2a ee 86 f0 8d 0d 55 96 9c a5 97 8e 0d 33 67 a2 01 08 66 6c 6f 70 73 79 03 13 16 e9
    75 57 c3 16 18 58 95 f2 93 ff 63 44 07 72 75 04 06 c0 a8 01 10 05 06 00 00 00 14 06 06 00 00 00 02 07 06 00 00 00 01`),
  accept: hex(`02 01 00 38 15 ef bc 7d ab 26 cf a3 dc 34 d9 c0 3c 86 01 a4 06 06 00 00 00 02 07 06 00 00 00 01
    08 06 ff ff ff fe 0a 06 00 00 00 02 0d 06 00 00 00 01 0c 06 00 00 05 dc`),
};
const challenge = {
  request: hex(`01 02 00 39 f3 a4 7a 1f 6a 6d 76 71 0b 94 7a b9 30 41 a0 39 01 07 6d 6f 70 73 79 02 12 33 65 75
    73 77 82 89 b5 70 88 5e 15 08 48 25 c5 04 06 c0 a8 01 10 05 06 00 00 00 07`),
  challenge: hex(`0b 02 00 4e 36 f3 c8 76 4a e8 c7 11 57 40 3c 0c 71 ff 9c 45 12 30 43 68 61 6c 6c 65 6e 67 65 20
    33 32 37 36 39 34 33 30 2e 20 20 45 6e 74 65 72 20 72 65 73 70 6f 6e 73 65 20 61 74 20 70 72 6f
    6d 70 74 2e 18 0a 33 32 37 36 39 34 33 30`),
  response: hex(`01 03 00 43 b1 22 55 6d 42 8a 13 d0 d6 25 38 07 c4 57 ec f0 01 07 6d 6f 70 73 79 02 12 69 2c 1f
    20 5f c0 81 b9 19 b9 51 95 f5 61 a5 81 04 06 c0 a8 01 10 05 06 00 00 00 07 18 0a 33 32 37 36 39 34 33 30`),
  reject: hex("03 03 00 14 a4 2f 4f ca 45 91 6c 4e 09 c8 34 0f 9e 74 6a a0"),
};

describe("RFC 2865 §7, byte for byte", () => {
  test.each([
    ["§7.1 request", telnet.request],
    ["§7.1 accept", telnet.accept],
    ["§7.2 request", framed.request],
    ["§7.2 accept", framed.accept],
    ["§7.3 request", challenge.request],
    ["§7.3 challenge", challenge.challenge],
    ["§7.3 response", challenge.response],
    ["§7.3 reject", challenge.reject],
  ])("%s decodes and encodes to the same bytes", (_name, bytes) => {
    expect(encodePacket(decoded(bytes))).toEqual(bytes);
  });

  test("§7.1: nemo's request is sealed from its values, and its accept answers it", () => {
    const authenticator = telnet.request.subarray(4, 20);
    const request = sealRequest(
      {
        code: 1,
        id: 0,
        authenticator,
        attributes: [
          { name: "userName", value: "nemo" },
          { name: "userPassword", value: hidePassword("arctangent", authenticator, rfcSecret) },
          { name: "nasIpAddress", value: "192.168.1.16" },
          { name: "nasPort", value: 3 },
        ],
      },
      rfcSecret,
    );
    expect(request).toEqual(telnet.request);
    expect(sealReply(decoded(telnet.accept), authenticator, rfcSecret)).toEqual(telnet.accept);
  });

  test.each([
    ["§7.1", telnet.request, telnet.accept],
    ["§7.2", framed.request, framed.accept],
    ["§7.3, challenge", challenge.request, challenge.challenge],
    ["§7.3, reject", challenge.response, challenge.reject],
  ])("%s: the reply's authenticator is right, and with another secret wrong", (_name, request, reply) => {
    expect(replyIsAuthentic(reply, request.subarray(4, 20), rfcSecret)).toBe(true);
    expect(replyIsAuthentic(reply, request.subarray(4, 20), "other")).toBe(false);
  });
});

interface OtherRadius {
  add_dictionary(file: string): void;
  load_dictionaries(): void;
  attr_id_to_name(id: number, vendor?: number): string;
  encode(options: object): Buffer;
  decode(options: object): { raw_attributes: [number, Buffer][]; attributes: Record<string, unknown> };
  decode_without_secret(options: object): { raw_attributes: [number, Buffer][]; attributes: Record<string, unknown> };
}
const otherRadius = ownCopy();

/** The package keeps its dictionaries for the process, and loads them once: tests of the lab's routers in this worker load others. */
function ownCopy(): OtherRadius {
  const require = createRequire(import.meta.url);
  const file = require.resolve("radius");
  const { [file]: shared } = require.cache;
  delete require.cache[file];
  const own = require("radius") as OtherRadius;
  if (shared === undefined) delete require.cache[file];
  else require.cache[file] = shared;
  return own;
}
const names = Object.keys(attributes) as AttributeName[];
const rowOf = (name: AttributeName): AttributeRow => attributes[name];

describe("every attribute of the table, against the `radius` package", () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-radius-"));
  const vendorNames = Object.entries(vendors);

  /** A dictionary of the vendors' attributes in FreeRADIUS' format; the package knows the standard's by itself. */
  function dictionary(): string {
    const types: Partial<Record<AttributeRow["kind"], string>> = { text: "string", u32: "integer", address: "ipaddr" };
    return vendorNames
      .map(([vendorName, vendor]) => {
        const lines = names
          .filter((name) => rowOf(name).vendor === vendor)
          .map((name) => `ATTRIBUTE ${name} ${rowOf(name).type} ${types[rowOf(name).kind] ?? "octets"}`);
        return `VENDOR ${vendorName} ${vendor}\nBEGIN-VENDOR ${vendorName}\n${lines.join("\n")}\nEND-VENDOR ${vendorName}`;
      })
      .join("\n");
  }

  beforeAll(() => {
    writeFileSync(join(folder, "dictionary"), dictionary());
    otherRadius.add_dictionary(join(folder, "dictionary"));
    otherRadius.load_dictionaries();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const authenticator = hex("000102030405060708090a0b0c0d0e0f");

  /** A value, and how the package spells the same one (a Buffer where it has no notion of the kind). */
  function sample(row: AttributeRow): { ours: AttributeValue; theirs: unknown; read: (theirs: unknown) => unknown } {
    const asBuffer = (octets: Uint8Array) => ({ ours: octets, theirs: Buffer.from(octets), read: String });
    switch (row.kind) {
      case "text":
        return { ours: "Karibu é 1M/2M", theirs: "Karibu é 1M/2M", read: (value) => value };
      case "u32":
        return { ours: 0xfedcba98, theirs: 0xfedcba98, read: (value) => value };
      case "time":
        return { ours: 1_790_000_000, theirs: new Date(1_790_000_000_000), read: (value) => +(value as Date) / 1000 };
      case "address":
        return { ours: "10.5.0.254", theirs: "10.5.0.254", read: (value) => value };
      case "address6":
        return { ...asBuffer(parseAddress("2001:db8::1:2") as Uint8Array), ours: "2001:db8::1:2" };
      case "prefix6":
        return { ...asBuffer(hex("0030 20010db8aaaa")), ours: "2001:db8:aaaa::/48" };
      case "hidden":
        return {
          ours: hidePassword("arctangent", authenticator, rfcSecret),
          theirs: "arctangent",
          read: (value) => value,
        };
      case "interface6":
        return asBuffer(hex("0011223344556677"));
      case "salted":
        return asBuffer(Buffer.alloc(34, 0x91));
      case "bytes":
        return asBuffer(Buffer.alloc(row.octets ?? 21, 0xa7));
    }
  }

  test.each(names)("%s is the same on the wire both ways", (name) => {
    const row = rowOf(name);
    const { ours, theirs, read } = sample(row);
    const known = otherRadius.attr_id_to_name(row.type, row.vendor);
    const key = known ?? row.type;
    const value = known === undefined ? Buffer.from(encodeAttributes([{ name, value: ours }]).subarray(2)) : theirs;
    const attribute = row.vendor === undefined ? [key, value] : ["Vendor-Specific", row.vendor, [[key, value]]];
    const theirPacket = otherRadius.encode({
      code: "Access-Request",
      identifier: 7,
      authenticator,
      secret: rfcSecret,
      attributes: [attribute],
      add_message_authenticator: false,
    });
    const ourPacket = encodePacket({ code: 1, id: 7, authenticator, attributes: [{ name, value: ours }] });
    expect(ourPacket).toEqual(Buffer.from(theirPacket));

    const found = decoded(theirPacket).attributes;
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ name });
    const back = (found[0] as { value: AttributeValue }).value;
    expect(typeof back === "object" ? Buffer.from(back) : back).toEqual(
      typeof ours === "object" ? Buffer.from(ours) : ours,
    );

    if (known === undefined) return; // the package has no entry to decode by
    const options = { packet: ourPacket, secret: rfcSecret };
    const decode = name === "messageAuthenticator" ? otherRadius.decode_without_secret : otherRadius.decode;
    const seen = decode.call(otherRadius, options).attributes;
    const inner = row.vendor === undefined ? seen : (seen["Vendor-Specific"] as Record<string, unknown>);
    expect(read(inner[known])).toEqual(read(theirs));
  });
});

test("the table has all thirty MikroTik attributes, and no number twice", () => {
  const numbers = (vendor: number | undefined) =>
    names
      .map(rowOf)
      .filter((row) => row.vendor === vendor)
      .map((row) => row.type);
  expect(numbers(vendors.mikrotik)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  for (const vendor of [undefined, ...Object.values(vendors)]) {
    expect(new Set(numbers(vendor)).size).toBe(numbers(vendor).length);
  }
});

describe("malformed packets are named", () => {
  const head = (length: number) => `01 07 ${length.toString(16).padStart(4, "0")} ${"00".repeat(16)}`;
  test.each([
    ["too-short", "01 07 00 14"],
    ["length-field", head(19)],
    ["length-field", head(21)],
    ["length-field", `${head(4097)} ${"01 03 61".repeat(1400)}`],
    ["unknown-code", `ff 07 0014 ${"00".repeat(16)}`],
    ["attribute-length", `${head(21)} 01`],
    ["attribute-length", `${head(22)} 01 01`],
    ["attribute-length", `${head(23)} 01 04 61`],
    ["value-length", `${head(25)} 05 05 00 00 01`],
    ["value-length", `${head(38)} 02 12 ${"00".repeat(16)}`.replace("12", "11").replace("0026", "0025")],
    ["vendor-attribute", `${head(26)} 1a 06 00 00 3a 8c`],
    ["vendor-attribute", `${head(29)} 1a 09 00 00 3a 8c 08 04 31`],
    ["vendor-attribute", `${head(28)} 1a 08 00 00 3a 8c 08 01`],
    ["vendor-attribute", `${head(29)} 1a 09 00 00 3a 8c 11 03 31`],
    ["repeated-attribute", `${head(26)} 01 03 61 01 03 62`],
  ])("%s", (reason, bytes) => {
    expect(decodePacket(hex(bytes))).toEqual({ kind: "malformed", reason });
  });

  test("what follows the packet in its datagram is padding", () => {
    expect(decoded(Buffer.concat([telnet.request, Buffer.alloc(9, 1)]))).toEqual(decoded(telnet.request));
  });

  test("an unknown vendor may put anything into its attribute", () => {
    const packet = decoded(hex(`${head(29)} 1a 09 00 01 02 03 ff 00 31`));
    expect(packet.attributes).toEqual([{ type: 26, value: new Uint8Array(hex("00 01 02 03 ff 00 31")) }]);
  });
});

test("several sub-attributes of one vendor attribute are all seen", () => {
  const inner = "08 04 31 4d 11 06 00 00 00 05";
  const packet = decoded(hex(`01 07 0024 ${"00".repeat(16)} 1a 10 00 00 3a 8c ${inner}`));
  expect(packet.attributes).toEqual([
    { name: "mikrotikRateLimit", value: "1M" },
    { name: "mikrotikTotalLimit", value: 5 },
  ]);
});

test("[RAD-18] the limits of OpenWrt and CoovaChilli, byte by byte", () => {
  const octets = Buffer.concat([
    hex("1a 0c 00 00 37 2a 07 06 00 26 25 a0"), // WISPr (14122) 7: 2,500,000 bps
    hex("1a 0c 00 00 38 df 03 06 00 00 00 07"), // ChilliSpot (14559) 3 and 23: 7 octets and five times 2^32
    hex("1a 0c 00 00 38 df 17 06 00 00 00 05"),
  ]);
  expect(
    Buffer.concat([
      encodeAttributes([
        { name: "wisprBandwidthMaxUp", value: 2_500_000 },
        { name: "chilliSpotMaxTotalOctets", value: 7 },
        { name: "chilliSpotMaxTotalGigawords", value: 5 },
      ]),
    ]),
  ).toEqual(octets);
});

test("a long text travels in several attributes and arrives as one, even when a character is cut", () => {
  const value = "ñ".repeat(300);
  const bytes = encodePacket({
    code: 3,
    id: 1,
    authenticator: new Uint8Array(16),
    attributes: [{ name: "replyMessage", value }],
  });
  expect(bytes.length).toBe(20 + 600 + 3 * 2);
  expect(decoded(bytes).attributes).toEqual([{ name: "replyMessage", value }]);
});

test("a value that does not fit is refused by its attribute's name", () => {
  expect(() => encodeAttributes([{ name: "sessionTimeout", value: -1 }])).toThrow(/sessionTimeout/);
  expect(() => encodeAttributes([{ name: "framedIpAddress", value: "10.0.0.256" }])).toThrow(/framedIpAddress/);
  expect(() => encodeAttributes([{ name: "userName", value: "x".repeat(254) }])).toThrow(/userName/);
  expect(() => encodeAttributes([{ name: "chapPassword", value: new Uint8Array(16) }])).toThrow(/chapPassword/);
  expect(() => encodeAttributes([{ name: "delegatedIpv6Prefix", value: "10.0.0.0/8" }])).toThrow(/delegatedIpv6Prefix/);
});

const anyAttribute: fc.Arbitrary<Attribute> = fc.constantFrom(...names).chain((name): fc.Arbitrary<Attribute> => {
  const row = rowOf(name);
  const octets = (least: number, most: number) => fc.uint8Array({ minLength: least, maxLength: most });
  switch (row.kind) {
    case "u32":
    case "time":
      return fc.nat(0xffffffff).map((value) => ({ name, value }));
    case "text":
      return fc
        .oneof(fc.string({ unit: "grapheme", maxLength: 20 }), fc.constantFrom(...lineBreaks, brokenText))
        .map((value) => ({ name, value }));
    case "address":
      return octets(4, 4).map((value) => ({ name, value: formatAddress(value) }));
    case "address6":
      return octets(16, 16).map((value) => ({ name, value: formatAddress(value) }));
    case "prefix6":
      return fc.constant({ name, value: "2001:db8::/32" });
    case "hidden":
      return fc.constantFrom(16, 32, 128).chain((length) => octets(length, length).map((value) => ({ name, value })));
    case "interface6":
      return octets(8, 8).map((value) => ({ name, value }));
    default:
      return octets(row.octets ?? 1, row.octets ?? 240).map((value) => ({ name, value }));
  }
});

test("any attributes: decode undoes encode, in order", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyAttribute, { selector: (each) => ("name" in each ? each.name : 0), maxLength: 12 }),
      (list) => {
        const bytes = encodePacket({ code: 1, id: 3, authenticator: new Uint8Array(16), attributes: list });
        expect(decoded(bytes).attributes).toEqual(list);
      },
    ),
    { numRuns: 300 },
  );
});

test("any octets: decoding never throws, and what it takes encodes again", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (tail) => {
      const bytes = Buffer.concat([Uint8Array.of(1, 1, 0, 20 + tail.length), new Uint8Array(16), tail]);
      const result = decodePacket(bytes);
      if (result.kind === "packet")
        expect(encodeAttributes(result.packet.attributes).length).toBeGreaterThanOrEqual(tail.length);
    }),
    { numRuns: 2000 },
  );
});

test("RFC 2869 §5.14, RFC 5176 §2.3: requests are sealed so that a changed octet or another secret shows", () => {
  for (const code of [1, 4, 12, 40, 43]) {
    const sealed = sealRequest(
      {
        code,
        id: 9,
        authenticator: hex("00112233445566778899aabbccddeeff"),
        attributes: [
          { name: "messageAuthenticator", value: new Uint8Array(16) },
          { name: "userName", value: "nemo" },
        ],
      },
      rfcSecret,
    );
    expect(requestIsAuthentic(sealed, rfcSecret)).toBe(true);
    expect(requestIsAuthentic(sealed, "other")).toBe(false);
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = 0x21;
    expect(requestIsAuthentic(changed, rfcSecret)).toBe(false);
  }
});

test("addresses: text and octets are one to one", () => {
  expect(formatAddress(parseAddress("2001:0DB8:0:0:1:0:0:1") as Uint8Array)).toBe("2001:db8::1:0:0:1");
  expect(formatAddress(new Uint8Array(16))).toBe("::");
  for (const wrong of ["", "1.2.3", "1.2.3.256", "01.2.3.4", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "g::"]) {
    expect(parseAddress(wrong)).toBe(null);
  }
  fc.assert(
    fc.property(fc.constantFrom(4, 16), fc.uint8Array({ minLength: 16, maxLength: 16 }), (length, octets) => {
      expect(parseAddress(formatAddress(octets.subarray(0, length)))).toEqual(octets.slice(0, length));
    }),
  );
});

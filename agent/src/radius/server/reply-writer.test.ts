import { type AttributeRow, attributes } from "@karibu/protocol/radius/attributes";
import { decodePacket } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import { createPacketMemory } from "./packet-memory.ts";
import { createReplyWriter, type ReplyWriter } from "./reply-writer.ts";

/** The attributes of a reply, read back with the packet codec. */
function attributesOf(write: (writer: ReplyWriter) => void) {
  const { packets } = createPacketMemory(0);
  const writer = createReplyWriter(packets);
  writer.begin(codes.accessAccept, 7, false);
  write(writer);
  writer.finish();
  const decoded = decodePacket(packets.buffer.subarray(packets.replyAt, packets.replyAt + writer.length()));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet.attributes;
}

test.each<[string, AttributeRow, number | string | Uint8Array]>([
  ["sessionTimeout", attributes.sessionTimeout, 3600],
  ["portLimit", attributes.portLimit, 4_294_967_295],
  ["eventTimestamp", attributes.eventTimestamp, 1_700_000_000],
  ["framedIpAddress", attributes.framedIpAddress, "10.1.2.3"],
  ["framedIpv6Prefix", attributes.framedIpv6Prefix, "2001:db8::/32"],
  ["replyMessage", attributes.replyMessage, "Umetumia muda wote"],
  ["mikrotikRateLimit", attributes.mikrotikRateLimit, "2M/5M"],
  ["mikrotikTotalLimit", attributes.mikrotikTotalLimit, 1_000_000],
  ["msChap2Success", attributes.msChap2Success, new Uint8Array(43).fill(5)],
])("%s: kind, vendor and length come from the row", (name, row, value) => {
  expect(attributesOf((writer) => writer.put(row, value as never))).toEqual([{ name, value }]);
});

test("a text in a row of opaque octets is UTF-8", () => {
  const octets = new Uint8Array(Buffer.from("v:ñ"));
  expect(attributesOf((writer) => writer.put(attributes.class, "v:ñ"))).toEqual([{ name: "class", value: octets }]);
});

test("a long Class travels as several attributes, so that no grant id keeps a customer out", () => {
  const sizes = attributesOf((writer) => writer.put(attributes.class, "あ".repeat(86))).map(
    ({ value }) => (value as Uint8Array).length,
  );
  expect(sizes).toEqual([253, 5]);
});

test("a fraction of a second is left out", () => {
  expect(attributesOf((writer) => writer.put(attributes.idleTimeout, 59.9))).toEqual([
    { name: "idleTimeout", value: 59 },
  ]);
});

test("a long text of a joined row travels as several attributes, and is cut at three", () => {
  const long = "ä".repeat(200);
  expect(attributesOf((writer) => writer.put(attributes.replyMessage, long))).toEqual([
    { name: "replyMessage", value: long },
  ]);
  const cut = { name: "replyMessage", value: "x".repeat(759) };
  expect(attributesOf((writer) => writer.put(attributes.replyMessage, "x".repeat(900)))).toEqual([cut]);
});

test.each<[string, AttributeRow, number | string | Uint8Array, string]>([
  ["a text that is too long", attributes.filterId, "x".repeat(254), "filterId: 254 octets are too long"],
  ["a vendor's text", attributes.mikrotikRateLimit, "x".repeat(248), "mikrotikRateLimit: 248 octets are too long"],
  ["a number beyond 32 bits", attributes.idleTimeout, 2 ** 32, "idleTimeout: 4294967296 is no u32"],
  ["a negative number", attributes.idleTimeout, -1, "idleTimeout: -1 is no u32"],
  ["what is no number", attributes.idleTimeout, Number.NaN, "idleTimeout: NaN is no u32"],
  ["a wrong length", attributes.msChap2Success, new Uint8Array(42), "msChap2Success: 42 octets is no bytes"],
])("%s is refused by the attribute's name", (_name, row, value, message) => {
  expect(() => attributesOf((writer) => writer.put(row, value as never))).toThrow(message);
});

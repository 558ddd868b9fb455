import { expect, test } from "vitest";
import { createPacketFraming } from "./packet-framing.ts";

/** Octets with the length field of a packet. */
function packet(length: number, id = 1): Buffer {
  const octets = Buffer.alloc(length, id);
  octets.writeUInt16BE(length, 2);
  return octets;
}

const lengths = [20, 21, 4096, 255, 20, 1000, 4095];

test.each([1, 2, 3, 4, 5, 19, 20, 21, 4096, 16_384])(
  "packets come out whole, whatever the pieces of %i octets that they come in",
  (pieceBytes) => {
    const packets = lengths.map((length, index) => packet(length, index + 1));
    const stream = Buffer.concat(packets);
    const framing = createPacketFraming();
    const heard: Buffer[] = [];
    for (let at = 0; at < stream.length; at += pieceBytes) {
      const piece = stream.subarray(at, at + pieceBytes);
      expect(framing.push(piece, (octets) => heard.push(Buffer.from(octets)))).toBe(true);
      expect(framing.heldBytes).toBeLessThan(4096);
    }
    expect(heard).toEqual(packets);
    expect(framing.heldBytes).toBe(0);
  },
);

test.each([0, 19, 4097, 65_535])("a length of %i ends the stream, and packets before it are heard", (length) => {
  const wrong = Buffer.alloc(20);
  wrong.writeUInt16BE(length, 2);
  const heard: number[] = [];
  const framing = createPacketFraming();
  expect(framing.push(Buffer.concat([packet(40), wrong]), (octets) => heard.push(octets.length))).toBe(false);
  expect(heard).toEqual([40]);
  const dripped = createPacketFraming();
  const drips = [...wrong.subarray(0, 4)].map((octet) => dripped.push(Uint8Array.of(octet), () => {}));
  expect(drips).toEqual([true, true, true, false]);
});

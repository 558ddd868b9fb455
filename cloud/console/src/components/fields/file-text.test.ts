import { expect, test } from "vitest";
import { textOfBytes } from "./file-text.ts";

const utf8 = new TextEncoder().encode("naïve, Müller");

test.each([
  ["UTF-8", utf8],
  ["UTF-8 with a byte-order mark", new Uint8Array([0xef, 0xbb, 0xbf, ...utf8])],
  ["UTF-16, as a spreadsheet's Unicode text", new Uint8Array([0xff, 0xfe, ...Buffer.from("naïve, Müller", "utf16le")])],
  ["Windows-1252", new Uint8Array(Buffer.from("naïve, Müller", "latin1"))],
])("[CUS-22] a file in %s is read as it was written", (_what, bytes) => {
  expect(textOfBytes(bytes)).toBe("naïve, Müller");
});

test.each([
  ["utf16le", (bytes: Buffer) => bytes],
  ["utf16be", (bytes: Buffer) => bytes.swap16()],
])("[RTR-31] a dump in %s without a mark, as a shell of Windows saves what a program prints", (_what, order) => {
  expect(textOfBytes(new Uint8Array(order(Buffer.from("-- dump: café\n", "utf16le"))))).toBe("-- dump: café\n");
});

test("[RTR-31] a dump in UTF-8 with a note in Windows-1252: the names of its rows stay, and so does the note", () => {
  const bytes = Buffer.concat([Buffer.from("-- café\n", "latin1"), Buffer.from("('Zoë','naïve')\n-- é")]);
  expect(textOfBytes(new Uint8Array(bytes))).toBe("-- café\n('Zoë','naïve')\n-- é");
});

test("[CUS-22] the signs of Windows-1252 that Latin-1 has not are read, too", () => {
  expect(textOfBytes(new Uint8Array([0x80, 0x20, 0x92]))).toBe("€ ’");
});

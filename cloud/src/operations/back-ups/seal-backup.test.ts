/** What is done to a sealed back-up file: it opens to the same bytes, or is refused by name. */
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { realWorld } from "../../ground/db/test-databases.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { isSealed, openFileKey, sealed, sealedHeadBytesMax, unsealed } from "./seal-backup.ts";

const { random } = realWorld();
const envelope = createEnvelope(random, [random.bytes(32)]);
const chunk = 64 * 1024;
const full = chunk + 16;

const seal = (content: Buffer, pieceBytes = 10_000) =>
  buffer(Readable.from(sealed(random, envelope, pieces(content, pieceBytes))));

function* pieces(bytes: Buffer, pieceBytes: number) {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function unseal(file: Buffer, pieceBytes = 7777): Promise<Buffer> {
  const key = openFileKey(file.subarray(0, sealedHeadBytesMax), envelope);
  return buffer(Readable.from(unsealed(key, Readable.from(pieces(file, pieceBytes)))));
}

/** "read", or what it is refused by. */
const outcome = async (file: Buffer) => {
  try {
    await unseal(file);
    return "read";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** Where the chunks begin. */
const headOf = (file: Buffer) => 18 + file.readUInt16BE(16);

describe("[SYS-09] a sealed back-up", () => {
  test.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 5])(
    "of %i bytes opens to the same",
    async (bytes) => {
      const content = Buffer.from(random.bytes(bytes));
      const file = await seal(content);
      expect(isSealed(file)).toBe(true);
      expect((await unseal(file)).equals(content)).toBe(true);
      expect((await unseal(file, 3 * full)).equals(content)).toBe(true);
    },
  );

  test("shows nothing of what is in it, and never the same twice", async () => {
    const content = Buffer.from("Wanjiru 254712345678 ".repeat(5000));
    const [one, other] = [await seal(content), await seal(content)];
    for (const word of ["Wanjiru", "254712345678"]) expect(one.includes(word)).toBe(false);
    expect(one.subarray(100).equals(other.subarray(100))).toBe(false);
  });

  test("is refused when it is cut off anywhere, also between two chunks", async () => {
    const file = await seal(Buffer.from(random.bytes(3 * chunk + 100)));
    const head = headOf(file);
    for (const bytes of [
      0,
      5,
      16,
      17,
      head - 1,
      head,
      head + 1,
      head + 15,
      head + 16,
      head + full,
      head + 2 * full,
      head + 3 * full,
      file.length - 1,
    ])
      expect(await outcome(file.subarray(0, bytes)), `cut at ${bytes}`).toBe("restore/damaged");
  });

  test("is refused when any byte is another", async () => {
    const file = await seal(Buffer.from(random.bytes(300)));
    for (let at = 0; at < file.length; at++) {
      const other = Buffer.from(file);
      other[at] = (other[at] as number) ^ 0x10;
      // The bytes that name the master key are the one place where the change can't be told from another key.
      expect(await outcome(other), `byte ${at}`).toMatch(/^restore\/damaged$|^secrets\/unknown-master-key$/);
    }
  });

  test("is refused when chunks are moved, left out, doubled, added, or of another file", async () => {
    const content = Buffer.from(random.bytes(3 * chunk + 100));
    const [file, other] = [await seal(content), await seal(content)];
    const head = headOf(file);
    const parts = [0, 1, 2].map((number) => file.subarray(head + number * full, head + (number + 1) * full)) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    const [first, second, third] = parts;
    const begin = file.subarray(0, head);
    const last = file.subarray(head + 3 * full);
    const foreign = other.subarray(head, head + full);
    expect(await outcome(Buffer.concat([begin, first, second, third, last]))).toBe("read");
    for (const mixed of [
      [begin, second, first, third, last],
      [begin, first, third, last],
      [begin, first, first, second, third, last],
      [begin, foreign, second, third, last],
      [other.subarray(0, head), first, second, third, last],
      [begin, first, second, third, last, last],
      [begin, first, second, third, last, Buffer.from("x")],
      [begin, first, second, third],
      [begin, last],
    ])
      expect(await outcome(Buffer.concat(mixed))).toBe("restore/damaged");
  });

  test("opens with a former master key that is still listed, and names the missing one", async () => {
    const [former, newer] = [random.bytes(32), random.bytes(32)];
    const file = await buffer(Readable.from(sealed(random, createEnvelope(random, [former]), [Buffer.from("books")])));
    const head = file.subarray(0, sealedHeadBytesMax);
    expect(openFileKey(head, createEnvelope(random, [newer, former]))).toHaveLength(32);
    expect(() => openFileKey(head, createEnvelope(random, [newer]))).toThrow(/master key that is not here/);
  });

  test("what is no sealed back-up is named", () => {
    expect(isSealed(Buffer.from("\x1f\x8b"))).toBe(false);
    expect(() => openFileKey(Buffer.from("PK\x03\x04, an archive of somebody else"), envelope)).toThrow(
      "this is no sealed back-up of Karibu",
    );
  });

  test("opens under the name that it was stored under alone: an old one is no newest one", async () => {
    const [old, newest] = [
      "karibu-00000000-20260101t000000z-00000000.sealed",
      "karibu-00000000-20260201t000000z-00000000.sealed",
    ];
    const file = await buffer(Readable.from(sealed(random, envelope, [Buffer.from("old books")], old)));
    const head = file.subarray(0, sealedHeadBytesMax);
    const key = openFileKey(head, envelope, old);
    expect((await buffer(Readable.from(unsealed(key, Readable.from(pieces(file, 7)))))).toString()).toBe("old books");
    // Somebody's own file may have any name: what it is called in the store stands in it.
    expect(openFileKey(head, envelope)).toEqual(key);
    expect(() => openFileKey(head, envelope, newest)).toThrow(/stored as karibu-00000000-20260101t000000z/);
    const renamed = Buffer.from(head.toString("latin1").replace(old, newest), "latin1");
    expect(() => openFileKey(renamed, envelope, newest)).toThrow(/damaged/);
    // One of before names were in the files: its own time tells.
    const unnamed = (await buffer(Readable.from(sealed(random, envelope, [Buffer.from("books")])))).subarray(0, 500);
    expect(openFileKey(unnamed, envelope, newest)).toHaveLength(32);
  });
});

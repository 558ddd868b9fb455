import {
  createSentenceReader as createServerReader,
  encodeSentence as encodeServerSentence,
} from "@karibu/lab/router/api/api-words";
import { hostileTexts } from "@karibu/protocol/hostile-texts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSentenceReader, encodeSentence } from "./api-sentence.ts";

test.each([
  [0x01, "01"],
  [0x7f, "7f"],
  [0x80, "8080"],
  [0x3fff, "bfff"],
  [0x4000, "c04000"],
  [0x1fffff, "dfffff"],
  [0x200000, "e0200000"],
])("RouterOS manual, API: a word of %i bytes begins with %s", (length, head) => {
  const bytes = Buffer.from(encodeSentence(["x".repeat(length)]));
  expect(bytes.subarray(0, head.length / 2).toString("hex")).toBe(head);
  expect(bytes.length).toBe(head.length / 2 + length + 1);
});

test("a log-in sentence, byte by byte", () => {
  expect(Buffer.from(encodeSentence(["/login", "=name=a"])).toString("latin1")).toBe("\x06/login\x07=name=a\0");
});

const word = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }),
  fc.constantFrom(...hostileTexts.filter((text) => text !== "" && text.isWellFormed())),
);
const sentences = fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });

test("what one side writes, the other side reads, however the network cuts it", () => {
  fc.assert(
    fc.property(sentences, fc.integer({ min: 1, max: 700 }), (sent, step) => {
      const chunks = (bytes: Uint8Array) =>
        Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) =>
          bytes.subarray(index * step, (index + 1) * step),
        );
      const read = createSentenceReader();
      const received = chunks(Buffer.concat(sent.map((words) => encodeServerSentence(words)))).flatMap(read);
      expect(received).toEqual(sent);
      const served: string[][] = [];
      const serve = createServerReader(
        (words) => served.push(words),
        () => true,
      );
      for (const chunk of chunks(Buffer.concat(sent.map((words) => encodeSentence(words))))) serve(chunk);
      expect(served).toEqual(sent);
    }),
  );
});

test("random bytes never crash the reader with anything but a RangeError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      try {
        createSentenceReader()(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

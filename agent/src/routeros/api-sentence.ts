/**
 * RouterOS API framing, the client's side. A word is its length and its bytes; a sentence ends with an empty word.
 * @see RouterOS manual, API, "Protocol"
 */
const wordBytesMax = 1024 * 1024;
const sentenceBytesMax = 4 * wordBytesMax;

/** One sentence, ready for the socket. */
export function encodeSentence(words: readonly string[]): Uint8Array {
  const encoded = words.map((word) => Buffer.from(word, "utf8"));
  const out = Buffer.alloc(encoded.reduce((size, word) => size + 5 + word.length, 1));
  let at = 0;
  for (const word of encoded) {
    at = writeLength(out, at, word.length);
    at += word.copy(out, at);
  }
  return out.subarray(0, at + 1);
}

function writeLength(out: Buffer, at: number, length: number): number {
  if (length < 0x80) return out.writeUInt8(length, at);
  if (length < 0x4000) return out.writeUInt16BE(0x8000 + length, at);
  if (length < 0x20_0000) return out.writeUIntBE(0xc0_0000 + length, at, 3);
  if (length < 0x1000_0000) return out.writeUInt32BE(0xe000_0000 + length, at);
  return out.writeUInt32BE(length, out.writeUInt8(0xf0, at));
}

/** How words are read: as text, or each byte as a letter of its own, for what is no text. */
export type WordsAs = "utf8" | "latin1";

/**
 * Collects what the socket brings and returns the sentences that are whole. Throws a RangeError on a length that no
 * RouterOS sends, of a word or a sentence: the stream is then lost, and the connection must end.
 */
export function createSentenceReader(wordsAs: WordsAs = "utf8"): (chunk: Uint8Array) => string[][] {
  let rest: Buffer = Buffer.alloc(0);
  let words: string[] = [];
  let sentenceBytes = 0;
  return (chunk) => {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const sentences: string[][] = [];
    let at = 0;
    for (;;) {
      const word = readWord(rest, at, wordsAs);
      if (word === null) break;
      sentenceBytes += word.end - at;
      if (sentenceBytes > sentenceBytesMax) throw new RangeError("a sentence without end");
      at = word.end;
      if (word.text !== "") words.push(word.text);
      else {
        sentenceBytes = 0;
        if (words.length === 0) continue;
        sentences.push(words);
        words = [];
      }
    }
    rest = rest.subarray(at);
    return sentences;
  };
}

function readWord(bytes: Buffer, at: number, wordsAs: WordsAs): { text: string; end: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first >= 0xf8) throw new RangeError(`reserved length byte ${first}`);
  const size = first < 0x80 ? 1 : first < 0xc0 ? 2 : first < 0xe0 ? 3 : first < 0xf0 ? 4 : 5;
  if (bytes.length < at + size) return null;
  const mark = [0, 0, 0x8000, 0xc0_0000, 0xe000_0000][size] ?? 0;
  const length = size === 5 ? bytes.readUInt32BE(at + 1) : bytes.readUIntBE(at, size) - mark;
  if (length > wordBytesMax) throw new RangeError(`word of ${length} bytes`);
  const end = at + size + length;
  return bytes.length < end ? null : { text: bytes.toString(wordsAs, at + size, end), end };
}

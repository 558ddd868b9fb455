/**
 * Framing of the RouterOS API, on the server's side: a sentence is words and an empty word; a word is its length and its bytes.
 * @see RouterOS manual, API, "Protocol"
 */
const sentenceBytesMax = 4 * 1024 * 1024;
const wordsBeforeLogInMax = 16;

/** `latin1`: each letter is a byte, as in a file. */
export function encodeSentence(words: readonly string[], lettersAs: "utf8" | "latin1" = "utf8"): Buffer {
  const parts: Buffer[] = [];
  for (const word of words) {
    const bytes = Buffer.from(word, lettersAs);
    parts.push(encodeLength(bytes.length), bytes);
  }
  parts.push(Buffer.from([0]));
  return Buffer.concat(parts);
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x4000) return bigEndian(length | 0x8000, 2);
  if (length < 0x200000) return bigEndian(length | 0xc00000, 3);
  if (length < 0x10000000) return bigEndian((length | 0xe0000000) >>> 0, 4);
  return Buffer.concat([Buffer.from([0xf0]), bigEndian(length, 4)]);
}

function bigEndian(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** Collects bytes into whole sentences. Throws on bytes that no client should send; the connection then ends. */
export function createSentenceReader(onSentence: (words: string[]) => void, loggedIn: () => boolean) {
  let rest = Buffer.alloc(0);
  let words: string[] = [];
  return (chunk: Uint8Array): void => {
    rest = Buffer.concat([rest, chunk]);
    if (rest.length > sentenceBytesMax) throw new RangeError("sentence too long");
    for (;;) {
      const word = takeWord(rest);
      if (word === null) return;
      rest = rest.subarray(word.end);
      if (word.text !== "") {
        words.push(word.text);
        if (!loggedIn() && words.length > wordsBeforeLogInMax) throw new RangeError("too many words before log-in");
        continue;
      }
      const sentence = words;
      words = [];
      if (sentence.length > 0) onSentence(sentence);
    }
  };
}

function takeWord(bytes: Buffer): { text: string; end: number } | null {
  const first = bytes[0];
  if (first === undefined) return null;
  if (first >= 0xf8) throw new RangeError("reserved length byte");
  const extra = first < 0x80 ? 0 : first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (bytes.length < 1 + extra) return null;
  const mark = [0, 0x8000, 0xc00000, 0xe0000000, 0][extra] ?? 0;
  const length = extra === 4 ? bytes.readUIntBE(1, 4) : extra === 0 ? first : bytes.readUIntBE(0, 1 + extra) - mark;
  if (length > sentenceBytesMax) throw new RangeError("word too long");
  const end = 1 + extra + length;
  return bytes.length < end ? null : { text: bytes.toString("utf8", 1 + extra, end), end };
}

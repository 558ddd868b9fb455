/**
 * The end mark: the last bytes of a back-up file, with a SHA-256 of all bytes before them. If any byte of the file was
 * changed, cut off or added, the mark is wrong or absent. It detects damage, not tampering, so it needs no key.
 * Shape   an empty gzip member whose comment holds the digest (RFC 1952 §2.3), so that `gzip -d` and `zcat` ignore it.
 */
import { createHash } from "node:crypto";

/** Deflate, with a comment; no time, no hint, no operating system. */
const memberHead = Buffer.from("1f8b08100000000000ff", "hex");
const comment = "Karibu back-up; SHA-256 of all bytes before: ";
/** An empty last block, the CRC-32 of nothing, and its length. */
const emptyContent = Buffer.from("03000000000000000000", "hex");

function endMarkOf(digestHex: string): Buffer {
  return Buffer.concat([memberHead, Buffer.from(`${comment}${digestHex}\0`, "latin1"), emptyContent]);
}

const endMarkBytes = endMarkOf("0".repeat(64)).length;
const endMarkHead = endMarkOf("").subarray(0, memberHead.length + comment.length);

/** Passes all bytes on, and adds the end mark. */
export async function* withEndMark(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  for await (const chunk of file) {
    hash.update(chunk);
    yield chunk;
  }
  yield endMarkOf(hash.digest("hex"));
}

/** `absent`: the file is of the first releases, or its end is missing. `wrong`: the bytes before it have another digest. */
export type EndMark = "right" | "wrong" | "absent";

export interface EndMarkReader {
  /** Passes on the bytes before the end mark; all bytes, where there is none. */
  readonly withoutEndMark: (file: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, void, undefined>;
  /** Available once `withoutEndMark` has ended. */
  found(): EndMark;
}

export function createEndMarkReader(): EndMarkReader {
  let found: EndMark = "absent";
  return {
    async *withoutEndMark(file) {
      const hash = createHash("sha256");
      let held = Buffer.alloc(0); // this may be the end mark
      for await (const chunk of file) {
        const both = Buffer.concat([held, chunk]);
        const before = both.subarray(0, Math.max(0, both.length - endMarkBytes));
        held = both.subarray(before.length);
        if (before.length === 0) continue;
        hash.update(before);
        yield before;
      }
      if (held.equals(endMarkOf(hash.digest("hex")))) found = "right";
      else if (held.subarray(0, endMarkHead.length).equals(endMarkHead)) found = "wrong";
      else yield held;
    },
    found: () => found,
  };
}

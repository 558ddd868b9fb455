/**
 * MD5 over a piece of WebAssembly memory. It can start from any inner state, so that HMAC's two pads are hashed once per secret.
 * MD5 is what RADIUS prescribes.
 *
 * Why not `node:crypto`: speed. A log-in needs about a dozen MD5 blocks. Here its digests take 6 µs; with `createHmac` and
 * `hash` they take 70 µs, nearly all of it in calls and small buffers (measured with Node 24, with and without the image's
 * flags). Plain JavaScript is no way out: on a router it runs without the optimising compilers. WebAssembly has its own.
 * `md5.test.ts` compares every digest with `node:crypto`'s.
 * @see RFC 1321, RFC 2104
 */
import { blockBytes, moduleBytes } from "./md5-module.ts";

/** Offsets are bytes into `memory`. One instance is one scratch pad: a caller finishes before it yields. */
export interface Md5 {
  readonly memory: Buffer;
  /** First free byte: what lies below belongs to the hashing itself. */
  readonly heapAt: number;
  /** Where the state of an empty message lies. */
  readonly emptyAt: number;
  /**
   * Hashes `length` bytes at `at`, beginning from the state at `stateAt`, which already holds `lengthBefore` bytes (a
   * multiple of 64), and writes 16 bytes to `outAt`. Overwrites up to 72 bytes behind the message with its padding.
   */
  digest(stateAt: number, outAt: number, at: number, length: number, lengthBefore: number): void;
  /** The state after one block of 64 bytes at `at`, without padding: the start of an HMAC. */
  absorb(outAt: number, at: number): void;
  /** Writes the exclusive or of two times 16 bytes to `outAt`. */
  mix(outAt: number, leftAt: number, rightAt: number): void;
  /** 0 when two times 16 bytes are the same; takes as long when they are not. */
  difference(leftAt: number, rightAt: number): number;
}

export const digestBytes = 16;
const emptyAt = 0;
const heapAt = 256;

/** A new scratch pad of `pages` times 64 KiB. */
export function createMd5(pages = 1): Md5 {
  const instance = new WebAssembly.Instance(compiled(), {
    m: { m: new WebAssembly.Memory({ initial: pages, maximum: pages }) },
  });
  const { memory, digest, absorb, mix, difference } = instance.exports as unknown as {
    memory: WebAssembly.Memory;
    absorb: (stateAt: number, outAt: number, at: number, end: number) => void;
  } & Pick<Md5, "digest" | "mix" | "difference">;
  const view = Buffer.from(memory.buffer);
  [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476].forEach((word, index) => {
    view.writeUInt32LE(word, emptyAt + 4 * index);
  });
  return {
    memory: view,
    heapAt,
    emptyAt,
    digest,
    mix,
    difference,
    absorb: (outAt, at) => absorb(emptyAt, outAt, at, at + blockBytes),
  };
}

let cached: WebAssembly.Module | null = null;
/** Compiled once: the module is a constant, only its memory is state. */
function compiled(): WebAssembly.Module {
  cached ??= new WebAssembly.Module(moduleBytes());
  return cached;
}

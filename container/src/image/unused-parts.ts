/**
 * What else Node's file carries and a router never uses. Pure.
 *
 * The code cache: what V8 made of Node's own scripts when Node was built, so that it need not compile them (3.3 MB). V8 takes it only with the flags of
 * that day, and a router's flags (`node-flags.ts`) are others: it reads each part's header, refuses it, and compiles. Source of the format: V8,
 * `src/snapshot/code-serializer.h`, `SerializedCodeData`.
 *
 * The stripper of TypeScript (Amaro, 3.8 MB): one script of Node's own, which is compiled when a `.ts` file is loaded.
 */
import { addressOf, type Cut, loadedAt } from "./elf-file.ts";

const headerBytes = 32;
/** A NUL, and what brings the next part to a multiple of 8. */
const gapBytes = 8;
const fewestParts = 100;
const magic = 0xc0de;

/** Where each part's header stands, and where the last one ends. */
function findCodeCache(program: Buffer): { readonly headersAt: readonly number[]; readonly toByte: number } {
  const wanted = Buffer.from([magic & 0xff, magic >> 8]);
  for (let found = program.indexOf(wanted); found >= 0; found = program.indexOf(wanted, found + 1)) {
    const from = found - 2;
    if (from < 0 || from % 8 !== 0) continue;
    const headersAt: number[] = [];
    let at = from;
    while (at + headerBytes <= program.length && isSameKind(program, from, at)) {
      headersAt.push(at);
      at += headerBytes + program.readUInt32LE(at + 20) + gapBytes;
    }
    if (headersAt.length >= fewestParts) return { headersAt, toByte: at - gapBytes };
  }
  throw new Error("this Node carries no code cache");
}

/** Of the same build: V8's mark and its version. */
function isSameKind(program: Buffer, one: number, other: number): boolean {
  return program.compare(program, one, one + 8, other, other + 8) === 0;
}

/** V8 reads the headers, and refuses what stands there then. */
export function codeCacheIn(program: Buffer): Cut {
  const { headersAt, toByte } = findCodeCache(program);
  return { fromByte: headersAt[0] as number, toByte, isReadable: true };
}

/** @throws Error where V8 would take what stands in the place of the cache for a part of it */
export function requireRefusal(whole: Buffer, cut: Buffer): void {
  const { headersAt } = findCodeCache(whole);
  const mark = whole.subarray(headersAt[0], (headersAt[0] as number) + 4);
  for (const at of headersAt) {
    const found = loadedAt(cut, addressOf(whole, at), mark.length);
    if (found === null || found.equals(mark))
      throw new Error("in the place of the code cache stands what looks like it");
  }
}

/** Who asks for it all the same gets a script that can't be compiled. */
export function typeScriptIn(program: Buffer): Cut {
  const inside = program.indexOf("import_wasm.default.transformSync(");
  if (inside < 0) throw new Error("this Node carries no stripper of TypeScript");
  const fromByte = program.lastIndexOf(0, inside) + 1;
  const toByte = program.indexOf(0, inside);
  if (toByte - fromByte < 1e6) throw new Error("the stripper of TypeScript is not one text");
  return { fromByte, toByte, isReadable: true };
}

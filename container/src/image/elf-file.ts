/**
 * Programs for Linux (ELF, 64 bits, little-endian): what of the file is needed to run it. The loader reads segments by the program headers; section
 * headers and what only they name (symbols, notes of compilers) are for other tools. Pure. Source: System V ABI, chapter 5 "Program Loading"; elf(5).
 */

/** One program header. Offsets and sizes in bytes of the file, addresses in memory. */
interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly physicalAddress: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
  readonly align: number;
}

const load = 1;
const interpreter = 3;
const note = 4;
const tableItself = 6;
/** The kind of a program whose addresses are fixed. */
const executable = 2;
const headerBytes = 56;

/** What is loaded and nothing else: without symbols and section headers. */
export function withoutSections(program: Buffer): Buffer {
  const ends = readSegments(program).map(({ offset, fileBytes }) => offset + fileBytes);
  const slim = Buffer.from(program.subarray(0, Math.max(...ends)));
  slim.writeBigUInt64LE(0n, 40); // e_shoff
  slim.writeUInt32LE(0, 60); // e_shnum, e_shstrndx
  return slim;
}

/** Where what stands at this octet of the file is loaded. */
export function addressOf(program: Buffer, byte: number): number {
  const segment = readSegments(program).find(
    ({ type, offset, fileBytes }) => type === load && offset <= byte && byte < offset + fileBytes,
  );
  if (segment === undefined) throw new Error("what stands there is not loaded");
  return byte - segment.offset + segment.address;
}

/** What is loaded there from the file; null: nothing. */
export function loadedAt(program: Buffer, address: number, bytes: number): Buffer | null {
  const segment = readSegments(program).find(
    (each) => each.type === load && each.address <= address && address + bytes <= each.address + each.fileBytes,
  );
  if (segment === undefined) return null;
  const from = address - segment.address + segment.offset;
  return program.subarray(from, from + bytes);
}

/** Octets of the file that go: [fromByte, toByte), all in one loaded segment. */
export interface Cut {
  readonly fromByte: number;
  readonly toByte: number;
  /** Who reads there finds other octets of the file, instead of being killed for it. */
  readonly isReadable: boolean;
}

/**
 * The program without these octets: a segment becomes one more with each cut, and every address stays. Only whole pages can go, of the largest size that a
 * kernel has (64 kB); the rest is zeroed. Where a cut is to be readable, the segment before it goes on over its addresses, with what now follows in the
 * file. The new headers take the places of notes (the build's name) and of the table's own (only a program that is loaded anywhere needs it).
 * @throws Error where the file is no such program
 */
export function withoutBytes(program: Buffer, cuts: readonly Cut[]): Buffer {
  const segments = readSegments(program);
  const kept = Buffer.from(program);
  const holes: Hole[] = [];
  for (const cut of cuts.toSorted((a, b) => a.fromByte - b.fromByte)) {
    const hole = holeOf(segments, cut);
    kept.fill(0, cut.fromByte, cut.toByte);
    if (hole !== null) holes.push(hole);
  }
  const placeNow = (offset: number): number =>
    holes.reduce((place, { from, to }) => (to <= offset ? place - (to - from) : place), offset);
  const bytesNow = placeNow(program.length);
  const moved = segments.flatMap((segment) => {
    const parts: Segment[] = [];
    const end = segment.offset + segment.fileBytes;
    let from = segment.offset;
    const part = (to: number, overBytes: number): void => {
      const fileBytes = to - from + overBytes;
      if (overBytes > 0 && placeNow(from) + fileBytes > bytesNow) throw new Error("too little follows what is cut");
      const [address, physicalAddress] = [segment.address, segment.physicalAddress].map(
        (at) => at + from - segment.offset,
      );
      const memoryBytes = to === end ? segment.memoryBytes - (from - segment.offset) : fileBytes;
      parts.push({ ...segment, offset: placeNow(from), address, physicalAddress, fileBytes, memoryBytes } as Segment);
    };
    for (const hole of segment.type === load ? holes : []) {
      if (hole.from < segment.offset || hole.to > end) continue;
      part(hole.from, hole.isReadable ? hole.to - hole.from : 0);
      from = hole.to;
    }
    part(end, 0);
    return parts;
  });
  const bytes: Buffer[] = [];
  let at = 0;
  for (const { from, to } of holes) {
    bytes.push(kept.subarray(at, from));
    at = to;
  }
  const smaller = Buffer.concat([...bytes, kept.subarray(at)]);
  writeSegments(smaller, moved, segments);
  return smaller;
}

interface Hole {
  readonly from: number;
  readonly to: number;
  readonly isReadable: boolean;
}

/** The whole pages of a cut; null where it has none. */
function holeOf(segments: readonly Segment[], { fromByte, toByte, isReadable }: Cut): Hole | null {
  const segment = segments.find(
    ({ type, offset, fileBytes }) => type === load && offset <= fromByte && toByte <= offset + fileBytes,
  );
  if (segment === undefined) throw new Error("what is to be cut lies in no loaded segment");
  const page = Math.max(segment.align, 0x10000);
  const toAddress = segment.address - segment.offset;
  const from = Math.ceil((fromByte + toAddress) / page) * page - toAddress;
  const to = Math.floor((toByte + toAddress) / page) * page - toAddress;
  return from < to ? { from, to, isReadable } : null;
}

function readSegments(program: Buffer): Segment[] {
  const isProgram = program.length > 64 && program.readUInt32BE(0) === 0x7f454c46 && program.readUInt16BE(4) === 0x0201;
  if (!isProgram || program.readUInt16LE(54) !== headerBytes)
    throw new Error("no ELF program of 64 bits, little-endian");
  const at = Number(program.readBigUInt64LE(32));
  return Array.from({ length: program.readUInt16LE(56) }, (_, index) => {
    const from = at + index * headerBytes;
    const long = (byte: number): number => Number(program.readBigUInt64LE(from + byte));
    return {
      type: program.readUInt32LE(from),
      flags: program.readUInt32LE(from + 4),
      offset: long(8),
      address: long(16),
      physicalAddress: long(24),
      fileBytes: long(32),
      memoryBytes: long(40),
      align: long(48),
    };
  });
}

/**
 * In the place of the table that was, of the loader's name and of the notes, which follow each other there. Kernels before 5.18 look for the table where
 * the first segment would have it, so that it can't lie elsewhere.
 */
function writeSegments(program: Buffer, wanted: readonly Segment[], before: readonly Segment[]): void {
  if (program.readUInt16LE(16) !== executable) throw new Error("a program that may be loaded anywhere");
  const at = Number(program.readBigUInt64LE(32));
  let end = at + before.length * headerBytes;
  for (const { type, offset, fileBytes } of before)
    if ((type === interpreter || type === note) && offset >= end && offset < end + 8) end = offset + fileBytes;
  const segments = wanted.filter(({ type }) => type !== note && type !== tableItself);
  const loaderAt = at + segments.length * headerBytes;
  const loader = before.find(({ type }) => type === interpreter);
  const name = Buffer.from(program.subarray(loader?.offset ?? 0, (loader?.offset ?? 0) + (loader?.fileBytes ?? 0)));
  if (loaderAt + name.length > end) throw new Error("no room for one more program header");
  program.fill(0, at, end);
  name.copy(program, loaderAt);
  program.writeUInt16LE(segments.length, 56);
  segments.forEach((segment, index) => {
    const { type, flags, fileBytes, memoryBytes, align } = segment;
    const shift = type === interpreter ? loaderAt - segment.offset : 0;
    const [offset, address, physicalAddress] = [segment.offset, segment.address, segment.physicalAddress].map(
      (place) => place + shift,
    ) as [number, number, number];
    const from = at + index * headerBytes;
    program.writeUInt32LE(type, from);
    program.writeUInt32LE(flags, from + 4);
    [offset, address, physicalAddress, fileBytes, memoryBytes, align].forEach((value, place) => {
      program.writeBigUInt64LE(BigInt(value), from + 8 + 8 * place);
    });
  });
}

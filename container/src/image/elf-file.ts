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
const note = 4;
const headerBytes = 56;

/** What is loaded and nothing else: without symbols and section headers. */
export function withoutSections(program: Buffer): Buffer {
  const ends = readSegments(program).map(({ offset, fileBytes }) => offset + fileBytes);
  const slim = Buffer.from(program.subarray(0, Math.max(...ends)));
  slim.writeBigUInt64LE(0n, 40); // e_shoff
  slim.writeUInt32LE(0, 60); // e_shnum, e_shstrndx
  return slim;
}

/**
 * The program without what stands in [fromByte, toByte), where all lies in one loaded segment: the segment becomes two, and every address stays. The new
 * header takes the place of a note (the build's name). Only whole pages can go, of the largest size that a kernel has (64 kB); the rest is zeroed.
 * @throws Error where the file is no such program
 */
export function withoutBytes(program: Buffer, fromByte: number, toByte: number): Buffer {
  const segments = readSegments(program);
  const split = segments.findIndex(
    ({ type, offset, fileBytes }) => type === load && offset <= fromByte && toByte <= offset + fileBytes,
  );
  const segment = segments[split];
  if (segment === undefined) throw new Error("what is to be cut lies in no loaded segment");
  if (!segments.some(({ type }) => type === note)) throw new Error("no note whose program header is free");
  const page = Math.max(segment.align, 0x10000);
  const holeFrom =
    Math.ceil((fromByte - segment.offset + segment.address) / page) * page - segment.address + segment.offset;
  const holeTo =
    Math.floor((toByte - segment.offset + segment.address) / page) * page - segment.address + segment.offset;
  const cutBytes = holeTo - holeFrom;
  const kept = Buffer.from(program);
  kept.fill(0, fromByte, toByte);
  if (cutBytes <= 0) return kept;
  const part = (from: number, to: number): Segment => ({
    ...segment,
    offset: from < holeTo ? from : from - cutBytes,
    address: segment.address + from - segment.offset,
    physicalAddress: segment.physicalAddress + from - segment.offset,
    fileBytes: to - from,
    memoryBytes: to - from,
  });
  const end = segment.offset + segment.fileBytes;
  const moved = segments.flatMap((each, index) => {
    if (index === split) return [part(segment.offset, holeFrom), part(holeTo, end)];
    return [each.offset >= holeTo ? { ...each, offset: each.offset - cutBytes } : each];
  });
  moved.splice(
    moved.findIndex(({ type }) => type === note),
    1,
  );
  writeSegments(kept, moved);
  return Buffer.concat([kept.subarray(0, holeFrom), kept.subarray(holeTo)]);
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

/** As many as there were. */
function writeSegments(program: Buffer, segments: readonly Segment[]): void {
  const at = Number(program.readBigUInt64LE(32));
  segments.forEach(({ type, flags, offset, address, physicalAddress, fileBytes, memoryBytes, align }, index) => {
    const from = at + index * headerBytes;
    program.writeUInt32LE(type, from);
    program.writeUInt32LE(flags, from + 4);
    [offset, address, physicalAddress, fileBytes, memoryBytes, align].forEach((value, place) => {
      program.writeBigUInt64LE(BigInt(value), from + 8 + 8 * place);
    });
  });
}

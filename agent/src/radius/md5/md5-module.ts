/**
 * The WebAssembly module of `md5.ts`, built byte by byte from the description of RFC 1321 §3.
 * @see RFC 1321
 */
import {
  functionBody,
  get,
  i32,
  load,
  memoryFill,
  noResult,
  number,
  op,
  section,
  set,
  store,
} from "./wasm-encoding.ts";

/** How far a digest may write behind its message. */
export const paddingBytesMax = 72;
export const blockBytes = 64;

/** digest(stateAt, outAt, at, length, lengthBefore): pads in place, then absorbs. */
function digestBody(): number[] {
  const [stateAt, outAt, at, length, lengthBefore, end] = [0, 1, 2, 3, 4, 5] as const;
  return functionBody(1, [
    // end = at + ((length + 72) & ~63): the message, one byte 0x80, zeros, the length in bits
    ...get(at),
    ...get(length),
    ...number(paddingBytesMax),
    op.add,
    ...number(-64),
    op.and,
    op.add,
    ...set(end),
    ...get(at),
    ...get(length),
    op.add,
    ...number(0),
    ...get(end),
    ...get(at),
    op.subtract,
    ...get(length),
    op.subtract,
    ...memoryFill,
    ...get(at),
    ...get(length),
    op.add,
    ...number(0x80),
    op.store8,
    0,
    0,
    ...get(end),
    ...number(8),
    op.subtract,
    ...get(length),
    ...get(lengthBefore),
    op.add,
    ...number(3),
    op.shiftLeft,
    ...store(0),
    ...get(stateAt),
    ...get(outAt),
    ...get(at),
    ...get(end),
    op.call,
    1,
  ]);
}

/** absorb(stateAt, outAt, at, end): whole blocks from `at` up to `end`. */
function absorbBody(): number[] {
  const [stateAt, outAt, at, end] = [0, 1, 2, 3] as const;
  const state = [4, 5, 6, 7] as const;
  const working = [8, 9, 10, 11] as const;
  const firstWord = 12;
  const code: number[] = [];
  state.forEach((local, index) => {
    code.push(...get(stateAt), ...load(4 * index), ...set(local));
  });
  code.push(op.block, noResult, op.loop, noResult);
  code.push(...get(at), ...get(end), op.greaterOrEqual, op.branchIf, 1);
  for (let word = 0; word < 16; word++) code.push(...get(at), ...load(4 * word), ...set(firstWord + word));
  working.forEach((local, index) => {
    code.push(...get(state[index] as number), ...set(local));
  });
  for (let step = 0; step < 64; step++) code.push(...stepCode(step, working, firstWord));
  working.forEach((local, index) => {
    code.push(...get(local), ...get(state[index] as number), op.add, ...set(state[index] as number));
  });
  code.push(...get(at), ...number(blockBytes), op.add, ...set(at), op.branch, 0, op.end, op.end);
  state.forEach((local, index) => {
    code.push(...get(outAt), ...get(local), ...store(4 * index));
  });
  return functionBody(4 + 4 + 16, code);
}

const digestWords = [0, 4, 8, 12] as const;

function mixBody(): number[] {
  const [outAt, leftAt, rightAt] = [0, 1, 2] as const;
  const word = (offset: number) => {
    const mixed = [...get(leftAt), ...load(offset), ...get(rightAt), ...load(offset), op.xor];
    return [...get(outAt), ...mixed, ...store(offset)];
  };
  return functionBody(0, digestWords.flatMap(word));
}

function differenceBody(): number[] {
  const [leftAt, rightAt] = [0, 1] as const;
  const word = (offset: number) => [...get(leftAt), ...load(offset), ...get(rightAt), ...load(offset), op.xor];
  const rest = [4, 8, 12].flatMap((offset) => [...word(offset), op.or]);
  return functionBody(0, [...word(0), ...rest]);
}

const rotations = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** One of the 64 steps (RFC 1321 §3.4): a = b + ((a + f(b, c, d) + word + constant) <<< rotation). */
function stepCode(step: number, working: readonly [number, number, number, number], firstWord: number): number[] {
  const round = step >> 4;
  const role = (index: number) => working[(index + 64 - step) & 3] as number;
  const [a, b, c, d] = [role(0), role(1), role(2), role(3)];
  const word = [step, 5 * step + 1, 3 * step + 5, 7 * step][round] as number;
  const mixes = [
    [...get(d), ...get(b), ...get(c), ...get(d), op.xor, op.and, op.xor],
    [...get(c), ...get(d), ...get(b), ...get(c), op.xor, op.and, op.xor],
    [...get(b), ...get(c), op.xor, ...get(d), op.xor],
    [...get(c), ...get(b), ...get(d), ...number(-1), op.xor, op.or, op.xor],
  ];
  return [
    ...get(a),
    ...(mixes[round] as number[]),
    op.add,
    ...get(firstWord + (word & 15)),
    op.add,
    ...number(Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0),
    op.add,
    ...number((rotations[round] as readonly number[])[step & 3] as number),
    op.rotateLeft,
    ...get(b),
    op.add,
    ...set(a),
  ];
}

export function moduleBytes(): Uint8Array<ArrayBuffer> {
  const text = (value: string) => [value.length, ...Buffer.from(value, "latin1")];
  const signature = (parameters: number, results: number) => {
    return [
      0x60,
      parameters,
      ...new Array<number>(parameters).fill(i32),
      results,
      ...new Array<number>(results).fill(i32),
    ];
  };
  const exported = (name: string, index: number) => [...text(name), 0, index];
  return new Uint8Array([
    0x00,
    0x61,
    0x73,
    0x6d,
    0x01,
    0x00,
    0x00,
    0x00,
    ...section(1, [4, ...signature(5, 0), ...signature(4, 0), ...signature(3, 0), ...signature(2, 1)]),
    ...section(2, [1, ...text("m"), ...text("m"), 0x02, 0x01, 0x01, 0x80, 0x02]),
    ...section(3, [4, 0, 1, 2, 3]),
    ...section(7, [
      5,
      ...text("memory"),
      2,
      0,
      ...exported("digest", 0),
      ...exported("absorb", 1),
      ...exported("mix", 2),
      ...exported("difference", 3),
    ]),
    ...section(10, [4, ...digestBody(), ...absorbBody(), ...mixBody(), ...differenceBody()]),
  ]);
}

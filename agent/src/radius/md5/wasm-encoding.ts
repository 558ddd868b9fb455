/**
 * The parts of the WebAssembly binary format that the MD5 module uses.
 * @see WebAssembly core specification §5 (binary format)
 */

/** Instructions (§5.4). */
export const op = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  call: 0x10,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  load: 0x28,
  store: 0x36,
  store8: 0x3a,
  constant: 0x41,
  greaterOrEqual: 0x4f,
  add: 0x6a,
  subtract: 0x6b,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shiftLeft: 0x74,
  rotateLeft: 0x77,
} as const;
export const i32 = 0x7f;
export const noResult = 0x40;
export const memoryFill = [0xfc, 0x0b, 0x00];

export const get = (local: number) => [op.get, ...unsigned(local)];
export const set = (local: number) => [op.set, ...unsigned(local)];
export const number = (value: number) => [op.constant, ...signed(value)];
/** Unaligned loads and stores: alignment hint 0. */
export const load = (offset: number) => [op.load, 0, ...unsigned(offset)];
export const store = (offset: number) => [op.store, 0, ...unsigned(offset)];

export function section(id: number, content: number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

export function functionBody(localCount: number, code: number[]): number[] {
  const locals = localCount === 0 ? [0] : [1, ...unsigned(localCount), i32];
  const body = [...locals, ...code, op.end];
  return [...unsigned(body.length), ...body];
}

/** LEB128, unsigned. */
function unsigned(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    out.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return out;
}

/** LEB128, signed, 32 bits. */
function signed(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...out, low];
    out.push(low | 0x80);
  }
}

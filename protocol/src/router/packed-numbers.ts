/** Columns of numbers in few bytes. @see router-figures.ts for the shape */
import { cutText } from "../whole-text.ts";

/** What a number may be; more is a bug of the writer, and hostile in what is read. */
const numberMax = 2 ** 50;
const form = { none: 0, same: 1, each: 2, differences: 3, rough: 4 } as const;
/** Added to the form: not every row has a value, and a mask of those that have follows. */
const masked = 8;
/** A rough number keeps its first nine bits: below 512 it is exact, above it is off by two thousandths at most. */
const roughBits = 9;
const roughFrom = 2 ** roughBits;
const roughStep = roughFrom / 2;

export interface NumberWriter {
  /** Whole, from 0 on. */
  number(value: number): void;
  text(value: string): void;
  column(values: readonly (number | null)[]): void;
  bytes(): Uint8Array;
}

/** Throws a RangeError on a number that is not whole, or too great. */
export function createNumberWriter(): NumberWriter {
  const bytes: number[] = [];
  return {
    number: (value) => void bytes.push(...varint(value)),
    text(value) {
      const encoded = Buffer.from(value, "utf8");
      bytes.push(...varint(encoded.length), ...encoded);
    },
    column: (values) => void bytes.push(...columnBytes(values)),
    bytes: () => Uint8Array.from(bytes),
  };
}

function columnBytes(values: readonly (number | null)[]): readonly number[] {
  const present = values.filter((value) => value !== null);
  const [first] = present;
  if (first === undefined) return [form.none];
  const mask = present.length === values.length ? null : maskOf(values);
  const begin = (kind: number): number[] => (mask === null ? [kind] : [kind + masked, ...mask]);
  if (present.every((value) => value === first)) return [...begin(form.same), ...signed(first)];
  const each = present.flatMap(signed);
  const differences = present.flatMap((value, at) => signed(value - (at === 0 ? 0 : (present[at - 1] as number))));
  const rough = present.every((value) => value >= 0 && roughly(value) === value) ? present.flatMap(roughBytes) : null;
  if (rough !== null && rough.length < Math.min(each.length, differences.length))
    return [...begin(form.rough), ...rough];
  return each.length <= differences.length
    ? [...begin(form.each), ...each]
    : [...begin(form.differences), ...differences];
}

/** The nearest number that takes two bytes at most. For what is drawn, and is no account of anything. */
export function roughly(value: number): number {
  if (value < roughFrom) return value;
  const unit = 2 ** (Math.floor(Math.log2(value)) - roughBits + 1);
  return Math.round(value / unit) * unit;
}

function roughBytes(value: number): number[] {
  if (value < roughFrom) return varint(value);
  const power = Math.floor(Math.log2(value)) - roughBits + 1;
  return varint(roughFrom + (power - 1) * roughStep + (value / 2 ** power - roughStep));
}

function fromRough(code: number): number {
  if (code < roughFrom) return code;
  const over = code - roughFrom;
  return ((over % roughStep) + roughStep) * 2 ** (Math.floor(over / roughStep) + 1);
}

function maskOf(values: readonly (number | null)[]): number[] {
  const mask = Array.from({ length: Math.ceil(values.length / 8) }, () => 0);
  for (const [at, value] of values.entries()) if (value !== null) (mask[at >> 3] as number) |= 1 << (at & 7);
  return mask;
}

/** Small numbers of either sign become small numbers. */
const signed = (value: number): number[] => varint(value < 0 ? -2 * value - 1 : 2 * value);

function varint(value: number): number[] {
  if (!Number.isInteger(value) || value < 0 || value > 2 * numberMax) throw new RangeError(`${value} can't be packed`);
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

export interface NumberReader {
  number(max: number): number;
  text(charactersMax: number): string;
  /** So many values. */
  column(count: number): readonly (number | null)[];
}

/** Each throws a RangeError on bytes that no writer made. */
export function createNumberReader(bytes: Uint8Array): NumberReader {
  let at = 0;

  function byte(): number {
    const value = bytes[at++];
    if (value === undefined) throw new RangeError("the bytes end too early");
    return value;
  }

  function number(max: number): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const part = byte();
      value += (part & 0x7f) * scale;
      if (value > max) throw new RangeError(`${value} is more than ${max}`);
      if (part < 0x80) return value;
      if (scale > numberMax) throw new RangeError("a number is too long");
    }
  }

  const signedNumber = () => {
    const value = number(2 * numberMax);
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  };

  function presence(isMasked: boolean, count: number): readonly boolean[] {
    if (!isMasked) return Array.from({ length: count }, () => true);
    const mask = Array.from({ length: Math.ceil(count / 8) }, byte);
    return Array.from({ length: count }, (_, row) => (((mask[row >> 3] as number) >> (row & 7)) & 1) === 1);
  }

  return {
    number,
    text(charactersMax) {
      const length = number(charactersMax * 4);
      if (at + length > bytes.length) throw new RangeError("the bytes end too early");
      const text = Buffer.from(bytes.subarray(at, at + length)).toString("utf8");
      at += length;
      return cutText(text, charactersMax);
    },
    column(count) {
      const kind = byte();
      if (kind === form.none) return Array.from({ length: count }, () => null);
      const known = presence(kind >= masked, count);
      const how = kind % masked;
      const only = how === form.same ? signedNumber() : null;
      let last = 0;
      return known.map((isKnown) => {
        if (!isKnown) return null;
        if (only !== null) return only;
        const value = how === form.rough ? fromRough(number(2 ** 14)) : signedNumber();
        last = how === form.differences ? last + value : value;
        if (Math.abs(last) > numberMax) throw new RangeError(`${last} is too great`);
        return last;
      });
    },
  };
}

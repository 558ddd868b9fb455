/**
 * Voucher codes that verify themselves: a code is the serial, enciphered under the batch's key by format-preserving
 * encryption over the whole space of the code's length. A site that holds the batch's one feed row turns any code
 * back into its serial, offline; a made-up code falls on a serial that was never issued.
 *
 * Shape   `<prefix><length symbols>`; digits, or 28 symbols without look-alikes (0 O, 1 I L) and without vowels, so
 *         that no code spells a word.
 * @see NIST SP 800-38G, FF1; its published samples are in the test.
 */
import { type Cipheriv, createCipheriv, createHmac } from "node:crypto";
import type { BatchBody } from "../feed.ts";

/** The part of a batch's feed row that decides how its codes look. */
export type VoucherShape = Pick<BatchBody, "keyHex" | "prefix" | "length" | "alphabet" | "quantity">;

const alphabets = { digits: "0123456789", letters: "23456789BCDFGHJKMNPQRSTVWXYZ" } as const;

/** How many codes a shape has: live codes must stay below 1 in 100,000 of these. Exact up to 2^53. */
export function voucherCodeSpace(shape: Pick<VoucherShape, "length" | "alphabet">): number {
  return alphabets[shape.alphabet].length ** shape.length;
}

/** The code of a serial, as it is printed: prefix and symbols, no blanks. Throws RangeError on a serial outside the batch. */
export function encodeVoucherCode(batch: VoucherShape, serial: number): string {
  if (!Number.isSafeInteger(serial) || serial < 0 || serial >= batch.quantity || serial >= voucherCodeSpace(batch)) {
    throw new RangeError(`serial: ${serial} is not in the batch of ${batch.quantity}`);
  }
  const symbols = alphabets[batch.alphabet];
  const numerals = toNumerals(BigInt(serial), symbols.length, batch.length);
  const enciphered = ff1Encrypt(cipherOf(batch), symbols.length, noTweak, numerals);
  return batch.prefix + enciphered.map((numeral) => symbols[numeral]).join("");
}

/** The serial behind what somebody typed, or null: another shape, a serial that was never issued, or a hole. */
export function decodeVoucherCode(batch: VoucherShape & Pick<BatchBody, "holes">, code: string): number | null {
  const typed = normaliseVoucherCode(code);
  const prefix = normaliseVoucherCode(batch.prefix);
  if (typed.length !== prefix.length + batch.length || !typed.startsWith(prefix)) return null;
  const symbols = alphabets[batch.alphabet];
  const numerals: number[] = [];
  for (const typedSymbol of typed.slice(prefix.length)) {
    const symbol = batch.alphabet === "digits" ? (lookAlikes[typedSymbol] ?? typedSymbol) : typedSymbol;
    const numeral = symbols.indexOf(symbol);
    if (numeral < 0) return null;
    numerals.push(numeral);
  }
  const serial = fromNumerals(ff1Decrypt(cipherOf(batch), symbols.length, noTweak, numerals), symbols.length);
  if (serial >= BigInt(batch.quantity)) return null;
  return batch.holes.includes(Number(serial)) ? null : Number(serial);
}

/**
 * The PIN of a voucher, whose batch has such: derived from the batch's key and the serial, so that a site knows it without a list, and nobody who
 * has the code alone does. The label parts it from every other use of the key.
 */
export function voucherPin({ keyHex }: Pick<VoucherShape, "keyHex">, serial: number, digits: number): string {
  const mac = createHmac("sha256", Buffer.from(keyHex, "hex")).update(`karibu voucher pin ${serial}`).digest();
  return String(mac.readUIntBE(0, 6) % 10 ** digits).padStart(digits, "0");
}

/** What people type, in one form: upper case, without blanks, dashes, dots and underscores. */
export function normaliseVoucherCode(typed: string): string {
  return typed.replace(/[\s\-\u2010-\u2015._]+/gu, "").toUpperCase();
}

/** In a code of digits these letters can only be meant as digits. */
const lookAlikes: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };
const noTweak = new Uint8Array(0);

/** The AES forward function on one block of 16 bytes: all that FF1 asks of a key. */
export type BlockCipher = (block: Uint8Array) => Uint8Array;

/** AES with 16, 24 or 32 bytes of key as a block function. */
export function aesBlock(key: Uint8Array): BlockCipher {
  const cipher: Cipheriv = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  return (block) => cipher.update(block);
}

/** One key schedule per row: a site tries a typed code against each of its live batches. */
const ciphers = new WeakMap<object, { keyHex: string; cipher: BlockCipher }>();

function cipherOf(batch: VoucherShape): BlockCipher {
  const kept = ciphers.get(batch);
  if (kept?.keyHex === batch.keyHex) return kept.cipher;
  const key = Uint8Array.from(batch.keyHex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const cipher = aesBlock(key);
  ciphers.set(batch, { keyHex: batch.keyHex, cipher });
  return cipher;
}

/** FF1.Encrypt (SP 800-38G, algorithm 7). Numerals are 0..radix-1, most significant first; at least two of them. */
export function ff1Encrypt(
  cipher: BlockCipher,
  radix: number,
  tweak: Uint8Array,
  numerals: readonly number[],
): number[] {
  const rounds = ff1Rounds(cipher, radix, tweak, numerals);
  let { left, right } = rounds;
  for (let round = 0; round < 10; round++) {
    const sum = (left + rounds.keystream(round, right)) % rounds.modulus(round);
    left = right;
    right = sum;
  }
  return rounds.join(left, right);
}

/** FF1.Decrypt (SP 800-38G, algorithm 8). */
export function ff1Decrypt(
  cipher: BlockCipher,
  radix: number,
  tweak: Uint8Array,
  numerals: readonly number[],
): number[] {
  const rounds = ff1Rounds(cipher, radix, tweak, numerals);
  let { left, right } = rounds;
  for (let round = 9; round >= 0; round--) {
    const modulus = rounds.modulus(round);
    const difference = (((right - rounds.keystream(round, left)) % modulus) + modulus) % modulus;
    right = left;
    left = difference;
  }
  return rounds.join(left, right);
}

/** What both directions share. Names of the standard: n = length, u = leftLength, b = halfBytes, d = streamBytes. */
function ff1Rounds(cipher: BlockCipher, radix: number, tweak: Uint8Array, numerals: readonly number[]) {
  const { length } = numerals;
  const leftLength = Math.floor(length / 2);
  const rightLength = length - leftLength;
  const leftModulus = BigInt(radix) ** BigInt(leftLength);
  const rightModulus = BigInt(radix) ** BigInt(rightLength);
  const halfBytes = Math.ceil((rightModulus - 1n).toString(2).length / 8);
  const streamBytes = 4 * Math.ceil(halfBytes / 4) + 4;

  const head = new Uint8Array([1, 2, 1, ...bigEndian(BigInt(radix), 3), 10, leftLength & 255]);
  const lengths = new Uint8Array([...bigEndian(BigInt(length), 4), ...bigEndian(BigInt(tweak.length), 4)]);
  const firstBlock = cipher(new Uint8Array([...head, ...lengths])).slice();
  const padding = (16 - ((tweak.length + halfBytes + 1) % 16)) % 16;
  const message = new Uint8Array(tweak.length + padding + 1 + halfBytes);
  message.set(tweak);

  return {
    left: fromNumerals(numerals.slice(0, leftLength), radix),
    right: fromNumerals(numerals.slice(leftLength), radix),
    modulus: (round: number) => (round % 2 === 0 ? leftModulus : rightModulus),
    keystream(round: number, half: bigint): bigint {
      message[tweak.length + padding] = round;
      message.set(bigEndian(half, halfBytes), tweak.length + padding + 1);
      let block: Uint8Array = firstBlock;
      for (let at = 0; at < message.length; at += 16) block = cipher(exclusiveOr(block, message.subarray(at, at + 16)));
      let stream = bigEndianValue(block);
      for (let count = 1; count * 16 < streamBytes; count++) {
        stream = (stream << 128n) | bigEndianValue(cipher(exclusiveOr(block, bigEndian(BigInt(count), 16))));
      }
      const excessBytes = Math.ceil(streamBytes / 16) * 16 - streamBytes;
      return stream >> BigInt(8 * excessBytes);
    },
    join: (left: bigint, right: bigint) => [
      ...toNumerals(left, radix, leftLength),
      ...toNumerals(right, radix, rightLength),
    ],
  };
}

function exclusiveOr(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, index) => byte ^ (right[index] as number));
}

function bigEndian(value: bigint, byteCount: number): Uint8Array {
  const out = new Uint8Array(byteCount);
  let rest = value;
  for (let index = byteCount - 1; index >= 0; index--) {
    out[index] = Number(rest & 255n);
    rest >>= 8n;
  }
  return out;
}

function bigEndianValue(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

function toNumerals(value: bigint, radix: number, length: number): number[] {
  const out = new Array<number>(length);
  let rest = value;
  for (let index = length - 1; index >= 0; index--) {
    out[index] = Number(rest % BigInt(radix));
    rest /= BigInt(radix);
  }
  return out;
}

function fromNumerals(numerals: readonly number[], radix: number): bigint {
  let value = 0n;
  for (const numeral of numerals) value = value * BigInt(radix) + BigInt(numeral);
  return value;
}

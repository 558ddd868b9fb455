/**
 * Half a phone number, as support types it: the last four to nine digits, or the first. Numbers are stored sealed, so the database can't compare
 * digits. For each number it keeps a name of its last 4, 5, 6 … digits, one behind the other, and the same of its first ones. The names of fewer
 * digits are the beginning of those of more: an ordinary index finds them.
 *
 * Who attacks this   Somebody with a copy of the database: the names are HMACs, by provider, and their key is not in it in clear. They tell which
 *                    of two customers' numbers end or begin alike, beside what the masks show anyway.
 *                    A person of the provider who sees numbers masked, and would learn the hidden digits by trying: only who may read customers,
 *                    and so their whole numbers, is answered by these. Everybody else finds by the digits that the mask shows (`shownEnd`).
 */
import { createHmac } from "node:crypto";
import { type Country, mobileBeginnings, msisdnBeginning } from "@karibu/protocol/phone-number";
import { maskPhone } from "./phone.ts";

/** How a number may be known in part. Null: what was typed can't be meant so. */
export interface PhonePart {
  /** Its last digits. */
  readonly tail: string | null;
  /** Its first digits, with the calling code. */
  readonly head: string | null;
}

/** Columns of who has a number; what a part begins with there. */
export interface PhonePartKeys<Value extends string | null = string> {
  readonly tail: Value;
  readonly head: Value;
}

/** As many digits as a mask shows at the end. */
const shownDigits = 3;
const tailDigitsMin = 4;
const tailDigitsMax = 9;
/** With the calling code: `071` is 25471. */
const headDigitsMin = 5;
const headDigitsMax = 12;
/** Of 64 letters each: of a million numbers, no two parts are taken for each other. */
const nameLetters = 5;

/** Null: no part of a number, or too little of one. */
export function readPhonePart(typed: string, country: Country): PhonePart | null {
  const text = typed.normalize("NFKC").trim();
  if (!/^\+?[\d\s()-]+$/.test(text)) return null;
  const digits = text.replaceAll(/\D/g, "");
  if (digits.length < shownDigits) return null;
  const isTail = !text.startsWith("+") && digits.length <= tailDigitsMax;
  const head = msisdnBeginning(text, country);
  const part = { tail: isTail ? digits : null, head: head !== null && head.length >= headDigitsMin ? head : null };
  return part.tail === null && part.head === null ? null : part;
}

/** What is stored beside a number. @param phone an MSISDN */
export function keysOfPhone(key: Uint8Array, providerId: string, phone: string): PhonePartKeys {
  return { tail: tailKey(key, providerId, phone.slice(-tailDigitsMax)), head: headKey(key, providerId, phone) };
}

/** What the stored keys of all numbers with this part begin with. Null: too few digits. */
export function keysOfPart(
  key: Uint8Array,
  providerId: string,
  { tail, head }: PhonePart,
): PhonePartKeys<string | null> {
  return {
    tail: tail === null || tail.length < tailDigitsMin ? null : tailKey(key, providerId, tail),
    head: head === null ? null : headKey(key, providerId, head),
  };
}

function tailKey(key: Uint8Array, providerId: string, digits: string): string {
  const names: string[] = [];
  for (let length = tailDigitsMin; length <= digits.length; length++)
    names.push(name(key, `${providerId}/tail/${digits.slice(-length)}`));
  return names.join("");
}

function headKey(key: Uint8Array, providerId: string, digits: string): string {
  const names: string[] = [];
  for (let length = headDigitsMin; length <= Math.min(digits.length, headDigitsMax); length++)
    names.push(name(key, `${providerId}/head/${digits.slice(0, length)}`));
  return names.join("");
}

const name = (key: Uint8Array, text: string): string =>
  createHmac("sha256", key).update(text).digest("base64url").slice(0, nameLetters);

/** The digits that a masked number with this end shows: no others may decide what is found. Null: its end was not typed. */
export const shownEnd = (part: PhonePart | null): string | null => part?.tail?.slice(-shownDigits) ?? null;

/** Each mask that a number with this end can have in this country. */
export function masksThatEnd(end: string, country: Country): string[] {
  const beginnings = mobileBeginnings(country).flatMap((each) =>
    each.length >= 4 ? [each] : Array.from({ length: 10 }, (_, digit) => `${each}${digit}`),
  );
  return beginnings.map((each) => maskPhone(`${each}000000${end}`));
}

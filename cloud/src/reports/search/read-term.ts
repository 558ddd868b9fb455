/** What a person typed into the search, read in each way that it may be meant. */

import { isIPv4 } from "node:net";
import { type Country, normalisePhone } from "@karibu/protocol/phone-number";
import type { Party } from "../../ground/amounts/parties.ts";
import { readPhonePart } from "../../ground/amounts/phone-parts.ts";
import type { SearchTerm } from "../../ground/lists/search.ts";

/** Shorter text would find too much to be of use. */
const lengthMin = 2;

/** Null: too short. */
export function readTerm(
  typed: string,
  of: { readonly providerId: string; readonly country: Country; readonly partyOf: (phone: string) => Party },
): SearchTerm | null {
  const text = typed.normalize("NFKC").trim().replaceAll(/\s+/g, " ");
  // One digit may be an invoice's number.
  if (text.length < lengthMin && !/^\d$/.test(text)) return null;
  const mac = /^(?:[0-9A-F]{2}[:.-]?){5}[0-9A-F]{2}$/i.test(text)
    ? (text.toUpperCase().match(/[0-9A-F]{2}/g) ?? []).join(":")
    : null;
  const phone = normalisePhone(text, of.country);
  return {
    providerId: of.providerId,
    text,
    mac,
    macPart: mac === null ? partOfMac(text) : null,
    address: isIPv4(text) ? text : null,
    party: phone === null ? null : of.partyOf(phone),
    phonePart: phone === null && !isIPv4(text) ? readPhonePart(text, of.country) : null,
    country: of.country,
  };
}

/** Two bytes at least. Digits alone are a phone, a code or an amount. */
function partOfMac(text: string): string | null {
  const apart = /^[0-9A-F]{2}(?:[:-][0-9A-F]{2}){1,4}$/i.test(text);
  const joined = /^(?:[0-9A-F]{4}\.[0-9A-F]{4}|[0-9A-F]{4,11})$/i.test(text) && /[A-F.]/i.test(text);
  if (apart) return text.toUpperCase().replaceAll("-", ":");
  return joined ? text.toUpperCase().replace(".", "") : null;
}

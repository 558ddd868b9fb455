/** Removes secrets and phone numbers from log lines: by the field's name, and by the look of a text. */
import { countries } from "@karibu/protocol/country";
import { normalisePhone } from "@karibu/protocol/phone-number";
import { cutText } from "@karibu/protocol/whole-text";

const secretName = /password|secret|token|passkey|credential|authorization|cookie|^pin$|phone|msisdn|private_?key/i;

/** The order matters: a later pattern does not see what an earlier one has blanked. */
const shapes: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, "[key]"],
  [/\b[0-9a-z-]{1,64}\.(?:(?:api|imp|mail)\.)?[0-9a-f]{64}\b/g, "[token]"],
  [/\b([0-9a-f]{8})[0-9a-f]{24,}\b/g, "$1…"],
  [/\b(Bearer|Basic)\s+[^\s",]+/gi, "$1 [hidden]"],
  [/(\w+:\/\/)[^\s/@:]*:[^\s/@]+@/g, "$1[hidden]@"],
  [/\/hooks\/[^\s"'?]+/g, "/hooks/[hidden]"],
  [/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=/g, "[key]"],
  [/\$argon2[^\s"']*/g, "[hash]"],
];

/** What may be a mobile number, as it is stored or as it is dialled at home. */
const numbers = /(?<!\d)(?:\+|00?|2)\d{9,13}(?!\d)/g;
const isPhone = (digits: string): boolean => countries.some((country) => normalisePhone(digits, country) !== null);

const textLengthMax = 2000;
const itemsMax = 50;
const depthMax = 6;

/** The same shape with secrets and phone numbers blanked, and long values cut. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return scrubText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return scrubText(value.stack ?? value.message);
  if (depth === depthMax || ArrayBuffer.isView(value)) return "…";
  if (Array.isArray(value)) return value.slice(0, itemsMax).map((item) => scrub(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, itemsMax)
      .map(([name, inner]) => [
        name,
        secretName.test(name) && typeof inner === "string" ? "[hidden]" : scrub(inner, depth + 1),
      ]),
  );
}

function scrubText(text: string): string {
  let clean = text.length > textLengthMax ? `${cutText(text, textLengthMax)}…` : text;
  for (const [shape, instead] of shapes) clean = clean.replace(shape, instead);
  return clean.replace(numbers, (digits) => (isPhone(digits) ? "[phone]" : digits));
}

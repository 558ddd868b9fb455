import { normaliseKenyanPhone } from "@karibu/protocol/phone-number";
import type { Trouble } from "../../data/api.ts";
import type { Strings } from "../../strings/en.ts";

/** The sentence under the phone field; null: nothing to complain about. */
export function phoneComplaint(text: string, trouble: Trouble | null, words: Strings): string | null {
  if (trouble === null) return null;
  if (trouble.code === "bad-phone" && text.trim() === "") return words.phoneMissing;
  if (trouble.code === "bad-phone") return words.phoneWrong;
  return trouble.field === "phone" ? troubleText(trouble, words) : null;
}

/** Any refusal as a sentence, with how long to wait where that is known. */
export function troubleText(trouble: Trouble, words: Strings): string {
  const sentence = words.problems[trouble.code] ?? words.problems.fault;
  return trouble.retryAfterSeconds === null
    ? sentence
    : `${sentence} ${words.waitFor(words.waitSeconds(trouble.retryAfterSeconds))}`;
}

/** Groups the digits while somebody types: `0712 345 678`, `+254 712 345 678`. Anything else stays as typed. */
export function groupPhone(text: string): string {
  const digits = text.replace(/[\s-]/g, "");
  if (/^0\d{0,9}$/.test(digits))
    return [digits.slice(0, 4), digits.slice(4, 7), digits.slice(7)].filter(Boolean).join(" ");
  const country = /^(\+?254)(\d{0,9})$/.exec(digits);
  if (country === null) return text;
  const rest = country[2] as string;
  return [country[1], rest.slice(0, 3), rest.slice(3, 6), rest.slice(6)].filter(Boolean).join(" ");
}

export function isPhoneComplete(text: string): boolean {
  return normaliseKenyanPhone(text) !== null;
}

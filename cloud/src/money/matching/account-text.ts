/**
 * What people type as the account at a paybill, made comparable. The original is kept; only keys are compared. A wrong
 * match gives money to a stranger, so doubt is a suggestion for a person and never a decision.
 */
import { defaultCountry, normalisePhone } from "@karibu/protocol/phone-number";

const fillers = new Set(["WIFI", "INTERNET", "ACCOUNT", "NUMBER", "NO", "ACC"]);
const confusable: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1", S: "5", B: "8", Z: "2" };

/** Upper case, without spaces and punctuation, without "A/C", "ACC" and filler words in front. */
export function accountKey(typed: string): string {
  let text = typed.normalize("NFKC").toUpperCase().trim();
  for (;;) {
    const word = /^(A\/C|[A-Z]+)(?=[\s\-._#/':]|$)/.exec(text)?.[1];
    const rest = word === undefined ? "" : text.slice(word.length).replace(/^[\s\-._#/':]+/, "");
    if (word === undefined || rest === "" || !(word === "A/C" || fillers.has(word))) break;
    text = rest;
  }
  const key = text.replace(/[\s\-._#/':]/g, "");
  // "ACC12345": glued to a number, which no account of ours begins with.
  return key.replace(/^(?:A\/?C|ACC)(?=\d)/, "");
}

/** Letters that are taken for digits, as those digits. */
export function foldConfusable(key: string): string {
  return key.replace(/[OILSBZ]/g, (letter) => confusable[letter] as string);
}

/** The phone that an account text is, as an MSISDN; null when it is none. Nine digits at least: shorter is an account. */
export function phoneInAccount(typed: string): string | null {
  const digits = accountKey(typed).replace(/^\+/, "");
  return /^\d{9,}$/.test(digits) ? normalisePhone(digits, defaultCountry) : null;
}

/** 1 or less apart: one letter added, lost, changed, or two neighbours swapped. */
export function isNearlyEqual(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  return short.slice(at + 1) === long.slice(at + 1) || (swapped && short.slice(at + 2) === long.slice(at + 2));
}

/** A key, and it without each one of its letters: keys that are one letter apart share one of these. The database has the same rule. */
export function nearKeys(key: string): string[] {
  const characters = [...key.toWellFormed()];
  return [characters.join(""), ...characters.map((_, at) => characters.toSpliced(at, 1).join(""))];
}

/** The check digit of Luhn for a text of digits: catches each single wrong digit and most swaps. */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

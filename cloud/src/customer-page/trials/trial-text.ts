/** The SMS with the code of a free trial. Pure. */
import { cutText } from "@karibu/protocol/whole-text";
import { plainLetters } from "../../messaging/plain-letters.ts";
import { type Locale, smsWords } from "../../messaging/texts/every-language.ts";

const nameLengthMax = 40;

/** One SMS of 160 letters. */
export function trialText(
  locale: Locale,
  { code, provider }: { readonly code: string; readonly provider: string },
): string {
  const name = cutText(plainLetters(provider), nameLengthMax).trim();
  return smsWords(locale).trialCode(code, name);
}

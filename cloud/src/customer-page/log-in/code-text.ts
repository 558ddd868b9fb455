/** The SMS with a one-time code. Its last line lets browsers fill the code in, on this hub's page alone. Pure. @see https://wicg.github.io/sms-one-time-codes/ */
import { cutText } from "@karibu/protocol/whole-text";
import { plainLetters } from "../../messaging/plain-letters.ts";
import { type Locale, smsWords } from "../../messaging/texts/every-language.ts";

const nameLengthMax = 30;

/** One SMS of 160 letters, but for very long names of hosts. */
export function codeText(
  locale: Locale,
  { code, provider, host }: { readonly code: string; readonly provider: string; readonly host: string },
): string {
  const name = cutText(plainLetters(provider), nameLengthMax).trim();
  return `${smsWords(locale).logInCode(code, name)}\n\n@${host} #${code}`;
}

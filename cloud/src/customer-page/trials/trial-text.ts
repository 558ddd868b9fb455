/** The SMS with the code of a free trial. Pure. */
import { plainLetters } from "../../messaging/plain-letters.ts";

const nameLengthMax = 40;

/** One SMS of 160 letters. */
export function trialText(
  locale: "en" | "sw",
  { code, provider }: { readonly code: string; readonly provider: string },
): string {
  const name = plainLetters(provider).slice(0, nameLengthMax).trim();
  return locale === "sw"
    ? `${code} ni msimbo wako wa kujaribu ${name} bure. Unadumu dakika 5. Usimpe mtu yeyote.`
    : `${code} is your code for a free trial of ${name}. It lasts 5 minutes. Give it to nobody.`;
}

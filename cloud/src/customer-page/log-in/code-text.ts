/** The SMS with a one-time code. Its last line lets browsers fill the code in, on this hub's page alone. Pure. @see https://wicg.github.io/sms-one-time-codes/ */
import { plainLetters } from "../../messaging/plain-letters.ts";

const nameLengthMax = 30;

/** One SMS of 160 letters, but for very long names of hosts. */
export function codeText(
  locale: "en" | "sw",
  { code, provider, host }: { readonly code: string; readonly provider: string; readonly host: string },
): string {
  const name = plainLetters(provider).slice(0, nameLengthMax).trim();
  const said =
    locale === "sw"
      ? `${code} ni msimbo wako wa kuingia kwa ${name}. Unadumu dakika 5. Usimpe mtu yeyote.`
      : `${code} is your log-in code for ${name}. It lasts 5 minutes. Give it to nobody.`;
  return `${said}\n\n@${host} #${code}`;
}

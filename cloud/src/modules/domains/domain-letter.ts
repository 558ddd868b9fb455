import type { Mail } from "../../ground/mail/mail.ts";
import { plainName } from "../../ground/mail/plain-name.ts";

/** To the owners: the proof of their domain is missing (`lost`), or was missing for too long (`shut`). Plain text. */
export function domainLetter(
  letter: { readonly to: string; readonly locale: "en" | "sw"; readonly name: string; readonly publicUrl: string },
  { told, host, record }: { readonly told: "lost" | "shut"; readonly host: string; readonly record: string },
): Mail {
  const name = plainName(letter.name);
  const words = {
    lost: {
      en: [
        `${name}: ${host} will stop to work`,
        `The TXT record ${record} is missing. It proves that ${host} is yours. Put it back within seven days, or customers will not find their page there any more. The page itself stays. The record stands here:`,
      ],
      sw: [
        `${name}: ${host} itaacha kufanya kazi`,
        `Rekodi ya TXT ${record} haipo. Inathibitisha kwamba ${host} ni yako. Irudishe ndani ya siku saba, la sivyo wateja hawatapata ukurasa wao hapo tena. Ukurasa wenyewe unabaki. Rekodi iko hapa:`,
      ],
    },
    shut: {
      en: [
        `${name}: ${host} works no longer`,
        `The TXT record ${record} was missing for seven days, so customers do not find their page at ${host} any more. Put the record back and press Check:`,
      ],
      sw: [
        `${name}: ${host} haifanyi kazi tena`,
        `Rekodi ya TXT ${record} haikuwepo kwa siku saba, kwa hiyo wateja hawapati ukurasa wao kwenye ${host} tena. Irudishe rekodi kisha bonyeza Angalia:`,
      ],
    },
  } as const;
  const [subject, text] = words[told][letter.locale];
  return { to: letter.to, subject, text: `${text}\n\n${letter.publicUrl}/#/settings\n` };
}

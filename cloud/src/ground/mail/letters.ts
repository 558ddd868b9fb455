/** What the hub writes to people: plain text, in English and Swahili. Each letter carries one link and says until when it works. */
import type { Mail } from "./mail.ts";
import { plainName } from "./plain-name.ts";

export type LetterLocale = "en" | "sw";

export interface Letter {
  readonly to: string;
  readonly locale: LetterLocale;
  /** The address of the link. The token stands after `#`, so that it never reaches a log. */
  readonly link: string;
  readonly validHours: number;
}

/** To an address that nobody has proved yet: it carries no word of who signed up, or a stranger could write to anybody through us. */
export function signUpLetter(letter: Letter): Mail {
  return write(letter, {
    en: ["Confirm your address at Karibu", "Open this link to confirm your address and start your business at Karibu:"],
    sw: [
      "Thibitisha anwani yako kwenye Karibu",
      "Fungua kiungo hiki kuthibitisha anwani yako na kuanza biashara yako kwenye Karibu:",
    ],
  });
}

/** From the platform to somebody who is to become the owner of a provider. */
export function signUpInvitationLetter(letter: Letter): Mail {
  return write(letter, {
    en: ["You are invited to Karibu", "You are invited to start your business at Karibu. Open this link:"],
    sw: ["Umealikwa kwenye Karibu", "Umealikwa kuanza biashara yako kwenye Karibu. Fungua kiungo hiki:"],
  });
}

export function alreadyKnownLetter(to: string, locale: LetterLocale, link: string): Mail {
  return write(
    { to, locale, link, validHours: 0 },
    {
      en: [
        "You have a Karibu account already",
        "Somebody (you?) asked to sign up with this address, which has an account. Log in here, or ask for a new password there:",
      ],
      sw: [
        "Tayari una akaunti ya Karibu",
        "Mtu fulani (wewe?) ameomba kujisajili kwa anwani hii, ambayo ina akaunti. Ingia hapa, au omba nenosiri mpya huko:",
      ],
    },
  );
}

export function invitationLetter(letter: Letter & { readonly providerName: string; readonly inviter: string }): Mail {
  const [providerName, inviter] = [plainName(letter.providerName), plainName(letter.inviter)];
  return write(letter, {
    en: [
      `${providerName}: you are invited`,
      `${inviter} invites you to work for ${providerName} at Karibu. Choose a password here:`,
    ],
    sw: [
      `${providerName}: umealikwa`,
      `${inviter} anakualika kufanya kazi na ${providerName} kwenye Karibu. Chagua nenosiri hapa:`,
    ],
  });
}

/** To somebody whom another provider added: their account stays as it is. */
export function addressElsewhereLetter(letter: Omit<Letter, "validHours"> & { readonly providerName: string }): Mail {
  const providerName = plainName(letter.providerName);
  return write(
    { ...letter, validHours: 0 },
    {
      en: [
        `${providerName} added your address`,
        `${providerName} added a person with this address at Karibu. Your own account has it already: it stays as it is, and this address opens that one alone. If you are to work for ${providerName}, ask them to add you with another address. If you do not know them, do nothing. Your account:`,
      ],
      sw: [
        `${providerName} imeongeza anwani yako`,
        `${providerName} imeongeza mtu mwenye anwani hii kwenye Karibu. Akaunti yako tayari inaitumia: inabaki kama ilivyo, na anwani hii inafungua hiyo tu. Ikiwa utafanya kazi na ${providerName}, waombe wakuongeze kwa anwani nyingine. Kama huwajui, usifanye lolote. Akaunti yako:`,
      ],
    },
  );
}

/** `providerName`: who added the address that nobody has proved; null: the address has one account, and its owner knows whose. */
export function passwordResetLetter(letter: Letter & { readonly providerName: string | null }): Mail {
  const providerName = letter.providerName === null ? null : plainName(letter.providerName);
  const [en, sw] =
    providerName === null
      ? ["", ""]
      : [
          ` It is for the account that ${providerName} made with this address; if you do not work for them, do nothing.`,
          ` Ni ya akaunti ambayo ${providerName} imeifungua kwa anwani hii; ikiwa hufanyi kazi nao, usifanye lolote.`,
        ];
  return write(letter, {
    en: [
      "A new password for Karibu",
      `Somebody (you?) asked for a new password.${en} Choose it here; if it was not you, do nothing:`,
    ],
    sw: [
      "Nenosiri mpya ya Karibu",
      `Mtu fulani (wewe?) ameomba nenosiri mpya.${sw} Ichague hapa; kama si wewe, usifanye lolote:`,
    ],
  });
}

/** To the owners and the person: somebody types wrong passwords for this account. */
export function guessingLetter(letter: Omit<Letter, "validHours"> & { readonly email: string }): Mail {
  const { email } = letter;
  return write(
    { ...letter, validHours: 0 },
    {
      en: [
        `Wrong passwords for ${email}`,
        `Somebody typed many wrong passwords for ${email}. Each further try must wait longer. Log-ins from known places work as before. If it was not you: choose a new long password and switch the second factor on. The activity log says where it came from:`,
      ],
      sw: [
        `Manenosiri yasiyo sahihi ya ${email}`,
        `Mtu fulani ameandika manenosiri mengi yasiyo sahihi ya ${email}. Anacheleweshwa zaidi na zaidi; anayeingia kutoka mahali alipoingia kabla anaingia kama kawaida. Kama si wewe: chagua nenosiri refu na uwashe uthibitisho wa pili. Kumbukumbu ya shughuli inaonyesha ilitoka wapi:`,
      ],
    },
  );
}

/** To owners, when the platform suspends or reopens their provider. `untilText`: the end of the grace, in their time zone. */
export function lifeCycleLetter(
  letter: Omit<Letter, "validHours"> & { readonly providerName: string; readonly untilText: string },
  step: "suspend" | "reactivate" | "delete" | "restore",
): Mail {
  const { untilText: until } = letter;
  const name = plainName(letter.providerName);
  const words = {
    suspend: {
      en: [
        `${name} is suspended`,
        `The platform suspended ${name}. Your people can look and not change anything. Your sites go on selling until ${until}; what was sold stays good. Talk to the platform:`,
      ],
      sw: [
        `${name} imesimamishwa`,
        `Mfumo umesimamisha ${name}. Watu wako wanaweza kuangalia bila kubadilisha chochote. Vituo vyako vinaendelea kuuza hadi ${until}; kilichouzwa kinabaki halali. Wasiliana na mfumo:`,
      ],
    },
    reactivate: {
      en: [`${name} is open again`, `The platform lifted the suspension of ${name}. Everything works as before:`],
      sw: [
        `${name} imefunguliwa tena`,
        `Mfumo umeondoa kusimamishwa kwa ${name}. Kila kitu kinafanya kazi kama awali:`,
      ],
    },
    delete: {
      en: [
        `${name} was deleted`,
        `The platform deleted ${name}. Nobody can log in and nothing is sold. Until ${until} it can be brought back; after that everything is erased. Ask the platform for your data before then:`,
      ],
      sw: [
        `${name} imefutwa`,
        `Mfumo umefuta ${name}. Hakuna anayeweza kuingia na hakuna kinachouzwa. Hadi ${until} inaweza kurejeshwa; baada ya hapo kila kitu kitafutwa kabisa. Omba data yako kutoka kwa mfumo kabla ya hapo:`,
      ],
    },
    restore: {
      en: [`${name} is back`, `The platform brought ${name} back. Log in as before:`],
      sw: [`${name} imerejeshwa`, `Mfumo umerejesha ${name}. Ingia kama awali:`],
    },
  } as const;
  return write({ ...letter, validHours: 0 }, words[step]);
}

function write(letter: Letter, words: Record<LetterLocale, readonly [subject: string, text: string]>): Mail {
  const [subject, text] = words[letter.locale];
  const { validHours } = letter;
  const inDays = validHours >= 48 && validHours % 24 === 0;
  const until = {
    en: `The link works for ${inDays ? `${validHours / 24} days` : `${validHours} hours`}.`,
    sw: `Kiungo kinafanya kazi kwa ${inDays ? `siku ${validHours / 24}` : `saa ${validHours}`}.`,
  };
  const parts = [text, letter.link, ...(validHours > 0 ? [until[letter.locale]] : [])];
  // A name with a line break must not add a header.
  return { to: letter.to, subject: subject.replaceAll(/[\r\n]+/g, " "), text: `${parts.join("\n\n")}\n` };
}

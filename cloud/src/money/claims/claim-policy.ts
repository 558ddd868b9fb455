/** Receipts as people send them: the bare code, or the whole message, with O for 0 and I for 1. */

/** What only our own messages have, in each language (`texts/payment-texts.ts`, and the voucher's message). */
const ownMessages = [
  ...[
    "I ALREADY PAID",
    "NIMESHALIPA",
    "THE WI-FI PAGE",
    "UKURASA WA WI-FI",
    "LOG-IN PAGE",
    "UKURASA WA KUINGIA",
    "LA PAGE DU WI-FI",
    "TAPEZ-LE SUR SA PAGE",
  ],
  ...["YOUR CREDIT IS NOT ENOUGH", "SALIO HALITOSHI", "VOTRE CREDIT NE SUFFIT PAS"],
  ...["ENTER YOUR PIN TO GO ON", "WEKA PIN ILI KUENDELEA", "ENTREZ VOTRE PIN"],
];
/** The word before the receipt in them. */
const ownLabel = /\b(?:RECEIPT|RISITI|REF\.) ([A-Z0-9]{10})\b/g;

/**
 * The codes in a text, as typed, upper case. M-Pesa's codes have ten signs, and may be of letters alone. So may words: in a
 * message such a word counts only where M-Pesa puts its code. Of our own messages only the receipt counts, because the names of
 * providers and plans may look like anything.
 */
export function receiptsIn(typed: string): string[] {
  // Without accents: some phones drop them when they copy.
  const text = typed.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().trim();
  const isOurs = ownMessages.some((words) => text.includes(words));
  const found = isOurs
    ? [...text.matchAll(ownLabel)].map(([, receipt]) => receipt as string)
    : [...text.matchAll(/\b[A-Z0-9]{10}\b/g)].filter((match) => isReceipt(match[0], text, match.index)).map(([w]) => w);
  return [...new Set(found)].slice(0, 3);
}

function isReceipt(word: string, text: string, at: number): boolean {
  if (!/[A-Z]/.test(word)) return false;
  if (/\d/.test(word)) return true;
  const isFirst = at === 0;
  return isFirst || /^[\s.,:]*(?:CONFIRMED|IMETHIBITISHWA)\b/.test(text.slice(at + word.length));
}

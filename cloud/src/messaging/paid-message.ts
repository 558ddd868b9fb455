/** What a customer is told after payment, in the provider's language. Plain letters only: one other letter doubles the price. */
export function paidMessage(
  locale: string,
  paid: {
    readonly provider: string;
    readonly amountCents: number;
    readonly currency: string;
    readonly plan: string;
    readonly receipt: string | null;
  },
): string {
  const amount = `${paid.currency} ${(paid.amountCents / 100).toFixed(paid.amountCents % 100 === 0 ? 0 : 2)}`;
  const code = paid.receipt === null ? "" : locale === "sw" ? ` Risiti ${paid.receipt}.` : ` Receipt ${paid.receipt}.`;
  const text =
    locale === "sw"
      ? `${paid.provider}: umelipa ${amount} kwa ${paid.plan}.${code} Ukipoteza mtandao, fungua ukurasa wa Wi-Fi na ubonyeze "Nimeshalipa".`
      : `${paid.provider}: you paid ${amount} for ${paid.plan}.${code} If you lose the connection, open the Wi-Fi page and tap "I already paid".`;
  return plainLetters(text);
}

/** What a customer is told whose credit does not suffice to renew. */
export function renewalMessage(
  locale: string,
  stopped: {
    readonly provider: string;
    readonly plan: string;
    readonly missingCents: number;
    readonly currency: string;
  },
): string {
  const { provider, plan } = stopped;
  const cents = stopped.missingCents % 100 === 0 ? 0 : 2;
  const missing = `${stopped.currency} ${(stopped.missingCents / 100).toFixed(cents)}`;
  const text =
    locale === "sw"
      ? `${provider}: salio halitoshi kufanya upya ${plan}. Ongeza ${missing}; itaendelea mara tu pesa zikifika.`
      : `${provider}: your credit is not enough to renew ${plan}. Add ${missing}; it goes on as soon as the money is here.`;
  return plainLetters(text);
}

/** A code that was bought or lost. Groups of five are easier to type; the portal takes it with or without the dash. */
export function voucherMessage(
  locale: string,
  { provider, plan, code }: { readonly provider: string; readonly plan: string; readonly code: string },
): string {
  const grouped = code.match(/.{1,5}/g)?.join("-") ?? code;
  const text =
    locale === "sw"
      ? `${provider}: kodi yako ya ${plan} ni ${grouped}. Unganisha Wi-Fi na uiandike kwenye ukurasa wa kuingia.`
      : `${provider}: your code for ${plan} is ${grouped}. Join the Wi-Fi and type it on the log-in page.`;
  return plainLetters(text);
}

/** GSM-7 in small: accents fall off, anything else becomes a question mark. */
export function plainLetters(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^\x20-\x7e\n]/g, "?");
}

/** Text messages about money, in the provider's language. */
import { plainLetters } from "../../messaging/plain-letters.ts";

/** To a customer who has paid. */
export function paidMessage(
  locale: string,
  paid: {
    readonly provider: string;
    readonly amountCents: number;
    readonly currency: string;
    readonly plan: string;
    readonly receipt: string | null;
    /** Opens the sale on any device. Null: the customer paid on the device that uses it. */
    readonly code: string | null;
  },
): string {
  const amount = `${paid.currency} ${(paid.amountCents / 100).toFixed(paid.amountCents % 100 === 0 ? 0 : 2)}`;
  const code = paid.receipt === null ? "" : locale === "sw" ? ` Risiti ${paid.receipt}.` : ` Receipt ${paid.receipt}.`;
  if (paid.code !== null) {
    const { provider, plan, code: own } = paid;
    return plainLetters(
      locale === "sw"
        ? `${provider}: umelipa ${amount} kwa ${plan}. Kodi yako ni ${own}. Iandike kwenye ukurasa wa Wi-Fi, pia ukipoteza mtandao.`
        : `${provider}: you paid ${amount} for ${plan}. Your code is ${own}. Type it on the Wi-Fi page, also if you lose the connection.`,
    );
  }
  const text =
    locale === "sw"
      ? `${paid.provider}: umelipa ${amount} kwa ${paid.plan}.${code} Ukipoteza mtandao, fungua ukurasa wa Wi-Fi na ubonyeze "Nimeshalipa".`
      : `${paid.provider}: you paid ${amount} for ${paid.plan}.${code} If you lose the connection, open the Wi-Fi page and tap "I already paid".`;
  return plainLetters(text);
}

/** To a customer whose credit does not suffice to renew. */
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

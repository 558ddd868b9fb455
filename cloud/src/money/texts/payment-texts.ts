/** Text messages about money, in the provider's language. */
import { moneyText } from "@karibu/protocol/money-text";
import { displayName } from "@karibu/protocol/plan-name";
import { plainLetters } from "../../messaging/plain-letters.ts";

interface Paid {
  readonly provider: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly plan: string;
  readonly receipt: string | null;
  /** Opens the sale on any device. Null: the customer paid on the device that uses it. */
  readonly code: string | null;
  /** What the customer has left with the provider, minor units. Left out or 0: nothing is said of it. */
  readonly creditLeftCents?: number;
}

/** To a customer who has paid. */
export function paidMessage(locale: string, paid: Paid): string {
  const amount = moneyText(paid.amountCents, paid.currency);
  const text = oneSms(paid.plan, locale, (plan) => paidSentences(locale, paid, amount, plan));
  const { creditLeftCents = 0 } = paid;
  if (creditLeftCents <= 0) return text;
  const left = moneyText(creditLeftCents, paid.currency);
  const said = locale === "sw" ? `Salio lako: ${left}.` : `You have ${left} left.`;
  // Where both do not fit into one message, what helps a customer back online makes room for what is theirs.
  const whole = `${text} ${said}`;
  if (whole.length <= 160) return whole;
  const sentences = text.split(/(?<=\.) /);
  return `${sentences.slice(0, -1).join(" ")} ${said}`;
}

function paidSentences(locale: string, { provider, code, receipt }: Paid, amount: string, plan: string): string {
  if (code !== null)
    return locale === "sw"
      ? `${provider}: umelipa ${amount} kwa ${plan}. Msimbo wako ni ${code}. Uandike kwenye ukurasa wa Wi-Fi, pia ukipoteza mtandao.`
      : `${provider}: you paid ${amount} for ${plan}. Your code is ${code}. Type it on the Wi-Fi page, also if you lose the connection.`;
  const proof = receipt === null ? "" : locale === "sw" ? ` Risiti ${receipt}.` : ` Receipt ${receipt}.`;
  return locale === "sw"
    ? `${provider}: umelipa ${amount} kwa ${plan}.${proof} Ukipoteza mtandao, fungua ukurasa wa Wi-Fi na ubonyeze "Nimeshalipa".`
    : `${provider}: you paid ${amount} for ${plan}.${proof} If you lose the connection, open the Wi-Fi page and tap "I already paid".`;
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
  const { provider } = stopped;
  const missing = moneyText(stopped.missingCents, stopped.currency);
  return oneSms(stopped.plan, locale, (plan) =>
    locale === "sw"
      ? `${provider}: salio halitoshi kufanya upya ${plan}. Ongeza ${missing}; itaendelea mara tu pesa zikifika.`
      : `${provider}: your credit is not enough to renew ${plan}. Add ${missing}; it goes on as soon as the money is here.`,
  );
}

/** To a customer whose phone is about to be asked for what credit does not cover of the next package. */
export function promptMessage(
  locale: string,
  asked: {
    readonly provider: string;
    readonly plan: string;
    readonly askedCents: number;
    readonly currency: string;
  },
): string {
  const { provider } = asked;
  const amount = moneyText(asked.askedCents, asked.currency);
  return oneSms(asked.plan, locale, (plan) =>
    locale === "sw"
      ? `${provider}: ${plan} inakwisha. Simu yako itaulizwa ${amount}, salio lako hulipa kilichobaki. Weka PIN ili kuendelea.`
      : `${provider}: ${plan} ends soon. Your phone will ask for ${amount}, your credit pays the rest. Enter your PIN to go on.`,
  );
}

const smsLettersMax = 160;

/** With the plan's name as people read it; with the shorter one that operators file, where only that fits into one SMS. */
function oneSms(plan: string, locale: string, write: (plan: string) => string): string {
  const text = plainLetters(write(displayName(plan, locale)));
  const shorter = plainLetters(write(plan));
  return text.length > smsLettersMax && shorter.length <= smsLettersMax ? shorter : text;
}

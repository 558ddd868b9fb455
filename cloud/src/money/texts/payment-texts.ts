/** What stands in the gaps of text messages about money, in the language of the provider's customers. Their words are templates (`messaging/texts`). */
import { displayName } from "@karibu/protocol/plan-name";
import { momentText } from "../../messaging/texts/date-texts.ts";
import { amountText, type Locale, smsWords } from "../../messaging/texts/every-language.ts";
import type { Values } from "../../messaging/texts/fill-template.ts";

export interface Paid {
  readonly amountCents: number;
  readonly currency: string;
  readonly plan: string;
  readonly receipt: string | null;
  /** Opens the sale on any device. Null: the customer paid on the device that uses it. */
  readonly code: string | null;
  /** What the customer has left with the provider, minor units. Left out or 0: nothing is said of it. */
  readonly creditLeftCents?: number;
  /** Left out: nothing is known, or nothing ends it. */
  readonly lasts?: Lasts | null;
}

/** How long what was bought is good: a moment, or a time from the first log-in. */
export type Lasts = { readonly untilMs: number; readonly utcOffsetMinutes: number } | { readonly seconds: number };

/** To a customer who has paid. */
export function paidValues(locale: Locale, paid: Paid): Values[] {
  const { code, receipt, creditLeftCents = 0, currency } = paid;
  return namesOf(locale, paid.plan).map((plan) => ({
    plan,
    amount: amountText(paid.amountCents, currency, locale),
    code,
    until: untilText(locale, paid.lasts ?? null),
    // A sale for cash has its code for a receipt: it is said once.
    receipt: receipt === code ? null : receipt,
    credit: creditLeftCents <= 0 ? null : amountText(creditLeftCents, currency, locale),
    help: smsWords(locale).payHelp[code === null ? "phone" : "code"],
  }));
}

function untilText(locale: Locale, lasts: Lasts | null): string | null {
  if (lasts === null) return null;
  const words = smsWords(locale);
  if ("untilMs" in lasts) {
    return words.until(momentText(lasts.untilMs, lasts.utcOffsetMinutes, locale));
  }
  if (lasts.seconds % 86_400 === 0) return words.fromLogIn(lasts.seconds / 86_400, "day");
  if (lasts.seconds % 3600 === 0) return words.fromLogIn(lasts.seconds / 3600, "hour");
  return words.fromLogIn(Math.round(lasts.seconds / 60), "minute");
}

/** To a customer whose credit does not suffice to renew, and to one whose phone is about to be asked for what credit does not cover. */
export const amountValues = (
  locale: Locale,
  asked: { readonly plan: string; readonly amountCents: number; readonly currency: string },
): Values[] =>
  namesOf(locale, asked.plan).map((plan) => ({ plan, amount: amountText(asked.amountCents, asked.currency, locale) }));

/** As people read it, and the shorter one that operators file, where only that fits into one SMS. */
const namesOf = (locale: Locale, plan: string): string[] => [displayName(plan, locale), plan];

/** What stands in the gaps of text messages about money, in the provider's language. Their words are templates (`messaging/texts`). */
import { moneyText } from "@karibu/protocol/money-text";
import { displayName } from "@karibu/protocol/plan-name";
import { momentText } from "../../messaging/texts/date-texts.ts";
import type { Values } from "../../messaging/texts/fill-template.ts";
import type { Locale } from "../../messaging/texts/template-list.ts";

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
    amount: moneyText(paid.amountCents, currency),
    code,
    until: untilText(locale, paid.lasts ?? null),
    // A sale for cash has its code for a receipt: it is said once.
    receipt: receipt === code ? null : receipt,
    credit: creditLeftCents <= 0 ? null : moneyText(creditLeftCents, currency),
    help: helpTexts[code === null ? "phone" : "code"][locale],
  }));
}

const helpTexts = {
  code: {
    en: "Type it on the Wi-Fi page, also if you lose the connection.",
    sw: "Uandike kwenye ukurasa wa Wi-Fi, pia ukipoteza mtandao.",
  },
  phone: {
    en: 'If you lose the connection, open the Wi-Fi page and tap "I already paid".',
    sw: 'Ukipoteza mtandao, fungua ukurasa wa Wi-Fi na ubonyeze "Nimeshalipa".',
  },
} as const;

function untilText(locale: Locale, lasts: Lasts | null): string | null {
  if (lasts === null) return null;
  if ("untilMs" in lasts) {
    const moment = momentText(lasts.untilMs, lasts.utcOffsetMinutes, locale);
    return locale === "sw" ? `hadi ${moment}` : `until ${moment}`;
  }
  const [count, unit] =
    lasts.seconds % 86_400 === 0
      ? [lasts.seconds / 86_400, { en: "day", sw: "siku" }]
      : lasts.seconds % 3600 === 0
        ? [lasts.seconds / 3600, { en: "hour", sw: "saa" }]
        : [Math.round(lasts.seconds / 60), { en: "minute", sw: "dakika" }];
  return locale === "sw"
    ? `kwa ${unit.sw} ${count} tangu kuingia`
    : `for ${count} ${unit.en}${count === 1 ? "" : "s"} from log-in`;
}

/** To a customer whose credit does not suffice to renew, and to one whose phone is about to be asked for what credit does not cover. */
export const amountValues = (
  locale: Locale,
  asked: { readonly plan: string; readonly amountCents: number; readonly currency: string },
): Values[] =>
  namesOf(locale, asked.plan).map((plan) => ({ plan, amount: moneyText(asked.amountCents, asked.currency) }));

/** As people read it, and the shorter one that operators file, where only that fits into one SMS. */
const namesOf = (locale: Locale, plan: string): string[] => [displayName(plan, locale), plan];

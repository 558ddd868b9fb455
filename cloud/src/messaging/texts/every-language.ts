/** The languages of text messages, one line each. */
import { money } from "@karibu/protocol/money-text";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import type { SmsWords } from "./language-file.ts";
import { sw } from "./sw.ts";
import type { TemplateName } from "./template-list.ts";

const languages = { en, sw, fr } as const satisfies Readonly<Record<string, SmsWords>>;
export type Locale = keyof typeof languages;
export const locales = Object.keys(languages) as readonly Locale[];

export const smsWords = (locale: Locale): SmsWords => languages[locale];

/** What a text says unless the provider says it otherwise. */
export const usualText = (template: TemplateName, locale: Locale): string => languages[locale].templates[template];

/** What a provider's customers read: the language that was chosen for the portal where texts have it too, else that of the provider. */
export function customersLocale(provider: { readonly locale: string; readonly portalLanguage: string | null }): Locale {
  const known = (tag: string | null): tag is Locale => tag !== null && Object.hasOwn(languages, tag);
  if (known(provider.portalLanguage)) return provider.portalLanguage;
  return known(provider.locale) ? provider.locale : "en";
}

/** An amount as people who speak it write it, in letters of an SMS: `KSh 1,500`, `KSh 1 500`. */
export function amountText(cents: number, currency: string, locale: Locale): string {
  const { symbol, amount } = money(cents, currency);
  return `${symbol} ${languages[locale].amount(amount)}`;
}

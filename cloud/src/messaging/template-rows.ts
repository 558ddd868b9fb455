/** The words of a template, as this provider says them, in its language. */

import type { Tx } from "../ground/db/database.ts";
import { json } from "../ground/db/json.ts";
import { plainLetters } from "./plain-letters.ts";
import type { ApprovedTemplate } from "./sender-contract.ts";
import { customersLocale, type Locale, usualText } from "./texts/every-language.ts";
import { fillForSms, fillTemplate, type Values } from "./texts/fill-template.ts";
import type { TemplateName } from "./texts/template-list.ts";

/** The provider's own words, or the default ones. */
async function readWords(tx: Tx, providerId: string, template: TemplateName, locale: Locale): Promise<string> {
  const row = await tx
    .selectFrom("message_templates")
    .select("words")
    .where("provider_id", "=", providerId)
    .where("template", "=", template)
    .where("locale", "=", locale)
    .executeTakeFirst();
  return row?.words ?? usualText(template, locale);
}

/** One text to a customer. @param candidates as `fillForSms` wants them, by language @param wanted left out: that of the provider's customers */
export async function writeText(
  tx: Tx,
  providerId: string,
  template: TemplateName,
  candidates: (
    locale: Locale,
    provider: { readonly name: string; readonly supportPhone: string | null },
  ) => readonly Values[],
  wanted?: Locale,
): Promise<{ readonly text: string; readonly values: Values; readonly locale: Locale }> {
  const provider = await tx
    .selectFrom("providers")
    .select(["name", "locale", "portal_language", "support_phone"])
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  const locale = wanted ?? customersLocale(provider);
  const words = await readWords(tx, providerId, template, locale);
  const values = candidates(locale, { name: provider.name, supportPhone: provider.support_phone }).map((one) => ({
    provider: plainLetters(provider.name),
    ...plain(one),
  }));
  return { text: fillForSms(words, values), values: values[0] as Values, locale };
}

/** What this provider's customers read. */
export const readCustomersLocale = async (tx: Tx, providerId: string): Promise<Locale> =>
  customersLocale(
    await tx
      .selectFrom("providers")
      .select(["locale", "portal_language"])
      .where("provider_id", "=", providerId)
      .executeTakeFirstOrThrow(),
  );

/** What a text would be, for the preview. */
export const preview = (words: string, values: Values): string => fillForSms(words, [values]);

/** What a person wrote to this customer goes as it was typed. */
const typed: readonly string[] = ["answer", "words"];

/** A name with an accent must not double what its SMS costs. */
const plain = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === null || typed.includes(name) ? value : plainLetters(value),
    ]),
  );

export interface TemplateWords {
  readonly words: string;
  readonly whatsappName: string | null;
  readonly whatsappValues: readonly string[] | null;
}

/** @param own null: the default again */
export async function writeTemplate(
  tx: Tx,
  of: { readonly providerId: string; readonly template: TemplateName; readonly locale: Locale },
  own: (TemplateWords & { readonly by: string; readonly atMs: number }) | null,
): Promise<void> {
  const { providerId, template, locale } = of;
  if (own === null) {
    await tx
      .deleteFrom("message_templates")
      .where("provider_id", "=", providerId)
      .where("template", "=", template)
      .where("locale", "=", locale)
      .execute();
    return;
  }
  const row = {
    words: own.words,
    whatsapp_name: own.whatsappName,
    whatsapp_values: own.whatsappValues === null ? null : json(own.whatsappValues),
    changed_by: own.by,
    changed_at_ms: own.atMs,
  };
  await tx
    .insertInto("message_templates")
    .values({ provider_id: providerId, template, locale, ...row })
    .onConflict((on) => on.columns(["provider_id", "template", "locale"]).doUpdateSet(row))
    .execute();
}

/** What WhatsApp fills in; null: it has approved no template for this text. */
export async function approvedTemplate(
  tx: Tx,
  of: { readonly providerId: string; readonly template: string; readonly locale: Locale },
  values: Values,
): Promise<ApprovedTemplate | null> {
  const { locale } = of;
  const row = await tx
    .selectFrom("message_templates")
    .select(["whatsapp_name", "whatsapp_values"])
    .where("provider_id", "=", of.providerId)
    .where("template", "=", of.template)
    .where("locale", "=", locale)
    .executeTakeFirst();
  if (row?.whatsapp_name == null) return null;
  const names = row.whatsapp_values ?? [];
  // WhatsApp refuses an empty gap.
  const parameters = names.map((name) => fillTemplate(`{${name}}`, values));
  return parameters.includes("") ? null : { name: row.whatsapp_name, language: locale, parameters };
}

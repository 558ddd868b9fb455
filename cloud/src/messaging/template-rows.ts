/** The words of a template, as this provider says them, in its language. */

import { sql } from "kysely";
import type { Tx } from "../ground/db/database.ts";
import { json } from "../ground/db/json.ts";
import { type ProviderRow, readProviderRow } from "../tenancy/providers/providers.ts";
import { plainLetters } from "./plain-letters.ts";
import type { ApprovedTemplate } from "./sender-contract.ts";
import { customersLocale, type Locale, usualText } from "./texts/every-language.ts";
import { fillForSms, fillTemplate, type Values } from "./texts/fill-template.ts";
import type { TemplateName } from "./texts/template-list.ts";

/** What a text may say of the provider itself. */
export interface TextProvider {
  readonly name: string;
  readonly supportPhone: string | null;
  readonly utcOffsetMinutes: number;
}

/** As `fillForSms` wants them. */
export type Candidates = (locale: Locale, provider: TextProvider) => readonly Values[];

export interface WrittenText {
  readonly text: string;
  readonly values: Values;
  readonly locale: Locale;
}

/** One text to a customer. @param wanted left out: the language of the provider's customers */
export async function writeText(
  tx: Tx,
  providerId: string,
  template: TemplateName,
  candidates: Candidates,
  wanted?: Locale,
): Promise<WrittenText> {
  const [written] = await writeTexts(tx, template, [{ providerId, candidates }], wanted);
  return written as WrittenText;
}

/** Several of one template, of any providers, in one statement: in each provider's own words, or the default ones. @returns in their order */
export async function writeTexts(
  tx: Tx,
  template: TemplateName,
  asked: readonly { readonly providerId: string; readonly candidates: Candidates }[],
  wanted?: Locale,
): Promise<readonly WrittenText[]> {
  const providerIds = [...new Set(asked.map(({ providerId }) => providerId))];
  const { rows } = await sql<
    Pick<ProviderRow, "providerId" | "name" | "locale" | "portalLanguage" | "supportPhone" | "utcOffsetMinutes"> & {
      readonly words: Readonly<Record<string, string>> | null;
    }
  >`
    select provider_id, name, locale, portal_language, support_phone, utc_offset_minutes,
      (select jsonb_object_agg(t.locale, t.words) from message_templates t
        where t.provider_id = p.provider_id and t.template = ${template}) as words
    from providers p where provider_id = any(${providerIds}::text[])`.execute(tx);
  const providers = new Map(rows.map((row) => [row.providerId, row]));
  return asked.map(({ providerId, candidates }) => {
    const row = providers.get(providerId);
    if (row === undefined) throw new Error(`no provider ${providerId}`);
    const locale = wanted ?? customersLocale(row);
    const { name, supportPhone, utcOffsetMinutes } = row;
    const values = candidates(locale, { name, supportPhone, utcOffsetMinutes }).map((one) => ({
      provider: plainLetters(name),
      ...plain(one),
    }));
    const words = row.words?.[locale] ?? usualText(template, locale);
    return { text: fillForSms(words, values), values: values[0] as Values, locale };
  });
}

/** What this provider's customers read. */
export const readCustomersLocale = async (tx: Tx, providerId: string): Promise<Locale> =>
  customersLocale(await readProviderRow(tx, providerId));

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
      .where("providerId", "=", providerId)
      .where("template", "=", template)
      .where("locale", "=", locale)
      .execute();
    return;
  }
  const row = {
    words: own.words,
    whatsappName: own.whatsappName,
    whatsappValues: own.whatsappValues === null ? null : json(own.whatsappValues),
    changedBy: own.by,
    changedAtMs: own.atMs,
  };
  await tx
    .insertInto("message_templates")
    .values({ providerId, template, locale, ...row })
    .onConflict((on) => on.columns(["providerId", "template", "locale"]).doUpdateSet(row))
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
    .select(["whatsappName", "whatsappValues"])
    .where("providerId", "=", of.providerId)
    .where("template", "=", of.template)
    .where("locale", "=", locale)
    .executeTakeFirst();
  if (row?.whatsappName == null) return null;
  const names = row.whatsappValues ?? [];
  // WhatsApp refuses an empty gap.
  const parameters = names.map((name) => fillTemplate(`{${name}}`, values));
  return parameters.includes("") ? null : { name: row.whatsappName, language: locale, parameters };
}

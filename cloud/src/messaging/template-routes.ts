/** The words of messages to customers, and the rules about them. A template is judged when it is saved: a customer must never read `{planet}`. */
import { currencySign } from "@karibu/protocol/money-text";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../ground/db/database.ts";
import { wrongField } from "../ground/http/problem.ts";
import { route } from "../ground/http/route.ts";
import { readProviderRow } from "../tenancy/providers/providers.ts";
import { readMessageRules, rulesView, writeMessageRules } from "./message-rules.ts";
import { readMonth } from "./month-cost.ts";
import { isEverOpen, monthOf } from "./sending-policy.ts";
import { preview, writeTemplate } from "./template-rows.ts";
import { locales, usualText } from "./texts/every-language.ts";
import { checkTemplate, type Values } from "./texts/fill-template.ts";
import { smsLength } from "./texts/sms-parts.ts";
import { groupVariables, messageClasses, type TemplateName, templateNames, templates } from "./texts/template-list.ts";

const words = z.string().trim().min(1).max(600);
const templateName = z.enum(templateNames as [TemplateName, ...TemplateName[]]);

export const templateView = z.object({
  template: z.string(),
  class: z.enum(messageClasses),
  locale: z.enum(locales),
  words: z.string(),
  /** What it says unless the provider says it otherwise. */
  usual: z.string(),
  isOwn: z.boolean(),
  /** Names of variables, with an example each. */
  variables: z.record(z.string(), z.string()),
  whatsappName: z.string().nullable(),
  whatsappValues: z.array(z.string()).nullable(),
});

export const previewView = z.object({
  text: z.string(),
  alphabet: z.enum(["GSM-7", "UCS-2"]),
  letters: z.int(),
  parts: z.int(),
  /** By the provider's price of an SMS, thousandths of a minor unit; null: no price was entered. */
  costMillicents: z.int().nullable(),
  currency: z.string(),
});

const rulesWithMonth = rulesView.extend({ monthMillicents: z.int(), currency: z.string() });

/** Length and cost of a text as it is. */
async function measureText(tx: Tx, providerId: string, text: string): Promise<z.input<typeof previewView>> {
  const length = smsLength(text);
  const { partPriceMillicents: price } = await readMessageRules(tx, providerId);
  const { currency } = await readProviderRow(tx, providerId);
  return { text, ...length, costMillicents: price === 0 ? null : price * length.parts, currency };
}

/** Throws Problem 400 that names the trouble. */
export function refuseTemplate(text: string, variables: readonly string[], field: string): void {
  const trouble = checkTemplate(text, variables);
  if (trouble === null) return;
  if (trouble.kind === "unknown-variable") throw wrongField(field, "unknown-variable", trouble.name);
  throw wrongField(field, "brackets");
}

export function templateRoutes(world: World) {
  const ownTemplates = (tx: Tx, providerId: string) =>
    tx.selectFrom("message_templates").selectAll().where("providerId", "=", providerId).execute();
  const viewAll = async (tx: Tx, providerId: string): Promise<z.input<typeof templateView>[]> => {
    const own = await ownTemplates(tx, providerId);
    const { currency } = await readProviderRow(tx, providerId);
    return templateNames.flatMap((template) =>
      locales.map((locale) => {
        const row = own.find((one) => one.template === template && one.locale === locale);
        const { class: kind, variables } = templates[template];
        return {
          template,
          class: kind,
          locale,
          words: row?.words ?? usualText(template, locale),
          usual: usualText(template, locale),
          isOwn: row !== undefined,
          variables: examplesIn(variables, currency),
          whatsappName: row?.whatsappName ?? null,
          whatsappValues: row?.whatsappValues == null ? null : [...row.whatsappValues],
        };
      }),
    );
  };
  const viewRules = async (tx: Tx, providerId: string): Promise<z.input<typeof rulesWithMonth>> => {
    const { currency, utcOffsetMinutes: offset } = await readProviderRow(tx, providerId);
    const monthMillicents = await readMonth(tx, providerId, monthOf(world.clock.wall().atMs, offset));
    return { ...(await readMessageRules(tx, providerId)), monthMillicents, currency };
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/message-templates",
      summary: "The words of every message to customers, in each language",
      permission: "messages.read",
      response: z.object({ items: z.array(templateView) }),
      handle: ({ providerId, transact }) => transact(async (tx) => ({ items: await viewAll(tx, providerId) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/message-templates",
      summary: "Say one text in your own words; `words` null: the usual ones again",
      permission: "settings.manage",
      notForSupport: "words-to-customers",
      body: z.strictObject({
        template: templateName,
        locale: z.enum(locales),
        words: words.nullable(),
        /** The name of the template that WhatsApp has approved for this text, and which variables fill its gaps, in order. */
        whatsappName: z
          .string()
          .regex(/^[a-z0-9_]{1,512}$/)
          .nullable()
          .default(null),
        whatsappValues: z.array(z.string().max(40)).max(20).nullable().default(null),
      }),
      response: templateView,
      handle: ({ body, providerId, actor, transact, auditTarget }) =>
        transact(async (tx) => {
          const { template, locale } = body;
          auditTarget(`${template}/${locale}`);
          const { variables } = templates[template];
          const own = body.words ?? (body.whatsappName === null ? null : usualText(template, locale));
          if (own !== null) refuseTemplate(own, Object.keys(variables), "words");
          for (const name of body.whatsappValues ?? [])
            if (!Object.hasOwn(variables, name)) throw wrongField("whatsappValues", "unknown-variable", name);
          const { whatsappName, whatsappValues } = body;
          const by = { by: actor.name, atMs: world.clock.wall().atMs };
          await writeTemplate(
            tx,
            { providerId, template, locale },
            own === null ? null : { words: own, whatsappName, whatsappValues, ...by },
          );
          const all = await viewAll(tx, providerId);
          return all.find((one) => one.template === template && one.locale === locale) as z.input<typeof templateView>;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/message-templates/preview",
      summary:
        "What a customer would read, how many SMS it is, and what it costs; `template` `group`: a text to a group",
      permission: "messages.read",
      unaudited: true,
      body: z.strictObject({ template: z.union([templateName, z.literal("group")]), words }),
      response: previewView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          const { name, currency } = await readProviderRow(tx, providerId);
          const variables = examplesIn(variablesOf(body.template), currency);
          refuseTemplate(body.words, Object.keys(variables), "words");
          return measureText(tx, providerId, preview(body.words, { ...variables, provider: name }));
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/message-rules",
      summary: "When messages go out, what they cost, which reminders there are; and what this month has cost",
      permission: "messages.read",
      volatile: ["monthMillicents"],
      response: rulesWithMonth,
      handle: ({ providerId, transact }) => transact((tx) => viewRules(tx, providerId)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/message-rules",
      summary: "Set them; they hold for all that has not gone out yet",
      permission: "settings.manage",
      volatile: ["monthMillicents"],
      body: rulesView,
      response: rulesWithMonth,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          if (!isEverOpen(body)) throw wrongField("marketingUntilMinute", "never-open");
          await writeMessageRules(tx, providerId, body);
          return viewRules(tx, providerId);
        }),
    }),
  ];
}

const variablesOf = (template: TemplateName | "group"): Values =>
  template === "group" ? groupVariables : templates[template].variables;

/** Amounts in the provider's money. */
function examplesIn(variables: Values, currency: string): Record<string, string> {
  const sign = currencySign(currency);
  return Object.fromEntries(
    Object.entries(variables).map(([name, text]) => [name, String(text).replace(/^KSh /, `${sign} `)]),
  );
}

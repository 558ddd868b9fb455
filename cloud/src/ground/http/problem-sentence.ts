/** The sentence of a refusal, from the list of problems, with what it names. Pure. */
import { fieldRules, type ProblemLocale, problems } from "@karibu/protocol/problems/problem-list";
import { enQuotaWords, swQuotaWords } from "@karibu/protocol/problems/quota-words";
import { quantityText } from "./quantity-text.ts";

export interface ReachedQuota {
  readonly kind: string;
  readonly limit: number;
  readonly used: number;
}

interface Refused {
  readonly code: string;
  readonly status: number;
  readonly field: string | null;
  readonly rule: string | null;
  readonly value: string | number | null;
  readonly quota: ReachedQuota | null;
}

/** By the rule that is broken, or by the code. Null: no sentence, or one that lacks its value. */
export function sentenceOf(refused: Refused, language: ProblemLocale): string | null {
  const { code, rule, value, field, status, quota } = refused;
  if (quota !== null) return language === "fr" ? null : quotaSentence(quota, status, language);
  const named = (rows: Readonly<Record<string, { readonly [name in ProblemLocale]?: string }>>, name: string) =>
    Object.hasOwn(rows, name) ? (rows[name]?.[language] ?? null) : null;
  const sentence = (rule === null ? null : named(fieldRules, rule)) ?? named(problems, code);
  if (sentence === null) return null;
  const written = value === null ? sentence : sentence.replaceAll("{value}", () => valueText(field, value));
  return value === null && sentence.includes("{value}") ? null : written;
}

/** A limit of a number stands in the unit of its field. */
const valueText = (field: string | null, value: number | string): string =>
  typeof value === "number" ? quantityText(field ?? "", value) : value;

/** 409: something must go first; else it is free again by itself. */
function quotaSentence({ kind, limit, used }: ReachedQuota, status: number, language: "en" | "sw"): string | null {
  const words: Readonly<Record<string, string>> = language === "en" ? enQuotaWords : swQuotaWords;
  const name = words[`quota_${kind.replaceAll("-", "_")}`];
  if (name === undefined) return null;
  // A kind that counts bytes says so at its end, as a field does.
  const counted = (count: number) => quantityText(kind, count);
  const what = words[status === 409 ? "quota_advice_all" : "quota_advice_later"] ?? "";
  return problems["quota-reached"][language]
    .replace("{kind}", name)
    .replace("{used}", counted(used))
    .replace("{limit}", counted(limit))
    .replace("{what}", what);
}

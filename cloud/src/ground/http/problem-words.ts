/** What a problem says to its asker, in the language that the request prefers: English, or another one where there is a sentence. */
import { fieldRules, type ProblemLocale, problems } from "@karibu/protocol/problems/problem-list";
import { swahiliQuotas } from "@karibu/protocol/problems/swahili-quotas";
import type { Problem } from "./problem.ts";
import { quantityText } from "./quantity-text.ts";

const swahiliTitles: Readonly<Record<number, string>> = {
  400: "Ombi si sahihi",
  401: "Hujaingia",
  403: "Hairuhusiwi",
  404: "Haipo",
  405: "Njia si sahihi",
  409: "Mgongano",
  412: "Imebadilika wakati huo",
  413: "Kubwa mno",
  415: "Aina ya maudhui haikubaliki",
  422: "Haiwezekani",
  429: "Maombi mengi mno",
  500: "Hitilafu ya ndani",
  503: "Haipatikani sasa",
};

/** All but English and Swahili are of customers alone, who read no titles and no quotas. */
export type ProblemLanguage = ProblemLocale;
export const problemLanguages: readonly ProblemLanguage[] = ["en", "sw", "fr"];
type OtherLanguage = Exclude<ProblemLanguage, "en">;

export interface ProblemWords {
  /** Of `detail`: English where no other sentence is known. */
  readonly language: ProblemLanguage;
  readonly title: string | null;
  readonly detail: string;
}

/** `detail` names the field first, as the English one does. */
export function problemWords(problem: Problem, language: ProblemLanguage): ProblemWords {
  const sentence = language === "en" ? null : sentenceOf(problem, language);
  if (sentence === null) return { language: "en", title: null, detail: problem.message };
  const detail = problem.field === null ? sentence : `${problem.field}: ${sentence}`;
  return { language, title: language === "sw" ? (swahiliTitles[problem.status] ?? null) : null, detail };
}

/** By the rule that a field breaks, or by the code. Null: no sentence, or one that lacks its value. */
function sentenceOf({ code, rule, value, quota, status, field }: Problem, language: OtherLanguage): string | null {
  if (quota !== null) return language === "sw" ? swahiliQuota(quota, status) : null;
  const named = (rows: Readonly<Record<string, { readonly [name in OtherLanguage]?: string }>>, name: string) =>
    Object.hasOwn(rows, name) ? (rows[name]?.[language] ?? null) : null;
  const sentence = (rule === null ? null : named(fieldRules, rule)) ?? named(problems, code);
  if (sentence === null) return null;
  const written = value === null ? sentence : sentence.replaceAll("{value}", valueText(field, value));
  return /\{\w+\}/.test(written) ? null : written;
}

/** A limit of a number stands in the unit of its field. */
const valueText = (field: string | null, value: number | string): string =>
  typeof value === "number" ? quantityText(field ?? "", value) : value;

/** 409: something must go first; else it is free again by itself. */
function swahiliQuota({ kind, limit, used }: NonNullable<Problem["quota"]>, status: number): string | null {
  const name = (swahiliQuotas as Readonly<Record<string, string>>)[`quota_${kind.replaceAll("-", "_")}`];
  if (name === undefined) return null;
  const what = status === 409 ? swahiliQuotas.quota_advice_all : swahiliQuotas.quota_advice_later;
  return problems["quota-reached"].sw
    .replace("{kind}", name)
    .replace("{used}", String(used))
    .replace("{limit}", String(limit))
    .replace("{what}", what);
}

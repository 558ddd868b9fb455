/** What a problem says to its asker, in the language that the request prefers: English, or another one where there is a sentence. */
import type { ProblemLocale } from "@karibu/protocol/problems/problem-list";
import type { Problem } from "./problem.ts";
import { sentenceOf } from "./problem-sentence.ts";

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

/** Days on the agent's pages, as the portal writes them: `29 Nov`. Pure. */
import { languages } from "@karibu/portal/strings/all-words";
import type { PageLanguage } from "./page-frame.ts";

/** @param at of a clock that stands at UTC: add the zone's offset first */
export const dayText = (at: Date, language: PageLanguage): string =>
  at.toLocaleDateString(languages[language].first.locale, { timeZone: "UTC", day: "numeric", month: "short" });

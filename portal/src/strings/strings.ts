import type { PortalState } from "@karibu/protocol/portal-api";
import type { Strings } from "./en.ts";

export type Language = "en" | "sw";
/** Where one pays: by a prompt on the phone, or on a page of the channel's own. */
export type PaysBy = NonNullable<PortalState["paysBy"]>;
/** One language's words, which it is, and for which way to pay. Each is a file of its own: a phone fetches what it speaks. */
export interface Spoken {
  readonly language: Language;
  readonly paysBy: PaysBy;
  readonly words: Strings;
}
export type LoadWords = (language: Language, paysBy: PaysBy) => Promise<Spoken>;

/** What the customer chose; else what the phone speaks, where we speak it too; else the site's own language. */
export function chooseLanguage(chosen: string | null, phone: readonly string[], site: Language): Language {
  if (chosen === "en" || chosen === "sw") return chosen;
  return phone.some((tag) => /^sw\b/i.test(tag)) ? "sw" : site;
}

import { languageTags } from "@karibu/portal/strings/language-tags";
import { type Language, languageOf } from "@karibu/portal/strings/strings";
import type { ProviderBody } from "@karibu/protocol/feed";

/** The language that the provider chose for its portal, where this version has it; else the provider's own. */
export const ownLanguage = (provider: Pick<ProviderBody, "locale" | "portalLanguage"> | undefined): Language =>
  languageOf(provider?.portalLanguage ?? "", languageTags) ?? provider?.locale ?? "en";

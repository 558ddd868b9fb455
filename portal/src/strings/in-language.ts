/** A text of the provider's in the reader's language, or in the one that it was written in. */
export const inLanguage = (text: Readonly<Record<string, string>>, language: string): string =>
  text[language] ?? Object.values(text)[0] ?? "";

import { word } from "../../strings/strings.ts";

/** Values to choose from, each by its word. */
export const wordChoices = (kind: string, values: readonly string[]) =>
  values.map((value) => ({ value, label: word(kind, value) }));

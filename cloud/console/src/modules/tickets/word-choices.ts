import { word } from "../../strings/strings.ts";

/** Values to choose from, each by its word. */
export const wordChoices = <const Value extends string>(kind: string, values: readonly Value[]) =>
  values.map((value) => ({ value, label: word(kind, value) }));

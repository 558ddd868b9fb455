/** Variables in answers that are kept ready: `{name}`, `{number}`, `{site}`, `{staff}`, `{provider}`. Pure. */

const cannedVariables = ["name", "number", "site", "staff", "provider"] as const;
export type CannedVariable = (typeof cannedVariables)[number];

const pattern = /\{([^{}\s]{1,40})\}/g;

/** The first variable that there is not; null: all are known. */
export function unknownVariable(text: string): string | null {
  for (const [, name = ""] of text.matchAll(pattern))
    if (!(cannedVariables as readonly string[]).includes(name)) return name;
  return null;
}

/** What is put in is never looked through again: a customer called `{staff}` stays called so. */
export function filledIn(text: string, values: Readonly<Record<CannedVariable, string>>): string {
  return text.replaceAll(pattern, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name as CannedVariable] : whole,
  );
}

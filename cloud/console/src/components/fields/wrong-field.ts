/**
 * The field of a form that a refusal is about; empty: none of them. The hub names a path in the request: `phones.0` is the first of the
 * numbers that stand in the field `phones`, and `terms.priceCents` what is typed as `price`.
 */
export function wrongField(path: string | null, names: readonly string[]): string {
  for (const part of (path ?? "").split(".").reverse()) {
    const found = names.find((name) => name === part || `${name}Cents` === part);
    if (found !== undefined) return found;
  }
  return "";
}

/** Do examples show all that a schema allows: every member of a union, every value of a list, every field? */
import { type Schema, variantsOf } from "./test-readable.ts";

/** One sentence for each thing that no example shows. */
export function notShown(where: string, schema: Schema, examples: readonly unknown[]): string[] {
  return variantsOf(schema).flatMap((variant) => {
    const shown = examples.filter((example) => isOf(variant, example));
    if (shown.length === 0) return [`${where}: no example shows ${wordsFor(variant)}`];
    const fields = Object.entries(variant.properties ?? {}).flatMap(([name, field]) => {
      const values = shown.map((example) => (example as Record<string, unknown>)[name]);
      const said = values.filter((value) => value !== undefined);
      return said.length === 0
        ? [`${where}.${name}: no example has this field`]
        : notShown(`${where}.${name}`, field, said);
    });
    return variant.items === undefined ? fields : [...fields, ...notShown(`${where}[]`, variant.items, shown.flat())];
  });
}

function isOf(variant: Schema, example: unknown): boolean {
  const { type, const: value, properties = {} } = variant;
  if (Object.hasOwn(variant, "const")) return example === value;
  if (type === undefined) return true;
  if (type === "null") return example === null;
  if (type === "array") return Array.isArray(example);
  if (type === "integer") return typeof example === "number";
  if (type !== "object") return typeof example === type;
  if (typeof example !== "object" || example === null || Array.isArray(example)) return false;
  return Object.entries(properties).every(
    ([name, field]) => field.const === undefined || (example as Record<string, unknown>)[name] === field.const,
  );
}

function wordsFor(variant: Schema): string {
  if (Object.hasOwn(variant, "const")) return JSON.stringify(variant.const);
  const tag = Object.entries(variant.properties ?? {}).find(([, field]) => field.const !== undefined);
  return tag === undefined ? `a value of type ${variant.type}` : `${tag[0]} ${JSON.stringify(tag[1].const)}`;
}

/**
 * A long file comes in parts: each is one transaction, and a long transaction holds up a provider's others. The same file has the same parts, whatever was
 * done with those before, and nobody's lines stand in two. Pure.
 */
import type { CustomerFile, CustomerLine } from "./customer-file.ts";

/** So many lines take some 20 s on a small machine. */
export const partLines = 1000;

export interface FilePart {
  readonly file: CustomerFile;
  readonly part: number;
  readonly parts: number;
}

/** What could not be read at all stands with the first part. A part behind the last one is empty. */
export function partOfFile(file: CustomerFile, part: number): FilePart {
  const parts: CustomerLine[][] = [[]];
  for (const lines of personsOf(file.lines)) {
    const last = parts.at(-1) as CustomerLine[];
    if (last.length > 0 && last.length + lines.length > partLines) parts.push([...lines]);
    else last.push(...lines);
  }
  const lines = (parts[part] ?? []).toSorted((one, other) => one.line - other.line);
  const errors = part === 0 ? file.errors : file.errors.filter(({ line }) => line === 0);
  return { file: { ...file, lines, errors }, part, parts: parts.length };
}

/** Lines of one number or one phone, in the order of the first of each. */
function personsOf(lines: readonly CustomerLine[]): Iterable<readonly CustomerLine[]> {
  const groups = new Map<string, CustomerLine[]>();
  const all = new Set<CustomerLine[]>();
  for (const line of lines) {
    const keys = [
      ...(line.number === null ? [] : [`number ${line.number}`]),
      ...(line.phone === null ? [] : [`phone ${line.phone.replaceAll(/\D/g, "").slice(-9)}`]),
    ];
    const known = keys.map((key) => groups.get(key)).find((group) => group !== undefined);
    const group = known ?? [];
    group.push(line);
    all.add(group);
    for (const key of keys) if (!groups.has(key)) groups.set(key, group);
  }
  return all;
}

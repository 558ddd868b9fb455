/** Compares two JSON Schemas of one message: can the peer that reads by one read all that the peer that writes by the other may say? */

/** The part of JSON Schema (2020-12) that `z.toJSONSchema` makes of our schemas. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

const keywords = new Set([
  ...["$schema", "type", "anyOf", "oneOf", "const", "enum", "properties", "required", "additionalProperties"],
  ...["propertyNames", "items", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"],
]);
const lowerBounds = ["minLength", "minItems", "minimum"] as const;
const upperBounds = ["maxLength", "maxItems", "maximum"] as const;

/** Who writes and who reads, e.g. "an agent of protocol 1". The newer one is not to drop a field that the older one knows. */
export interface Peers {
  readonly writer: string;
  readonly reader: string;
  readonly newer: "writer" | "reader";
}

/** One sentence for each thing that the reader can't read; empty when it reads all. */
export function unreadable(where: string, writes: Schema, reads: Schema, peers: Peers): string[] {
  const readers = variantsOf(reads);
  return [...new Set(variantsOf(writes).flatMap((variant) => unreadVariant(where, variant, readers, peers)))];
}

/** A union's members, and a list of types or of values taken apart: each variant has at most one of each. */
export function variantsOf(schema: Schema): Schema[] {
  for (const keyword of Object.keys(schema))
    if (!keywords.has(keyword)) throw new Error(`this comparison does not know the keyword ${keyword}: teach it`);
  const { anyOf, oneOf, enum: values, type, ...rest } = schema;
  const members = anyOf ?? oneOf;
  if (members !== undefined) return members.flatMap(variantsOf);
  if (values !== undefined) return values.map((value) => ({ const: value }));
  if (Object.hasOwn(rest, "const")) return [{ const: rest.const }];
  if (typeof type === "object") return type.map((one) => ({ ...rest, type: one }));
  return [schema];
}

function unreadVariant(where: string, writes: Schema, readers: readonly Schema[], peers: Peers): string[] {
  const same = readers.filter((reads) => isSameKind(writes, reads));
  if (same.length === 0)
    return [`${where}: ${peers.writer} may say ${nameOf(writes)}, which ${peers.reader} can't read`];
  const complaints = same.map((reads) => unreadOne(where, writes, reads, peers));
  return complaints.reduce((fewest, each) => (each.length < fewest.length ? each : fewest));
}

const isAny = ({ type, const: value }: Schema) => type === undefined && value === undefined;

/** May the reader's variant be the one that takes this? Objects are told apart by their constant fields, such as `kind`. */
function isSameKind(writes: Schema, reads: Schema): boolean {
  if (isAny(reads)) return true;
  if (reads.const !== undefined) return reads.const === writes.const;
  if (writes.const !== undefined) return reads.type === typeOf(writes.const);
  if (writes.type !== reads.type) return writes.type === "integer" && reads.type === "number";
  return Object.entries(tagsOf(writes)).every(([name, value]) => [undefined, value].includes(tagsOf(reads)[name]));
}

const typeOf = (value: unknown) =>
  value === null ? "null" : Number.isInteger(value) ? "integer" : (typeof value as string);

function tagsOf({ properties = {} }: Schema): Record<string, unknown> {
  const tags = Object.entries(properties).filter(([, field]) => field.const !== undefined);
  return Object.fromEntries(tags.map(([name, field]) => [name, field.const]));
}

function nameOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const tags = Object.entries(tagsOf(schema)).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return tags.join(", ") || `a value of type ${schema.type ?? "any"}`;
}

function unreadOne(where: string, writes: Schema, reads: Schema, peers: Peers): string[] {
  const { writer, reader } = peers;
  if (isAny(reads) || writes.const !== undefined) return [];
  const said: string[] = [];
  for (const bound of lowerBounds)
    if ((reads[bound] ?? Number.NEGATIVE_INFINITY) > (writes[bound] ?? Number.NEGATIVE_INFINITY))
      said.push(`${where}: ${writer} may go below the ${bound} ${reads[bound]} of ${reader}`);
  for (const bound of upperBounds)
    if ((reads[bound] ?? Number.POSITIVE_INFINITY) < (writes[bound] ?? Number.POSITIVE_INFINITY))
      said.push(`${where}: ${writer} may go above the ${bound} ${reads[bound]} of ${reader}`);
  if (reads.pattern !== undefined && reads.pattern !== writes.pattern)
    said.push(`${where}: ${writer} writes another pattern than ${reads.pattern}, which ${reader} needs`);
  const inner = (name: keyof Schema & ("items" | "propertyNames"), at: string) =>
    reads[name] === undefined ? [] : unreadable(at, writes[name] ?? {}, reads[name], peers);
  said.push(...inner("items", `${where}[]`), ...inner("propertyNames", `${where} names`));
  if (typeof reads.additionalProperties === "object" && typeof writes.additionalProperties === "object")
    said.push(...unreadable(`${where}.*`, writes.additionalProperties, reads.additionalProperties, peers));
  return [...said, ...unreadFields(where, writes, reads, peers)];
}

function unreadFields(where: string, writes: Schema, reads: Schema, peers: Peers): string[] {
  const { writer, reader, newer } = peers;
  const [written, read] = [writes.properties ?? {}, reads.properties ?? {}];
  const said: string[] = [];
  for (const [name, field] of Object.entries(read)) {
    const at = `${where}.${name}`;
    if (written[name] !== undefined) said.push(...unreadable(at, written[name], field, peers));
    else if (newer === "writer") said.push(`${at}: ${writer} no longer knows this field, which ${reader} reads`);
    const isSure = writes.required?.includes(name) ?? false;
    if (!isSure && reads.required?.includes(name))
      said.push(`${at}: ${writer} may leave out this field, which ${reader} needs`);
  }
  for (const name of Object.keys(written)) {
    if (Object.hasOwn(read, name)) continue;
    const at = `${where}.${name}`;
    if (reads.additionalProperties === false) said.push(`${at}: ${writer} says this field, which ${reader} refuses`);
    else if (newer === "reader" && typeof reads.additionalProperties !== "object")
      said.push(`${at}: ${reader} no longer reads this field, which ${writer} says`);
  }
  return said;
}

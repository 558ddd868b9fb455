/**
 * Values drawn from a schema itself, so that the test of an encoder knows every field that the schema has: one that is added to the schema and
 * forgotten in the encoder fails at once. For tests alone.
 */
import fc from "fast-check";
import type * as z from "zod/mini";
import { hostileTexts } from "./hostile-texts.ts";

/** Of what `zod/mini` keeps of a schema, the parts that say what its values are. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly keyType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly items?: readonly z.core.$ZodType[];
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly in?: z.core.$ZodType;
  readonly getter?: () => z.core.$ZodType;
}

interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: RegExp;
  readonly isWhole?: boolean;
}

/** A check as `zod/mini` keeps it: what it is called, and its value under one of these names. */
interface Check {
  readonly check: string;
  readonly value?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly pattern?: RegExp;
  readonly format?: string;
}

const listItemsMax = 3;
const textMax = 40;

/**
 * An arbitrary of what `schema` accepts. An optional field is there or absent, never `undefined`, as in JSON; numbers are whole where the schema
 * says so, and never `-0`, which JSON does not have. Throws for a kind of schema that it does not know: teach it here.
 */
export function arbitraryOf<Schema extends z.core.$ZodType>(schema: Schema): fc.Arbitrary<z.output<Schema>> {
  return draw(schema).filter((value) => accepts(schema, value)) as fc.Arbitrary<z.output<Schema>>;
}

function accepts(schema: z.core.$ZodType, value: unknown): boolean {
  return (schema as z.ZodMiniType).safeParse(value).success;
}

function draw(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const definition = schema._zod.def as unknown as Definition;
  const limits = limitsOf(schema);
  switch (definition.type) {
    case "object":
      return drawObject(definition.shape ?? {});
    case "string":
      return drawText(schema, limits);
    case "number":
    case "int":
      return drawNumber(limits);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "literal":
      return fc.constantFrom(...(definition.values ?? []));
    case "enum":
      return fc.constantFrom(...Object.values(definition.entries ?? {}));
    case "nullable":
      return fc.option(draw(definition.innerType as z.core.$ZodType), { nil: null });
    case "optional":
    case "readonly":
    case "default":
    case "prefault":
      return draw(definition.innerType as z.core.$ZodType);
    case "lazy":
      return draw((definition.getter as () => z.core.$ZodType)());
    case "pipe":
      return draw(definition.in as z.core.$ZodType);
    case "array":
      return fc.array(draw(definition.element as z.core.$ZodType), {
        minLength: limits.minimum ?? 0,
        maxLength: Math.min(limits.maximum ?? Number.POSITIVE_INFINITY, (limits.minimum ?? 0) + listItemsMax),
      });
    case "tuple":
      return fc.tuple(...(definition.items ?? []).map(draw));
    case "union":
      return fc.oneof(...(definition.options ?? []).map(draw));
    case "record":
      return fc.dictionary(
        // zod leaves this key out, so that nobody's prototype is changed.
        draw(definition.keyType as z.core.$ZodType)
          .map(String)
          .filter((key) => key !== "__proto__"),
        draw(definition.valueType as z.core.$ZodType),
        { maxKeys: listItemsMax, noNullPrototype: true },
      );
    case "unknown":
    case "any":
      return fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));
    default:
      throw new TypeError(`arbitraryOf does not know schemas of the kind "${definition.type}" yet`);
  }
}

function drawObject(shape: Readonly<Record<string, z.core.$ZodType>>): fc.Arbitrary<unknown> {
  const names = Object.keys(shape);
  const isOptional = (name: string) => (shape[name] as z.core.$ZodType)._zod.optin === "optional";
  return fc.record(Object.fromEntries(names.map((name) => [name, draw(shape[name] as z.core.$ZodType)])), {
    requiredKeys: names.filter((name) => !isOptional(name)),
    noNullPrototype: true,
  });
}

function drawText(schema: z.core.$ZodType, { minimum = 0, maximum, pattern }: Limits): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(pattern);
  const plain = fc.string({ minLength: minimum, maxLength: Math.min(maximum ?? textMax, minimum + textMax) });
  // Half a character is mended at every door (`readJson`), so no value of ours has one.
  const hostile = hostileTexts.filter((text) => text.isWellFormed() && accepts(schema, text));
  return hostile.length === 0 ? plain : fc.oneof(plain, fc.constantFrom(...hostile));
}

function drawNumber({ minimum, maximum, isWhole = false }: Limits): fc.Arbitrary<number> {
  const min = Math.max(minimum ?? Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER);
  const max = Math.min(maximum ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const whole = fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  if (isWhole) return whole;
  return fc.oneof(whole, fc.double({ min, max, noNaN: true })).map((value) => value + 0);
}

function limitsOf(schema: z.core.$ZodType): Limits {
  const own = schema._zod.def as unknown as Check & { readonly checks?: readonly z.core.$ZodCheck[] };
  const checks = [own, ...(own.checks ?? []).map((one) => one._zod.def as unknown as Check)];
  return Object.assign({}, ...checks.map(limitOf));
}

function limitOf({ check, value, minimum, maximum, length, pattern, format }: Check): Limits {
  if (check === "greater_than" || check === "min_length") return { minimum: value ?? minimum ?? 0 };
  if (check === "less_than" || check === "max_length") return { maximum: value ?? maximum ?? 0 };
  if (check === "length_equals") return { minimum: length ?? 0, maximum: length ?? 0 };
  if (check === "string_format" && pattern !== undefined) return { pattern };
  if (check === "number_format" && format?.includes("int")) return { isWhole: true };
  return {};
}

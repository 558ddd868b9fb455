/**
 * Requests that mean no good, made from a route's own schemas: what would fit, with one or two places of it replaced by
 * another type, something huge, odd Unicode, SQL or path tricks. The rest fits, so that they get past the first check.
 */
import { brokenText, hostileTexts } from "@karibu/protocol/hostile-texts";
import fc from "fast-check";
import { z } from "zod";
import { exampleOf } from "./open-api/examples.ts";
import type { Route } from "./route.ts";

export interface HostileRequest {
  /** Path and query, as they go over the wire. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire; undefined: none. */
  readonly body: string | undefined;
}

type Json = Record<string, unknown>;
type Place = readonly (string | number)[];

const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom(...hostileTexts),
  fc.integer({ min: 300, max: 30_000 }).map((length) => "x".repeat(length)),
);
const nested = fc.integer({ min: 50, max: 3000 }).map((depth) => JSON.parse("[".repeat(depth) + "]".repeat(depth)));
const values: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: texts },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      ...[null, true, -1, 0, 0.5, 1e308, 2 ** 31, 2 ** 53, Number.MIN_SAFE_INTEGER, [], {}, [null]],
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.oneof(nested, fc.constant(Array(2000).fill("x"))) },
);
/** As they stand in a URL: what no encoder would make is among them. */
const rawParts = fc.constantFrom("%00", "%E0%A4%A", "%ff", "..%2f..%2fetc%2fpasswd", "a;b=c", "%25%30%30", "nothing");

/** `ids`: things that are there, by the names that routes give them, so that some requests get as far as the work. */
export function hostileRequests(route: Route, ids: Readonly<Record<string, string>>): fc.Arbitrary<HostileRequest> {
  return fc
    .record({
      path: pathOf(route.path, ids),
      query: queryOf(route.query),
      body: bodyOf(route.body),
      key: fc.option(fc.constantFrom("key-1", "k".repeat(300), "';--"), { nil: undefined, freq: 4 }),
      ifMatch: fc.option(fc.constantFrom("*", '"x"', 'W/"', "\xff"), { nil: undefined, freq: 6 }),
      type: fc.constantFrom(...Array(8).fill("application/json"), "text/plain", "application/json; charset=utf-7"),
    })
    .map(({ path, query, body, key, ifMatch, type }) => ({
      url: path + query,
      body,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": type }),
        ...(key === undefined ? {} : { "Idempotency-Key": key }),
        ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
      },
    }));
}

/** What fits, with every kind of line break in one text of it: a request for each text. Much of it is taken, and stored. */
export function brokenTextRequests(route: Route, ids: Readonly<Record<string, string>>): HostileRequest[] {
  if (route.body === null) return [];
  const fitting = withIds(exampleOf(schemaOf(route.body)), ids);
  const url = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? "nothing"));
  return placesOf(fitting)
    .filter((at) => typeof at.reduce<unknown>((value, name) => (value as Json)?.[name], fitting) === "string")
    .map((at, index) => ({
      url,
      headers: { "Content-Type": "application/json", "Idempotency-Key": `broken-text-${index}` },
      body: JSON.stringify(put(fitting, at, brokenText)),
    }));
}

/**
 * What fits, with one text of it as long as it may be, whose last code unit is the first half of a pair; and one where a whole pair would pass the
 * limit by one: two requests for each text that has a limit. Whatever cuts or counts by code units leaves that half behind.
 */
export function halfPairRequests(route: Route, ids: Readonly<Record<string, string>>): HostileRequest[] {
  if (route.body === null) return [];
  const schema = schemaOf(route.body);
  const fitting = withIds(exampleOf(schema), ids);
  const url = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? "nothing"));
  return placesOf(fitting).flatMap((at) => {
    const limit = limitAt(schema, at);
    if (limit === null || limit < 2 || limit > longestSent) return [];
    const start = "x".repeat(limit - 1);
    return [`${start}\ud83d`, `${start}\ud83d\ude00`].map((text, index) => ({
      url,
      headers: { "Content-Type": "application/json", "Idempotency-Key": `half-pair-${at.join(".")}-${index}` },
      body: JSON.stringify(put(fitting, at, text)),
    }));
  });
}

/** Longer ones are files, and are read by their own readers. */
const longestSent = 100_000;

/** The most characters that the text there may have; null: it is none, or has no limit. Of several forms, the first that has that place. */
function limitAt(schema: Json, [first, ...rest]: Place): number | null {
  const forms = (schema.anyOf ?? schema.oneOf ?? schema.allOf) as Json[] | undefined;
  if (forms !== undefined) {
    for (const form of forms) {
      const found = limitAt(form, first === undefined ? [] : [first, ...rest]);
      if (found !== null) return found;
    }
    return null;
  }
  if (first === undefined) return typeof schema.maxLength === "number" ? schema.maxLength : null;
  const inner = typeof first === "number" ? schema.items : (schema.properties as Json | undefined)?.[first];
  return typeof inner === "object" && inner !== null ? limitAt(inner as Json, rest) : null;
}

function withIds(value: unknown, ids: Readonly<Record<string, string>>): unknown {
  return JSON.parse(JSON.stringify(value), (name, inner) => (typeof inner === "string" && ids[name]) || inner);
}

function pathOf(path: string, ids: Readonly<Record<string, string>>): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const part = (name: string) =>
    fc.oneof(texts.map(encoded), rawParts, ...(ids[name] === undefined ? [] : [fc.constant(encoded(ids[name]))]));
  return fc.tuple(...names.map(part)).map((parts) => {
    let index = 0;
    return path.replaceAll(/\{\w+\}/g, () => parts[index++] ?? "");
  });
}

function queryOf(schema: z.ZodType | null): fc.Arbitrary<string> {
  const { properties = {} } = (schema === null ? {} : schemaOf(schema)) as { properties?: Record<string, Json> };
  const names = [...Object.keys(properties), "unknown"];
  const one = fc
    .tuple(fc.constantFrom(...names), fc.oneof(texts.map(encoded), rawParts), fc.boolean())
    .map(([name, value, twice]) => (twice ? `${name}=1&${name}=${value}` : `${name}=${value}`));
  return fc
    .array(one, { maxLength: 3 })
    .map((parts) => (parts.length === 0 ? "" : `?${parts.join("&").slice(0, 6000)}`));
}

function bodyOf(schema: z.ZodType | null): fc.Arbitrary<string | undefined> {
  if (schema === null) return fc.constant(undefined);
  const json = schemaOf(schema);
  const fitting = exampleOf(json);
  const change = fc.tuple(fc.constantFrom(...placesOf(fitting)), values);
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .array(change, { minLength: 1, maxLength: 2 })
        .map((changes) =>
          JSON.stringify(changes.reduce<unknown>((body, [at, value]) => put(body, at, value), fitting)),
        ),
    },
    { weight: 1, arbitrary: values.map((value) => JSON.stringify(value)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{"__proto__":{"admin":true}}',
        '{"a":',
        "\u0000",
        '{"a":1,"a":2}',
        `"${"y".repeat(70_000)}"`,
      ),
    },
  );
}

/** Every field of it, and fields that it does not have. */
function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [at];
  const inner = Object.entries(value).flatMap(([name, item]) =>
    placesOf(item, [...at, Array.isArray(value) ? Number(name) : name]),
  );
  return [...inner, [...at, "providerId"]];
}

function put(whole: unknown, [first, ...rest]: Place, value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(whole)) return whole.map((item, index) => (index === first ? put(item, rest, value) : item));
  const fields = typeof whole === "object" && whole !== null ? (whole as Json) : {};
  return { ...fields, [first]: put(fields[first], rest, value) };
}

function schemaOf(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
}

/** Short enough for a request line; no half surrogates, which can't be written in a URL; never empty. */
function encoded(text: string): string {
  return encodeURIComponent(text.slice(0, 300).toWellFormed()).replace(/^\.{1,2}$/, "%20") || "%20";
}

/** What people may do, in the words in which the activity tells it: no route, field or value is without one. */

import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { auditEvents } from "@karibu/cloud/ground/http/audit-events";
import { secretName } from "@karibu/cloud/identity/audit/audit";
import { useHub } from "@karibu/cloud/test-hub";
import { isForMachines } from "@karibu/console/pages/audit/detail-words";
import { fieldWord } from "@karibu/console/pages/audit/field-words";
import { asTheyAre, bare, valueWord } from "@karibu/console/pages/audit/value-words";
import { en } from "@karibu/console/strings/en";
import { expect, test } from "vitest";
import { z } from "zod";

const lab = useHub(anyEngine);

/** Those that are in the log: what changes something, and readings that tell a secret. */
const routesInTheLog = () =>
  lab
    .hub()
    .routes.filter(
      ({ method, path, permission, reveals, unaudited }) =>
        path.startsWith("/api/v1/") &&
        permission !== "public" &&
        unaudited !== true &&
        (method !== "GET" || reveals !== undefined),
    );

test("[UIX-10] whatever a person may do has a word in the activity", () => {
  const wordless = routesInTheLog().flatMap(({ method, path }) => {
    const [, rest = ""] = /^\/api\/v1\/(?:my\/\{provider\}\/)?(.+)$/.exec(path) ?? [];
    const parts = rest.split("/").filter((part) => !part.startsWith("{"));
    const has = (kind: string, part: string) => Object.hasOwn(en, `${kind}_${part.replaceAll("-", "_")}`);
    const isVerb = method === "POST" && parts.length > 1 && has("did", parts.at(-1) ?? "");
    return (isVerb ? parts.slice(0, -1) : parts).filter((part) => !has("on", part)).map((part) => `${part}: ${path}`);
  });
  expect(wordless).toEqual([]);
});

/** A field that a request may have, as the log keeps it. */
interface Field {
  readonly name: string;
  readonly action: string;
  /** What a list of values allows. */
  readonly values: readonly string[];
}

test("[BEY-07] each field of what is in the log has a word, or is left out on purpose", () => {
  const ofEvents = Object.entries(auditEvents).flatMap(([action, names]) =>
    (names as readonly string[]).map((name) => ({ name, action, values: [] })),
  );
  const wordless = [...fieldsInTheLog(), ...ofEvents]
    .filter(({ name }) => !isForMachines.test(name) && !secretName.test(name))
    .filter(({ name, action }) => fieldWord(bare(name), action) === undefined)
    .map(({ name, action }) => `${name}: ${action}`);
  expect(wordless).toEqual([]);
});

test("[BEY-07] each value that a field may have is said in words, where it is no name that everybody writes alike", () => {
  const wordless = fieldsInTheLog().flatMap(({ name, action, values }) => {
    const isLeftOut = isForMachines.test(name) || fieldWord(bare(name), action) === null;
    // Permissions have a test of their own.
    if (isLeftOut || asTheyAre.has(name) || ["permissions", "scopes"].includes(name)) return [];
    return values.filter((value) => valueWord(name, value) === undefined).map((value) => `${name} ${value}: ${action}`);
  });
  expect([...new Set(wordless)]).toEqual([]);
});

type Schema = Readonly<Record<string, unknown>>;

/** Every field of bodies and queries that the log shows: what only groups others has no name there. */
function fieldsInTheLog(): Field[] {
  return routesInTheLog().flatMap(({ method, path, body, query }) => {
    const action = `${method} ${path}`;
    return [body, query].flatMap((schema) => {
      if (schema === null || schema === undefined) return [];
      const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;
      return fieldsOf(json, { action, defs: (json.$defs ?? {}) as Readonly<Record<string, Schema>> });
    });
  });
}

interface At {
  readonly action: string;
  readonly defs: Readonly<Record<string, Schema>>;
}

const isSchema = (one: unknown): one is Schema => typeof one === "object" && one !== null && !Array.isArray(one);
const schemasIn = (one: unknown): Schema[] => (Array.isArray(one) ? one.filter(isSchema) : isSchema(one) ? [one] : []);
const choicesOf = (schema: Schema) => ["anyOf", "oneOf", "allOf"].flatMap((name) => schemasIn(schema[name]));
const itemsOf = (schema: Schema) => ["items", "prefixItems"].flatMap((name) => schemasIn(schema[name]));

function fieldsOf(schema: Schema, at: At): Field[] {
  const given = resolved(schema, at);
  const here = Object.entries((given.properties ?? {}) as Readonly<Record<string, Schema>>).flatMap(([name, field]) => {
    const inner = fieldsOf(field, at);
    return hasValue(field, at) ? [{ name, action: at.action, values: valuesOf(field, at) }, ...inner] : inner;
  });
  return [...here, ...[...choicesOf(given), ...itemsOf(given)].flatMap((one) => fieldsOf(one, at))];
}

const resolved = (schema: Schema, { defs }: At): Schema =>
  typeof schema.$ref === "string" ? (defs[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema;

/** A value of its own, or a list: an object alone only groups fields. */
function hasValue(schema: Schema, at: At): boolean {
  const given = resolved(schema, at);
  const choices = choicesOf(given);
  if (choices.length > 0) return choices.some((one) => hasValue(one, at));
  return given.type !== "null" && (given.type !== "object" || given.additionalProperties instanceof Object);
}

function valuesOf(schema: Schema, at: At): string[] {
  const given = resolved(schema, at);
  const own = [...(Array.isArray(given.enum) ? given.enum : []), ...("const" in given ? [given.const] : [])];
  return [
    ...own.filter((value) => typeof value === "string"),
    ...[...choicesOf(given), ...itemsOf(given)].flatMap((one) => valuesOf(one, at)),
  ];
}

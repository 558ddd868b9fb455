/** The API as the hub describes it (OpenAPI 3.1): read once, and brought into the form that the page shows. What shapes it is pure. */
import { getWithoutLogIn } from "../../hub/api.ts";

export interface ApiField {
  /** `items[].name` for a field of what a list holds. */
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly note: string;
}

export interface ApiParameter extends ApiField {
  readonly where: "path" | "query" | "header";
}

export interface ApiBody {
  readonly type: string;
  readonly fields: readonly ApiField[];
  readonly example: unknown;
}

export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly group: string;
  /** `public`: anybody. `customer`: a customer on their own page. Else what a log-in or token must be allowed. */
  readonly permission: string;
  /** People with a second factor prove it anew. */
  readonly wantsFactor: boolean;
  readonly parameters: readonly ApiParameter[];
  readonly body: ApiBody | null;
  readonly status: string;
  readonly answer: ApiBody | null;
}

export interface ApiGroup {
  readonly name: string;
  readonly operations: readonly ApiOperation[];
}

export interface ApiDescription {
  /** Without a slash at its end. */
  readonly server: string;
  readonly groups: readonly ApiGroup[];
}

export const descriptionPath = "/api/v1/openapi.json";

let known: Promise<ApiDescription> | null = null;

/** One reading for as long as the page is open: it changes with the hub's release alone. */
export function readApi(): Promise<ApiDescription> {
  known ??= getWithoutLogIn(descriptionPath).then((read) => describeApi(read as unknown as Described));
  known.catch(() => {
    known = null;
  });
  return known;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly description?: string;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly "x-permission"?: string;
  readonly "x-fresh-second-factor"?: boolean;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: "path" | "query" | "header";
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Described {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

/** Groups by name, what they do in the order of their addresses. */
export function describeApi({ servers, paths }: Described): ApiDescription {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(method, path, operation)),
  );
  const names = [...new Set(operations.map(({ group }) => group))].sort();
  return {
    server: (servers[0]?.url ?? "").replace(/\/$/, ""),
    groups: names.map((name) => ({ name, operations: operations.filter(({ group }) => group === name) })),
  };
}

function operationOf(method: string, path: string, described: DescribedOperation): ApiOperation {
  const [status = "200", answer] = Object.entries(described.responses).find(([code]) => code.startsWith("2")) ?? [];
  const isCustomers = described.security?.some((one) => "customer" in one) === true;
  return {
    id: described.operationId,
    method: method.toUpperCase(),
    path,
    summary: described.summary,
    group: described.tags[0] ?? "hub",
    permission: isCustomers ? "customer" : (described["x-permission"] ?? "public"),
    wantsFactor: described["x-fresh-second-factor"] === true,
    parameters: (described.parameters ?? []).map(({ name, in: where, required, description, schema }) => ({
      ...fieldOf(name, schema, required === true),
      where,
      note: description ?? noteOf(schema),
    })),
    body: bodyOf(described.requestBody),
    status,
    answer: bodyOf(answer),
  };
}

function bodyOf(given: Content | undefined): ApiBody | null {
  const [found] = Object.entries(given?.content ?? {});
  if (found === undefined) return null;
  const [type, { schema, example }] = found;
  return { type, fields: schema === undefined ? [] : fieldsOf(schema, ""), example };
}

/** So deep the fields are told; what lies deeper, the example shows. */
const deepest = 3;

function fieldsOf(schema: Schema, before: string, depth = 0): ApiField[] {
  if (depth >= deepest) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const name = `${before}${key}`;
    const field = fieldOf(name, inner, schema.required?.includes(key) === true);
    const item = thingOf(inner);
    const within = item.items === undefined ? fieldsOf(item, `${name}.`, depth + 1) : [];
    const ofItems = item.items === undefined ? [] : fieldsOf(thingOf(item.items), `${name}[].`, depth + 1);
    return [field, ...within, ...ofItems];
  });
}

/** What a value is when it is there: `null` is left out of its choices. */
function thingOf(schema: Schema): Schema {
  const choices = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== "null");
  return choices?.length === 1 && choices[0] !== undefined ? choices[0] : schema;
}

const fieldOf = (name: string, schema: Schema, isRequired: boolean): ApiField => ({
  name,
  type: typeOf(schema),
  isRequired: isRequired && schema.default === undefined,
  note: noteOf(schema),
});

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(" | ");
  if (schema.type === "array") return `${schema.items === undefined ? "any" : typeOf(schema.items)}[]`;
  if (typeof schema.type === "string") return schema.type;
  return schema.type === undefined ? "any" : schema.type.join(" | ");
}

/** Its limits, where somebody set some: not those of every JavaScript number. */
function noteOf(schema: Schema): string {
  const thing = thingOf(schema);
  const least = thing.minimum ?? thing.minLength;
  const most = thing.maximum ?? thing.maxLength;
  const isSet = (limit: number | undefined) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  const range = [isSet(least) ? `≥ ${least}` : "", isSet(most) ? `≤ ${most}` : ""].filter(Boolean).join(", ");
  const otherwise = schema.default === undefined ? "" : `= ${JSON.stringify(schema.default)}`;
  return [schema.description ?? "", range, otherwise].filter(Boolean).join(" · ");
}

/** Of each group what has every typed word in its address, summary, group or permission. */
export function matchingGroups(groups: readonly ApiGroup[], text: string): readonly ApiGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return groups;
  return groups.flatMap((group) => {
    const operations = group.operations.filter(({ method, path, summary, permission }) => {
      const all = `${method} ${path} ${summary} ${group.name} ${permission}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
    return operations.length === 0 ? [] : [{ ...group, operations }];
  });
}

/** A request that can be pasted into a shell; the token and the ids are for the reader to fill in. */
export function curlOf(operation: ApiOperation, server: string): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${shellName(name)}`);
  const needed = operation.parameters.filter(({ where, isRequired }) => where === "query" && isRequired);
  const query = needed.map(({ name }) => `${name}=$${shellName(name)}`).join("&");
  const lines = [
    `curl ${operation.method === "GET" ? "" : `-X ${operation.method} `}"${server}${path}${query === "" ? "" : `?${query}`}"`,
  ];
  if (operation.permission === "customer")
    lines.push('-H "Cookie: __Host-karibu_my_$PROVIDER_ID=$SESSION"', '-H "Karibu-Page: my"');
  else if (operation.permission !== "public") lines.push('-H "Authorization: Bearer $KARIBU_TOKEN"');
  if (operation.parameters.some(({ name, isRequired }) => name === "Idempotency-Key" && isRequired))
    lines.push('-H "Idempotency-Key: $(uuidgen)"');
  if (operation.body !== null) {
    lines.push('-H "Content-Type: application/json"');
    lines.push(`-d '${JSON.stringify(operation.body.example ?? {}).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(" \\\n  ");
}

/** `planId`: `PLAN_ID`. */
const shellName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

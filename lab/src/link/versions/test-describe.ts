/** All that today's ends of the link can say and read, as JSON Schemas: what a released peer knew is kept in the same form. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as feed from "@karibu/protocol/feed";
import { eventSchema, stampSchema } from "@karibu/protocol/journal/record";
import * as frames from "@karibu/protocol/link/frame";
import type { Rpc } from "@karibu/protocol/rpc/rpc";
import * as z from "zod/mini";
import type { Schema } from "./test-readable.ts";

/** Schemas by the message's name: what calls carry, the frames themselves, journal records (and their stamp), feed rows. */
export interface Description {
  readonly methods: Readonly<Record<string, { readonly params: Schema; readonly result: Schema }>>;
  readonly frames: Readonly<Record<string, Schema>>;
  readonly records: Readonly<Record<string, Schema>>;
  readonly rows: Readonly<Record<string, Schema>>;
}

const rpcFolder = join(import.meta.dirname, "../../../../protocol/src/rpc");

/** Every method that a file of `protocol/src/rpc` declares. */
export async function allMethods(): Promise<Rpc<unknown, unknown>[]> {
  const files = readdirSync(rpcFolder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
  const modules = await Promise.all(files.map((name) => import(join(rpcFolder, name)) as Promise<object>));
  return modules.flatMap((module) => Object.values(module)).filter(isRpc);
}

const isRpc = (value: unknown): value is Rpc<unknown, unknown> =>
  typeof value === "object" && value !== null && "method" in value && "params" in value && "result" in value;

/** As a reader takes it: a field with a default may be absent. A custom check takes anything. */
function schemaOf(schema: z.core.$ZodType): Schema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return described as Schema;
}

const kindOf = (schema: Schema): string => String(schema.properties?.kind?.const);
const byKind = (union: Schema) => Object.fromEntries((union.oneOf ?? []).map((member) => [kindOf(member), member]));

export async function describeToday(): Promise<Description> {
  const methods = (await allMethods()).map(({ method, params, result }) => [
    method,
    { params: schemaOf(params), result: schemaOf(result) },
  ]);
  const named: [string, unknown][] = Object.entries(frames);
  const schemas = named.filter(
    (entry): entry is [string, z.ZodMiniType] => /(Frame|Hello)$/.test(entry[0]) && typeof entry[1] === "object",
  );
  return {
    methods: Object.fromEntries(methods),
    frames: Object.fromEntries(schemas.map(([name, schema]) => [name, schemaOf(schema)])),
    records: { stamp: schemaOf(stampSchema), ...byKind(schemaOf(eventSchema)) },
    rows: byKind(schemaOf(feed.feedRowSchema)),
  };
}

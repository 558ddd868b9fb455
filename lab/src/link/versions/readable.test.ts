/** The comparison itself: what it takes, and the sentence for what it does not. */
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { notShown } from "./test-examples.ts";
import { type Schema, unreadable } from "./test-readable.ts";

const schemaOf = (schema: z.core.$ZodType) => {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input" });
  return described as Schema;
};
const peers = { writer: "the new hub", reader: "the old agent", newer: "writer" } as const;
const said = (writes: z.core.$ZodType, reads: z.core.$ZodType, newer: "writer" | "reader" = "writer") =>
  unreadable("m", schemaOf(writes), schemaOf(reads), { ...peers, newer });

const text = z.string();
const yes = z.literal("yes");
const variant = <Kind extends string>(kind: Kind) => z.object({ kind: z.literal(kind), at: z.int() });

test.each<[string, z.core.$ZodType, z.core.$ZodType]>([
  ["the same", z.object({ a: text, b: z.nullable(z.int()) }), z.object({ a: text, b: z.nullable(z.int()) })],
  ["a new optional field", z.object({ a: text, b: z.optional(text) }), z.object({ a: text })],
  ["a field that became sure", z.object({ a: text }), z.object({ a: z.optional(text) })],
  ["fewer values", z.enum(["a", "b"]), z.enum(["a", "b", "c"])],
  ["one variant less", variant("a"), z.discriminatedUnion("kind", [variant("a"), variant("b")])],
  ["a narrower range", z.int().check(z.gte(1), z.lte(5)), z.int().check(z.gte(0))],
  ["never null", text, z.nullable(text)],
  ["anything, read as anything", z.object({ a: z.unknown() }), z.object({ a: z.unknown() })],
  ["a list of what can be read", z.array(yes), z.array(z.enum(["yes", "no"]))],
])("readable: %s", (_, writes, reads) => {
  expect(said(writes, reads)).toEqual([]);
});

test.each<[string, z.core.$ZodType, z.core.$ZodType, string]>([
  [
    "a field that may be absent",
    z.object({ a: z.optional(text) }),
    z.object({ a: text }),
    "m.a: the new hub may leave out this field, which the old agent needs",
  ],
  [
    "a field of another type",
    z.object({ a: z.int() }),
    z.object({ a: text }),
    "m.a: the new hub may say a value of type integer, which the old agent can't read",
  ],
  ["a fraction", z.number(), z.int(), "m: the new hub may say a value of type number, which the old agent can't read"],
  ["a new value", z.enum(["a", "b"]), z.enum(["a"]), 'm: the new hub may say "b", which the old agent can\'t read'],
  [
    "a text instead of values",
    text,
    z.enum(["a"]),
    "m: the new hub may say a value of type string, which the old agent can't read",
  ],
  ["null", z.nullable(text), text, "m: the new hub may say a value of type null, which the old agent can't read"],
  [
    "a new variant",
    z.discriminatedUnion("kind", [variant("a"), variant("b")]),
    z.discriminatedUnion("kind", [variant("a")]),
    'm: the new hub may say kind "b", which the old agent can\'t read',
  ],
  [
    "a longer text",
    text.check(z.maxLength(9)),
    text.check(z.maxLength(8)),
    "m: the new hub may go above the maxLength 8 of the old agent",
  ],
  ["a lower number", z.int(), z.int().check(z.gte(0)), "m: the new hub may go below the minimum 0 of the old agent"],
  [
    "another pattern",
    text,
    text.check(z.regex(/^a$/)),
    "m: the new hub writes another pattern than ^a$, which the old agent needs",
  ],
  [
    "a value in a list",
    z.array(z.enum(["a", "b"])),
    z.array(z.literal("a")),
    'm[]: the new hub may say "b", which the old agent can\'t read',
  ],
  [
    "a field that a strict reader refuses",
    z.object({ a: text, b: text }),
    z.strictObject({ a: text }),
    "m.b: the new hub says this field, which the old agent refuses",
  ],
  [
    "a removed optional field",
    z.object({}),
    z.object({ a: z.optional(text) }),
    "m.a: the new hub no longer knows this field, which the old agent reads",
  ],
])("not readable: %s", (_, writes, reads, sentence) => {
  expect(said(writes, reads)).toEqual([sentence]);
});

test("a newer reader must not forget a field that older writers say", () => {
  const sentence = "m.a: the old agent no longer reads this field, which the new hub says";
  expect(said(z.object({ a: z.optional(text) }), z.object({}), "reader")).toEqual([sentence]);
});

test("a keyword that the comparison does not know is an error, not a pass", () => {
  expect(() => unreadable("m", { format: "email" } as Schema, {}, peers)).toThrow("does not know the keyword format");
});

test("examples show every variant, value and field, and what they do not show is named", () => {
  const schema = schemaOf(
    z.nullable(z.object({ kind: z.enum(["a", "b"]), at: z.optional(z.int()), list: z.array(yes) })),
  );
  expect(notShown("m", schema, [{ kind: "a", list: [] }])).toEqual([
    'm.kind: no example shows "b"',
    "m.at: no example has this field",
    'm.list[]: no example shows "yes"',
    "m: no example shows a value of type null",
  ]);
  expect(notShown("m", schema, [null, { kind: "a", list: [] }, { kind: "b", at: 1, list: ["yes"] }])).toEqual([]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { eventSchema } from "./journal/record.ts";
import { arbitraryOf } from "./test-arbitrary.ts";

const schema = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(8)),
  mac: z.nullable(z.string().check(z.regex(/^[0-9A-F]{2}$/))),
  share: z.number().check(z.gte(0), z.lte(1)),
  kind: z.enum(["one", "two"]),
  list: z.array(z.int()).check(z.minLength(1)),
  more: z.optional(z.object({ isFree: z.optional(z.boolean()) })),
});

test("what is drawn is accepted, and survives JSON", () => {
  fc.assert(
    fc.property(arbitraryOf(schema), (value) => {
      expect(schema.parse(value)).toEqual(value);
      expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value);
    }),
  );
});

test("every kind of a union and every optional field is drawn, there and absent", () => {
  const drawn = fc.sample(arbitraryOf(eventSchema), { numRuns: 5000, seed: 1 });
  const kinds = new Set(drawn.map(({ kind }) => kind));
  expect(kinds).toEqual(
    new Set(eventSchema._zod.def.options.map((option) => option._zod.def.shape.kind._zod.def.values[0])),
  );
  const used = drawn.filter((event) => event.kind === "session-used");
  for (const field of ["isFree", "periodFromMs", "router", "baseInputBytes"] as const) {
    expect(used.some((event) => event[field] !== undefined)).toBe(true);
    expect(used.some((event) => event[field] === undefined)).toBe(true);
  }
});

test("a kind of schema that nobody taught it is an error, not a gap", () => {
  expect(() => fc.sample(arbitraryOf(z.date()))).toThrow('does not know schemas of the kind "date" yet');
});

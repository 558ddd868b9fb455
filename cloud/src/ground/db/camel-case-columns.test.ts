import fc from "fast-check";
import { CamelCasePlugin } from "kysely";
import { expect, test } from "vitest";
import { fieldOf, inFields } from "./camel-case-columns.ts";
import { rowsInJson } from "./json.ts";

const kysely = new CamelCasePlugin({ maintainNestedObjectKeys: true });
const column = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(_[a-z]{1,6}){0,3}$/);

test("rows are named as Kysely's own plugin names them, and what stands in a column stays as it is", async () => {
  const rows = fc
    .uniqueArray(column, { minLength: 1, maxLength: 6, selector: fieldOf })
    .chain((columns) =>
      fc.array(
        fc.tuple(...columns.map(() => fc.jsonValue())).map((values) => columns.map((name, at) => [name, values[at]])),
      ),
    );
  await fc.assert(
    fc.asyncProperty(rows, async (drawn) => {
      const read = drawn.map((entries) => Object.fromEntries(entries) as Record<string, unknown>);
      const { rows: theirs } = await kysely.transformResult({ result: { rows: read }, queryId: {} as never });
      expect(inFields(read)).toEqual(theirs);
    }),
  );
});

test("a column's name goes out as a field and comes back as the column", () => {
  fc.assert(
    fc.property(column, (name) => {
      expect(Object.keys(JSON.parse(rowsInJson([{ [fieldOf(name)]: 1 }]))[0])).toEqual([name]);
    }),
  );
});

test("rows whose columns are called as their fields are not copied", () => {
  const rows = [{ siteId: "s", name: "n" }];
  expect(inFields(rows)).toBe(rows);
});

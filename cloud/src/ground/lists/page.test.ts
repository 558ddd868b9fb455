import { expect, test } from "vitest";
import { listOfRows } from "./list.ts";
import { pageQuery } from "./page.ts";

const list = listOfRows<{ id: string; age: number }>({
  sort: { age: (row) => row.age, id: (row) => row.id },
  default: "-age",
  id: (row) => row.id,
  search: (row) => [row.id],
});
const rows = [
  { id: "a", age: 7 },
  { id: "c", age: 9 },
  { id: "b", age: 9 },
];
const ask = (more: object) => list.page(rows, list.query.parse({ limit: "2", ...more }));
const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);

test("pages follow each other by cursor until there is nothing more", () => {
  const first = ask({});
  expect(idsOf(first)).toEqual(["c", "b"]);
  const second = ask({ cursor: first.nextCursor });
  expect([idsOf(second), second.nextCursor]).toEqual([["a"], null]);
  expect(idsOf(ask({ sort: "id" }))).toEqual(["a", "b"]);
  expect(idsOf(ask({ q: "A" }))).toEqual(["a"]);
});

test.each(["", "x", "W10", "WzEsMl0", Buffer.from('["-age",1,"a\\u0000"]').toString("base64url"), "%%%"])(
  "a cursor that is not of this list (%j) is refused by name",
  (cursor) => {
    expect(() => ask({ cursor })).toThrow(expect.objectContaining({ status: 400, field: "cursor" }));
  },
);

test("a cursor of one order is none of another", () => {
  const { nextCursor } = ask({});
  expect(() => ask({ sort: "age", cursor: nextCursor })).toThrow(expect.objectContaining({ field: "cursor" }));
});

test.each(["ሀ", "\u0001", '"'])("the cursor behind a name of 100 characters (%j) is taken again", (character) => {
  const named = listOfRows<string>({
    sort: { name: (row) => row },
    default: "name",
    id: (row) => row,
    search: (row) => [row],
  });
  const names = ["a", "b", "c"].map((first) => (first + character.repeat(100)).slice(0, 100));
  const first = named.page(names, named.query.parse({ limit: "1" }));
  const second = named.page(names, named.query.parse({ limit: "1", cursor: first.nextCursor }));
  expect(second.items).toEqual([names[1]]);
});

test("a page holds at most 100", () => {
  expect(pageQuery.safeParse({ limit: "101" }).success).toBe(false);
  expect(pageQuery.parse({}).limit).toBe(50);
});

import { expect, test } from "vitest";
import { TableModel } from "./table-model.ts";

const columns = [{ label: "Name" }, { label: "Phone" }, { label: "Amount" }];
const keyOf = (row: unknown) => String((row as { id: number }).id);
const rows = (...ids: number[]) => ids.map((id) => ({ id }));

function model() {
  let changes = 0;
  const made = new TableModel<(typeof columns)[number]>(() => changes++);
  made.show(columns, rows(1, 2, 3), keyOf);
  return { made, changes: () => changes };
}

test("columns are hidden by their names; the first, which names the row, always stays", () => {
  const { made } = model();
  made.hide(new Set(["Name", "Phone"]));
  expect(made.visibleColumns.map(({ label }) => label)).toEqual(["Name", "Amount"]);
  expect(made.isVisible(columns[1] as (typeof columns)[number])).toBe(false);
  made.hide(new Set());
  expect(made.visibleColumns).toEqual(columns);
});

test("hiding what is hidden already changes nothing", () => {
  const { made, changes } = model();
  made.hide(new Set(["Phone"]));
  const before = changes();
  made.hide(new Set(["Phone"]));
  expect(changes()).toBe(before);
});

test("chosen rows stay chosen when the list is read again, and those that are gone are not chosen any more", () => {
  const { made, changes } = model();
  const before = changes();
  made.choose("2");
  made.choose("3");
  expect(changes()).toBeGreaterThan(before);
  made.show(columns, rows(4, 3), keyOf);
  expect(made.chosenRows).toEqual(rows(3));
  made.chooseAll(true);
  expect([made.chosenRows, made.isEveryRowChosen]).toEqual([rows(4, 3), true]);
  made.chooseAll(false);
  expect(made.chosenRows).toEqual([]);
});

test("what is chosen on one page of a list stays chosen on the next, and another question forgets it", () => {
  const { made } = model();
  const first = { question: "", after: "" };
  const second = { question: "", after: "3.x" };
  made.choose("2");
  made.show(columns, rows(4, 5), keyOf, second);
  made.choose("4");
  expect([made.chosenRows, made.isEveryRowChosen]).toEqual([rows(2, 4), false]);
  made.show(columns, rows(4, 5), keyOf, second); // read again
  expect(made.chosenRows).toEqual(rows(2, 4));
  made.show(columns, rows(1, 2, 3), keyOf, first);
  expect([made.isChosen("2"), made.chosenRows]).toEqual([true, rows(4, 2)]);
  made.choose("2");
  expect(made.chosenRows).toEqual(rows(4));
  made.show(columns, rows(1), keyOf, { question: "state=used", after: "" });
  expect(made.chosenRows).toEqual([]);
  made.show(columns, rows(1, 2, 3), keyOf, first);
  made.chooseAll(true);
  made.show(columns, rows(4, 5), keyOf, second);
  made.clear();
  expect(made.chosenRows).toEqual([]);
});

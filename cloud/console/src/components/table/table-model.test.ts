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
  expect(made.chosenKeys).toEqual(["3"]);
  made.chooseAll(true);
  expect([made.chosenKeys, made.isEveryRowChosen]).toEqual([["4", "3"], true]);
  made.chooseAll(false);
  expect(made.chosenKeys).toEqual([]);
});

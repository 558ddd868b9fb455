import { expect, test } from "vitest";
import { wrongField } from "./wrong-field.ts";

const names = ["name", "phones", "price", "0x"];

test.each([
  ["name", "name"],
  ["phones.0", "phones"],
  ["terms.priceCents", "price"],
  ["steps.2.phones.11", "phones"],
  ["until", ""],
  ["", ""],
  [null, ""],
])("a refusal of %s is about the field %j", (path, name) => {
  expect(wrongField(path, names)).toBe(name);
});

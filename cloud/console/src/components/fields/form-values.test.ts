import { expect, test } from "vitest";
import type { Field } from "../action-form.ts";
import { decimalsOver, unitFor, valueOfText, valueText } from "./form-values.ts";

const field = (type: Field["type"], value: Field["value"] = null): Field => ({ name: "it", label: "It", type, value });

test.each<[Field["type"], number | null, string, string]>([
  ["duration", 86_400 * 30, "30", "days"],
  ["duration", 3_600 * 36, "36", "hours"],
  ["duration", 5_400, "90", "minutes"],
  ["duration", 90, "1.5", "minutes"],
  ["duration", null, "", "hours"],
  ["duration", 0, "0", "hours"],
  ["data", 1_500_000_000, "1500", "megabytes"],
  ["data", 2_000_000_000, "2", "gigabytes"],
  ["data", null, "", "megabytes"],
])(
  "a value of the kind %s, %s of the hub's units, is shown as %s %s, and read as what it was",
  (type, value, text, unit) => {
    expect([valueText(field(type, value)), unitFor(field(type, value))]).toEqual([text, unit]);
    expect(valueOfText(text, field(type), unit)).toBe(value);
  },
);

test.each<[Field["type"], number, string]>([
  ["money", 3_050, "30.5"],
  ["money", 1_999, "19.99"],
  ["money", 29, "0.29"],
  ["money", 100_000_113, "1000001.13"],
  ["speed", 1_500, "1.5"],
  ["percent", 25, "2.5"],
  ["rate", 1_225, "12.25"],
  ["number", 7, "7"],
])("a %s of %s is shown as %s", (type, value, text) => {
  expect(valueText(field(type, value))).toBe(text);
  expect(valueOfText(` ${text} `, field(type))).toBe(value);
});

test("a field that is usually minutes begins with minutes, and says another unit where its value has one", () => {
  const idle = (value: number | null): Field => ({ ...field("duration", value), emptyUnit: "minutes" });
  expect([idle(null), idle(0), idle(7_200)].map(unitFor)).toEqual(["minutes", "minutes", "hours"]);
});

test("a value is whole in the hub's unit, a text loses its margins, and a password keeps them", () => {
  expect(valueOfText("0.1234", field("data"), "megabytes")).toBe(123_400);
  expect(valueOfText("1.00001", field("speed"))).toBe(1_000);
  expect(valueOfText(" a b ", field("text"))).toBe("a b");
  expect(valueOfText(" a b ", field("password"))).toBe(" a b ");
  expect(valueOfText("  ", field("duration"), "days")).toBeNull();
});

test.each<[Field["type"], string, number | null]>([
  ["percent", "12.55", 1],
  ["percent", "12.5", null],
  ["percent", "0.04", 1],
  ["rate", "12.345", 2],
  ["rate", "12.25", null],
  ["money", "0.005", 2],
  ["money", "1000001.13", null],
  ["money", "999999999.99", null],
  ["money", "1e2", null],
  ["speed", "1.00001", null],
  ["number", "1.5", null],
  ["percent", "", null],
])("a %s of %s is not kept as another one: it may have %s decimals", (type, text, decimals) => {
  expect(decimalsOver(text, field(type))).toBe(decimals);
});

import { expect, test } from "vitest";
import { count, differenceOf, type Field, fieldsOf, flag, seconds, text } from "./row-fields.ts";

const one = (field: Field | null) => fieldsOf(field)[0] as Field;

test.each<[string, Field, string | undefined, boolean]>([
  ["an hour", one(seconds("limit-uptime", 3600)), "1h", true],
  ["an hour, the old way", one(seconds("limit-uptime", 3600)), "01:00:00", true],
  ["no time", one(seconds("idle-timeout", 0, "none")), "none", true],
  ["no time that does not show", one(seconds("session-timeout", 0)), undefined, true],
  ["another time", one(seconds("limit-uptime", 3600)), "2h", false],
  ["yes", one(flag("disabled", true)), "true", true],
  ["no that does not show", one(flag("block-access", false)), undefined, true],
  ["no", one(flag("disabled", false)), "yes", false],
  ["a number", one(count("mtu", 1500)), "1500", true],
  ["a number of another form", one(count("mtu", 1500)), "auto", false],
  ["nought that does not show", one(count("limit-bytes-total", 0)), undefined, true],
  ["a text", one(text("comment", "bar ")), "bar ", true],
  ["another text", one(text("comment", "bar")), "Bar", false],
  ["no text", one(text("comment", "")), undefined, true],
  ["all servers", one(text("server", "all")), undefined, true],
])("%s as RouterOS writes it", (_, field, found, isSame) => {
  const row = found === undefined ? {} : { [field.column]: found };
  expect(differenceOf([field], row, null) === null).toBe(isSame);
});

test("what an order leaves out is no field", () => {
  expect(fieldsOf(text("comment", undefined), flag("disabled", undefined), count("mtu", undefined))).toEqual([]);
});

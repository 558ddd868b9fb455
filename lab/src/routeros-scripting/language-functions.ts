/** Commands of the language that make one value of another: texts, numbers, types, JSON, digests. */
import { createHash } from "node:crypto";
import { isBytes, type Result, ScriptError, textOf } from "./result.ts";

type LanguageFunction = (value: Result, given: (name: string) => string) => Result;

export const languageFunctions: Readonly<Record<string, LanguageFunction>> = {
  ":len": (value) => (Array.isArray(value) || value instanceof Map ? sizeOf(value) : textOf(value).length),
  ":tostr": (value) => textOf(value),
  ":tonum": (value) => {
    const text = textOf(value);
    return /^-?\d+$/.test(text) ? Number(text) : null;
  },
  ":toarray": (value) =>
    textOf(value)
      .split(",")
      .filter((item) => item !== ""),
  ":typeof": (value) =>
    value === null
      ? "nil"
      : typeof value === "number"
        ? "num"
        : typeof value === "boolean"
          ? "bool"
          : Array.isArray(value) || value instanceof Map
            ? "array"
            : "str",
  ":convert": (value, given) => {
    if (given("transform") !== "sha512" || given("to") !== "hex") throw new ScriptError("unknown conversion");
    const text = textOf(value);
    return createHash("sha512")
      .update(text, isBytes(text) ? "latin1" : "utf8")
      .digest("hex");
  },
  ":serialize": (value, given) => {
    asJson(given("to"), given("options"));
    return JSON.stringify(value instanceof Map ? Object.fromEntries(value) : value);
  },
  ":deserialize": (value, given) => {
    asJson(given("from"), given("options"));
    return readJson(textOf(value));
  },
};

const sizeOf = (value: readonly string[] | ReadonlyMap<string, string>) =>
  value instanceof Map ? value.size : (value as readonly string[]).length;

/** Without the option, RouterOS makes numbers of texts that look like numbers. */
function asJson(format: string, options: string): void {
  if (format !== "json" || options !== "json.no-string-conversion")
    throw new ScriptError("not JSON, or texts become numbers");
}

/** Flat objects only, as the hub answers scripts. */
function readJson(text: string): Result {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) return String(parsed);
    return new Map(Object.entries(parsed).map(([name, value]): [string, string] => [name, String(value)]));
  } catch {
    throw new ScriptError("failure: not JSON");
  }
}

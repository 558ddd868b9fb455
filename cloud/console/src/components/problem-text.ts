import { ApiError } from "../hub/api.ts";
import { en, type Strings } from "../strings/en.ts";
import { say } from "../strings/strings.ts";

type Written = (value: number) => string;

/**
 * What went wrong, in the user's language: by the rule that a field breaks, or by the code of the problem. Only what this console
 * does not know is shown in the hub's words. `written`: how a form writes a value of the field, which may be typed in another unit.
 */
export function problemText(error: unknown, written: Written = (value) => value.toLocaleString("en")): string {
  if (!(error instanceof ApiError)) return say("loadFailed");
  if (error.status === 0) return say("hubAway");
  const key = keyOf("rule", error.rule) ?? keyOf("problem", error.code);
  const { value } = error;
  if (key !== null)
    return say(key, value === null ? {} : { value: typeof value === "number" ? written(value) : value });
  const words = error.message || say("loadFailed");
  // `amountCents: the float holds less`: the form itself names the field.
  return error.field !== null && words.startsWith(`${error.field}: `) ? words.slice(error.field.length + 2) : words;
}

function keyOf(kind: "rule" | "problem", name: string | null): keyof Strings | null {
  const key = `${kind}_${(name ?? "").replaceAll("-", "_")}`;
  return Object.hasOwn(en, key) ? (key as keyof Strings) : null;
}

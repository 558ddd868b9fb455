import { ApiError } from "../hub/api.ts";
import { en, type Strings } from "../strings/en.ts";
import { byteSize } from "../strings/format.ts";
import { say, word } from "../strings/strings.ts";

type Written = (value: number) => string;

/**
 * What went wrong, in the user's language: by the rule that a field breaks, or by the code of the problem. Only what this console
 * does not know is shown in the hub's words. `written`: how a form writes a value of the field, which may be typed in another unit.
 */
export function problemText(error: unknown, written: Written = (value) => value.toLocaleString("en")): string {
  if (!(error instanceof ApiError)) return say("loadFailed");
  if (error.status === 0) return say("hubAway");
  if (error.quota !== null) return quotaText(error.quota, error.status);
  const key = keyOf("rule", error.rule) ?? keyOf("problem", error.code);
  const { value } = error;
  if (key !== null)
    return say(key, value === null ? {} : { value: typeof value === "number" ? written(value) : value });
  const words = error.message || say("loadFailed");
  // `amountCents: the float holds less`: the form itself names the field.
  return error.field !== null && words.startsWith(`${error.field}: `) ? words.slice(error.field.length + 2) : words;
}

/** 409: something must go first; else it is free again by itself. */
function quotaText({ kind, limit, used }: NonNullable<ApiError["quota"]>, status: number): string {
  const what = say(status === 409 ? "quota_advice_all" : "quota_advice_later");
  const number = kind === "journal-bytes" ? byteSize : (value: number) => value.toLocaleString("en");
  return say("problem_quota_reached", { kind: word("quota", kind), limit: number(limit), used: number(used), what });
}

function keyOf(kind: "rule" | "problem", name: string | null): keyof Strings | null {
  const key = `${kind}_${(name ?? "").replaceAll("-", "_")}`;
  return Object.hasOwn(en, key) ? (key as keyof Strings) : null;
}

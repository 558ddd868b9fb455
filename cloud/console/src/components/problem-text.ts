import { ApiError } from "../hub/api.ts";
import { en, type Strings } from "../strings/en.ts";
import { say } from "../strings/strings.ts";

/** What went wrong, in the user's language where the problem code is known, otherwise in the hub's words. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return say("loadFailed");
  if (error.status === 0) return say("hubAway");
  const key = `problem_${error.code.replaceAll("-", "_")}`;
  if (Object.hasOwn(en, key)) return say(key as keyof Strings);
  const words = error.message || say("loadFailed");
  // `amountCents: the float holds less`: the form itself names the field.
  return error.field !== null && words.startsWith(`${error.field}: `) ? words.slice(error.field.length + 2) : words;
}

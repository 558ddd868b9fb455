import { say, word, wordOr } from "../../strings/strings.ts";

/** A permission in words: `payments.read` -> "Payments: see". */
export function permissionWords(permission: string): string {
  const [noun = "", verb = ""] = permission.split(".");
  if (verb === "") return permission;
  return say("permissionOf", { noun: word("on", noun), verb: wordOr(`may_${noun}`, verb, word("may", verb)) });
}

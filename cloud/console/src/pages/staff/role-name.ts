import type { Strings } from "../../strings/en.ts";
import { en } from "../../strings/en.ts";
import { say } from "../../strings/strings.ts";

/** Built-in roles in the reader's language; a provider's own as they named it. */
export function roleName(role: string, name: string): string {
  const key = `role_${role.replaceAll("-", "_")}`;
  return Object.hasOwn(en, key) ? say(key as keyof Strings) : name;
}

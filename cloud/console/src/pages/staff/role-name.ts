import { en, type Strings } from "../../strings/en.ts";
import { say } from "../../strings/strings.ts";

/** The name of a role: a built-in role in the user's language, a provider's own role as it was named. */
export function roleName(role: string, name: string): string {
  const key = `role_${role.replaceAll("-", "_")}`;
  return Object.hasOwn(en, key) ? say(key as keyof Strings) : name;
}

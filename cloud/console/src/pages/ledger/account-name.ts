import { say, word } from "../../strings/strings.ts";

/** The name of an account: `clearing:0197…` -> "Held by M-Pesa 600000". `names` has channels and staff. */
export function accountName(account: string, names: ReadonlyMap<string, string>): string {
  const [kind = "", id = ""] = account.split(":");
  const name = word("account", kind);
  return name.replace("{name}", names.get(id) ?? (kind === "float" ? say("unnamedUser") : say("channel")));
}

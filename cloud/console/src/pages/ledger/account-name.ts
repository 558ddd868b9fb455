import { say, word } from "../../strings/strings.ts";

/** The name of an account: `clearing:0197…` -> "Held by M-Pesa 600000". `owner`: whose it is; null: nobody knows. */
export function accountName(account: string, owner: string | null): string {
  const [kind = ""] = account.split(":");
  return word("account", kind).replace("{name}", owner ?? (kind === "float" ? say("unnamedUser") : say("channel")));
}

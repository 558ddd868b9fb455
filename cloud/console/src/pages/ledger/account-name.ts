import { say, word } from "../../strings/strings.ts";

/** `clearing:0197…` -> "Held by M-Pesa 600000": what an account of the books is called. `names`: of channels and people. */
export function accountName(account: string, names: ReadonlyMap<string, string>): string {
  const [kind = "", id = ""] = account.split(":");
  const name = word("account", kind);
  return name.replace("{name}", names.get(id) ?? (kind === "float" ? say("aPerson") : say("channel")));
}

import { say, word } from "../strings/strings.ts";

/**
 * Says which modules of the hub failed while all others answered; empty: none did.
 * @param modules undefined: of a hub that does not tell
 */
export function notAskedText(modules: readonly string[] | undefined): string {
  if (modules === undefined || modules.length === 0) return "";
  return say("notAsked", { list: modules.map((module) => word("module", module)).join(", ") });
}

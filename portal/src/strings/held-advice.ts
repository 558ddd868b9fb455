import { nameInWords } from "@karibu/protocol/plan-name";
import type { PortalState } from "@karibu/protocol/portal-api";
import type { Advice } from "./en-later.ts";
import type { WholeWords } from "./words.ts";

/** Of a package that is held back: who helps, and after that what the provider's people wrote. */
export function heldAdvice({ planName, reason, text }: NonNullable<PortalState["held"]>, words: WholeWords): Advice {
  // A newer site may know more reasons than a page that is open since before its update.
  const sentence: string = words.problems[reason] ?? "";
  return {
    title: words.heldTitle(nameInWords(planName, words.planWords)),
    text: text === "" || sentence === "" ? sentence || text : `${sentence} (${text})`,
  };
}

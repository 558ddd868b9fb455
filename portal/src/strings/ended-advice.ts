import { nameInWords } from "@karibu/protocol/plan-name";
import type { PortalState } from "@karibu/protocol/portal-api";
import type { Advice } from "./en-later.ts";
import { endReasons } from "./end-reasons.ts";
import type { WholeWords } from "./words.ts";

/** Why the last package of this phone ended. Null: nothing ended, or the phone is online. */
export function endedAdvice(
  { ended, online }: Pick<PortalState, "ended" | "online">,
  words: WholeWords,
): Advice | null {
  if (ended == null || online !== null) return null;
  // It is not over: its owner lets it go on.
  if (ended.reason === "paused") return { title: words.problems.paused, text: "" };
  const reason = endReasons.find((one) => one === ended.reason) ?? "other";
  return words.ended[reason](nameInWords(ended.planName, words.planWords));
}

import type { Available } from "@karibu/protocol/portal-api";
import { dataBase, dataText, durationText } from "../../strings/format.ts";
import type { WholeWords } from "../../strings/words.ts";

/** What is left of a package: `700 MB · 5 hours left`. */
export function whatIsLeft(one: Available, words: WholeWords): string {
  const parts: string[] = [];
  if (one.bytesLeft !== null) parts.push(dataText(one.bytesLeft, words, dataBase(one.bytesLeft + one.bytesUsed)));
  if (one.secondsLeft !== null) parts.push(durationText(one.secondsLeft, words));
  return parts.length === 0 ? words.noLimit : words.left(parts.join(" · "));
}

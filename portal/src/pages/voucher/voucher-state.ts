import type { Trouble } from "../../data/api.ts";
import type { Strings } from "../../strings/en.ts";
import { troubleText } from "../buy/buy-state.ts";

/** Codes are printed in capitals and in groups: shown that way while typing, sent without the gaps. */
export function tidyCode(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^0-9A-Z\s-]/g, "")
    .slice(0, 40);
}

export function codeComplaint(text: string, trouble: Trouble | null, words: Strings): string | null {
  if (trouble === null) return null;
  return trouble.code === "bad-request" && text.trim() === "" ? words.voucherMissing : troubleText(trouble, words);
}

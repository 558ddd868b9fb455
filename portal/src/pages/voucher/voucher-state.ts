import { type Trouble, troubleText } from "../../data/trouble.ts";
import type { Words } from "../../strings/words.ts";

/** Shows a code in capitals, as it is printed, while a customer types it. */
export function tidyCode(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^0-9A-Z\s-]/g, "")
    .slice(0, 40);
}

/** The sentence under the code field. Null: there is no error. */
export function codeError(text: string, trouble: Trouble | null, words: Words): string | null {
  if (trouble === null) return null;
  if (trouble.field === "pin" && trouble.code === "wrong-password") return words.voucherPin;
  return trouble.code === "bad-request" && text.trim() === "" ? words.voucherMissing : troubleText(trouble, words);
}

import { type Trouble, troubleText } from "../../data/trouble.ts";
import type { Words } from "../../strings/words.ts";

/** The sentence under the code field. Null: there is no error. */
export function codeError(text: string, trouble: Trouble | null, words: Words): string | null {
  if (trouble === null) return null;
  if (trouble.field === "pin" && trouble.code === "wrong-password") return words.voucherPin ?? "";
  return trouble.code === "bad-request" && text.trim() === "" ? words.voucherMissing : troubleText(trouble, words);
}

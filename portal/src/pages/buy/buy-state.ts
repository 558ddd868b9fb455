import { type Trouble, troubleText } from "../../data/trouble.ts";
import type { Strings } from "../../strings/en.ts";

/** The sentence under the phone field. Null: there is no error. */
export function phoneError(text: string, trouble: Trouble | null, words: Strings): string | null {
  if (trouble === null) return null;
  if (trouble.code === "bad-phone" && text.trim() === "") return words.phoneMissing;
  if (trouble.code === "bad-phone") return words.phoneWrong;
  return trouble.field === "phone" ? troubleText(trouble, words) : null;
}

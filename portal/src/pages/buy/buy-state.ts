import { type Country, isTooShort } from "@karibu/protocol/phone-number";
import { type Trouble, troubleText } from "../../data/trouble.ts";
import type { WholeWords } from "../../strings/words.ts";

/** The sentence under the phone field. Null: there is no error. */
export function phoneError(text: string, trouble: Trouble | null, country: Country, words: WholeWords): string | null {
  if (trouble === null) return null;
  if (trouble.code === "bad-phone" && text.trim() === "") return words.phoneMissing;
  if (trouble.code === "bad-phone") return isTooShort(text, country) ? words.phoneShort : words.phoneWrong;
  return trouble.field === "phone" ? troubleText(trouble, words) : null;
}

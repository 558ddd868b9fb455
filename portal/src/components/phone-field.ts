import { callingCodePattern } from "@karibu/protocol/phone-number";
import type { Store } from "../data/store.ts";

/** Handles input in a field for a phone number: groups the digits, and stores the text. */
export function onPhoneInput(store: Store, event: Event): void {
  const field = event.target as HTMLInputElement;
  // Grouped only while the cursor is at the end: otherwise it would jump.
  if (field.selectionStart === field.value.length) {
    const grouped = groupPhone(field.value);
    if (grouped !== field.value) field.value = grouped;
  }
  store.phoneText.value = field.value;
}

/** Groups the digits of a phone number: `0712 345 678`, `+254 712 345 678`. Any other text does not change. */
export function groupPhone(text: string): string {
  const digits = text.replace(/[\s-]/g, "");
  if (/^0\d{0,10}$/.test(digits))
    return [digits.slice(0, 4), digits.slice(4, 7), digits.slice(7)].filter(Boolean).join(" ");
  const [callingCode] = callingCodePattern.exec(digits) ?? [""];
  const rest = digits.slice(callingCode.length);
  if (callingCode === "" || !/^\d{0,10}$/.test(rest)) return text;
  return [callingCode, rest.slice(0, 3), rest.slice(3, 6), rest.slice(6)].filter(Boolean).join(" ");
}

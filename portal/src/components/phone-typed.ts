import type { Store } from "../data/store.ts";
import { groupPhone } from "../pages/buy/buy-state.ts";

/** Takes over what is typed into the field of a phone number. */
export function phoneTyped(store: Store, event: Event): void {
  const field = event.target as HTMLInputElement;
  // Grouped only while typing at the end: moving the cursor about in the middle must not fight back.
  if (field.selectionStart === field.value.length) {
    const grouped = groupPhone(field.value);
    if (grouped !== field.value) field.value = grouped;
  }
  store.phoneText.value = field.value;
}

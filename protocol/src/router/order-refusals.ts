/**
 * What an agent itself refuses, whatever the hub orders, by name. The sentence goes over the link, so that a hub that does not know it can still
 * show it; a console that knows it says it in its own language.
 */
export const orderRefusals = {
  "name-of-account": "An account of a customer has this name, and a local user would outrank it.",
  "name-of-voucher": "This is the code of a voucher, and a local user would outrank it.",
  "name-of-phone": "Phones log in again by their MAC, and a local user of that name would outrank them.",
  "our-name": "A name or comment that begins so is for what Karibu's own script made.",
  "our-row": "Karibu's own script made this; it changes there, or not at all.",
  "row-gone": "There is no such row any more.",
  "row-there": "There is one already.",
} as const;

/** Null: these are other words, of the router itself for example. */
export function orderRefusalOf(sentence: string): keyof typeof orderRefusals | null {
  const found = Object.entries(orderRefusals).find(([, known]) => known === sentence);
  return (found?.[0] ?? null) as keyof typeof orderRefusals | null;
}

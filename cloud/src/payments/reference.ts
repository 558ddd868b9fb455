import type { World } from "@karibu/protocol/world";

/** No O, 0, I, 1 or L to misread, and no vowels, so that no word is spelt. */
const alphabet = "23456789BCDFGHJKMNPQRSTVWXYZ";
export const referenceLength = 8;

/**
 * The account reference of a push: printed in the payer's message, and in every later source of the same payment, so it
 * joins them. Not an idempotency key for Daraja: it gives two prompts for one reference. Unique by index, not guessable.
 */
export function newReference({ random }: Pick<World, "random">): string {
  const fair = 256 - (256 % alphabet.length);
  let reference = "";
  while (reference.length < referenceLength) {
    for (const byte of random.bytes(16)) {
      if (byte < fair && reference.length < referenceLength) reference += alphabet[byte % alphabet.length];
    }
  }
  return reference;
}

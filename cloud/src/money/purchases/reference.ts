import { saleCodeAlphabet as alphabet, saleCodeLength as referenceLength } from "@karibu/protocol/codes/sale-code";
import type { World } from "@karibu/protocol/world";
import { randomSigns } from "../../catalogue/grants/new-sale-code.ts";

/** Pairs of the alphabet that are taken for each other. */
const alike: Readonly<Record<string, string>> = { "2": "Z", "5": "S", "8": "B", Z: "2", S: "5", B: "8" };

/** Every reference that somebody who typed this may have read; at most 256, none where it can't be one of ours. */
export function referencesLike(key: string): string[] {
  if (key.length !== referenceLength || [...key].some((letter) => !alphabet.includes(letter))) return [];
  let all = [""];
  for (const letter of key) {
    const ways = alike[letter] === undefined ? [letter] : [letter, alike[letter]];
    all = ways.flatMap((way) => all.map((start) => start + way));
  }
  return all;
}

/**
 * The account reference of a prompt: printed in the payer's message, and in every later source of the same payment, so it
 * joins them. Not an idempotency key for Daraja: it gives two prompts for one reference. Unique by index, not guessable.
 */
export const newReference = (world: Pick<World, "random">): string => randomSigns(world);

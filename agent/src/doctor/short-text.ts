/** Text of the router in a sentence: short, on one line, and in one direction. */
import { cutText } from "@karibu/protocol/whole-text";

export function shortText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they have no place in a sentence
  const plain = text.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, " ");
  return cutText(plain, 80);
}

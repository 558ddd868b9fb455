/** A name that somebody chose, for a letter to somebody else: what is left can't be a link, a line of its own, or a message. */

const charactersMax = 40;

/**
 * Letters, digits and the signs of names; at most 40 characters. Dots, slashes and the like inside a word become spaces, because mail
 * programs make a link of `name.com`; long numbers go, because they may be a phone to call. Full-width and other look-alikes count as
 * what they look like (Unicode NFKC).
 */
export function plainName(name: string): string {
  return plainLabel(name.normalize("NFKC").replace(/\p{N}(?:[ .,()-]*\p{N}){4,}/gu, " "));
}

/** The same for a name that may have a long number, as a channel's has its paybill. */
export function plainLabel(name: string): string {
  const plain = name
    .normalize("NFKC")
    .replace(/[^\p{L}\p{M}\p{N}&'’().,-]/gu, " ")
    .replace(/\.(?=\S)/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return [...plain].slice(0, charactersMax).join("").trim() || "?";
}

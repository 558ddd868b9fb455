/**
 * Texts in whole characters. A character beyond U+FFFF is two code units in JavaScript (a surrogate pair), and half of one is no text: PostgreSQL
 * refuses it, UTF-8 has no bytes for it. So a text is cut here and nowhere else, and what strangers send is mended at the door.
 */

/** Its first characters, in at most so many code units; a character that does not fit goes whole. The result has no half of a pair. */
export function cutText(text: string, unitsMax: number): string {
  if (text.length <= unitsMax) return text.toWellFormed();
  const isSplit = /[\ud800-\udbff]$/.test(text.slice(0, unitsMax)) && /^[\udc00-\udfff]/.test(text.slice(unitsMax));
  return text.slice(0, isSplit ? unitsMax - 1 : unitsMax).toWellFormed();
}

/** The same in UTF-8 bytes. */
export function cutBytes(text: string, octetsMax: number): string {
  const whole = text.toWellFormed();
  let octets = 0;
  let units = 0;
  for (const character of whole) {
    const code = character.codePointAt(0) ?? 0;
    octets += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (octets > octetsMax) return whole.slice(0, units);
    units += character.length;
  }
  return whole;
}

/** What PostgreSQL can hold: neither U+0000 nor half a pair. Both become U+FFFD. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed();
}

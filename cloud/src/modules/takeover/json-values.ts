/** JSON of other systems, with its plain values as text. Pure. */

/** Numbers as they stand in the text: one of twenty digits, or with a nought at its end, may be somebody's code. Null: it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return longNumber.test(text) ? JSON.parse(text, asWritten) : JSON.parse(text);
  } catch {
    return null;
  }
}

/** One that would lose digits; most files have none, and are read much faster. */
const longNumber = /[:[,]\s*-?(?:\d{16}|\d+(?:\.\d|[eE]))/;

/** The engine hands the text of a plain value to the third parameter; the types of this release do not know it. */
const asWritten = (_: string, value: unknown, ...[told]: readonly { readonly source?: string }[]): unknown =>
  typeof value === "number" ? (told?.source ?? value) : value;

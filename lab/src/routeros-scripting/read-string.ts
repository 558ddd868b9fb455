/**
 * Reads a quoted string of a RouterOS script: the reverse of `quote`, written independently of it. The bytes are UTF-8.
 * Throws at characters that the console would interpret instead of taking them as text. Our own texts are ASCII (other tests look); a script
 * that a router stored itself may hold any text of its owner.
 */
export interface ReadString {
  readonly text: string;
  /** Position after the closing quote. */
  readonly end: number;
}

const letters: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11, _: 32 };

/** `source[start]` is the opening quote. */
export function readString(source: string, start: number): ReadString {
  if (source[start] !== '"') throw new Error(`no string at ${start}`);
  const bytes: number[] = [];
  let at = start + 1;
  for (;;) {
    const character = source[at];
    if (character === undefined) throw new Error("the string does not end");
    if (character === '"')
      return { text: new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes)), end: at + 1 };
    if (character === "$") throw new Error("an unescaped $ in a string");
    if (character === "\0") throw new Error("NUL in a string");
    if (character !== "\\") {
      const point = source.codePointAt(at) ?? 0;
      if (point < 0x80) bytes.push(point);
      else bytes.push(...new TextEncoder().encode(String.fromCodePoint(point)));
      at += point > 0xffff ? 2 : 1;
      continue;
    }
    const pair = /^[0-9A-F]{2}/.exec(source.slice(at + 1, at + 3));
    const next = source[at + 1] ?? "";
    if (pair) bytes.push(Number.parseInt(pair[0], 16));
    else if ('"\\$?'.includes(next) && next !== "") bytes.push(next.charCodeAt(0));
    else if (letters[next] !== undefined) bytes.push(letters[next]);
    else throw new Error(`unknown escape \\${next}`);
    at += pair ? 3 : 2;
  }
}

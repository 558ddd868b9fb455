/** Statements and words of a script that RouterOS wrote, with quotes and escapes resolved. Pure. @see MikroTik manual, Scripting: string escapes */

export interface Statement {
  readonly words: readonly string[];
  /** What stands in square brackets, such as ` find default=yes `; null: nothing does. */
  readonly bracket: string | null;
  /** Of the statement's first line, from 1. */
  readonly line: number;
}

/** Comments are none, except that they are told to `comment`. */
export function* statements(text: string, comment: (words: string) => void): Generator<Statement> {
  for (const { command, line } of commands(text)) {
    if (command.startsWith("#")) comment(command);
    else for (const one of split(command)) if (one.words.length > 0 || one.bracket !== null) yield { ...one, line };
  }
}

/** A line that ends with an odd backslash goes on in the next one, behind its blanks; a comment never does. */
function* commands(text: string): Generator<{ command: string; line: number }> {
  let command = "";
  let isOpen = false;
  let line = 0;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    if (!isOpen) line = index + 1;
    const part: string = isOpen ? raw.trimStart() : raw;
    const isComment: boolean = !isOpen && part.trimStart().startsWith("#");
    isOpen = !isComment && /(?<!\\)(?:\\\\)*\\$/.test(part);
    command += isOpen ? part.slice(0, -1) : part;
    if (isOpen) continue;
    if (command.trim() !== "") yield { command: command.trim(), line };
    command = "";
  }
  if (command.trim() !== "") yield { command: command.trim(), line };
}

/** `comment="a \"b\"\r\n"` is one word. A semicolon outside of quotes and brackets ends a statement. */
function split(command: string): Omit<Statement, "line">[] {
  const found: { words: string[]; bracket: string | null }[] = [];
  let [words, bracket]: [string[], string | null] = [[], null];
  const lastBracket = command.lastIndexOf("]");
  let word = "";
  let isQuoted = false;
  let isBegun = false;
  const endWord = () => {
    if (isBegun) words.push(word);
    word = "";
    isBegun = false;
  };
  const endStatement = () => {
    endWord();
    found.push({ words, bracket });
    [words, bracket] = [[], null];
  };
  for (let at = 0; at < command.length; at++) {
    const symbol = command[at] as string;
    if (symbol === "\\" && (isQuoted || isHexEscape(command, at))) {
      isBegun = true;
      const { text, length } = unescaped(command, at);
      word += text;
      at += length - 1;
    } else if (symbol === '"') {
      isQuoted = !isQuoted;
      isBegun = true;
    } else if (!isQuoted && symbol === "[" && !isBegun && bracket === null && at < lastBracket) {
      const end = command.indexOf("]", at);
      bracket = command.slice(at + 1, end);
      at = end;
    } else if (!isQuoted && symbol === ";") endStatement();
    else if (!isQuoted && /\s/.test(symbol)) endWord();
    else {
      word += symbol;
      isBegun = true;
    }
  }
  endStatement();
  return found;
}

/** `find default=yes`, as names and values. */
export function conditionsOf(bracket: string): [string, string][] {
  const [{ words } = { words: [] }] = split(bracket);
  return words.flatMap((word): [string, string][] => {
    const equals = word.indexOf("=");
    return equals > 0 ? [[word.slice(0, equals), word.slice(equals + 1)]] : [];
  });
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  _: " ",
};
const hexEscapes = /(?:\\[0-9A-F]{2}){1,4096}/y;
const utf8 = new TextDecoder("utf-8", { fatal: true });
const western = new TextDecoder("windows-1252");

/** Of letters, they stand outside of quotes as well. */
const isHexEscape = (text: string, at: number): boolean => /^[0-9A-F]{2}$/.test(text.slice(at + 1, at + 3));

/** `at` is the backslash's. A letter beyond ASCII is its bytes, one escape after the other: of UTF-8, or of Winbox's own older code page. */
function unescaped(text: string, at: number): { text: string; length: number } {
  hexEscapes.lastIndex = at;
  const [run = ""] = hexEscapes.exec(text) ?? [];
  if (run !== "") {
    const bytes = Buffer.from(run.replaceAll("\\", ""), "hex");
    return { text: decoded(bytes), length: run.length };
  }
  const symbol = text[at + 1] ?? "";
  return { text: escapes[symbol] ?? symbol, length: 2 };
}

function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return western.decode(bytes);
  }
}

/**
 * Files as strangers' programs may write them, drawn: the same users in any order of columns, with any marks around names, any line ends, comments between, and
 * letters that are marks elsewhere. What is drawn has nothing that its own format could not have.
 */
import fc from "fast-check";

export interface DrawnUser {
  readonly name: string;
  readonly password: string;
}

const letters = [
  ..."abcXYZ0189-_.@",
  "'",
  '"',
  "\\",
  ";",
  ",",
  "(",
  ")",
  "#",
  "--",
  "/*",
  "*/",
  "$",
  "é",
  "€",
  "🙂",
  " ",
  "=",
  "[",
  "]",
  "%",
];

/** Names that no two of them are one anywhere: whatever counts case or blanks at the ends. */
export function drawnUsers(forbidden = ""): fc.Arbitrary<readonly DrawnUser[]> {
  const allowed = letters.filter((letter) => !forbidden.includes(letter));
  const word = fc.array(fc.constantFrom(...allowed), { minLength: 1, maxLength: 8 }).map((all) => all.join(""));
  return fc
    .array(fc.record({ tail: word, password: word }), { minLength: 1, maxLength: 12 })
    .map((all) => all.map(({ tail, password }, at) => ({ name: `u${at}.${tail}.`, password: `p${password}.` })));
}

export const lineEnds = fc.constantFrom("\n", "\r\n");
export const heads = fc.constantFrom("", "\uFEFF");

/** Breaks a line where RouterOS does: with a backslash, and four blanks at the head of the next one. Never within an escape, nor before a blank. */
function wrapped(text: string, every: number): string {
  const parts = text.match(/\\[0-9A-F]{2}|\\.|[^\\]/gsu) ?? [];
  return parts.map((part, at) => (at > 0 && at % every === 0 && part !== " " ? `\\\n    ${part}` : part)).join("");
}

function routerText(text: string, isAscii: boolean): string {
  const escaped = text.replaceAll(/["\\$?]/g, "\\$&");
  const bytes = (letter: string) =>
    [...Buffer.from(letter)].map((byte) => `\\${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  return `"${isAscii ? escaped.replaceAll(/\P{ASCII}/gu, bytes) : escaped}"`;
}

/** A menu with one `add` for each user. `more`: what each has besides. */
export const drawnExport = (menu: string, users: readonly DrawnUser[], more: (user: DrawnUser, at: number) => string) =>
  fc
    .record({
      every: fc.constantFrom(7, 30, 1000),
      isAscii: fc.boolean(),
      eol: lineEnds,
      head: heads,
      isOneLine: fc.boolean(),
    })
    .map(({ every, isAscii, eol, head, isOneLine }) => {
      const adds = users.map((user, at) => {
        const words = `name=${routerText(user.name, isAscii)} password=${routerText(user.password, isAscii)}`;
        const told = `add ${more(user, at)} ${words}`;
        return isOneLine ? `${menu} ${told}` : wrapped(told, every);
      });
      const lines = [
        "# nov/22/2026 10:00:00 by RouterOS 6.49.10",
        "# software id = AAAA-BBBB",
        "#",
        ...(isOneLine ? [] : [menu]),
        ...adds,
      ];
      return head + lines.join("\n").replaceAll("\n", eol) + eol;
    });

/** A table's rows as a dump has them. Each row has the same columns. */
export interface DrawnTable {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** Tables as MySQL's programs dump them. */
export const drawnDump = (tables: readonly DrawnTable[]): fc.Arbitrary<string> =>
  fc
    .record({
      eol: lineEnds,
      head: heads,
      quote: fc.constantFrom("`", ""),
      isReversed: fc.boolean(),
      names: fc.constantFrom("in each", "in the table"),
      verb: fc.constantFrom(
        "INSERT INTO",
        "insert into",
        "INSERT  IGNORE  INTO",
        "REPLACE INTO",
        "INSERT LOW_PRIORITY INTO",
      ),
      rowsAtOnce: fc.constantFrom(1, 2, 1000),
      isDoubled: fc.boolean(),
      isHex: fc.boolean(),
      between: fc.constantFrom(
        "",
        "-- it's; a note",
        "# it's; a note",
        "/*!40000 ALTER TABLE `x` DISABLE KEYS */;",
        "/* ' */",
      ),
      end: fc.constantFrom("", " ON DUPLICATE KEY UPDATE id=id"),
    })
    .map(({ eol, head, quote, isReversed, names, verb, rowsAtOnce, isDoubled, isHex, between, end }) => {
      const written = (value: string | null, at: number): string => {
        if (value === null) return "NULL";
        if (isHex && at % 2 === 0 && value !== "") return `0x${Buffer.from(value).toString("hex").toUpperCase()}`;
        const plain = value.replaceAll("\\", "\\\\");
        return `'${isDoubled ? plain.replaceAll("'", "''") : plain.replaceAll("'", "\\'")}'`;
      };
      const parts = tables.flatMap(({ table, rows }) => {
        const told = Object.keys(rows[0] ?? {});
        const columns = isReversed ? told.toReversed() : told;
        const quoted = columns.map((column) => `${quote}${column}${quote}`);
        const made = `CREATE TABLE ${quote}${table}${quote} (${quoted.map((column) => `${column} varchar(64) DEFAULT 'a,b)'`).join(",\n")},\nKEY \`k\` (${quoted[0]}(8)));`;
        const list = names === "in each" ? ` (${quoted.join(", ")})` : "";
        const tuples = rows.map(
          (row) => `(${columns.map((column, at) => written(row[column] ?? null, at)).join(",")})`,
        );
        const inserts = Array.from({ length: Math.ceil(tuples.length / rowsAtOnce) }, (_, at) => {
          const some = tuples.slice(at * rowsAtOnce, (at + 1) * rowsAtOnce);
          return `${verb} ${quote}${table}${quote}${list} VALUES\n${some.join(",\n")}${end};`;
        });
        return [made, between, ...inserts, between];
      });
      return head + parts.join("\n").replaceAll("\n", eol) + eol;
    });

/** A CSV as spreadsheets save it. */
export const drawnCsv = (columns: readonly string[], rows: readonly (readonly string[])[]): fc.Arbitrary<string> =>
  fc
    .record({
      eol: lineEnds,
      head: heads,
      sign: fc.constantFrom(",", ";", "\t"),
      isReversed: fc.boolean(),
      isQuoted: fc.boolean(),
    })
    .map(({ eol, head, sign, isReversed, isQuoted }) => {
      const cell = (text: string) => (isQuoted || /[,;\t"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
      const lines = [columns, ...rows].map((row) => (isReversed ? row.toReversed() : row).map(cell).join(sign));
      return head + lines.join(eol) + eol;
    });

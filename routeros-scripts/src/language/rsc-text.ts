/**
 * RouterOS text: the one place that turns values into words of a script. Whatever a value holds, it stays one string.
 * @see RouterOS manual, Scripting: constant escape sequences (`\"`, `\\`, `\$`, and `\` with two capital hex digits).
 */

/** Text that is already RouterOS: a negated address, an expression in brackets. Never made from a person's words. */
export interface Bare {
  readonly bare: string;
}
export const bare = (text: string): Bare => ({ bare: text });

export type Value = string | number | boolean | readonly string[] | Bare;
export type Properties = Readonly<Record<string, Value>>;

/**
 * A quoted string. What the console would act on (quotes, `$`, `?`, control characters, tabs) is escaped; all that is not
 * plain ASCII goes byte by byte, as UTF-8, because the console's own character set differs from terminal to terminal.
 */
export function quote(text: string): string {
  let quoted = "";
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === "\\" || character === "$") quoted += `\\${character}`;
    else if (byte < 0x20 || byte > 0x7e || character === "?") quoted += `\\${hex(byte)}`;
    else quoted += character;
  }
  return `"${quoted}"`;
}

/** One argument's value: plain words stay readable, all else is quoted. */
export function word(value: Value): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return /^[A-Za-z0-9][A-Za-z0-9./_-]*$/.test(value) ? value : quote(value);
  if ("bare" in value) return value.bare;
  const list = value.join(",");
  return /^[A-Za-z0-9][A-Za-z0-9./,_-]*$/.test(list) ? list : quote(list);
}

export function assignments(properties: Properties): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${word(value)}`)
    .join(" ");
}

/** Lines two spaces deeper. Safe because a quoted string never holds a raw line end. */
export const indent = (lines: readonly string[]): string[] => lines.map((line) => (line === "" ? line : `  ${line}`));

const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");

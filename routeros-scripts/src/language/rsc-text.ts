/**
 * Text of RouterOS scripts: the one place that turns values into words of a script. A value stays one string, whatever it holds.
 * @see RouterOS manual, Scripting: constant escape sequences (`\"`, `\\`, `\$`, and `\` with two capital hex digits).
 */

/** RouterOS syntax that is written as it is: a negated address list, an expression in brackets. Never made from user input. */
export interface RawText {
  readonly raw: string;
}
export const raw = (text: string): RawText => ({ raw: text });

export type PropertyValue = string | number | boolean | readonly string[] | RawText;
export type Properties = Readonly<Record<string, PropertyValue>>;

/**
 * A quoted string. Characters that the console interprets (quotes, `$`, `?`, control characters, tabs) are escaped. Everything
 * outside of ASCII is written byte by byte, as UTF-8, because the character set of the console depends on the terminal.
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

/** The value of one argument: simple words are written without quotes, so that they stay readable. */
export function formatValue(value: PropertyValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return /^[A-Za-z0-9][A-Za-z0-9./_-]*$/.test(value) ? value : quote(value);
  if ("raw" in value) return value.raw;
  const list = value.join(",");
  return /^[A-Za-z0-9][A-Za-z0-9./,_-]*$/.test(list) ? list : quote(list);
}

/** `name=karibu-guest ranges=10.5.48.10-10.5.51.250` */
export function formatProperties(properties: Properties): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${formatValue(value)}`)
    .join(" ");
}

/** `[/ip/pool/find where name=karibu-guest]` */
export function find(menu: string, property: string, value: string): string {
  // In a condition, `.` joins two texts: a file name without quotes would be two texts.
  return `[${menu}/find where ${property}=${/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(value) ? value : quote(value)}]`;
}

/** Indents lines by two spaces. This is safe: a quoted string never contains a line break. */
export const indent = (lines: readonly string[]): string[] => lines.map((line) => (line === "" ? line : `  ${line}`));

const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");

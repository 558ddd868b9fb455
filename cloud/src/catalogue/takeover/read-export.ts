/**
 * What `/export show-sensitive` of a router wrote, as rows by menu. Hostile text: nothing of it is run. Pure.
 * @see MikroTik manual, Configuration management; Scripting: string escapes
 */
import { cutText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import type { MenuRow } from "./routeros-values.ts";

/** Rows of a router's menus, from an export or as its menus printed them. */
export interface RouterExport {
  /** `7.16.2`; null: the head does not say it. */
  readonly version: string | null;
  /** Rows that `add` made, by menu in the words of `/ip/hotspot/user`. */
  readonly rows: ReadonlyMap<string, readonly (MenuRow & { readonly line: string })[]>;
  /** RouterOS did not finish: it says so in comments. */
  readonly isPartial: boolean;
}

const printed = z.record(z.string().max(100), z.array(z.record(z.string().max(100), z.unknown())).max(200_000));

/**
 * `{"/ip/hotspot/user": [{"name": "…"}], …}`: what a router's menus printed (`:serialize to=json [… print as-value]`). It also has what was
 * used so far. `version`: of `/system/resource`. Null: this is none.
 */
export function readPrinted(text: string): RouterExport | null {
  const parsed = printed.safeParse(parseJson(text));
  const menus = Object.keys(parsed.success ? parsed.data : {});
  if (!parsed.success || menus.length === 0 || menus.some((menu) => !menu.startsWith("/"))) return null;
  const rows = new Map(
    Object.entries(parsed.data).map(([menu, list]) => [
      menu,
      list.map((row) => ({
        ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)])),
        line: "0",
      })),
    ]),
  );
  const version = rows.get("/system/resource")?.[0] as MenuRow | undefined;
  return { version: version?.version?.split(" ")[0] ?? null, rows, isPartial: false };
}

/** Numbers as they stand in the text: one of twenty digits, or with a nought at its end, may be somebody's code. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, asWritten);
  } catch {
    return null;
  }
}

/** The engine hands the text of a plain value to the third parameter; the types of this release do not know it. */
const asWritten = (_: string, value: unknown, ...[told]: readonly { readonly source?: string }[]): unknown =>
  typeof value === "number" ? (told?.source ?? value) : value;

/** RouterOS makes numbers and lists of what looks like one. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(",");
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : "";
}

/** Null: this is no export. */
export function readExport(text: string): RouterExport | null {
  const rows = new Map<string, (MenuRow & { readonly line: string })[]>();
  let menu = "";
  let isPartial = false;
  let isExport = false;
  for (const { command, line } of commands(text)) {
    if (command.startsWith("#")) {
      isPartial ||= /^# ?error exporting/i.test(command);
      continue;
    }
    const words = splitWords(command);
    const path: string[] = [];
    let at = 0;
    if (/^\/[a-z][a-z0-9/-]*$/.test(words[0] ?? "")) {
      for (; at < words.length && !isVerb(words[at]); at++) path.push(...(words[at] ?? "").split("/"));
      menu = `/${path.filter((part) => part !== "").join("/")}`;
      isExport = true;
    }
    if (words[at] !== "add" || menu === "") continue;
    const row: Record<string, string> = { line: String(line) };
    for (const word of words.slice(at + 1)) {
      const equals = word.indexOf("=");
      if (equals > 0) row[word.slice(0, equals)] = word.slice(equals + 1);
    }
    const present = rows.get(menu) ?? [];
    present.push(row as MenuRow & { readonly line: string });
    rows.set(menu, present);
  }
  const version = /by RouterOS (\d+\.\d+(?:\.\d+)?)/.exec(cutText(text, 500))?.[1] ?? null;
  return isExport ? { version, rows, isPartial } : null;
}

const isVerb = (word: string | undefined): boolean => word === "add" || word === "set" || word === "remove";

/** A line that ends with a backslash goes on in the next one, behind its blanks. `line` is the first one's number, from 1. */
function* commands(text: string): Generator<{ command: string; line: number }> {
  let command = "";
  let line = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (command === "") line = index + 1;
    const part = command === "" ? raw : raw.trimStart();
    if (part.endsWith("\\") && !part.endsWith("\\\\") && !part.startsWith("#")) {
      command += part.slice(0, -1);
      continue;
    }
    command += part;
    if (command.trim() !== "") yield { command: command.trim(), line };
    command = "";
  }
  if (command.trim() !== "") yield { command: command.trim(), line };
}

/** Words with their quotes and escapes resolved: `comment="a \"b\"\r\n"` is one word. */
function splitWords(command: string): string[] {
  const words: string[] = [];
  let word = "";
  let isQuoted = false;
  let isBegun = false;
  for (let at = 0; at < command.length; at++) {
    const symbol = command[at] as string;
    if (isQuoted && symbol === "\\") {
      const { text, length } = unescaped(command, at + 1);
      word += text;
      at += length;
    } else if (symbol === '"') {
      isQuoted = !isQuoted;
      isBegun = true;
    } else if (!isQuoted && /\s/.test(symbol)) {
      if (isBegun) words.push(word);
      word = "";
      isBegun = false;
    } else {
      word += symbol;
      isBegun = true;
    }
  }
  if (isBegun) words.push(word);
  return words;
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

function unescaped(text: string, at: number): { text: string; length: number } {
  const pair = text.slice(at, at + 2);
  if (/^[0-9A-F]{2}$/.test(pair)) return { text: String.fromCharCode(Number.parseInt(pair, 16)), length: 2 };
  const symbol = text[at] ?? "";
  return { text: escapes[symbol] ?? symbol, length: 1 };
}

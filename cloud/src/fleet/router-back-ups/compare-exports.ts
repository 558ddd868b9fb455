/** What differs between two exports, by menu, for people. Compared as written, shown without secrets. Pure. */
import { cutText } from "@karibu/protocol/whole-text";
import { codeOf, type ExportLine, readExport, shownLine, shownValue } from "./read-export.ts";

export interface Difference {
  /** `moved`: the same rows stand in another order, and order counts. */
  readonly kind: "added" | "removed" | "changed" | "moved";
  readonly menu: string;
  /** Without secrets. Of a change: as it is now. */
  readonly line: string;
  /** Of a change: which words. Two that look alike: what differs is hidden. */
  readonly words: readonly { readonly name: string; readonly was: string; readonly is: string }[];
}

/** By what a row is the same one, the first that it has. */
const nameWords = [
  "name",
  "numbers",
  "default-name",
  "mac-address",
  "list",
  "address",
  "interface",
  "dst-address",
  "comment",
];
const orderedMenus = /^\/(ip|ipv6) firewall|^\/radius$|^\/queue simple$|^\/ip hotspot walled-garden/;

export function compareExports(before: string, now: string): Difference[] {
  const was = byMenu(readExport(before));
  const is = byMenu(readExport(now));
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((menu) =>
    compareMenu(menu, was.get(menu) ?? [], is.get(menu) ?? []),
  );
}

function byMenu(lines: readonly ExportLine[]): Map<string, ExportLine[]> {
  const menus = new Map<string, ExportLine[]>();
  for (const line of lines) {
    const known = menus.get(line.menu);
    if (known === undefined) menus.set(line.menu, [line]);
    else known.push(line);
  }
  return menus;
}

function compareMenu(menu: string, was: readonly ExportLine[], is: readonly ExportLine[]): Difference[] {
  const gone = without(was, is);
  const come = without(is, was);
  const found: Difference[] = [];
  const open = new Map<string, ExportLine[]>();
  // The first one is taken first, from the end.
  for (const line of gone.toReversed()) {
    const alike = open.get(nameOf(line));
    if (alike === undefined) open.set(nameOf(line), [line]);
    else alike.push(line);
  }
  for (const line of come) {
    const old = open.get(nameOf(line))?.pop();
    found.push(
      old === undefined ? { kind: "added", menu, line: shownLine(line), words: [] } : changed(menu, old, line),
    );
  }
  for (const line of [...open.values()].flatMap((alike) => alike.toReversed()))
    found.push({ kind: "removed", menu, line: shownLine(line), words: [] });
  if (found.length === 0 && orderedMenus.test(menu) && was.some((line, at) => line.text !== is[at]?.text))
    found.push({ kind: "moved", menu, line: menu, words: [] });
  return found;
}

/** Each line as often as it is there more. */
function without(lines: readonly ExportLine[], others: readonly ExportLine[]): ExportLine[] {
  const left = new Map<string, number>();
  for (const { text } of others) left.set(text, (left.get(text) ?? 0) + 1);
  return lines.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    return count === 0;
  });
}

function nameOf({ verb, words }: ExportLine): string {
  const found = words.find(({ name, value }) => name === "" && value.startsWith("["));
  if (found !== undefined) return `${verb} ${found.value}`;
  for (const name of nameWords) {
    const word = words.find((one) => one.name === name);
    if (word !== undefined) return `${verb} ${name}=${word.value}`;
  }
  return verb;
}

function changed(menu: string, was: ExportLine, is: ExportLine): Difference {
  const old = new Map(was.words.map((word) => [word.name, word]));
  const now = new Map(is.words.map((word) => [word.name, word]));
  const codes = { was: codeOf(was), is: codeOf(is) };
  const words = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [one, other] = [old.get(name), now.get(name)];
    if (one?.value === other?.value) return [];
    const shown = (word: typeof one, code: string) =>
      word === undefined ? "" : cutText(shownValue({ menu }, word, code), 200);
    return [{ name: cutText(name, 60), was: shown(one, codes.was), is: shown(other, codes.is) }];
  });
  return { kind: "changed", menu, line: shownLine(is), words };
}

/**
 * What `/export show-sensitive` of a router wrote, as rows by menu. Hostile text: nothing of it is run. Pure.
 * @see MikroTik manual, Configuration management; Scripting: string escapes
 */
import { cutText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import { conditionsOf, statements } from "./export-words.ts";
import { isYes, type MenuRow, textOf } from "./routeros-values.ts";

export type ExportRow = MenuRow & { readonly line: string };

/** A statement of a menu that changes nothing of what was read. */
export interface Unread {
  readonly menu: string;
  readonly line: number;
  readonly what: string;
}

/** Rows of a router's menus, from an export or as its menus printed them. */
export interface RouterExport {
  /** `7.16.2`; null: the head does not say it. */
  readonly version: string | null;
  /** Rows that `add` made, or `set` of one from the factory, by menu in the words of `/ip/hotspot/user`. */
  readonly rows: ReadonlyMap<string, readonly ExportRow[]>;
  readonly unread: readonly Unread[];
  /** RouterOS did not finish: it says so in comments. */
  readonly isPartial: boolean;
}

const printed = z.record(z.string().max(100), z.array(z.record(z.string().max(100), z.unknown())).max(200_000));

/**
 * `{"/ip/hotspot/user": [{"name": "…"}], …}`: what a router's menus printed (`:serialize to=json [… print as-value]`). It also has what was
 * used so far. `told`: the file's JSON. `version`: of `/system/resource`. Null: this is none.
 */
export function readPrinted(told: unknown): RouterExport | null {
  const parsed = printed.safeParse(told);
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
  return {
    version: version?.version?.split(" ")[0] ?? null,
    rows: withModernNames(rows),
    unread: [],
    isPartial: false,
  };
}

/** Null: this is no export. `menus`: whose rows make a file one whose head does not say that RouterOS wrote it. */
export function readExport(text: string, menus: ReadonlySet<string> = menusOfUsers): RouterExport | null {
  const rows = new Map<string, ExportRow[]>();
  const unread: Unread[] = [];
  let entered = "";
  let isPartial = false;
  let isExport = false;
  const comment = (words: string) => {
    isPartial ||= /^# ?error exporting/i.test(words);
  };
  for (const { words, bracket, line } of statements(text, comment)) {
    const isWhole = /^\/[a-z][a-z0-9/-]*$/.test(words[0] ?? "");
    const { path, rest } = pathOf(words);
    if (isWhole) entered = `/${path.join("/")}`;
    isExport ||= isWhole;
    const [verb = "", ...told] = isWhole || rest.length > 0 ? rest : words;
    if (entered === "" || verb === "") continue;
    // `user add name=x` is below the menu that was entered before.
    const menu = isWhole || rest.length === 0 ? entered : [entered, ...path].join("/");
    const values = valuesOf(told);
    const present = rows.get(menu) ?? [];
    rows.set(menu, present);
    if (verb === "add") present.push({ ...values, line: String(line) } as ExportRow);
    else if (verb === "set") {
      const named = told.find((word) => !word.includes("=")) ?? null;
      if (!change(menu, present, { bracket, named, values, line }))
        unread.push({ menu, line, what: shownOf(words, bracket) });
    } else unread.push({ menu, line, what: shownOf(words, bracket) });
  }
  const version = /by RouterOS (\d+\.\d+(?:\.\d+)?)/.exec(cutText(text, 500))?.[1] ?? null;
  const isKnown = version !== null || [...rows.keys()].some((known) => menus.has(known));
  return isExport && isKnown ? { version, rows: withHiddenPasswords(withModernNames(rows)), unread, isPartial } : null;
}

/** A statement as a person sees it, without passwords. */
const shownOf = (words: readonly string[], bracket: string | null): string =>
  [
    ...words.map((word) => word.replace(/^(password|[a-z-]*secret)=.*$/s, "$1=…")),
    ...(bracket === null
      ? []
      : [`[${cutText(bracket, 200).replaceAll(/(password|secret)=(?:"[^"]*"?|\S*)/g, "$1=…")}]`]),
  ].join(" ");

const menusOfUsers = new Set([
  "/ip/hotspot/user",
  "/ip/hotspot/user/profile",
  "/ppp/secret",
  "/ppp/profile",
  "/user-manager/user",
  "/tool/user-manager/user",
]);

const passwordMenus = ["/ip/hotspot/user", "/ppp/secret", "/user-manager/user"];

/** RouterOS 7 leaves passwords out unless it is asked for them. Where nobody has one, nobody's is known. */
function withHiddenPasswords(rows: ReadonlyMap<string, readonly ExportRow[]>): Map<string, readonly ExportRow[]> {
  const all = passwordMenus.flatMap((menu) => rows.get(menu) ?? []);
  if (all.some(({ password }) => password !== undefined)) return new Map(rows);
  const hide = (list: readonly ExportRow[]) =>
    list.map((row): ExportRow => ({ ...row, "password-is": "hidden" }) as ExportRow);
  return new Map([...rows].map(([menu, list]) => [menu, passwordMenus.includes(menu) ? hide(list) : list]));
}

const verbs = new Set(["add", "set", "remove", "enable", "disable", "unset", "print", "export", "move", "edit"]);

/** `/ppp secret add name=x` and `/ppp/secret/add name=x`. */
function pathOf(words: readonly string[]): { path: string[]; rest: string[] } {
  const path: string[] = [];
  for (const [index, word] of words.entries()) {
    if (word.includes("=")) return { path, rest: words.slice(index) };
    for (const part of word.split("/").filter((one) => one !== "")) {
      if (verbs.has(part)) return { path, rest: [part, ...words.slice(index + 1)] };
      path.push(part);
    }
  }
  return { path, rest: [] };
}

function valuesOf(words: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals > 0) values[word.slice(0, equals)] = word.slice(equals + 1);
  }
  return values;
}

/** Rows that a router has from the factory: an export only says what was changed of them. */
const factoryRows: Readonly<Record<string, string>> = { "*0": "default", "*FFFFFFFE": "default-encryption" };

/** Where the names of a menu's rows stand, as far as it was read: a file may change each of thousands of rows. */
const namesOf = new WeakMap<readonly ExportRow[], { readonly places: Map<string, number[]>; count: number }>();

function placesOfName(present: readonly ExportRow[], name: string): readonly number[] {
  const known = namesOf.get(present) ?? { places: new Map<string, number[]>(), count: 0 };
  namesOf.set(present, known);
  for (; known.count < present.length; known.count++) {
    const own = present[known.count]?.name ?? "";
    const places = known.places.get(own) ?? [];
    known.places.set(own, places);
    places.push(known.count);
  }
  return known.places.get(name) ?? [];
}

/** `set [ find default=yes ] …`, `set *0 …`, `set default …`. False: it changes a row that the file does not have. */
function change(
  menu: string,
  present: ExportRow[],
  {
    bracket,
    named,
    values,
    line,
  }: { bracket: string | null; named: string | null; values: Record<string, string>; line: number },
): boolean {
  const wanted = bracket === null ? [["name", factoryRows[named ?? ""] ?? named ?? ""]] : conditionsOf(bracket);
  if (wanted.length === 0) return false;
  const [, wantedName] = wanted.find(([name]) => name === "name") ?? [];
  const isMeant = (row: ExportRow | undefined) => wanted.every(([name = "", value]) => row?.[name] === value);
  const places = wantedName === undefined ? present.keys() : placesOfName(present, wantedName);
  const meant = [...places].filter((at) => isMeant(present[at]));
  // The rows are this reading's own; copies of long ones would take their square.
  for (const at of meant) Object.assign(present[at] as ExportRow, values);
  if (values.name !== undefined) namesOf.delete(present);
  if (meant.length > 0) return true;
  const isDefault = wanted.some(([name, value]) => name === "default" && isYes(value));
  const [, factory = isDefault ? "default" : ""] = wanted.find(([name]) => name === "name") ?? [];
  if (!isDefault && factory !== "default" && factory !== "default-encryption") return false;
  const isProfile = menu === "/ip/hotspot/user/profile" || menu === "/ppp/profile";
  if (!isProfile && !isDefault) return false;
  present.push({ name: factory, default: "yes", ...values, line: String(line) });
  return true;
}

const oldRoot = "/tool/user-manager/";
const oldMenus: Readonly<Record<string, string>> = {
  user: "user",
  profile: "profile",
  "profile/limitation": "limitation",
  "profile/profile-limitation": "profile-limitation",
};

/** RouterOS 6 has its User Manager below `/tool`, and a user's log-in as `username`. */
function withModernNames(rows: ReadonlyMap<string, readonly ExportRow[]>): Map<string, readonly ExportRow[]> {
  const all = new Map(rows);
  for (const [menu, list] of rows) {
    const told = menu.startsWith(oldRoot) ? oldMenus[menu.slice(oldRoot.length)] : undefined;
    if (told === undefined) continue;
    const now = list.map((row) => (row.username === undefined ? row : ({ ...row, name: row.username } as ExportRow)));
    all.set(`/user-manager/${told}`, [...(all.get(`/user-manager/${told}`) ?? []), ...now]);
    all.delete(menu);
  }
  return all;
}

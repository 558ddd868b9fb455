/**
 * What a router lacks of a script, or has otherwise: changes as named actions, and what is left as it is, with why. It adds and changes, and removes
 * nothing: a row that the script does not have stays. Pure.
 *
 * Who attacks: the script is a stranger's, and so are the router's own texts. What is shown has no secret and no sign that hides or turns text; what
 * would be ordered passes the schema of what people may ask for.
 */
import { askedActionSchema } from "@karibu/protocol/router/asked-router-actions";
import { type ImportedSetting, importedAtOnceMax, type RouterAction } from "@karibu/protocol/router/router-actions";
import { cutText } from "@karibu/protocol/whole-text";
import { isYes, type MenuRow } from "../../ground/router-exports/routeros-values.ts";
import { shownText, shownValue } from "./read-export.ts";
import type { Script, ScriptRow } from "./read-script.ts";
import type { TemplateRows } from "./router-template.ts";
import { comparable, type ScriptMenu, scriptMenus, wordOf } from "./script-menus.ts";

/**
 * Why a row or a statement changes nothing. `karibu`: it is what Karibu's own script made. `default`: it is RouterOS' own. `disabled`: it is switched off.
 * `more`: it has words that can't come along, and without them it would open more. `wrong`: it has a value that is not imported. `said-before`: an earlier
 * row of the script has this name with other words. `other-there`: the router has this one otherwise, and keeps it. `no-row`: a statement that changes,
 * removes or runs something.
 */
export const leftWhys = [
  "karibu",
  "default",
  "disabled",
  "more",
  "wrong",
  "said-before",
  "other-there",
  "no-row",
] as const;

export interface ScriptChange {
  readonly kind: "added" | "changed";
  readonly menu: string;
  readonly name: string;
  /** `was` is empty where nothing was. Without secrets. */
  readonly words: readonly { readonly name: string; readonly was: string; readonly is: string }[];
  /** Words of the script that do not come along. */
  readonly leftOut: readonly string[];
}

export interface ScriptLeft {
  readonly menu: string;
  /** Of the script. */
  readonly line: number;
  readonly name: string;
  readonly why: (typeof leftWhys)[number];
  /** Names of the words that are meant. */
  readonly words: readonly string[];
}

export interface ScriptProposal {
  readonly changes: readonly ScriptChange[];
  /** Of these changes. */
  readonly settings: readonly ImportedSetting[];
  readonly left: readonly ScriptLeft[];
  /** Rows that the router has already. */
  readonly same: number;
}

type Judged =
  | { readonly kind: "same" }
  | { readonly kind: "left"; readonly why: ScriptLeft["why"]; readonly words: readonly string[] }
  | { readonly kind: "change"; readonly change: ScriptChange; readonly setting: ImportedSetting };

const left = (why: ScriptLeft["why"], words: readonly string[] = []): Judged => ({ kind: "left", why, words });
const isKaribus = (row: MenuRow): boolean =>
  row.comment?.startsWith("karibu:") === true || row.name?.startsWith("karibu-") === true;

export function proposeScript(script: Script, today: TemplateRows): ScriptProposal {
  const known = new Map<string, MenuRow[]>();
  for (const [view, rows] of Object.entries(today))
    for (const row of rows) hold(known, nameOf(view as ScriptRow["view"], row), row);
  // Of each name the first row counts: it is compared once with all that the router has of that name.
  const said = new Map<string, MenuRow>();
  const changes: ScriptChange[] = [];
  const settings: ImportedSetting[] = [];
  const leftRows: ScriptLeft[] = [];
  let same = 0;
  for (const row of script.rows) {
    const { view, line, values } = row;
    const menu = scriptMenus[view];
    const name = nameOf(view, values);
    const judged = judgeRow(menu, values, { said, name, rows: known.get(name) ?? [] });
    if (judged.kind === "same") same++;
    else if (judged.kind === "left") {
      const words = judged.words.map((word) => shownText(cutText(word, 60)));
      leftRows.push({ menu: menu.menu, line, name: shownName(values[menu.key]), why: judged.why, words });
    } else {
      changes.push(judged.change);
      settings.push(judged.setting);
    }
  }
  for (const { view, line } of script.statements)
    leftRows.push({ menu: scriptMenus[view].menu, line, name: "", why: "no-row", words: [] });
  return { changes, settings, left: leftRows, same };
}

/** Orders that make them, one after the other: each is kept whole, or not at all. */
export function ordersOf(settings: readonly ImportedSetting[]): RouterAction[] {
  const orders: RouterAction[] = [];
  for (let at = 0; at < settings.length; at += importedAtOnceMax)
    orders.push({ kind: "import-settings", settings: settings.slice(at, at + importedAtOnceMax) });
  return orders;
}

function judgeRow(
  menu: ScriptMenu,
  row: MenuRow,
  { said, name, rows }: { said: Map<string, MenuRow>; name: string; rows: readonly MenuRow[] },
): Judged {
  if (isKaribus(row)) return left("karibu");
  if (isYes(row.default)) return left("default");
  if (isYes(row.disabled)) return left("disabled");
  const told = Object.keys(row).filter((word) => word !== menu.key && word !== "disabled" && word !== "default");
  const isCarried = (word: string) =>
    menu.words[word] !== undefined && comparable(menu.words[word], row[word]) !== undefined;
  const leftOut = told.filter((word) => !isCarried(word));
  if (leftOut.length > 0 && !menu.leavesWords) return left("more", leftOut);
  if ((row[menu.key] ?? "") === "") return left("wrong", [menu.key]);
  const carried = told.filter(isCarried);
  const compared = [...new Set([...carried, ...Object.keys(menu.usual)])].filter(
    (word) => word !== "comment" && !leftOut.includes(word),
  );
  const differing = (one: MenuRow) =>
    compared.filter((word) => {
      const kind = menu.words[word] ?? "text";
      return comparable(kind, row[word] ?? menu.usual[word]) !== comparable(kind, one[word] ?? menu.usual[word]);
    });
  const before = said.get(name);
  if (before !== undefined) return differing(before).length === 0 ? { kind: "same" } : left("said-before");
  said.set(name, row);
  if (rows.some(isKaribus)) return left("karibu");
  if (rows.some((one) => isYes(one.default))) return left("default");
  const isWhole = (one: MenuRow) =>
    !isYes(one.disabled) && menu.narrow.every((word) => ["", "all"].includes(one[word] ?? ""));
  if (rows.some((one) => isWhole(one) && differing(one).length === 0)) return { kind: "same" };
  const [first = null] = rows;
  const changed = first === null ? carried : differing(first);
  const meant = Object.fromEntries(changed.map((word) => [word, row[word] ?? menu.usual[word] ?? ""]));
  const action = menu.action({ ...meant, [menu.key]: row[menu.key] ?? "" }, first);
  if (action === null) return first === null ? left("wrong", ["action"]) : left("other-there", changed);
  const parsed = askedActionSchema.safeParse({ kind: "import-settings", settings: [action] });
  if (!parsed.success || parsed.data.kind !== "import-settings") {
    const field = parsed.error?.issues[0]?.path.at(-1);
    return left("wrong", [(typeof field === "string" ? wordOf(menu, field) : null) ?? menu.key]);
  }
  const [setting] = parsed.data.settings;
  if (setting === undefined) return left("wrong", [menu.key]);
  const words = changed.map((word) => ({
    name: word,
    was: shown(menu, word, first?.[word]),
    is: shown(menu, word, meant[word]),
  }));
  const kind = first === null ? "added" : "changed";
  const shownLeftOut = leftOut.map((word) => shownText(cutText(word, 60)));
  const change: ScriptChange = { kind, menu: menu.menu, name: shownName(row[menu.key]), words, leftOut: shownLeftOut };
  return { kind: "change", change, setting };
}

function hold(known: Map<string, MenuRow[]>, name: string, row: MenuRow): void {
  const rows = known.get(name);
  if (rows === undefined) known.set(name, [row]);
  else rows.push(row);
}

/** Of a row, among all views. MACs are written in either case. */
const nameOf = (view: ScriptRow["view"], row: MenuRow): string => {
  const key = row[scriptMenus[view].key] ?? "";
  return `${view} ${view === "ip-bindings" ? key.toUpperCase() : key}`;
};

/** What a row is called is shown whole: it says what is opened, and is no secret in these menus. */
const shownName = (name = ""): string => shownText(name);

const shown = ({ menu }: ScriptMenu, name: string, value = ""): string =>
  shownText(cutText(shownValue({ menu }, { name, value }), 200));

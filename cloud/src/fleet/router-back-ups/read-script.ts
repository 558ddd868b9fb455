/**
 * A script (`.rsc`) that a person sends: what it says of the menus that can be imported, and how much else stands in it. Nothing of it is run. Pure.
 */
import { readExport } from "../../ground/router-exports/read-export.ts";
import type { MenuRow } from "../../ground/router-exports/routeros-values.ts";
import { type ScriptView, scriptMenus } from "./script-menus.ts";

export interface ScriptRow {
  readonly view: ScriptView;
  readonly line: number;
  readonly values: MenuRow;
}

/** As a process of its own gives it to the hub (`script-task.ts`): plain values. */
export interface Script {
  /** Of RouterOS, by its head; null: it says none. */
  readonly version: string | null;
  /** RouterOS says that it did not finish. */
  readonly isPartial: boolean;
  readonly rows: readonly ScriptRow[];
  /** Statements of these menus that make no row: they change, remove or run something. */
  readonly statements: readonly { readonly view: ScriptView; readonly line: number }[];
  /** Menus that are not imported, with how many statements each has. Empty: its name is none that may be shown. */
  readonly others: readonly { readonly menu: string; readonly statements: number }[];
}

const views = Object.entries(scriptMenus) as [ScriptView, (typeof scriptMenus)[ScriptView]][];
const viewOfMenu = new Map(views.map(([view, { menu }]) => [menu, view]));
const menuName = /^(?:\/[a-z0-9-]{1,30}){1,6}$/;
const othersMax = 100;

/** Null: it is no text that a router exported. */
export function readScript(text: string): Script | null {
  const read = readExport(text, new Set(viewOfMenu.keys()));
  if (read === null) return null;
  const others = new Map<string, number>();
  const note = (menu: string, count: number) => {
    const name = menuName.test(menu) && (others.has(menu) || others.size < othersMax) ? menu : "";
    if (count > 0) others.set(name, (others.get(name) ?? 0) + count);
  };
  const rows: ScriptRow[] = [];
  for (const [menu, list] of read.rows) {
    const view = viewOfMenu.get(menu);
    if (view === undefined) note(menu, list.length);
    else for (const { line, ...values } of list) rows.push({ view, line: Number(line), values });
  }
  const statements = read.unread.flatMap(({ menu, line }) => {
    const view = viewOfMenu.get(menu);
    if (view === undefined) note(menu, 1);
    return view === undefined ? [] : [{ view, line }];
  });
  return {
    version: read.version,
    isPartial: read.isPartial,
    rows,
    statements,
    others: [...others].map(([menu, count]) => ({ menu, statements: count })),
  };
}

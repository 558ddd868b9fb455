/** The configuration of a router: menus with rows of properties. Knows what scripts rely on: ids, names, order, "already have". */
import { type Result, ScriptError, textOf } from "./result.ts";

export type Row = Map<string, string>;
export type ConfigurationRows = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

/** Menus whose rows take effect in their order. */
const isOrdered = (menu: string) => /filter$|nat$|^\/radius$/.test(menu);

export class Configuration {
  private readonly menus = new Map<string, Row[]>();
  private lastId = 0;

  constructor(menus: ConfigurationRows) {
    for (const [menu, rows] of Object.entries(menus)) {
      for (const row of rows) this.rows(menu).push(this.createRow(Object.entries(row)));
    }
  }

  copy(): Configuration {
    const copy = new Configuration({});
    for (const [menu, rows] of this.menus) {
      copy.replaceRows(
        menu,
        rows.map((row) => new Map(row)),
      );
    }
    copy.lastId = this.lastId;
    return copy;
  }

  /** Everything, to make the same again; ids are given anew then. */
  toRows(): ConfigurationRows {
    const plain = (row: Row) => Object.fromEntries([...row].filter(([name]) => name !== ".id"));
    return Object.fromEntries([...this.menus].map(([menu, rows]) => [menu, rows.map(plain)]));
  }

  rows(menu: string): Row[] {
    const rows = this.menus.get(menu) ?? [];
    this.menus.set(menu, rows);
    return rows;
  }

  replaceRows(menu: string, rows: Row[]): void {
    this.menus.set(menu, rows);
  }

  /** A row with an id; it is in no menu yet. */
  createRow(properties: Iterable<readonly [string, string]>): Row {
    this.lastId += 1;
    return new Map<string, string>([[".id", `*${this.lastId}`], ...properties]);
  }

  add(menu: string, properties: Iterable<readonly [string, string]>): Row {
    const row = this.createRow(properties);
    const key = uniqueProperty(menu);
    const value = key === null ? undefined : row.get(key);
    if (key !== null && value !== undefined && this.rows(menu).some((other) => other.get(key) === value)) {
      throw new ScriptError(`failure: already have ${value} in ${menu}`);
    }
    this.rows(menu).push(row);
    return row;
  }

  /** A removed folder takes its files with it. */
  remove(menu: string, removed: readonly Row[]): void {
    const isInside = (row: Row) =>
      menu === "/file" && removed.some((folder) => row.get("name")?.startsWith(`${folder.get("name")}/`));
    this.replaceRows(
      menu,
      this.rows(menu).filter((row) => !removed.includes(row) && !isInside(row)),
    );
  }

  /** Moves a row to the place before the row with that id; without one to the end. */
  move(menu: string, moved: Row | undefined, beforeId: string | undefined): void {
    const others = this.rows(menu).filter((row) => row !== moved);
    const place = beforeId === undefined ? others.length : others.findIndex((row) => row.get(".id") === beforeId);
    if (moved === undefined || place < 0) throw new ScriptError("no such item");
    this.replaceRows(menu, [...others.slice(0, place), moved, ...others.slice(place)]);
  }

  /** Rows by id or by name. Without a target: the only row of a menu that has one. */
  find(menu: string, target: Result | undefined): Row[] {
    const rows = this.rows(menu);
    if (target === undefined) return rows.slice(0, 1);
    const ids: readonly string[] = Array.isArray(target) ? target : [textOf(target)];
    return ids.map((id) => {
      const found = rows.find(
        (row) => row.get(".id") === id || row.get("name") === id || (menu === "/disk" && row.get("slot") === id),
      );
      if (found === undefined) throw new ScriptError(`no such item ${id} in ${menu}`);
      return found;
    });
  }

  findOne(menu: string, target: Result | undefined): Row {
    const [row, ...others] = this.find(menu, target);
    if (row === undefined || others.length > 0) throw new ScriptError(`no such item in ${menu}`);
    return row;
  }

  /** Everything that is set, without ids and empty values: equal for two routers that are configured alike. */
  snapshot(): Record<string, string[]> {
    const menus = [...this.menus].map(([menu, rows]): [string, string[]] => {
      const lines = rows.map((row) =>
        [...row]
          .filter(([name, value]) => name !== ".id" && value !== "")
          .map(([name, value]) => `${name}=${value}`)
          .sort()
          .join(" "),
      );
      return [menu, isOrdered(menu) ? lines : lines.sort()];
    });
    return Object.fromEntries(
      menus.filter(([, rows]) => rows.length > 0).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }
}

/** The property in which two rows of a menu must differ. Null: there is none. */
function uniqueProperty(menu: string): string | null {
  if (menu === "/interface/bridge/port") return "interface";
  return menu.startsWith("/container/") || menu === "/ip/dns/static" ? null : "name";
}

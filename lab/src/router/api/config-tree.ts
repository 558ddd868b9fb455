/** The state of a simulated router's configuration. It survives a power cut, as on flash; what safe mode had not released does not. */
import type { Router } from "../device/router.ts";
import { durationText } from "../model/routeros-text.ts";
import type { Row } from "./api-query.ts";
import { absentMenus, durationNames, firstRows, flagNames, shapes, wanPort } from "./config-shapes.ts";

export interface ConfigTree {
  /** Its rows, in their order. Tests may change them. */
  rows(menu: string): Row[];
  /** Replaces a row, or with null takes it away. */
  put(menu: string, id: string, row: Row | null): void;
  /** Returns the new row's id. */
  add(menu: string, row: Row): string;
  move(menu: string, id: string, before: string | null): void;
  /** Menus of packages that are not installed; a test may change them. */
  readonly absent: Set<string>;
  isHere(menu: string): boolean;
  /** Karibu's whole set-up is there (`plantSetUp`): the menus that were made up until then have its rows. */
  isSetUp: boolean;
  /** Everything, to go back to. */
  copy(): unknown;
  restore(copy: unknown): void;
  /** After each change. */
  onChange(listener: () => void): void;
}

const trees = new WeakMap<Router, ConfigTree>();

export function treeOf(router: Router): ConfigTree {
  const tree = trees.get(router) ?? createTree(router);
  trees.set(router, tree);
  return tree;
}

function createTree(router: Router): ConfigTree {
  let lastId = 0x10;
  const nextId = () => `*${(++lastId).toString(16).toUpperCase()}`;
  let menus = new Map<string, Row[]>();
  const absent = new Set(absentMenus);
  const listeners: (() => void)[] = [];
  let wanWasCutHere = false;

  for (const [menu, rows] of Object.entries(firstRows(router.options)))
    menus.set(
      menu,
      rows.map((row) => (shapes[menu]?.isSingle === true ? row : { ".id": nextId(), ...row })),
    );

  function rows(menu: string): Row[] {
    const known = menus.get(menu) ?? [];
    menus.set(menu, known);
    return known;
  }

  function changed(): void {
    const isOff = rows("/interface").some(({ name, disabled }) => name === wanPort && disabled === "true");
    if (isOff && router.knobs.wan === "up") [router.knobs.wan, wanWasCutHere] = ["down", true];
    else if (!isOff && wanWasCutHere) [router.knobs.wan, wanWasCutHere] = ["up", false];
    for (const listener of listeners) listener();
  }

  return {
    rows,
    absent,
    isSetUp: false,
    isHere: (menu) => shapes[menu] !== undefined && ![...absent].some((prefix) => menu.startsWith(prefix)),
    put(menu, id, row) {
      const at = rows(menu).findIndex((each) => each[".id"] === id);
      if (at === -1) return;
      if (row === null) rows(menu).splice(at, 1);
      else rows(menu)[at] = row;
      changed();
    },
    add(menu, row) {
      const id = nextId();
      rows(menu).push({ ".id": id, ...row });
      changed();
      return id;
    },
    move(menu, id, before) {
      const all = rows(menu);
      const from = all.findIndex((each) => each[".id"] === id);
      const [row] = from === -1 ? [] : all.splice(from, 1);
      if (row === undefined) return;
      const to = before === null ? -1 : all.findIndex((each) => each[".id"] === before);
      all.splice(to === -1 ? all.length : to, 0, row);
      changed();
    },
    copy: () => structuredClone(menus),
    restore(copy) {
      menus = structuredClone(copy as Map<string, Row[]>);
      changed();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/** As RouterOS shows what it was given. */
export function normalised(name: string, value: string): string {
  if (flagNames.includes(name)) return String(value === "yes" || value === "true");
  const whole = durationNames.includes(name) ? /^(\d+)s?$/.exec(value)?.[1] : undefined;
  return whole === undefined ? value : durationText(Number(whole));
}

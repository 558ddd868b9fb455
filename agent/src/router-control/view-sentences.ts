/** What the agent says to a router for a view: sentences of its own list, nothing of which comes from the hub. Pure. */
import type { OldSystemView, RouterView } from "@karibu/protocol/router/router-views";
import type { RouterRow } from "../ground/live-router.ts";
import { oldSystemMenus } from "./old-system-columns.ts";
import { type ViewMonitor, viewMenus, viewMonitors } from "./view-columns.ts";
import type { ViewMenu } from "./view-menu.ts";

/** Major and minor; null: not known. */
export type RouterVersion = readonly [number, number] | null;

/** `7.22.1 (stable)` as `/system/resource` says it. */
export function readVersion(text: string | undefined): RouterVersion {
  const read = /^(\d+)\.(\d+)/.exec(text ?? "");
  return read === null ? null : [Number(read[1]), Number(read[2])];
}

const isFrom = (version: RouterVersion, major: number, minor: number): boolean =>
  version !== null && (version[0] > major || (version[0] === major && version[1] >= minor));

/** `query`: words that narrow it down to some rows. */
export function printSentence({ menu, columns, hasProplist, told }: ViewMenu, query: readonly string[] = []): string[] {
  const read = [...columns, ...(told?.columns ?? [])];
  return [`${menu}/print`, ...(hasProplist ? [`=.proplist=${read.join(",")}`] : []), ...query];
}

/** How many rows it has, as the `ret` of its answer. */
export const countSentence = ({ menu }: ViewMenu): string[] => [`${menu}/print`, "=count-only="];

/** Null: there is nothing to monitor. A name with a comma would be two in this list, so it is left out. */
export function monitorSentence(
  { command, argument, by, columns }: ViewMonitor,
  rows: readonly RouterRow[],
  version: RouterVersion,
): readonly string[] | null {
  const names = rows.map((row) => row[by] ?? "").filter((name) => name !== "" && !name.includes(","));
  if (names.length === 0) return null;
  // Monitors have `.proplist` from 7.19 on.
  const proplist = isFrom(version, 7, 19) ? [`=.proplist=${["name", ...columns].join(",")}`] : [];
  return [command, `=${argument}=${names.join(",")}`, "=once=", ...proplist];
}

/** Rows of `/ip/service` that are open connections, and no service. */
const isNoService = (row: RouterRow) => row.connection === "true" || row.connection === "yes";

/** Which rows of a view are shown, and in which order. */
export function arrange(view: RouterView | OldSystemView, rows: readonly RouterRow[]): readonly RouterRow[] {
  if (view === "logs") return rows.toReversed();
  return view === "services" ? rows.filter((row) => !isNoService(row)) : rows;
}

/** The menus whose rows a view shows. */
export const menusOfView = (view: RouterView | OldSystemView): readonly ViewMenu[] =>
  view in oldSystemMenus ? oldSystemMenus[view as OldSystemView] : (viewMenus[view as RouterView] ?? []);

export const monitorOf = (view: RouterView | OldSystemView): ViewMonitor | undefined =>
  viewMonitors[view as RouterView];

/** The menu that an action changes rows of: the first of its view. */
export function menuOfView(view: RouterView): ViewMenu {
  const menu = viewMenus[view]?.[0];
  if (menu === undefined) throw new Error(`the view ${view} has no menu`);
  return menu;
}

/** Every sentence that reading a view can send, for the check against the command trees. */
export function sentencesOf(
  view: RouterView | OldSystemView,
  rows: readonly RouterRow[],
  version: RouterVersion,
): string[][] {
  const prints = menusOfView(view).flatMap((menu) => [
    ...(menu.rowsMax === undefined ? [] : [countSentence(menu)]),
    printSentence(menu),
  ]);
  const monitor = monitorOf(view);
  const watched = monitor === undefined ? null : monitorSentence(monitor, rows, version);
  return watched === null ? prints : [...prints, [...watched]];
}

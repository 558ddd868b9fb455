/** What keys do anywhere on the console: the search, the rooms, the list of all keys. */
import type { RoomName } from "../page-row.ts";

/** After `g`: the room that opens. */
export const roomKeys: Readonly<Record<RoomName, string>> = {
  home: "h",
  sales: "p",
  customers: "c",
  support: "t",
  plansAndVouchers: "v",
  sites: "s",
  money: "m",
  providers: "o",
  revenue: "r",
  health: "a",
  releases: "l",
  settings: "e",
};

/** `go`: the next key names a room. `shut`: the thing that is open beside its list, or alone. */
export type KeyAction = "search" | "keys" | "go" | "shut" | { readonly room: RoomName };

/** Ctrl+K (Command+K) anywhere; the others outside a field. `isGoing`: `g` was pressed just before. Null: the key is not ours. */
export function actionOfKey(event: KeyboardEvent, isGoing: boolean): KeyAction | null {
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && key === "k") return "search";
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return null;
  if (isGoing) {
    const room = (Object.keys(roomKeys) as RoomName[]).find((name) => roomKeys[name] === key);
    return room === undefined ? null : { room };
  }
  if (key === "escape") return event.defaultPrevented || isInsideAnother(event) ? null : "shut";
  if (key === "/") return "search";
  if (key === "?") return "keys";
  return key === "g" ? "go" : null;
}

/** Escape ends what it was pressed in, and takes nothing away that is being written. */
const isInsideAnother = (event: KeyboardEvent): boolean =>
  event
    .composedPath()
    .some(
      (place) => place instanceof HTMLElement && place.matches("dialog, wa-dialog, [popover], details[open], form"),
    );

/** Does the key go into a field? Pages are in shadow roots: the first element of the path has the focus. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

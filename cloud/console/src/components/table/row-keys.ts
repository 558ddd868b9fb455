/** Arrow keys go from row to row, the space bar chooses one; Enter opens it as its link does by itself. */
const fields = "input:not([type=checkbox]), select, textarea, summary, button, row-menu";

/** `choose`: chooses the row at this place; null where rows can't be chosen. */
export function rowKey(event: KeyboardEvent, choose: ((at: number) => void) | null): void {
  const target = event.composedPath()[0] as HTMLElement;
  const row = target.closest<HTMLTableRowElement>("tbody tr");
  if (row === null || target.closest(fields) !== null || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...(row.parentElement as HTMLElement).children] as HTMLElement[];
  const at = rows.indexOf(row);
  const places: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  const next = rows[places[event.key] ?? -1];
  if (next !== undefined) {
    event.preventDefault();
    focusable(next, target.matches("[type=checkbox]"))?.focus();
  } else if (event.key === " " && choose !== null && !target.matches("[type=checkbox]")) {
    event.preventDefault();
    choose(at);
  }
}

/** In the next row the focus stays in its column: the box, or the link. */
function focusable(row: HTMLElement, isBox: boolean): HTMLElement | null {
  const box = row.querySelector<HTMLElement>(".choose input");
  const link = row.querySelector<HTMLElement>("td:not(.choose) a");
  return isBox ? (box ?? link) : (link ?? box);
}

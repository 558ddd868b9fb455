/** The columns of a table: what a page says of each, their heads, and the rows that stand there while the list is read. */
import { html, nothing, type TemplateResult } from "lit";
import { say } from "../../strings/strings.ts";

export type Cell = TemplateResult | string | number | typeof nothing;

export interface Column<Row> {
  readonly label: string;
  readonly cell: (row: Row) => Cell;
  /** Numbers are right-aligned, with digits of one width. */
  readonly numeric?: boolean;
  /** On a phone this cell stands beside the first one, without its label: the amount of a payment. The first one itself leads anyway. */
  readonly lead?: boolean;
  /** Its value says nothing without its name, as a number does not: it stands before it where rows have no heads, beside an open thing. */
  readonly isNamed?: boolean;
  /** The hub's name for this order. With it the column's head sorts the list. */
  readonly sort?: string;
  /** Hidden until somebody chooses it among the columns. */
  readonly isExtra?: boolean;
}

type SortBy = (sort: string) => void;

/** Some labels are lower-case words of a sentence elsewhere. As a title they begin with a capital. */
export function asTitle(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** The head of a column; a press on it asks for this order, another one for the other direction. */
export function columnHead(column: Column<unknown>, sort: string, sortBy: SortBy): TemplateResult {
  const kind = column.numeric ? "numeric" : "";
  if (column.sort === undefined) return html`<th scope="col" class=${kind}>${asTitle(column.label)}</th>`;
  const isUp = sort === column.sort;
  const isDown = sort === `-${column.sort}`;
  const next = isUp ? `-${column.sort}` : column.sort;
  return html`<th scope="col" class=${kind} aria-sort=${isUp ? "ascending" : isDown ? "descending" : "none"}>
    <button class="quiet" @click=${() => sortBy(next)}>
      ${asTitle(column.label)}<span aria-hidden="true">${isUp ? "↑" : isDown ? "↓" : "↕"}</span>
    </button>
  </th>`;
}

/** Cards have no heads: the order is chosen from a select. */
export function sortSelect(columns: readonly Column<unknown>[], sort: string, sortBy: SortBy, unsortedText: string) {
  const sortable = columns.filter((column) => column.sort !== undefined);
  if (sortable.length === 0) return nothing;
  return html`<label class="order"
    >${say("sortBy")}<select @change=${(event: Event) => sortBy((event.target as HTMLSelectElement).value)}>
      <option value="" ?selected=${sort === ""}>${unsortedText === "" ? say("newest") : unsortedText}</option>
      ${sortable.flatMap((column) => [
        html`<option value=${column.sort as string} ?selected=${sort === column.sort}>${column.label} ↑</option>`,
        html`<option value="-${column.sort as string}" ?selected=${sort === `-${column.sort}`}>${column.label} ↓</option>`,
      ])}
    </select></label
  >`;
}

/** Whether the column at this place stands beside the first one on a phone. */
export const isLead = ({ lead }: Column<unknown>, at: number): boolean => lead === true && at > 0;

/** Rows without text, where rows will stand: laid out as those are, so that nothing jumps when they come. */
export function skeletonRows(
  columns: readonly Column<unknown>[],
  hasBoxes: boolean,
  isLinked: boolean,
): TemplateResult[] {
  const kinds = [isLinked ? "link" : "", columns.some(isLead) ? "led" : ""].filter(Boolean).join(" ");
  return Array.from(
    { length: 6 },
    () => html`<tr class=${kinds}>
      ${hasBoxes ? html`<td class="choose"></td>` : nothing}
      ${columns.map((column, at) => html`<td class=${isLead(column, at) ? "lead" : ""}><div class="bone"></div></td>`)}
    </tr>`,
  );
}

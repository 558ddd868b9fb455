import { html, nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";
import { elementWith, property } from "./element-with.ts";
import { sharedStyles } from "./shared-styles.ts";
import { tableStyles } from "./table-styles.ts";

export type Cell = TemplateResult | string | number | typeof nothing;

export interface Column<Row> {
  readonly label: string;
  readonly cell: (row: Row) => Cell;
  /** Numbers are right-aligned, with digits of one width. */
  readonly numeric?: boolean;
  /** On a phone this cell stands beside the first one, without its label: the amount of a payment. */
  readonly lead?: boolean;
  /** The hub's name for this order. With it the column's head sorts the list. */
  readonly sort?: string;
}

/**
 * A table; on a phone a list of cards. It draws four states: loading, error with a retry button, empty, rows. With `rowHref`
 * each row is a link for mouse, keyboard and screen reader.
 */
class DataTable extends elementWith({
  columns: property<readonly Column<unknown>[]>([]),
  /** Null: still loading. */
  rows: property<readonly unknown[] | null>(null),
  rowHref: property<((row: unknown) => string) | null>(null),
  caption: property(""),
  emptyText: property(""),
  errorText: property(""),
  retryText: property(""),
  /** `name`, or `-name` for descending; empty: the hub's order. The event `sort` asks for another order. */
  sort: property(""),
}) {
  static override styles = [sharedStyles, tableStyles];

  override render() {
    if (this.errorText !== "") {
      return html`<div class="state" role="alert">
        <p>${this.errorText}</p>
        <button @click=${() => this.dispatchEvent(new CustomEvent("retry"))}>${this.retryText}</button>
      </div>`;
    }
    if (this.rows !== null && this.rows.length === 0) return html`<div class="state"><p>${this.emptyText}</p></div>`;
    return html`${this.#sortSelect()}<table aria-busy=${this.rows === null}>
      <caption class="visually-hidden">
        ${this.caption}
      </caption>
      <thead>
        <tr>
          ${this.columns.map((column) => this.#head(column))}
        </tr>
      </thead>
      <tbody>
        ${this.rows === null ? this.#skeleton() : this.rows.map((row) => this.#row(row))}
      </tbody>
    </table>`;
  }

  #head(column: Column<unknown>) {
    const kind = column.numeric ? "numeric" : "";
    if (column.sort === undefined) return html`<th scope="col" class=${kind}>${asTitle(column.label)}</th>`;
    const isUp = this.sort === column.sort;
    const isDown = this.sort === `-${column.sort}`;
    const next = isUp ? `-${column.sort}` : column.sort;
    return html`<th scope="col" class=${kind} aria-sort=${isUp ? "ascending" : isDown ? "descending" : "none"}>
      <button class="quiet" @click=${() => this.#sortBy(next)}>
        ${asTitle(column.label)}<span aria-hidden="true">${isUp ? "↑" : isDown ? "↓" : "↕"}</span>
      </button>
    </th>`;
  }

  #sortBy(sort: string) {
    this.dispatchEvent(new CustomEvent("sort", { detail: sort }));
  }

  /** A phone shows no column heads: the order is chosen from a select. */
  #sortSelect() {
    const sortable = this.columns.filter((column) => column.sort !== undefined);
    if (sortable.length === 0) return nothing;
    return html`<label class="order"
      >${say("sortBy")}<select @change=${(event: Event) => this.#sortBy((event.target as HTMLSelectElement).value)}>
        <option value="" ?selected=${this.sort === ""}>${say("newest")}</option>
        ${sortable.flatMap(({ sort, label }) => [
          html`<option value=${sort as string} ?selected=${this.sort === sort}>${label} ↑</option>`,
          html`<option value="-${sort as string}" ?selected=${this.sort === `-${sort}`}>${label} ↓</option>`,
        ])}
      </select></label
    >`;
  }

  #row(row: unknown) {
    const href = this.rowHref?.(row);
    const kind = [href ? "link" : "", this.columns.some(({ lead }) => lead) ? "led" : ""].filter(Boolean).join(" ");
    return html`<tr class=${kind} @click=${() => href && this.#open(href)}>
      ${this.columns.map((column, index) => {
        const cell = column.cell(row);
        const kinds = [
          column.numeric ? "numeric" : "",
          column.lead ? "lead" : "",
          isShort(cell) ? "short" : "",
          cell === say("none") ? "nothing" : "",
        ];
        return html`<td data-label=${asTitle(column.label)} class=${kinds.filter(Boolean).join(" ")}>
          ${href && index === 0 ? html`<a href=${href}>${cell}</a>` : html`<span>${cell}</span>`}
        </td>`;
      })}
    </tr>`;
  }

  #open(href: string) {
    location.hash = href.slice(1);
  }

  #skeleton() {
    return [1, 2, 3].map(
      () => html`<tr>
        ${this.columns.map(() => html`<td><div class="bone"></div></td>`)}
      </tr>`,
    );
  }
}
customElements.define("data-table", DataTable);

/** Some labels are lower-case words of a sentence elsewhere. As a title they begin with a capital. */
function asTitle(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** A time, a size or an amount stays on one line. Names may break. */
function isShort(cell: unknown): boolean {
  return typeof cell === "number" || (typeof cell === "string" && cell.length <= 16 && /\d/.test(cell));
}

import { html, noChange, nothing, type PropertyValues } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { say } from "../../strings/strings.ts";
import { elementWith, property } from "../element-with.ts";
import { prepareOverlays } from "../overlay/prepare.ts";
import { sharedStyles } from "../shared-styles.ts";
import { emptyState, type Picture, stateStyles } from "../states/empty-state.ts";
import type { ShownPage } from "./list-controller.ts";
import { remember, remembered } from "./remembered.ts";
import { rowKey } from "./row-keys.ts";
import { asTitle, type Column, columnHead, isLead, skeletonRows, sortSelect } from "./table-columns.ts";
import { TableModel } from "./table-model.ts";
import { tableStyles } from "./table-styles.ts";

/** What can be done with all chosen rows at once. */
export interface BulkAction<Row> {
  readonly text: string;
  readonly run: (rows: readonly Row[]) => unknown;
  /** It takes something away: red. */
  readonly isDanger?: boolean;
}

/** How many rows there are in all. */
export interface RowCount {
  readonly count: number;
  /** Nobody counts further: there are more. */
  readonly isMore: boolean;
}

/**
 * A table; where it has little room, on a phone or beside an open thing, a list of cards. It draws four states: loading, error
 * with a retry button, empty, rows. With `rowHref` each row is a link for mouse, keyboard and screen reader; arrow keys go from
 * row to row. With `bulk` rows can be chosen. With a `name` its columns can be chosen, and are remembered under that name.
 */
export class DataTable extends elementWith({
  columns: property<readonly Column<unknown>[]>([]),
  /** Null: still loading. */
  rows: property<readonly unknown[] | null>(null),
  rowHref: property<((row: unknown) => string) | null>(null),
  /** The address of the row that is open beside the list. */
  openHref: property(""),
  caption: property(""),
  emptyText: property(""),
  emptyPicture: property<Picture>("ticket"),
  /** What to do about an empty list. */
  emptyAction: property<unknown>(nothing),
  errorText: property(""),
  retryText: property(""),
  /** `name`, or `-name` for descending; empty: the hub's order. The event `sort` asks for another order. */
  sort: property(""),
  /** What the hub's order is called; empty: the newest first. */
  unsortedText: property(""),
  /** The rows are being read again: they stay until the new ones come. */
  isBusy: property(false),
  /** Which page of its list the rows are: rows that were chosen on another page of it stay chosen. */
  page: property<ShownPage>({ question: "", after: "" }),
  bulk: property<readonly BulkAction<unknown>[]>([]),
  /** What names a row when the list is read again; without it, its place, and where rows can be chosen its address. */
  rowKey: property<((row: unknown) => string) | null>(null),
  /** The row's name for who hears its box alone. */
  rowName: property<((row: unknown) => string) | null>(null),
  /** Null: nobody has counted. */
  count: property<RowCount | null>(null),
  name: property(""),
}) {
  static override styles = [sharedStyles, stateStyles, tableStyles];
  readonly #model = new TableModel<Column<unknown>>(() => this.requestUpdate());
  readonly #room = new ResizeObserver(() => {
    // Only another width asks for another fit; its own height follows from it.
    if (this.clientWidth !== this.#fittedPx) this.#fit();
  });
  #fittedPx = -1;
  /** The rows stay as they are drawn until the new ones come. */
  #keepsRows = false;

  override connectedCallback() {
    super.connectedCallback();
    this.#room.observe(this);
    prepareOverlays();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#room.disconnect();
  }

  override willUpdate(changed: PropertyValues) {
    // A page makes its columns again each time it is drawn: without this a press would draw every row, only to take them away.
    this.#keepsRows =
      this.isBusy && this.hasUpdated && changed.size > 0 && !changed.has("rows") && !changed.has("errorText");
    if (this.#keepsRows) return;
    this.#model.show(this.columns, this.rows, (row, at) => this.#keyOf(row, at), this.page);
    if (changed.has("columns")) this.#model.hide(this.#hidden());
    // The menu of columns comes with the first list that has one.
    if (changed.has("name") && this.name !== "") void import("../overlay/overlays.ts");
  }

  override updated() {
    if (!this.#keepsRows) this.#fit();
  }

  #keyOf(row: unknown, at: number): string {
    const name = this.rowKey ?? (this.bulk.length === 0 ? null : this.rowHref);
    return name?.(row) ?? String(at);
  }

  /**
   * A table that is wider than its place is a list of cards on a tablet, and scrolls in itself where there is room for a table; the
   * others keep their heads in sight.
   */
  #fit(): void {
    this.#fittedPx = this.clientWidth;
    // What was too wide may fit now: it is measured as a table.
    if (this.hasAttribute("stacked")) this.removeAttribute("stacked");
    const table = this.renderRoot.querySelector("table");
    const isWide = table !== null && table.scrollWidth > this.clientWidth + 1;
    const isStacked = isWide && this.clientWidth < stackedBelowPx;
    this.toggleAttribute("stacked", isStacked);
    this.toggleAttribute("wide", isWide && !isStacked);
    // What scrolls must be reached by the keyboard too.
    if (isWide && !isStacked) this.tabIndex = 0;
    else this.removeAttribute("tabindex");
  }

  override render() {
    if (this.errorText !== "") {
      return html`<div class="state" role="alert">
        <p>${this.errorText}</p>
        <button @click=${() => this.dispatchEvent(new CustomEvent("retry"))}>${this.retryText}</button>
      </div>`;
    }
    if (this.rows !== null && this.rows.length === 0) {
      return emptyState(this.emptyText, { picture: this.emptyPicture, action: this.emptyAction });
    }
    const columns = this.#model.visibleColumns;
    return html`${this.#tools()}
      <table tabindex="-1" aria-busy=${this.rows === null || this.isBusy} @keydown=${this.#key}>
        <caption class="visually-hidden">
          ${this.caption}
        </caption>
        <thead>
          <tr>
            ${this.bulk.length === 0 ? nothing : this.#chooseAll()} ${columns.map((column) => columnHead(column, this.sort, (sort) => this.#sortBy(sort)))}
          </tr>
        </thead>
        <tbody>
          ${this.#body(columns)}
        </tbody>
      </table>`;
  }

  #body(columns: readonly Column<unknown>[]) {
    if (this.rows === null) return skeletonRows(columns, this.bulk.length > 0, this.rowHref !== null);
    return this.#keepsRows ? noChange : this.#rowsOf(columns, this.rows);
  }

  /** Above the rows: how many there are, their order on a phone, the choice of columns; or what to do with the chosen rows. */
  #tools() {
    const chosen = this.bulk.length === 0 ? [] : this.#model.chosenRows;
    if (chosen.length > 0) return this.#bulkBar(chosen);
    const order = sortSelect(this.columns, this.sort, (sort) => this.#sortBy(sort), this.unsortedText);
    if (this.name === "" && this.count === null && this.bulk.length === 0) {
      return order === nothing ? nothing : html`<div class="tools narrow">${order}</div>`;
    }
    const { count } = this;
    return html`<div class="tools">
      <span class="soft number" role="status"
        >${count === null ? nothing : say("rowsCount", { count: count.count.toLocaleString("en") + (count.isMore ? "+" : "") })}</span
      >
      <span class="row">${order} ${this.name === "" ? nothing : this.#columnMenu()}</span>
    </div>`;
  }

  #bulkBar(rows: readonly unknown[]) {
    return html`<div class="tools chosen" role="group" aria-label=${say("selectedRows", { count: rows.length })}>
      <strong class="number" role="status">${say("selectedRows", { count: rows.length })}</strong>
      <span class="row"
        >${this.bulk.map(
          ({ text, run, isDanger }) =>
            html`<button class=${isDanger ? "danger" : ""} @click=${() => run(rows)}>${text}</button>`,
        )}
        <button class="quiet" @click=${() => this.clearChoice()}>${say("clearSelection")}</button></span
      >
    </div>`;
  }

  /** After a bulk action: no row is chosen any more, on no page. */
  clearChoice(): void {
    this.#model.clear();
  }

  /** After another page: one reads on at its first row, by eye, by keyboard and by ear. */
  async toStart(): Promise<void> {
    await this.updateComplete;
    const table = this.renderRoot.querySelector("table");
    table?.focus({ preventScroll: true });
    table?.scrollIntoView({ block: "nearest" });
    if ((table?.getBoundingClientRect().top ?? 0) < 0) table?.scrollIntoView({ block: "start" });
  }

  #columnMenu() {
    return html`<row-menu
      class="columns"
      text=${say("columns")}
      .items=${this.columns.slice(1).map((column) => ({
        text: asTitle(column.label),
        isChecked: this.#model.isVisible(column),
        run: () => this.#toggleColumn(column),
      }))}
    ></row-menu>`;
  }

  #hidden(): Set<string> {
    const extra = this.columns.filter(({ isExtra }) => isExtra).map(({ label }) => label);
    return new Set(this.name === "" ? extra : remembered<readonly string[]>(`columns-${this.name}`, extra));
  }

  #toggleColumn({ label }: Column<unknown>) {
    const hidden = this.#hidden();
    if (!hidden.delete(label)) hidden.add(label);
    remember(`columns-${this.name}`, [...hidden]);
    this.#model.hide(hidden);
  }

  #chooseAll() {
    return html`<th scope="col" class="choose">
      <input
        type="checkbox"
        aria-label=${say("selectAllRows")}
        .checked=${this.#model.isEveryRowChosen}
        @change=${(event: Event) => this.#model.chooseAll((event.target as HTMLInputElement).checked)}
      />
    </th>`;
  }

  #sortBy(sort: string) {
    this.dispatchEvent(new CustomEvent("sort", { detail: sort }));
  }

  #rowsOf(columns: readonly Column<unknown>[], rows: readonly unknown[]) {
    return repeat(
      rows,
      (row, at) => this.#keyOf(row, at),
      (row, at) => {
        const key = this.#keyOf(row, at);
        // A row is written again only when something of it has changed: choosing one of 200 rows writes one.
        const parts = [
          row,
          this.columns,
          columns.length,
          this.bulk,
          this.#isOpen(row),
          this.bulk.length > 0 && this.#model.isChosen(key),
        ];
        return guard(parts, () => this.#row(columns, row, at));
      },
    );
  }

  #isOpen(row: unknown): boolean {
    return this.openHref !== "" && this.rowHref?.(row) === this.openHref;
  }

  #row(columns: readonly Column<unknown>[], row: unknown, at: number) {
    const href = this.rowHref?.(row);
    const isOpen = this.#isOpen(row);
    const kinds = [href ? "link" : "", columns.some(isLead) ? "led" : "", isOpen ? "open" : ""];
    return html`<tr class=${kinds.filter(Boolean).join(" ")} @click=${(event: Event) => href && this.#open(event, href)}>
      ${this.bulk.length === 0 ? nothing : this.#choose(row, at)}
      ${columns.map((column, index) => {
        const cell = column.cell(row);
        const kinds = [
          column.numeric ? "numeric" : "",
          isLead(column, index) ? "lead" : "",
          column.numeric || column.isNamed ? "named" : "",
          isShort(cell) ? "short" : "",
          cell === say("none") ? "nothing" : "",
        ];
        return html`<td data-label=${asTitle(column.label)} class=${kinds.filter(Boolean).join(" ")}>
          ${href && index === 0 ? html`<a href=${href} aria-current=${isOpen ? "true" : nothing}>${cell}</a>` : html`<span>${cell}</span>`}
        </td>`;
      })}
    </tr>`;
  }

  #choose(row: unknown, at: number) {
    const key = this.#keyOf(row, at);
    return html`<td class="choose">
      <input
        type="checkbox"
        aria-label=${say("selectRow", { name: this.rowName?.(row) ?? at + 1 })}
        .checked=${this.#model.isChosen(key)}
        @click=${(event: Event) => event.stopPropagation()}
        @change=${() => this.#model.choose(key)}
      />
    </td>`;
  }

  #open(event: Event, href: string) {
    // Buttons, boxes and menus in the row do their own work.
    if (
      (event.composedPath()[0] as Element).closest("a, button, input, select, label, summary, row-menu, .choose") ===
      null
    )
      location.hash = href.slice(1);
  }

  #key(event: KeyboardEvent) {
    rowKey(event, this.bulk.length === 0 ? null : (at) => this.#model.choose(this.#keyOf((this.rows ?? [])[at], at)));
  }
}
customElements.define("data-table", DataTable);

/** Below it a table that does not fit becomes cards: a tablet held upright. */
const stackedBelowPx = 900;

/** A time, a size or an amount stays on one line. Names may break. */
function isShort(cell: unknown): boolean {
  return typeof cell === "number" || (typeof cell === "string" && cell.length <= 16 && /\d/.test(cell));
}

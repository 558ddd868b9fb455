import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import type { BulkAction } from "../../components/table/data-table.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { type AddOptions, addButton, addCard, listCard } from "../../components/table/list-page.ts";
import type { Cell, Column } from "../../components/table/table-columns.ts";
import { listAtRouter, type Reading } from "../../data/fleet/routers.ts";
import { say } from "../../strings/strings.ts";
import { readingNotice } from "./reading-notice.ts";

/** What one list of a router's page is: its columns are the page's own. */
export interface ListOfRouter<Row> {
  /** The hub's name for it. */
  readonly list: string;
  readonly title: string;
  readonly note?: string;
  readonly emptyText: string;
  readonly columns: readonly Column<Row>[];
  readonly buttons?: false | ((row: Row) => Cell);
  readonly add?: false | AddOptions;
  readonly bulk?: false | readonly BulkAction<Row>[];
  readonly rowKey?: (row: Row) => string;
}

const rowsSearchedMin = 10;
/** Told the newest first; every other list as the router has it. */
const logs: ReadonlySet<string> = new Set(["logs", "api-calls"]);

/** One list of a router, with its age, its search and its order. It is read again after each order. */
class RouterList extends appElement({
  siteId: property(""),
  what: property<ListOfRouter<never> | null>(null),
  reading: state<Reading | null>(null),
}) {
  #isFresh = false;
  readonly #rows = new ListController<never>(this, {
    read: async (query) => {
      const isFresh = this.#isFresh;
      this.#isFresh = false;
      const page = await listAtRouter<never>(this.siteId, this.what?.list ?? "", query, isFresh);
      this.reading = page.reading;
      return page;
    },
    topics: ["router"],
    isCounted: true,
  });

  override render() {
    const { what } = this;
    if (what === null) return nothing;
    const { title, note, add = false } = what;
    const hasMore = (this.reading?.rowsAtRouter ?? 0) > (this.#rows.count?.count ?? Number.POSITIVE_INFINITY);
    return html`<div class="head between">
        <h2>${title}</h2>
        <span class="row">
          <button class="quiet" ?disabled=${this.#rows.isBusy} @click=${() => this.#again()}>${say("readAgain")}</button>
          ${addButton(this.#rows, add)}
        </span>
      </div>
      ${note === undefined ? nothing : html`<p class="soft panel">${note}</p>`}
      ${readingNotice(this.reading, this.app.zone)}
      ${hasMore && this.#rows.searchText === "" ? html`<p class="notice">${say("rowsCut", { count: (this.reading?.rowsAtRouter ?? 0).toLocaleString("en") })}</p>` : nothing}
      ${addCard(this.#rows, add)}
      ${this.#search()}
      ${listCard(this.#rows, { ...what, unsortedText: logs.has(what.list) ? say("newest") : say("asAtRouter") })}`;
  }

  /** A short list is looked through by eye. */
  #search() {
    const { searchText, rows, hasEarlier, nextCursor } = this.#rows;
    const isShort = (rows ?? []).length < rowsSearchedMin && nextCursor === null && !hasEarlier;
    if (isShort && searchText === "") return html`<div class="below"></div>`;
    return html`<div class="narrowing below">
      <div class="filters">
        <label
          >${say("search")}<input
            type="search"
            .value=${searchText}
            @change=${(event: Event) => this.#rows.search((event.target as HTMLInputElement).value.trim())}
        /></label>
      </div>
    </div>`;
  }

  async #again() {
    this.#isFresh = true;
    await this.#rows.reload();
  }
}
customElements.define("router-list", RouterList);

/** The element for one list. The columns' types are the list's. */
export function routerList<Row>(
  host: { readonly app: unknown; readonly siteId: string },
  what: ListOfRouter<Row>,
): unknown {
  return html`<router-list .app=${host.app} .siteId=${host.siteId} .what=${what}></router-list>`;
}

import { html, nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";
import type { Field, Values } from "./action-form.ts";
import type { Cell, Column } from "./data-table.ts";
import "./data-table.ts";
import { searchBar } from "./filters.ts";
import { formCard } from "./form-card.ts";
import type { ListController } from "./list-controller.ts";

interface ListOptions<Row> {
  /** The title of the list; screen readers hear it as the table's caption. */
  readonly title: string;
  readonly emptyText: string;
  /** A filter of the page hides rows, as the search does. */
  readonly isFiltered?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rowHref?: (row: Row) => string;
  /** Less space around the cells, for a list beside another one. */
  readonly isDense?: boolean;
  /** The last column: what can be done with a row. False: the user may do nothing. */
  readonly buttons?: false | ((row: Row) => Cell);
}

/** How a list gets a new row. `text` stands on the button that opens the form. */
export type AddOptions = { readonly text: string } & (
  | {
      readonly fields: readonly Field[];
      /** The text of the button that sends the form; without it, `text`. */
      readonly submitText?: string;
      /** Resolves to false: nothing was added, and the form stays open. */
      readonly submit: (values: Values, key: string) => Promise<unknown>;
      /** Gets what `submit` resolved to, after the form has closed. */
      done?(result: unknown): void;
    }
  | { readonly form: () => unknown }
);

interface ListPage<Row> extends ListOptions<Row> {
  /** What the page is for. */
  readonly intro?: string;
  /** False: the user may add nothing. */
  readonly add?: false | AddOptions;
  /** Stands beside the title. */
  readonly beside?: unknown;
  /** Notices, above everything else. */
  readonly above?: unknown;
  /** What is searched: the placeholder of the search field. */
  readonly search?: string;
  /** Other filters, beside the search field. */
  readonly filters?: unknown;
  readonly below?: unknown;
}

/** A page that is one list: title, form for a new row, search and filters, rows. */
export function listPage<Row>(list: ListController<Row>, page: ListPage<Row>): TemplateResult {
  const { add = false, search, filters = nothing } = page;
  return html`<div class="head">
      <h1>${page.title}</h1>
      <span class="row">${page.beside ?? nothing} ${addButton(list, add, "primary")}</span>
    </div>
    ${page.intro === undefined ? nothing : html`<p class="soft panel">${page.intro}</p>`} ${page.above ?? nothing}
    ${addCard(list, add)}
    ${
      search === undefined
        ? filters === nothing
          ? nothing
          : html`<div class="filters">${filters}</div>`
        : searchBar(search, (text) => void list.search(text), filters)
    }
    ${listCard(list, page)} ${page.below ?? nothing}`;
}

/** The rows of a list in a card, with "Show more". */
export function listCard<Row>(list: ListController<Row>, options: ListOptions<Row>): TemplateResult {
  return html`<div class="card">${listTable(list, options)}</div>
    ${
      list.nextCursor === null
        ? nothing
        : html`<p class="below"><button @click=${() => list.more()}>${say("more")}</button></p>`
    }`;
}

/** The rows of a list, with the states of a table. */
export function listTable<Row>(list: ListController<Row>, options: ListOptions<Row>): TemplateResult {
  const { buttons } = options;
  const columns = buttons ? [...options.columns, { label: say("change"), cell: buttons }] : options.columns;
  const isNarrowed = options.isFiltered || list.searchText !== "";
  return html`<data-table
    ?dense=${options.isDense}
    caption=${options.title}
    emptyText=${isNarrowed ? say("nothingFound") : options.emptyText}
    errorText=${list.errorText}
    retryText=${say("retry")}
    sort=${list.sort}
    @sort=${(event: CustomEvent<string>) => list.sortBy(event.detail)}
    @retry=${() => list.reload()}
    .columns=${columns}
    .rows=${list.rows}
    .rowHref=${options.rowHref ?? null}
  ></data-table>`;
}

/** The button that opens and closes the form for a new row. */
export function addButton<Row>(list: ListController<Row>, add: false | AddOptions, kind = ""): unknown {
  if (!add) return nothing;
  return html`<button class=${kind} aria-expanded=${list.isAdding} @click=${() => list.toggleAdding()}>${add.text}</button>`;
}

/** The form for a new row, while it is open. */
export function addCard<Row>(list: ListController<Row>, add: false | AddOptions): unknown {
  if (!add || !list.isAdding) return nothing;
  if ("form" in add) return add.form();
  return formCard({
    fields: add.fields,
    submitText: add.submitText ?? add.text,
    submit: add.submit,
    done: (result) => {
      if (result === false) return;
      list.toggleAdding();
      add.done?.(result);
      void list.reload();
    },
  });
}

/** Button and form for a new row below a list that is part of a page. */
export function addBelow<Row>(list: ListController<Row>, add: false | AddOptions): unknown {
  if (!add) return nothing;
  return html`<p class="below">${addButton(list, add)}</p>
    ${addCard(list, add)}`;
}

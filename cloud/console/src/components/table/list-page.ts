import { html, nothing, type TemplateResult } from "lit";
import { openedFrom } from "../../address.ts";
import { today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import type { BulkAction, DataTable } from "./data-table.ts";
import type { Cell, Column } from "./table-columns.ts";
import "./data-table.ts";
import type { Fields, ValuesOf } from "../fields/values-of.ts";
import { formCard } from "../form-card.ts";
import type { Picture } from "../states/empty-state.ts";
import type { ListController } from "./list-controller.ts";
import { type Filter, filterChips, filterFields } from "./list-filters.ts";
import { listSums, type SumWords } from "./list-sums.ts";
import type { ViewValues } from "./saved-views.ts";

interface ListOptions<Row> {
  /** The title of the list; screen readers hear it as the table's caption. */
  readonly title: string;
  readonly emptyText: string;
  /** What the hub's own order is called; left out: the newest first. */
  readonly unsortedText?: string;
  /** A filter of the page hides rows, as the search does. */
  readonly isFiltered?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rowHref?: (row: Row) => string;
  /** The picture beside the words of an empty list, and what to do about it. */
  readonly emptyPicture?: Picture;
  readonly emptyAction?: unknown;
  /** What can be done with all chosen rows at once; then `rowKey` names a row, and `rowName` says it aloud. */
  readonly bulk?: false | readonly BulkAction<Row>[];
  readonly rowKey?: (row: Row) => string;
  readonly rowName?: (row: Row) => string;
  /** The list's name: with it the user chooses its columns and saves views of it. */
  readonly name?: string;
  /** A list of money: what its rows add up to stands above them. */
  readonly sums?: SumWords;
  /** Less space around the cells, for a list beside another one. */
  readonly isDense?: boolean;
  /** The last column: what can be done with a row. False: the user may do nothing. */
  readonly buttons?: false | ((row: Row) => Cell);
}

/** How a list gets a new row. `text` stands on the button that opens the form. */
export type AddOptions<All extends Fields = Fields> = { readonly text: string } & (
  | {
      readonly fields: All;
      /** The text of the button that sends the form; without it, `text`. */
      readonly submitText?: string;
      /** Resolves to false: nothing was added, and the form stays open. */
      readonly submit: (values: ValuesOf<All>, key: string) => Promise<unknown>;
      /** Gets what `submit` resolved to, after the form has closed. */
      done?(result: unknown): void;
    }
  | { readonly form: () => unknown }
);

interface ListPage<Row, Name extends string, All extends Fields> extends ListOptions<Row> {
  /** What the page is for. */
  readonly intro?: unknown;
  /** False: the user may add nothing. */
  readonly add?: false | AddOptions<All>;
  /** Stands beside the title. */
  readonly beside?: unknown;
  /** Notices, above everything else. */
  readonly above?: unknown;
  /** What is searched: the placeholder of the search field. */
  readonly search?: string;
  /** What narrows the list: each name is one of the list's filters. */
  readonly narrow?: readonly Filter<Name>[];
  /** Other parts beside the filters, such as an export. */
  readonly filters?: unknown;
  readonly below?: unknown;
}

/** A page that is one list: title, form for a new row, search and filters, rows. */
export function listPage<Row, Name extends string = never, const All extends Fields = Fields>(
  list: ListController<Row, Name>,
  page: ListPage<Row, Name, All>,
): TemplateResult {
  const { add = false } = page;
  return html`<div class="head">
      <h1>${page.title}</h1>
      <span class="row">${page.beside ?? nothing} ${addButton(list, add, "primary")}</span>
    </div>
    ${page.intro === undefined ? nothing : html`<p class="soft panel">${page.intro}</p>`} ${page.above ?? nothing}
    ${addCard(list, add)}
    ${narrowing(list, page)}
    ${listCard(list, page)} ${page.below ?? nothing}`;
}

/** What narrows a list that is a part of a page, above its rows. */
export function listFilters<Row, Name extends string>(
  list: ListController<Row, Name>,
  narrow: readonly Filter<Name>[],
): TemplateResult {
  const choose = (change: ViewValues) => void list.narrow(change as never);
  return html`<div class="narrowing">
      <div class="filters">${folded(list, narrow.length, filterFields(narrow, list.values, choose))}</div>
    </div>
    ${filterChips(narrow, list.values, choose, today)}`;
}

/** Several filters fold away where there is little room (list-styles.ts); the chips still tell which are set. */
function folded<Row, Name extends string>(list: ListController<Row, Name>, count: number, fields: unknown): unknown {
  if (count < 2) return fields;
  return html`<button
      class="unfold"
      type="button"
      aria-expanded=${list.isUnfolded}
      @click=${() => list.toggleFilters()}
    >
      ${say("filters")}
    </button>
    <div class="folded ${list.isUnfolded ? "open" : ""}">${fields}</div>`;
}

/** Search, filters, saved views; below them the filters that are set. */
function narrowing<Row, Name extends string>(
  list: ListController<Row, Name>,
  page: Omit<ListPage<Row, Name, never>, "add">,
): unknown {
  const { search, narrow = [], filters = nothing, name } = page;
  // Nothing is there to be narrowed.
  if (list.rows?.length === 0 && !list.isNarrowed && !page.isFiltered) return nothing;
  if (search === undefined && narrow.length === 0 && filters === nothing) return nothing;
  if (name !== undefined) void import("./saved-views.ts");
  const choose = (change: ViewValues) => void list.narrow(change as never);
  return html`<div class="narrowing"><div class="filters">
      ${
        search === undefined
          ? nothing
          : html`<label
              >${say("search")}<input
                type="search"
                inputmode="search"
                placeholder=${search}
                .value=${list.searchText}
                @change=${(event: Event) => list.search((event.target as HTMLInputElement).value.trim())}
            /></label>`
      }
      ${folded(
        list,
        narrow.length,
        html`${filterFields(narrow, list.values, choose)} ${filters}
        ${
          name === undefined
            ? nothing
            : html`<saved-views
                name="${name}-${list.userId}"
                .values=${list.values}
                @show=${(event: CustomEvent<ViewValues>) => choose(event.detail)}
              ></saved-views>`
        }`,
      )}
    </div></div>
    ${filterChips(narrow, list.values, choose, today)}`;
}

/** The rows of a list in a card, and its other pages. */
export function listCard<Row, Name extends string>(
  list: ListController<Row, Name>,
  options: ListOptions<Row>,
): TemplateResult {
  return html`${options.sums === undefined ? nothing : listSums(list, options.sums)}
    <div class="card">${listTable(list, options)}</div>
    ${listPager(list)}`;
}

/** Which page of a list is shown, and the others. */
type Pages = Pick<
  ListController<unknown>,
  | "rows"
  | "nextCursor"
  | "hasEarlier"
  | "hasPrevious"
  | "isSecond"
  | "firstRow"
  | "count"
  | "next"
  | "previous"
  | "restart"
>;

/** From page to page of a list that has several. */
export function listPager(list: Pages): unknown {
  if (list.rows === null || (list.nextCursor === null && !list.hasEarlier)) return nothing;
  const turn = (to: () => Promise<void>) => async (event: Event) => {
    const pager = (event.currentTarget as HTMLElement).closest("nav");
    await to();
    (pager?.previousElementSibling?.querySelector("data-table") as DataTable | null)?.toStart();
  };
  const last = list.firstRow + list.rows.length - 1;
  const count = list.count === null ? "" : list.count.count.toLocaleString("en") + (list.count.isMore ? "+" : "");
  const range = { from: list.firstRow.toLocaleString("en"), to: last.toLocaleString("en"), count };
  return html`<nav class="below row pager" aria-label=${say("pages")}>
    ${
      list.hasEarlier && !list.isSecond
        ? html`<button class="quiet" @click=${turn(() => list.restart())}>${say("firstPage")}</button>`
        : nothing
    }
    <button ?disabled=${!list.hasPrevious} @click=${turn(() => list.previous())}>${say("previousPage")}</button>
    <button ?disabled=${list.nextCursor === null} @click=${turn(() => list.next())}>${say("nextPage")}</button>
    <span class="soft number" role="status"
      >${list.rows.length === 0 ? nothing : say(count === "" ? "rowsShown" : "rowsShownOf", range)}</span
    >
  </nav>`;
}

/** The rows of a list, with the states of a table. */
export function listTable<Row, Name extends string>(
  list: ListController<Row, Name>,
  options: ListOptions<Row>,
): TemplateResult {
  const { buttons, rowHref } = options;
  const columns = buttons ? [...options.columns, { label: say("change"), cell: buttons }] : options.columns;
  const isNarrowed = options.isFiltered || list.isNarrowed;
  return html`<data-table
    ?dense=${options.isDense}
    caption=${options.title}
    unsortedText=${options.unsortedText ?? ""}
    emptyText=${isNarrowed ? say("nothingFound") : options.emptyText}
    errorText=${list.errorText}
    retryText=${say("retry")}
    sort=${list.sort}
    @sort=${(event: CustomEvent<string>) => list.sortBy(event.detail)}
    @retry=${() => list.reload()}
    .columns=${columns}
    .rows=${list.rows}
    .rowHref=${rowHref === undefined ? null : (row: Row) => openedFrom(location.hash, rowHref(row))}
    .rowKey=${options.rowKey ?? null}
    .rowName=${options.rowName ?? null}
    .bulk=${options.bulk || noBulk}
    .openHref=${location.hash}
    .isBusy=${list.isBusy}
    .page=${list.shown}
    .count=${list.count}
    .name=${options.name ?? ""}
    .emptyPicture=${isNarrowed ? "search" : (options.emptyPicture ?? "ticket")}
    .emptyAction=${isNarrowed ? nothing : (options.emptyAction ?? nothing)}
  ></data-table>`;
}

const noBulk: readonly never[] = [];

/** The button that opens and closes the form for a new row. */
export function addButton<Row, Name extends string>(
  list: ListController<Row, Name>,
  add: false | { readonly text: string },
  kind = "",
): unknown {
  if (!add) return nothing;
  return html`<button class=${kind} aria-expanded=${list.isAdding} @click=${() => list.toggleAdding()}>${add.text}</button>`;
}

/** The form for a new row, while it is open. */
export function addCard<Row, Name extends string, const All extends Fields>(
  list: ListController<Row, Name>,
  add: false | AddOptions<All>,
): unknown {
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
      void list.restart();
    },
  });
}

/** Button and form for a new row below a list that is part of a page. */
export function addBelow<Row, Name extends string, const All extends Fields>(
  list: ListController<Row, Name>,
  add: false | AddOptions<All>,
): unknown {
  if (!add) return nothing;
  return html`<p class="below">${addButton(list, add)}</p>
    ${addCard(list, add)}`;
}

import { html, nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";
import type { Column } from "./data-table.ts";
import "./data-table.ts";
import type { ListController } from "./list-controller.ts";

/** What a list page begins with: its title and, for whoever may add to the list, the button that opens and closes the form. */
export function listHead(
  title: string,
  add: { readonly text: string; readonly may: boolean; readonly isOpen: boolean; readonly toggle: () => void },
): TemplateResult {
  return html`<div class="head">
    <h1>${title}</h1>
    ${
      add.may
        ? html`<button class="primary" aria-expanded=${add.isOpen} @click=${add.toggle}>${add.text}</button>`
        : nothing
    }
  </div>`;
}

/** Narrows a list to what was typed; `placeholder` tells where it is looked for. */
export function searchBar(
  placeholder: string,
  search: (typed: string) => void,
  beside: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const typed = (event: Event) => search((event.target as HTMLInputElement).value.trim());
  return html`<div class="filters">
    <label>${say("search")}<input type="search" placeholder=${placeholder} @change=${typed} /></label>
    ${beside}
  </div>`;
}

/** The body most pages have: a list in a card, with its states and "show more". */
export function listCard<Row>(
  list: ListController<Row>,
  options: {
    caption: string;
    emptyText: string;
    columns: readonly Column<Row>[];
    rowHref?: (row: Row) => string;
  },
): TemplateResult {
  return html`<div class="card">
      <data-table
        caption=${options.caption}
        emptyText=${options.emptyText}
        errorText=${list.errorText}
        retryText=${say("retry")}
        sort=${list.sort}
        @sort=${(event: CustomEvent<string>) => list.sortBy(event.detail)}
        @retry=${() => list.reload()}
        .columns=${options.columns}
        .rows=${list.rows}
        .rowHref=${options.rowHref ?? null}
      ></data-table>
    </div>
    ${
      list.nextCursor === null
        ? nothing
        : html`<p class="below"><button @click=${() => list.more()}>${say("more")}</button></p>`
    }`;
}

import { html, nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";
import type { Column } from "./data-table.ts";
import "./data-table.ts";
import type { ListController } from "./list-controller.ts";

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

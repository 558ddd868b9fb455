import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { queryOfList, writeAddress } from "../address.ts";
import type { AppContext } from "../components/app-element.ts";
import { icon, icons } from "../icons.ts";
import type { PageRow } from "../page-row.ts";
import type { Room } from "../rooms.ts";
import { say } from "../strings/strings.ts";
import { breadcrumbs } from "./room-tabs.ts";

export interface OpenPage {
  readonly page: PageRow;
  readonly room: Room;
  /** The thing that is open; null: the page itself. */
  readonly id: string | null;
  /** What narrows the list: kept when the thing is closed. */
  readonly query: URLSearchParams;
  /** Is there room for a list and a thing beside each other? */
  readonly isWide: boolean;
}

/**
 * The open page, or one thing of it. A wide screen keeps the list and shows the thing beside it; a narrow one shows the thing
 * alone, with the way back above it.
 */
export function pagePlace({ page, room, id, query, isWide }: OpenPage, app: AppContext): TemplateResult {
  const thing = id === null ? undefined : page.detail?.(app, id);
  const isBeside = thing !== undefined && page.isBeside === true && isWide;
  const listHref = writeAddress({ path: page.path, query: queryOfList(query) });
  return html`<div class="place ${isBeside ? "split" : ""}">
    ${thing === undefined || isBeside ? html`<div class="list">${page.render(app)}</div>` : nothing}
    ${
      thing === undefined
        ? nothing
        : html`<section class="detail" aria-label=${say("details")}>
            ${
              isBeside
                ? html`<a class="shut" href=${listHref} aria-label=${say("close")} title=${say("close")}>${icon(icons.close)}</a>`
                : breadcrumbs(room, page, listHref)
            }
            ${keyed(id, thing)}
          </section>`
    }
  </div>`;
}

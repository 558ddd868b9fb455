import { html, nothing, type TemplateResult } from "lit";
import type { PageRow } from "../page-row.ts";
import type { Room } from "../rooms.ts";
import { say } from "../strings/strings.ts";

/** The pages of a room, as links above the open one. A room of one page has no tabs. */
export function roomTabs(room: Room, page: PageRow): TemplateResult | typeof nothing {
  if (room.pages.length < 2) return nothing;
  return html`<nav class="tabs" aria-label=${say(room.title)}>
    ${room.pages.map(
      (each) =>
        html`<a href="#/${each.path}" aria-current=${each.path === page.path ? "page" : nothing}>${say(each.title)}</a>`,
    )}
  </nav>`;
}

/** Where the open thing stands: its room and its list, as links. A list that has its room's name stands there once. */
export function breadcrumbs(room: Room, page: PageRow, listHref: string): TemplateResult {
  const isNamedTwice = say(room.title) === say(page.title);
  return html`<nav class="crumbs" aria-label=${say("youAreHere")}>
    <ol>
      ${isNamedTwice ? nothing : html`<li><a href="#/${room.pages[0].path}">${say(room.title)}</a></li>`}
      <li><a href=${listHref}>${say(page.title)}</a></li>
    </ol>
  </nav>`;
}

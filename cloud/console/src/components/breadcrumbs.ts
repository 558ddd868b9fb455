import { html, nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";

/** Where the page stands: rooms and pages above it, each a link; the page itself is the last, without one. */
export function breadcrumbs(steps: readonly (readonly [text: string, href: string | null])[]): TemplateResult {
  return html`<nav class="crumbs" aria-label=${say("whereYouAre")}>
    <ol>
      ${steps.map(([text, href], at) => {
        const isLast = at === steps.length - 1;
        return html`<li>
          ${href === null ? html`<span aria-current=${isLast ? "page" : nothing}>${text}</span>` : html`<a href=${href}>${text}</a>`}
        </li>`;
      })}
    </ol>
  </nav>`;
}

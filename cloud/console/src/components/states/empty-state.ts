import { css, html, nothing, svg, type TemplateResult } from "lit";

/** Pictures of nothing: a ticket that is not printed yet, an empty sieve, a site without a signal. Decoration only. */
const pictures = {
  ticket: svg`<path class="ground" d="M14 30h92a6 6 0 0 1 6 6v8a8 8 0 0 0 0 16v8a6 6 0 0 1-6 6H14a6 6 0 0 1-6-6v-8a8 8 0 0 0 0-16v-8a6 6 0 0 1 6-6z"></path>
    <path class="sun" d="M14 30h24v44H14a6 6 0 0 1-6-6v-8a8 8 0 0 0 0-16v-8a6 6 0 0 1 6-6z"></path>
    <path class="mark" stroke-dasharray="3 5" d="M38 32v40"></path><path class="mark" d="M52 46h42M52 58h26"></path>`,
  search: svg`<circle class="ground" cx="54" cy="48" r="30"></circle><circle class="sun" cx="54" cy="48" r="14"></circle>
    <path class="mark" d="M76 70l20 20M54 18a30 30 0 1 1 0 60a30 30 0 1 1 0-60"></path>`,
  signal: svg`<path class="ground" d="M20 84h80v6H20z"></path><circle class="sun" cx="60" cy="76" r="9"></circle>
    <path class="mark" d="M40 58a28 28 0 0 1 40 0M26 44a48 48 0 0 1 68 0"></path>`,
} as const;

export type Picture = keyof typeof pictures;

/** There is nothing to show: says so, and what to do about it. `action`: a button or a link. */
export function emptyState(
  text: string,
  {
    picture = "ticket",
    heading = "",
    level = 1,
    action = nothing,
  }: { readonly picture?: Picture; readonly heading?: string; readonly level?: 1 | 2; readonly action?: unknown } = {},
): TemplateResult {
  return html`<div class="state">
    <svg class="empty-picture" viewBox="0 0 120 100" width="120" height="100" aria-hidden="true">${pictures[picture]}</svg>
    ${heading === "" ? nothing : level === 1 ? html`<h1>${heading}</h1>` : html`<h2>${heading}</h2>`}
    <p>${text}</p>
    ${action}
  </div>`;
}

export const stateStyles = css`
  .state {
    /* A page of many small lists says so in a line each: see --empty-picture. */
    padding: var(--empty-padding, var(--space-6) var(--space-4));
    text-align: center;
    display: grid;
    gap: 0.9rem;
    justify-items: center;
    color: var(--ink-soft);
    overflow-wrap: anywhere;
  }
  .empty-picture {
    display: var(--empty-picture, inline);
  }
  .empty-picture .ground {
    fill: var(--well);
  }
  .empty-picture .sun {
    fill: var(--sun);
    opacity: 0.9;
  }
  .empty-picture .mark {
    fill: none;
    stroke: var(--edge);
    stroke-width: 4;
    stroke-linecap: round;
  }
`;

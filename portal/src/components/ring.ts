import { html, type TemplateResult } from "lit/html.js";

/** A ring that empties. `part` is 0..1. The text beside it has the meaning. */
export function ring(part: number, isLow: boolean): TemplateResult {
  return html`<svg class="ring ${isLow ? "ring-low" : ""}" viewBox="0 0 200 200" aria-hidden="true" focusable="false">
    <circle class="ring-track" cx="100" cy="100" r="88" />
    <circle
      class="ring-part"
      cx="100"
      cy="100"
      r="88"
      pathLength="1000"
      stroke-dasharray="${Math.round(part * 1000)} 1000"
      transform="rotate(-90 100 100)"
    />
  </svg>`;
}

/** A bar that empties. `part` is 0..1. */
export function levelBar(part: number): TemplateResult {
  return html`<svg class="level" aria-hidden="true" focusable="false">
    <rect class="level-track" width="100%" height="10" rx="5" />
    <rect class="level-part" width="${Math.max(2, Math.round(part * 1000) / 10)}%" height="10" rx="5" />
  </svg>`;
}

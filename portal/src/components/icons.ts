/** Small icons as SVG: no font, no request. They are decoration; the text beside them has the meaning. */
import { html, svg, type TemplateResult } from "lit/html.js";

export const icon = (shape: unknown): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`;

export const arrowIcon = () => icon(svg`<path d="M9 5l7 7-7 7"/>`);
export const sunIcon = () =>
  icon(
    svg`<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4"/>`,
  );
export const moonIcon = () => icon(svg`<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>`);
export const cloudOffIcon = () =>
  icon(svg`<path d="M4 4l16 16M8.5 8A6 6 0 0 0 6 19h11M12 6.5a6 6 0 0 1 6.5 5.6A4 4 0 0 1 21.5 17"/>`);
export const ticketIcon = () =>
  icon(
    svg`<path d="M3 9V7a1.5 1.5 0 0 1 1.5-1.5h15A1.5 1.5 0 0 1 21 7v2a3 3 0 0 0 0 6v2a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17v-2a3 3 0 0 0 0-6zM14.5 6v2.5M14.5 11v2M14.5 15.5V18"/>`,
  );
export const phoneIcon = () =>
  icon(
    svg`<path d="M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2 2A16 16 0 0 1 4.5 6a2 2 0 0 1 2-2z"/>`,
  );

/** The logo: an open door with the sun in it. */
export const mark = () =>
  html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path class="mark-door" d="M5 29V15a11 11 0 0 1 22 0v14z" />
    <path class="mark-sun" d="M9.5 29a6.5 6.5 0 0 1 13 0z" />
  </svg>`;

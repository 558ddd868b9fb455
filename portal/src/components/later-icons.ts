/** The icons of the pages that the first view does not need. */
import { svg } from "lit/html.js";
import { icon } from "./icons.ts";

export const backIcon = () => icon(svg`<path d="M15 5l-7 7 7 7"/>`);
export const checkIcon = () => icon(svg`<path d="M5 12.5l5 5L19.5 7"/>`);
export const lockIcon = () =>
  icon(svg`<rect x="5" y="11" width="14" height="9" rx="2.5"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`);

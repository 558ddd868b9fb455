import { html, type TemplateResult } from "lit/html.js";
import type { Words } from "../strings/words.ts";

/** To the agent's own page of what this phone has, which needs no script. */
export const mineLink = ({ locale, mine }: Words): TemplateResult =>
  html`<a class="plain act-wide" href="/mine?lang=${locale.slice(0, 2)}">${mine}</a>`;

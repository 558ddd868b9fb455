import { html, type nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";

type Shown = TemplateResult | string | number | null | typeof nothing;

/** Labels and values of one thing, below each other. A null value is shown as a dash. */
export function facts(rows: readonly (readonly [label: string, value: Shown] | null)[]): TemplateResult {
  return html`<dl class="facts">
    ${rows.map((row) => (row === null ? null : html`<dt>${row[0]}</dt><dd>${row[1] ?? say("none")}</dd>`))}
  </dl>`;
}

import { html, type TemplateResult } from "lit";

/** The text with "M-Pesa" never broken at its hyphen. */
export function unbroken(text: string): readonly (string | TemplateResult)[] {
  return text
    .split("M-Pesa")
    .flatMap((part, index) => (index === 0 ? [part] : [html`<span class="whole">M-Pesa</span>`, part]));
}

import { html, type TemplateResult } from "lit/html.js";

/** The text without a line break inside "M-Pesa". */
export function unbroken(text: string): readonly (string | TemplateResult)[] {
  return text
    .split("M-Pesa")
    .flatMap((part, index) => (index === 0 ? [part] : [html`<span class="whole">M-Pesa</span>`, part]));
}

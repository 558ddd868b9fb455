import { html, type TemplateResult } from "lit/html.js";

/** The text without a line break inside "M-Pesa". */
export function unbroken(text: string): readonly (string | TemplateResult)[] {
  const [first = "", ...others] = text.split("M-Pesa");
  const parts: (string | TemplateResult)[] = [first];
  for (const part of others) parts.push(html`<span class="whole">M-Pesa</span>`, part);
  return parts;
}

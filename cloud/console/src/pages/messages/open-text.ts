import { html, type TemplateResult } from "lit";
import { say } from "../../strings/strings.ts";

/** What stands in a message: to whom, its title, its text. */
export interface OpenText {
  readonly title: string;
  readonly text: string;
}

/** The text of a message or of a mail, as it was written, with a button that closes it. */
export function openText({ title, text }: OpenText, close: () => void): TemplateResult {
  return html`<section class="card pad panel" aria-label=${title}>
    <div class="head">
      <h3>${title}</h3>
      <button class="quiet" @click=${close}>${say("close")}</button>
    </div>
    <p class="number written">${text}</p>
  </section>`;
}

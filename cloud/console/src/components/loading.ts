import { html, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";

/** Stands in the place of something that is being loaded. */
export function loading(): TemplateResult {
  return html`<section class="card pad panel" aria-busy="true">
    <div class="bone"></div>
    <div class="bone"></div>
    <div class="bone"></div>
  </section>`;
}

/** Says why something could not be loaded, with a button that tries again. */
export function loadFailed(why: string, retry: () => void): TemplateResult {
  return html`<section class="card pad panel" role="alert">
    <p>${why}</p>
    <p class="below"><button @click=${retry}>${say("retry")}</button></p>
  </section>`;
}

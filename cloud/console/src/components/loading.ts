import { html, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";

/** Stands where something will be once it is read. */
export function beingRead(): TemplateResult {
  return html`<section class="card pad panel" aria-busy="true">
    <div class="bone"></div>
    <div class="bone"></div>
    <div class="bone"></div>
  </section>`;
}

/** Why something could not be read; it may be tried again. */
export function notRead(why: string, retry: () => void): TemplateResult {
  return html`<section class="card pad panel" role="alert">
    <p>${why}</p>
    <p class="below"><button @click=${retry}>${say("retry")}</button></p>
  </section>`;
}

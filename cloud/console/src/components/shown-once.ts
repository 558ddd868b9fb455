import { html, nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";

/** A secret that is shown only once, with a button that copies it. `next`: what to do with it. */
export function shownOnce(
  title: string,
  secret: string,
  onClose: () => void,
  next: TemplateResult | typeof nothing = nothing,
): TemplateResult | typeof nothing {
  if (secret === "") return nothing;
  const copy = () => void navigator.clipboard?.writeText(secret);
  return html`<section class="card pad once" role="status">
    <h2>${title}</h2>
    <p class="soft">${say("shownOnce")}</p>
    <pre class="mono secret">${secret}</pre>
    ${next}
    <div class="row">
      <button @click=${copy}>${say("copy")}</button>
      <button class="quiet" @click=${onClose}>${say("close")}</button>
    </div>
  </section>`;
}

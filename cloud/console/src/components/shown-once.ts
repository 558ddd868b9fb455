import { html, nothing, type TemplateResult } from "lit";
import "./overlay/copy-button.ts";
import { say } from "../strings/strings.ts";

/** A secret that is shown only once, with a button that copies it. `next`: what to do with it; `why`: what else there is than to copy it now. */
export function shownOnce(
  title: string,
  secret: string,
  onClose: () => void,
  next: TemplateResult | typeof nothing = nothing,
  why: string = say("shownOnce"),
): TemplateResult | typeof nothing {
  if (secret === "") return nothing;
  return html`<section class="card pad once" role="status">
    <h2>${title}</h2>
    <p class="soft">${why}</p>
    <pre class="mono secret">${secret}</pre>
    ${next}
    <div class="row">
      <copy-button text=${secret} label=${say("copy")}></copy-button>
      <button class="quiet" @click=${onClose}>${say("close")}</button>
    </div>
  </section>`;
}

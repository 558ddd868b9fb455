import { html, type TemplateResult } from "lit/html.js";
import type { Store } from "../data/store.ts";
import { cloudOffIcon } from "./icons.ts";

/** What does not work at this place now, and what still works. Null: all works. */
export function banner(store: Store): TemplateResult | null {
  const words = store.words.value;
  const portal = store.portal.value;
  if (store.contact.value === "lost") {
    return html`<div class="banner banner-bad" role="alert">
      ${cloudOffIcon()}
      <div><strong>${words.noContactTitle}</strong><p>${words.noContactText}</p></div>
      <button class="plain" @click=${store.refresh}>${words.tryNow}</button>
    </div>`;
  }
  if (portal?.buying === "hub-away") {
    return html`<div class="banner" role="status">
      ${cloudOffIcon()}
      <div><strong>${words.hubAwayTitle}</strong><p>${words.hubAwayText}</p></div>
    </div>`;
  }
  return null;
}

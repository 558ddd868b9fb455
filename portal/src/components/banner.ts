import { nameInWords } from "@karibu/protocol/plan-name";
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Store } from "../data/store.ts";
import { endedAdvice } from "../strings/ended-advice.ts";
import { cloudOffIcon } from "./icons.ts";

/** At most one banner: what does not work now, and what still works. The most important one wins. */
export function banner(store: Store): TemplateResult | typeof nothing {
  const words = store.words.value;
  const portal = store.portal.value;
  if (store.contact.value === "lost") {
    return html`<div class="banner banner-bad" role="alert">
      ${cloudOffIcon()}
      <div><strong>${words.noContactTitle}</strong><p>${words.noContactText}</p></div>
      <button class="plain" @click=${store.refresh}>${words.tryNow}</button>
    </div>`;
  }
  if (portal?.held != null && portal.online === null) {
    return html`<div class="banner banner-bad" role="status">
      <div><strong>${words.heldTitle(nameInWords(portal.held.planName, words.planWords))}</strong><p>${portal.held.text || words.problems?.[portal.held.reason] || nothing}</p></div>
    </div>`;
  }
  if (portal?.buying === "hub-away") {
    return html`<div class="banner" role="status">
      ${cloudOffIcon()}
      <div><strong>${words.hubAwayTitle}</strong><p>${words.hubAwayText}</p></div>
    </div>`;
  }
  if (portal === null || portal.online !== null || store.page.value.name !== "home") return nothing;
  // An ended package has its own sentence, in the customer's language.
  if (store.arrival.error !== null && endedAdvice(portal, words) === null) {
    return html`<div class="banner banner-bad" role="status">
      <div><strong>${words.hotspotSaid}</strong><p>${store.arrival.error}</p></div>
    </div>`;
  }
  return nothing;
}

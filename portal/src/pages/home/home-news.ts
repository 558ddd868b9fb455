/**
 * What the first page says to a phone that has been here before, or that something befell: no part of the first view, which is for who comes anew.
 */
import { nameInWords } from "@karibu/protocol/plan-name";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { arrowIcon } from "../../components/icons.ts";
import type { Actions, Store } from "../../data/store.ts";
import { troubleText } from "../../data/trouble.ts";
import { endedAdvice } from "../../strings/ended-advice.ts";
import { heldAdvice } from "../../strings/held-advice.ts";
import type { WholeWords } from "../../strings/words.ts";
import { isOpen } from "./home-state.ts";
import { whatIsLeft } from "./what-is-left.ts";

/** Why the last package ended, a purchase that is open, packages that are ready to use. */
export function homeNews(store: Store, actions: Actions, words: WholeWords): TemplateResult | typeof nothing {
  const portal = store.portal.value;
  if (portal === null) return nothing;
  const open = portal.purchase;
  const openPlan = portal.plans.find((plan) => plan.planId === open?.planId);
  const ended = endedAdvice(portal, words);
  return html`
    ${
      ended === null
        ? nothing
        : html`<div class="banner banner-bad" role="alert">
            <div><strong>${ended.title}</strong><p>${ended.text}</p></div>
          </div>`
    }
    ${
      portal.online !== null
        ? html`<button class="strip" @click=${() => store.goTo({ name: "auto" })}>
            <span class="pulse"></span><span>${words.onlineTitle}</span><em>${words.backToOnline}</em>${arrowIcon()}
          </button>`
        : nothing
    }
    ${
      isOpen(open)
        ? html`<button class="strip" @click=${() => actions.resume()}>
            <span>${words.stillOpen(openPlan === undefined ? "…" : nameInWords(openPlan.name, words.planWords))}</span><em>${words.show}</em>${arrowIcon()}
          </button>`
        : nothing
    }
    ${portal.online === null && portal.available.length > 0 ? availableCards(store, actions, words) : nothing}
  `;
}

/** Of a package that is paused, or what the hotspot said; null: neither, or what `banner` says is more important. */
export function newsBanner({ portal: state, contact, page, arrival }: Store, words: WholeWords): TemplateResult | null {
  const portal = state.value;
  if (portal === null || portal.online !== null || contact.value === "lost") return null;
  if (portal.held != null) {
    const { title, text } = heldAdvice(portal.held, words);
    return html`<div class="banner banner-bad" role="status">
      <div><strong>${title}</strong><p>${text}</p></div>
    </div>`;
  }
  if (page.value.name !== "home" || portal.buying === "hub-away") return null;
  // An ended package has its own sentence, in the customer's language.
  if (arrival.error === null || endedAdvice(portal, words) !== null) return null;
  return html`<div class="banner banner-bad" role="status">
    <div><strong>${words.hotspotSaid}</strong><p>${arrival.error}</p></div>
  </div>`;
}

function availableCards(store: Store, actions: Actions, words: WholeWords): TemplateResult {
  const trouble = store.trouble.value;
  return html`<section class="card card-good" aria-labelledby="available">
    <h2 id="available">${words.availableTitle}</h2>
    <p class="quiet">${words.availableText}</p>
    ${(store.portal.value?.available ?? []).map(
      (one, index) => html`<div class="available ${index === 0 ? "available-first" : ""}">
        <div><strong>${nameInWords(one.planName, words.planWords)}</strong><span class="quiet">${whatIsLeft(one, words)}</span></div>
        <button class="act ${index === 0 ? "act-wide" : "act-small"}" ?disabled=${store.busy.value !== null} @click=${() => actions.logIn(one.grantId)}>
          ${words.goOnline}
        </button>
      </div>`,
    )}
    ${trouble?.where === "log-in" ? html`<p class="field-error" role="alert">${troubleText(trouble.trouble, words)}</p>` : nothing}
  </section>`;
}

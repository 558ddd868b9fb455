import { html, nothing, type TemplateResult } from "lit/html.js";
import { checkIcon } from "../../components/later-icons.ts";
import { mineLink } from "../../components/mine-link.ts";
import { levelBar, ring } from "../../components/ring.ts";
import type { Actions, Store } from "../../data/store.ts";
import { troubleText } from "../../data/trouble.ts";
import { creditLeft } from "../../strings/credit-left.ts";
import type { WholeWords } from "../../strings/words.ts";
import { onlineView, receiptOf } from "./online-state.ts";

/** The page of a phone that is online: remaining time and data. */
export function onlinePage(store: Store, actions: Actions, words: WholeWords): TemplateResult {
  const portal = store.portal.value;
  if (portal === null || portal.online === null) return html``;
  const sinceMs = Math.max(0, store.nowMs.value - store.portalAtMs.value);
  const view = onlineView(portal.online, { ...portal, sinceMs, wallMs: store.platform.wallMs() }, words);
  const left = creditLeft(portal.purchase ?? store.paid.value ?? {}, portal.site.currency, words);
  const { destination } = store.arrival;
  const receipt = receiptOf(portal.online.grantId, [portal.purchase, store.paid.value]);
  const trouble = store.trouble.value;
  const failed = trouble?.where === "log-out" ? trouble.trouble : null;
  return html`<section class="card online">
    <h1 tabindex="-1"><span class="pulse"></span>${words.onlineTitle}</h1>
    <p class="quiet">${view.planName}</p>
    <div class="dial">
      ${ring(view.timePart, view.isLow)}
      <p class="dial-text">
        <span class="dial-time" aria-hidden="true">${view.timeText}</span>
        ${view.timeRest === null ? nothing : html`<span class="dial-rest" aria-hidden="true">${view.timeRest}</span>`}
        <span class="dial-label" aria-hidden="true">${view.secondsLeft === null ? words.unlimitedTime : words.timeLeft}</span>
        <span class="hidden-label">${view.timeSpoken} ${view.secondsLeft === null ? "" : words.timeLeft}</span>
      </p>
    </div>
    <dl class="facts">
      <div class="fact-wide">
        <dt>${words.dataLeft}</dt>
        <dd>${view.dataNote ?? view.dataText}</dd>
        ${view.dataPart === null ? nothing : html`<dd class="fact-bar">${levelBar(view.dataPart)}</dd>`}
      </div>
      ${view.ready.length === 0 ? nothing : html`<div class="fact-wide"><dt>${words.availableTitle}</dt>${view.ready.map((one) => html`<dd>${one}</dd>`)}</div>`}
      <div><dt>${words.speed}</dt><dd>${view.speed}</dd></div>
      <div><dt>${words.until}</dt><dd>${view.until ?? words.noLimit}</dd></div>
    </dl>
    ${receipt === null ? nothing : html`<p class="receipt">${checkIcon()}<span>${words.receipt(receipt)}</span></p>`}
    ${portal.online.moreAtNextLogIn === true ? html`<p class="quiet">${words.moreAtNextLogIn}</p>` : nothing}
    ${left === null ? nothing : html`<p class="receipt"><span>${left}</span></p>`}
    ${
      portal.codes === undefined
        ? nothing
        : html`<section aria-labelledby="codes"><h2 id="codes">${words.codesTitle}</h2>
            <ul class="codes">${portal.codes.map((code) => html`<li>${code.match(/.{1,4}/g)?.join("-") ?? code}</li>`)}</ul>
            <a class="plain act-wide" href="/mine?lang=${words.locale.slice(0, 2)}#codes">${words.codeScan}</a></section>`
    }
    <div class="actions">
      ${destination === null ? nothing : html`<a class="act act-wide" href=${destination} rel="noreferrer">${words.startBrowsing}</a>`}
      <button class="plain act-wide" @click=${() => store.goTo({ name: "shop" })}>${words.buyMore}</button>
      ${mineLink(words)}
      ${
        // A package for one device has no place for a television beside this phone.
        portal.online.devices === 1
          ? nothing
          : html`<a class="plain act-wide" href="/devices?lang=${words.locale.slice(0, 2)}">${words.otherDevices}</a>`
      }
      <button class="plain act-wide" ?disabled=${store.busy.value !== null} @click=${() => actions.logOut()}>
        ${store.busy.value === "log-out" ? html`<span class="spinner"></span>${words.loggingOut}` : words.logOut}
      </button>
      ${failed === null ? nothing : html`<p class="field-error" role="alert">${troubleText(failed, words)}</p>`}
    </div>
  </section>`;
}

/** Who the customer is here, and where they are logged in. */
import { live } from "lit/directives/live.js";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { listOf, refusalText, whoToCall } from "../components/parts.ts";
import type { View } from "../components/view.ts";
import type { Overview } from "../data/types.ts";
import { deviceText } from "../strings/format.ts";

export function mePage(view: View, overview: Overview): TemplateResult {
  const { store, words, moment } = view;
  const { sessions, busy, provider } = store.state;
  const support = provider.state === "here" ? (provider.value?.supportPhone ?? null) : null;
  return html`<h1 tabindex="-1">${words.meTitle}</h1>
    <section class="card">
      <dl class="facts">
        <div><dt>${words.person}</dt><dd>${overview.name}</dd></div>
        ${overview.phone === null ? nothing : html`<div><dt>${words.phone}</dt><dd>${overview.phone}</dd></div>`}
      </dl>
      ${whoToCall(words, support)}
      <button class="act" ?disabled=${busy} @click=${() => void store.logOut()}>${words.logOut}</button>
    </section>
    ${overview.phone === null ? nothing : wishes(view)}
    <section class="card">
      <h2>${words.sessions}</h2>
      ${refusalText(store.state, words)}
      ${listOf(store, words, sessions, {
        empty: "",
        row: (item) => html`<li>
          <span>${deviceText(item.device) ?? words.unknownDevice}${item.isThis ? html` <span class="badge">${words.thisDevice}</span>` : nothing}</span>
          <span class="quiet">${words.since(moment(item.madeAtMs))}</span>
          ${item.isThis ? nothing : html`<button class="plain" ?disabled=${busy} @click=${() => void store.endSession(item.sessionId)}>${words.endIt}</button>`}
        </li>`,
      })}
    </section>`;
}

/** Which text messages they want. */
function wishes({ store, words }: View): TemplateResult | typeof nothing {
  const part = store.state.wishes;
  if (part.state !== "here") return nothing;
  const box = (name: "service" | "marketing", text: string) =>
    html`<label class="switch"><input type="checkbox" .checked=${live(part.value[name])} ?disabled=${store.state.busy} @change=${(event: Event) => void store.wish({ [name]: (event.target as HTMLInputElement).checked })} /> ${text}</label>`;
  return html`<section class="card">
    <h2>${words.wishes}</h2>
    <p class="quiet">${words.wishesHint}</p>
    ${box("service", words.wishService)} ${box("marketing", words.wishMarketing)}
  </section>`;
}

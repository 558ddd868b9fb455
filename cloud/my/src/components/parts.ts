/** Small parts that several pages show. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Part, State } from "../data/state.ts";
import type { Store } from "../data/store.ts";
import type { Words } from "../strings/en.ts";

/** What was refused; empty where the hub did not answer. */
export function refusalText({ refusal }: Pick<State, "refusal">, words: Words): TemplateResult | typeof nothing {
  if (refusal === null) return nothing;
  return html`<p class="refusal" role="alert">${refusal === "" ? words.failed : refusal}</p>`;
}

/** Who may be called; a phone calls on a tap. Nothing where the provider gave no number. */
export function whoToCall(words: Words, support: string | null): TemplateResult | typeof nothing {
  if (support === null) return nothing;
  return html`<p class="quiet">${words.call} <a class="call" href="tel:${support.replace(/\s/g, "")}">${support}</a></p>`;
}

/** Loading, failed, empty, or the rows. */
export function listOf<T>(
  store: Store,
  words: Words,
  part: Part<readonly T[]>,
  { empty, row }: { readonly empty: string; readonly row: (item: T) => TemplateResult },
): TemplateResult {
  if (part.state === "none" || part.state === "loading")
    return html`<p class="quiet" role="status">${words.loading}</p>`;
  // Once for the whole page, above it.
  if (part.state === "failed") return store.state.isOffline ? html`<p class="quiet">–</p>` : failed(store, words);
  if (part.value.length === 0) return html`<p class="quiet">${empty}</p>`;
  return html`<ul class="rows">${part.value.map(row)}</ul>`;
}

export function failed(store: Store, words: Words): TemplateResult {
  return html`<div class="card" role="alert">
    <p>${store.state.isOffline ? words.offline : words.failed}</p>
    <button class="plain" @click=${() => void store.refresh()}>${words.again}</button>
  </div>`;
}

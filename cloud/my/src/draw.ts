/** The whole page for a state. */

import { offsetHere } from "@karibu/protocol/zone-text";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { failed } from "./components/parts.ts";
import type { View } from "./components/view.ts";
import type { PageName } from "./data/address.ts";
import { pagesIn, type State } from "./data/state.ts";
import type { Store } from "./data/store.ts";
import type { Provider } from "./data/types.ts";
import { helpPage } from "./pages/help-page.ts";
import { linkPage } from "./pages/link-page.ts";
import { logInPage } from "./pages/log-in-page.ts";
import { mePage } from "./pages/me-page.ts";
import { moneyPage } from "./pages/money-page.ts";
import { servicesPage } from "./pages/services-page.ts";
import { usePage } from "./pages/use-page.ts";
import { type Language, languageNames, languages } from "./strings/choose-language.ts";
import type { Words } from "./strings/en.ts";
import { momentText, moneyIn } from "./strings/format.ts";

const eastAfricaMinutes = 180;

export function draw(store: Store, nowMs: number): TemplateResult {
  const { state } = store;
  const words = languages[state.language];
  const provider = providerOf(state);
  const offsetMinutes = provider?.utcOffsetMinutes ?? eastAfricaMinutes;
  const view: View = {
    store,
    words,
    moment: (atMs) => momentText(atMs, { words, offsetMinutes, hereMinutes: offsetHere(atMs), nowMs }),
    money: (cents, currency) => moneyIn(words, cents, currency),
  };
  const isIn = state.place.kind === "my" && state.overview.state === "here";
  return html`<header class="top">
      <p class="brand">${logoOf(state)}<span>${provider?.name ?? "Karibu"}</span></p>
      ${languageChoice(store, words)}
    </header>
    ${isIn ? tabs(view, state) : nothing}
    <main>
      ${state.isOffline ? html`<p class="banner" role="alert">${words.offline} <button class="plain" @click=${() => void store.refresh()}>${words.again}</button></p>` : nothing}
      ${bodyOf(view, state)}
    </main>`;
}

/** Each by its own name: who reads none of the others finds theirs. */
function languageChoice(store: Store, words: Words): TemplateResult {
  const now = store.state.language;
  return html`<select class="language" aria-label=${words.language} @change=${(event: Event) => store.speak((event.target as HTMLSelectElement).value as Language)}>
    ${languageNames.map((one) => html`<option value=${one} lang=${one} ?selected=${one === now}>${languages[one].name}</option>`)}
  </select>`;
}

/** Beside the name, which says the same. */
function logoOf({ place, provider }: State) {
  const pictureId = provider.state === "here" ? provider.value?.logoPictureId : null;
  if (place.kind !== "my" || pictureId == null) return nothing;
  return html`<img class="logo" alt="" src="/api/v1/my/${place.provider}/logo/${encodeURIComponent(pictureId)}" />`;
}

/** The provider's colours, by the names that `my.css` asks for. */
export function coloursOf(state: State): Readonly<Record<"--own-main" | "--own-accent", string | null>> {
  const provider = providerOf(state);
  return { "--own-main": provider?.mainColour ?? null, "--own-accent": provider?.accentColour ?? null };
}

export function titleOf(state: State): string {
  const words = languages[state.language];
  const name = providerOf(state)?.name;
  const page = state.place.kind === "pay" ? words.linkTitle : words.yourPage;
  return name === undefined ? page : `${page} · ${name}`;
}

function providerOf(state: State): Provider | null {
  if (state.place.kind === "pay")
    return state.link.state === "here" && "provider" in state.link.value ? state.link.value.provider : null;
  return state.provider.state === "here" ? state.provider.value : null;
}

function bodyOf(view: View, state: State): TemplateResult {
  const { store, words } = view;
  const nowhere = html`<section class="card" role="alert"><h1 tabindex="-1">${words.nowhere}</h1><p class="quiet">${words.nowhereHint}</p></section>`;
  const loading = html`<p class="quiet" role="status">${words.loading}</p>`;
  if (state.place.kind === "nowhere") return nowhere;
  if (state.place.kind === "pay") return linkPage(view);
  if (state.provider.state === "failed") return failed(store, words);
  if (state.provider.state !== "here") return loading;
  if (state.provider.value === null) return nowhere;
  if (state.session === "out") return logInPage(store, words);
  if (state.overview.state === "failed") return failed(store, words);
  if (state.overview.state !== "here") return loading;
  const { value } = state.overview;
  const pages: Readonly<Record<PageName, () => TemplateResult>> = {
    services: () => servicesPage(view, value),
    use: () => usePage(view),
    money: () => moneyPage(view),
    help: () => helpPage(view),
    me: () => mePage(view, value),
  };
  const { page } = state.place;
  return pages[pagesIn(state).includes(page) ? page : "services"]();
}

function tabs({ words }: View, state: State): TemplateResult {
  const now = state.place.kind === "my" ? state.place.page : "services";
  return html`<nav aria-label=${words.yourPage}>
    ${pagesIn(state).map((name) => html`<a href="#${name}" aria-current=${name === now ? "page" : "false"}>${words[name]}</a>`)}
  </nav>`;
}
